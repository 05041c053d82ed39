import numpy as np
import pandas as pd
import pytest

from analytics.errors import WeightError
from analytics.workbench.analyse import analyse
from tests.unit.analytics.test_analytics_analyse import SCALE

SPEC = {"scales": {"s": SCALE}}


def of_weights(found):
    """Take the warnings that are not about scales or protection."""
    told = found.result["warnings"]
    return [text for text in told if text.startswith(("[rake", "[poststratify", "[design"))]


def a_file(ones=150, twos=50):
    rng = np.random.default_rng(8)
    n = ones + twos
    return pd.DataFrame(
        {
            "x": rng.integers(1, 6, n),
            "y": rng.integers(1, 6, n),
            "gender": np.repeat(["1", "2"], [ones, twos]),
        }
    )


def raked(**shares):
    return analyse(a_file(), SPEC | {"rake": {"gender": shares}})


def poststratified(ones, twos):
    counts = pd.DataFrame({"gender": ["1", "2"], "count": [ones, twos]})
    spec = SPEC | {"poststratify": {"by": "gender", "counts": "people.csv"}}
    return analyse(a_file(), spec, {"people.csv": counts})


def test_counts_below_the_rows_of_a_cell_are_reported_and_still_met():
    found = poststratified(120, 300)
    assert found.weight[:150].sum() == pytest.approx(120)
    assert found.result["warnings"][0] == (
        "[poststratify]: people.csv counts fewer persons than there are rows in '1': "
        "check the counts"
    )


@pytest.mark.parametrize(
    "cells",
    [
        [("a x b", "c"), ("a", "b x c")],
        [("a x", "b"), ("a", "x b")],
        [('"a x b"', "c"), ("a x b", "c")],
        [("x", "x x"), ("x x", "x")],
    ],
)
def test_cells_whose_categories_hold_an_x_are_weighted_each_to_its_own_count(cells):
    data = pd.DataFrame([*cells, cells[1]], columns=["g", "h"]).assign(y=[1.0, 2.0, 3.0])
    counts = pd.DataFrame(cells, columns=["g", "h"]).assign(count=[10, 60])
    spec = {
        "variables": {"means": ["y"]},
        "poststratify": {"by": ["g", "h"], "counts": "people.csv"},
    }
    found = analyse(data, spec, {"people.csv": counts})
    assert found.weight.tolist() == pytest.approx([10, 30, 30])


def test_counts_that_all_the_rows_fit_in_need_no_words():
    assert of_weights(poststratified(150, 300)) == []


def test_totals_below_the_rows_of_a_category_are_reported_and_still_met():
    found = raked(**{"1": 140, "2": 40})
    assert found.weight.sum() == pytest.approx(180)
    assert (
        "[rake.gender] counts fewer persons than there are rows in '1' and 1 more"
        in (found.result["warnings"][0])
    )


@pytest.mark.parametrize("shares", [{"1": 49.0, "2": 51.0}, {"1": 49.1, "2": 50.6}])
def test_a_sum_of_a_hundred_that_the_rows_do_not_fit_in_is_percentages(shares):
    found = raked(**shares)
    assert found.weight.sum() == pytest.approx(200)
    assert found.weight[:150].sum() == pytest.approx(200 * shares["1"] / sum(shares.values()))
    assert found.result["warnings"][0].startswith("[rake.gender] adds up to 100 and is taken as")


def test_a_population_of_a_hundred_is_no_percentage():
    data = a_file(30, 20)
    found = analyse(data, SPEC | {"rake": {"gender": {"1": 60, "2": 40}}})
    assert found.weight.sum() == pytest.approx(100)
    assert of_weights(found) == []


def test_percentages_stand_beside_shares_and_totals():
    data = a_file().assign(region=lambda frame: np.tile(["n", "s"], len(frame) // 2))
    rake = {"gender": {"1": 49, "2": 51}, "region": {"n": 4000, "s": 6000}}
    found = analyse(data, SPEC | {"rake": rake})
    assert found.weight.sum() == pytest.approx(10000)
    assert found.weight[:150].sum() == pytest.approx(4900)


def test_a_share_of_zero_with_answers_names_its_margin():
    with pytest.raises(WeightError, match=r"^\[rake\.gender\]: .* gives '2' no share, but it has"):
        raked(**{"1": 1.0, "2": 0.0})


@pytest.mark.parametrize(
    ("column", "keys"),
    [([1.0, 2.0], ("1.0", "2")), (["TRUE", "FALSE"], ("true", "False")), (["1", "2"], ("1", "2"))],
)
def test_a_category_may_be_written_as_the_same_number_or_truth(column, keys):
    data = a_file().assign(gender=np.repeat(column, [150, 50]))
    found = analyse(data, SPEC | {"rake": {"gender": dict(zip(keys, (0.5, 0.5), strict=True))}})
    counts = pd.DataFrame({"gender": keys, "count": [100, 100]})
    spec = SPEC | {"poststratify": {"by": "gender", "counts": "people.csv"}}
    assert found.weight.tolist() == pytest.approx([2 / 3] * 150 + [2.0] * 50)
    assert analyse(data, spec, {"people.csv": counts}).weight.tolist() == pytest.approx(
        found.weight.tolist()
    )


def test_codes_that_begin_with_a_zero_are_no_numbers_and_one_category_has_one_share():
    data = a_file().assign(gender=np.repeat(["01", "02"], [150, 50]))
    with pytest.raises(WeightError, match="no share for the category '01'"):
        analyse(data, SPEC | {"rake": {"gender": {"1": 0.5, "02": 0.5}}})
    with pytest.raises(WeightError, match="gives the category '1' more than once"):
        raked(**{"1": 0.4, "1.0": 0.4, "2": 0.2})


def test_weights_alone_may_be_asked_for():
    found = analyse(a_file(), {"rake": {"gender": {"1": 0.5, "2": 0.5}}})
    assert found.result["estimates"] == []
    assert found.weight.sum() == pytest.approx(200)


def in_no_unit(result):
    return [text for text in result["warnings"] if "not in persons" in text]


@pytest.mark.parametrize("total", [200, 200.02, 199.98, 204])
def test_weights_around_a_mean_of_one_give_a_design_effect_that_means_something(total):
    data = a_file()
    data["w"] = 1.0 + 0.5 * (data.index % 3)
    data["w"] *= total / data["w"].sum()
    spec = SPEC | {"design": {"weight": "w"}, "domains": {"by": ["gender"]}}
    result = analyse(data, spec).result
    # Kish's is 1.074; outcome and weights have nothing to do with each other
    assert all(0.9 < row["deff"] < 1.3 for row in result["estimates"])
    assert all(150 / 1.3 < row["n_eff"] < 230 for row in result["estimates"][:1])
    (told,) = in_no_unit(result)
    assert told.startswith(f"the weights add up to {total:g} for 200 rows, so they are not in")


@pytest.mark.parametrize(
    ("fpc", "told"),
    [
        ({}, "deff and n_eff compare with sampling with replacement"),
        # 180 persons for 200 rows of 210: deff compares with a sample of the 210
        ({"fpc": "fpc"}, "totals are too low; check the weights"),
    ],
)
def test_weights_that_are_fewer_than_the_rows_are_told_once(fpc, told):
    data = a_file().assign(w=0.9, fpc=210)
    warnings = analyse(data, SPEC | {"design": {"weight": "w", **fpc}}).result["warnings"]
    [one] = [text for text in warnings if "the weights add up to 180" in text]
    assert told in one


def test_rows_that_count_for_one_claim_no_population():
    assert in_no_unit(analyse(a_file(), SPEC).result) == []
    shares = SPEC | {"rake": {"gender": {"1": 0.5, "2": 0.5}}}
    assert in_no_unit(analyse(a_file(), shares).result) == []


def test_known_fractions_tell_the_population_where_weights_do_not():
    data = a_file().assign(w=1.0, fpc=400)
    spec = SPEC | {"design": {"weight": "w", "fpc": "fpc"}}
    (row,) = analyse(data, spec).result["estimates"]
    assert row["deff"] == pytest.approx(1)
    assert not in_no_unit(analyse(data, spec).result)
    (told,) = in_no_unit(analyse(data.assign(fpc=4000), spec).result)
    assert "a sample of the persons that [design] tells of" in told


def test_nearly_everybody_heard_leaves_a_design_effect_near_one():
    data = a_file().assign(fpc=206)
    result = analyse(data, SPEC | {"design": {"fpc": "fpc"}, "domains": {"by": ["gender"]}}).result
    assert [row["deff"] for row in result["estimates"]] == pytest.approx([1, 1, 1], abs=0.05)
    assert not in_no_unit(result)


@pytest.mark.parametrize(
    "adjusted", [lambda: raked(**{"1": 60, "2": 40}), lambda: poststratified(600, 400)]
)
def test_no_column_is_gone_through_one_row_after_the_other(adjusted, monkeypatch):
    walked = []
    through = pd.Series.__iter__

    def noted(self):
        walked.append(len(self))
        return through(self)

    monkeypatch.setattr(pd.Series, "__iter__", noted)
    adjusted()
    assert max(walked, default=0) < len(a_file())


@pytest.mark.parametrize("gender", [{"1": 0.4, "2": 0.6}, {"1": 40, "2": 60}])
def test_percentages_that_lack_a_category_are_no_population_of_98(gender):
    # 200 rows: as persons 98 would be fewer than have answered
    data = pd.DataFrame({
        "gender": np.arange(200) % 2 + 1, "age": np.arange(200) % 3, "y": np.arange(200.0),
    })  # fmt: skip
    spec = {"rake": {"gender": gender, "age": {"0": 33, "1": 33, "2": 32}}}
    told = r"\[rake.age\] adds up to 98, neither to 1 .* fewer than the 200 rows: is a category"
    with pytest.raises(WeightError, match=told):
        analyse(data, {"variables": {"means": ["y"]}} | spec)
