"""The [calibration] section, and what calibration says where it cannot do what is asked."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError, SpecificationError, WeightError
from analytics.weighting.calibrate import calibrate
from analytics.weighting.distance import distance
from analytics.workbench.file.adjust import adjust
from analytics.workbench.file.design import sampling_design
from analytics.workbench.specification.calibration import CalibrationSpec, read_calibration
from analytics.workbench.specification.reader import read_specification


def a_file(n=80):
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "sex": rng.choice(["f", "m"], n),
            "region": rng.choice(["n", "s", "v"], n),
            "age": rng.integers(20, 70, n),
            "w": rng.uniform(5, 15, n),
        }
    )


SEX, REGION = {"f": 480, "m": 520}, {"n": 300, "s": 300, "v": 400}


def weigh(data, calibration, **margins):
    spec = read_specification({"design": {"weight": "w"}, "rake": margins})
    design = sampling_design(data, spec.design).design
    return adjust(data, design, spec, None, read_calibration(calibration))


@pytest.mark.parametrize("method", ["raking", "linear", "logit"])
def test_every_method_meets_margins_and_totals(method):
    data = a_file()
    section = {"method": method, "bounds": [0.3, 3], "totals": {"age": 46000}}
    adjusted = weigh(data, section, sex=SEX, region=REGION)
    weight = pd.Series(adjusted.design.weight)
    assert weight.groupby(data["sex"]).sum().to_dict() == pytest.approx(SEX)
    assert weight.groupby(data["region"]).sum().to_dict() == pytest.approx(REGION)
    assert (weight * data["age"]).sum() == pytest.approx(46000)
    # the totals are no sampling error
    assert adjusted.design.calibration.shape == (80, 1 + 2 + 3 + 1)


def test_those_without_a_category_keep_factor_one_in_that_margin():
    data = a_file()
    data.loc[:9, "sex"] = None
    for section in ({"bounds": [0.1, 10]}, {}):
        adjusted = weigh(data, section, sex={"f": 0.6, "m": 0.4})
        factor = adjusted.design.weight / data["w"]
        assert factor[:10].to_numpy() == pytest.approx(1)
        known = pd.Series(adjusted.design.weight)[10:]
        share = known[data["sex"] == "f"].sum() / known.sum()
        assert share == pytest.approx(0.6)
        assert any("10 rows have no category" in text for text in adjusted.warnings)


def test_trimming_holds_the_limits_and_the_margins_and_says_how_many():
    data = a_file()
    data["w"] = data["w"] ** 2
    plain = weigh(data, {}, sex=SEX, region=REGION).design.weight
    adjusted = weigh(data, {"trim": [0.4, 2]}, sex=SEX, region=REGION)
    weight = pd.Series(adjusted.design.weight)
    middle = np.median(plain)
    assert plain.max() > 2 * middle
    assert (weight.min() / middle, weight.max() / middle) == pytest.approx((0.4, 2))
    assert weight.groupby(data["region"]).sum().to_dict() == pytest.approx(REGION)
    assert any("weights were trimmed; the margins still hold" in text for text in adjusted.warnings)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"method": "linear", "bounds": [0.9, 1.1]}, "no weights within the bounds.*sex:.*widen"),
        ({"trim": [0.9, 1.1]}, "no weights of 0.9 to 1.1 times the median keep all.*sex:.*widen"),
    ],
)
def test_limits_that_no_weights_can_meet_stop_with_the_worst_category(section, told):
    with pytest.raises(WeightError, match=told):
        weigh(a_file(), section, sex={"f": 90, "m": 910})


@pytest.mark.parametrize("method", ["raking", "linear"])
def test_margins_that_contradict_each_other_stop_with_the_worst_category(method):
    data = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["x", "x", "y", "y"], "w": 1.0})
    both = {"a": {"x": 0.5, "y": 0.5}, "b": {"x": 0.9, "y": 0.1}}
    told = "contradict each other in this data.*a:x stays 40 percentage points off"
    if method == "linear":
        told = "no weights meet all margins and totals: [ab]:[xy] stays .* off; check the figures"
    with pytest.raises(WeightError, match=told):
        weigh(data, {"method": method}, **both)


def test_margins_that_hang_together_closely_are_met_though_rounds_are_too_few():
    # all but one of 400 are a man who is old, or a woman who is young: raking goes in small steps
    data = pd.DataFrame({"a": ["m"] * 200 + ["f"] * 200, "b": ["o"] * 199 + ["y"] * 201, "w": 1.0})
    data.loc[399, "b"] = "o"
    adjusted = weigh(data, {}, a={"m": 0.6, "f": 0.4}, b={"o": 0.41, "y": 0.59})
    weight = pd.Series(adjusted.design.weight)
    assert weight.groupby(data["a"]).sum().to_dict() == pytest.approx({"m": 240, "f": 160})
    assert weight.groupby(data["b"]).sum().to_dict() == pytest.approx({"o": 164, "y": 236})


@pytest.mark.parametrize(("rows", "told"), [(20, True), (80, False)])
def test_few_rows_for_many_categories_are_told(rows, told):
    adjusted = weigh(a_file(rows), {}, sex=SEX, region=REGION)
    assert any("intervals are likely too short" in text for text in adjusted.warnings) == told


def test_a_weight_below_zero_is_refused():
    data = a_file()
    with pytest.raises(
        WeightError, match=r"linear gives \d+ weights at or below zero: give bounds"
    ):
        weigh(data, {"method": "linear", "totals": {"age": 65000}}, sex=SEX)


def test_a_total_needs_a_value_in_every_row():
    data = a_file()
    data["age"] = data["age"].where(data.index > 4)
    with pytest.raises(WeightError, match="5 rows have no age"):
        weigh(data, {"totals": {"age": 46000}}, sex=SEX)
    with pytest.raises(FrameError, match="'height', which the data does not have"):
        weigh(data, {"totals": {"height": 46000}}, sex=SEX)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"how": "raking"}, "does not know 'how'"),
        ({"method": "magic"}, "method must be one of raking, linear, logit"),
        ({"method": "logit"}, "logit needs bounds"),
        ({"bounds": [1.2, 3]}, "bounds must lie around 1"),
        ({"trim": [0.5]}, "trim must be two numbers"),
        ({"totals": {"age": "many"}}, "totals must give a number"),
    ],
)
def test_a_section_that_cannot_be_is_refused_with_a_sentence(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_calibration(section)


def test_without_a_section_raking_is_as_it_was():
    data = a_file()
    spec = read_specification({"design": {"weight": "w"}, "rake": {"sex": SEX}})
    design = sampling_design(data, spec.design).design
    assert read_calibration({}) == CalibrationSpec()
    plain = adjust(data, design, spec, None)
    assert plain.design.weight == pytest.approx(weigh(data, {}, sex=SEX).design.weight)


@pytest.mark.parametrize(
    ("columns", "totals", "sentence"),
    [
        (np.zeros((3, 1)), [5.0], "nobody in the data has any of it"),
        (np.array([[1.0], [np.nan], [1.0]]), [5.0], "every value and the total must be known"),
        (np.ones((2, 1)), [5.0], "give a column per total and a row per weight"),
    ],
)
def test_columns_that_cannot_be_met_are_refused(columns, totals, sentence):
    with pytest.raises(WeightError, match=sentence):
        calibrate(pd.Series([1.0, 1.0, 1.0]), columns, np.array(totals))


@pytest.mark.parametrize(
    ("name", "bounds", "sentence"),
    [
        ("logit", None, "needs a lowest and a highest"),
        ("logit", (1.1, 2.0), "bounds around 1"),
        ("linear", (2.0, 1.0), "must be below the highest"),
        ("raking", (-2.0, -1.0), "must be above zero"),
    ],
)
def test_bounds_that_cannot_be_are_refused(name, bounds, sentence):
    with pytest.raises(WeightError, match=sentence):
        distance(name, bounds)


@pytest.mark.parametrize("name", ["linear", "raking", "logit"])
def test_the_slope_and_the_integral_belong_to_the_factor(name):
    curve = distance(name, (0.3, 2.5))
    u = np.linspace(-0.6, 0.8, 29)
    h = 1e-6
    assert curve.factor(np.zeros(1)) == pytest.approx(1)
    assert (curve.factor(u + h) - curve.factor(u - h)) / (2 * h) == pytest.approx(
        curve.slope(u), abs=1e-6
    )
    assert (curve.integral(u + h) - curve.integral(u - h)) / (2 * h) == pytest.approx(
        curve.factor(u), abs=1e-6
    )
