import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from

from analytics.errors import WeightError
from analytics.weighting.diagnostics import diagnose, effective_sample_size
from analytics.weighting.poststratify import poststratify, unit_weights
from analytics.weighting.public import public_weights
from analytics.weighting.rake import margin_from_column, rake, rake_and_trim
from analytics.weighting.trim import trim


def a_frame(*rows):
    return pd.DataFrame(rows, columns=["unit", "region", "unit_type", "population"])


def test_each_unit_counts_for_the_persons_it_has():
    frame = a_frame(("a", "r", "t", 20), ("b", "r", "t", 60))
    made = unit_weights(pd.Series(["a"] * 10 + ["b"] * 20), frame)
    assert made.weight.tolist() == [2.0] * 10 + [3.0] * 20


def test_a_unit_under_five_answers_joins_the_smallest_of_its_region_and_type():
    frame = a_frame(
        ("small", "r", "t", 16),
        ("near", "r", "t", 40),
        ("larger", "r", "t", 90),
        ("other", "r", "u", 20),
        ("far", "s", "t", 18),
    )
    unit = pd.Series(["small"] * 4 + [u for u in frame["unit"][1:] for _ in range(10)])
    made = unit_weights(unit, frame)
    assert made.merged == ("small",)
    assert set(made.cell[unit == "small"]) == {"near"}
    assert made.population["near"] == 56


def test_the_persons_of_a_silent_unit_are_spoken_for_by_its_sibling():
    frame = a_frame(("a", "r", "t", 30), ("b", "r", "t", 20))
    made = unit_weights(pd.Series(["a"] * 10), frame)
    assert made.weight.sum() == pytest.approx(50)


def test_a_code_of_the_region_is_weighted_with_a_unit_of_that_region():
    frame = a_frame(("a", "r", "t", 30), ("b", "r", "t", 60), ("c", "s", "t", 50))
    unit = pd.Series(["r"] * 6 + ["a"] * 10 + ["b"] * 10 + ["c"] * 10)
    made = unit_weights(unit, frame)
    assert set(made.cell[unit == "r"]) == {"a"}
    assert made.weight.sum() == pytest.approx(140)


def test_a_code_that_is_neither_unit_nor_region_is_refused():
    with pytest.raises(WeightError, match="'x' is neither a unit nor a region"):
        unit_weights(pd.Series(["x"]), a_frame(("a", "r", "t", 30)))


def test_a_unit_that_hardly_answers_still_counts_for_all_its_people():
    # 6 units of 60 answer at 14 %, the others at 75 %: 5.4 times as much for each answer
    names = [f"u{number:02d}" for number in range(60)]
    frame = a_frame(*((name, f"r{int(name[1:]) // 10}", "t", 100) for name in names))
    answers = [14 if number % 10 == 3 else 75 for number in range(60)]
    made = unit_weights(pd.Series(np.repeat(names, answers)), frame)
    assert made.weight.groupby(made.cell).sum().to_dict() == pytest.approx(
        dict.fromkeys(names, 100)
    )
    assert made.weight.max() == pytest.approx(100 / 14)


def test_trimming_keeps_the_sum_and_moves_the_extremes():
    weight = pd.Series([1.0] * 98 + [50.0, 0.01])
    trimmed = trim(weight, lowest=0.3, highest=3)
    assert trimmed.sum() == pytest.approx(weight.sum())
    assert trimmed.max() / trimmed.median() < 6


def test_limits_that_do_not_enclose_one_are_refused():
    with pytest.raises(WeightError, match="around 1"):
        trim(pd.Series([1.0]), lowest=2, highest=3)


def test_post_stratified_weights_hit_the_counts():
    cell = pd.Series(["a", "a", "b"])
    weight = poststratify(cell, {"a": 10, "b": 30}, pd.Series([1.0, 3.0, 1.0]))
    assert weight.tolist() == [2.5, 7.5, 30.0]


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"a": 10}, "no known count for the cell 'b'"),
        ({"a": 10, "b": 5, "c": 1}, "nobody answered in the cell 'c'"),
        ({"a": 10, "b": 0}, "count of zero"),
    ],
)
def test_counts_that_do_not_match_the_data_are_refused(counts, sentence):
    with pytest.raises(WeightError, match=sentence):
        poststratify(pd.Series(["a", "b"]), counts)


def two_margins():
    gender = pd.Series(["w"] * 30 + ["m"] * 70)
    age = pd.Series((["young"] * 3 + ["old"] * 7) * 10)
    return [
        margin_from_column("gender", gender, {"w": 50, "m": 50}),
        margin_from_column("age", age, {"young": 0.4, "old": 0.6}),
    ]


def test_raking_meets_every_margin():
    base = pd.Series(1.0, index=range(100))
    raked = rake(base, two_margins(), tolerance=1e-9)
    assert raked.converged
    assert raked.weight[:30].sum() == pytest.approx(50)
    assert raked.weight.sum() == pytest.approx(100)


def test_an_unknown_category_keeps_factor_one_in_that_margin():
    gender = pd.Series(["w"] * 5 + ["m"] * 4 + [None])
    raked = rake(
        pd.Series(1.0, index=range(10)), [margin_from_column("g", gender, {"w": 0.5, "m": 0.5})]
    )
    assert raked.weight[9] == pytest.approx(1)
    assert raked.weight[:5].sum() == pytest.approx(raked.weight[5:9].sum())


def test_a_category_without_respondents_is_named_and_its_share_spread():
    raked = rake(
        pd.Series(1.0, index=range(4)),
        [
            margin_from_column(
                "county", pd.Series(["a", "a", "b", "b"]), {"a": 0.5, "b": 0.25, "c": 0.25}
            )
        ],
    )
    assert raked.empty == ("county:c",)
    assert raked.weight[:2].sum() == pytest.approx(4 * 2 / 3)


def test_margins_that_contradict_each_other_do_not_converge_and_say_so():
    same = pd.Series(["a"] * 5 + ["b"] * 5)
    raked = rake(
        pd.Series(1.0, index=range(10)),
        [
            margin_from_column("x", same, {"a": 0.5, "b": 0.5}),
            margin_from_column("y", same, {"a": 0.9, "b": 0.1}),
        ],
    )
    assert not raked.converged
    assert raked.iterations == 50


def test_a_value_without_a_share_is_refused():
    with pytest.raises(WeightError, match="no share for the category 'z'"):
        margin_from_column("x", pd.Series(["a", "z"]), {"a": 1.0})


def test_a_share_of_zero_for_a_category_with_answers_is_refused():
    with pytest.raises(WeightError, match="no share, but it has answers"):
        rake(
            pd.Series([1.0, 1.0]),
            [margin_from_column("x", pd.Series(["a", "b"]), {"a": 1.0, "b": 0.0})],
        )


def test_raked_weights_are_trimmed_and_raked_once_more():
    value = pd.Series(["rare"] + ["common"] * 199)
    raked = rake_and_trim(
        pd.Series(1.0, index=range(200)),
        [margin_from_column("x", value, {"rare": 0.2, "common": 0.8})],
    )
    assert raked.converged  # one category of one person: trimming cannot hold against the margin
    assert raked.weight.sum() == pytest.approx(200)


def a_raked_crossing(counts, first, second):
    """Rake a table of so many respondents in each of its cells to both of its margins."""
    rows = [
        (row, column) for row in range(3) for column in range(3) for _ in range(counts[row][column])
    ]
    codes = pd.DataFrame(rows, columns=["x", "y"]).map("abc".__getitem__)
    margins = [
        margin_from_column(name, codes[name], dict(zip("abc", share, strict=True)))
        for name, share in (("x", first), ("y", second))
    ]
    base = pd.Series(1.0, index=codes.index)
    return codes, rake(base, margins), rake_and_trim(base, margins)


def test_raking_once_more_takes_no_weight_beyond_the_limits_where_both_can_hold():
    # one of 147 stands where both margins want more: raked, it weighs 12 times the median, and
    # trimmed to 5 and raked again 7.5 times
    counts = [[1, 5, 1], [27, 21, 26], [11, 25, 30]]
    codes, raked, found = a_raked_crossing(counts, (0.12, 0.45, 0.43), (0.19, 0.13, 0.68))
    median = raked.weight.median()
    assert raked.weight.max() > 5 * median
    assert found.weight.max() == pytest.approx(5 * median)
    assert found.weight.min() >= 0.2 * median * (1 - 1e-9)
    assert found.widened == 1
    assert found.converged
    for name, share in (("x", 0.12), ("y", 0.19)):
        assert found.weight[codes[name] == "a"].sum() == pytest.approx(147 * share, abs=0.15)


def test_limits_are_widened_no_more_than_the_margins_need_and_that_is_said():
    # five of 100 stand for four in ten: 8 each, whatever is done; of the others 95 for 60
    value = pd.Series(["few"] * 5 + ["many"] * 95)
    margins = [margin_from_column("x", value, {"few": 0.4, "many": 0.6})]
    found = rake_and_trim(pd.Series(1.0, index=range(100)), margins)
    assert found.weight[:5].tolist() == pytest.approx([8.0] * 5)
    assert found.widened == pytest.approx(8 / (5 * 60 / 95), rel=1e-3)
    categories = a_public(["03"] * 5 + ["46"] * 95)
    made = public_weights(categories, None, {"county": {"03": 0.4, "46": 0.6}})
    assert made.diagnostics.widened == found.widened


def test_the_public_starts_from_the_persons_behind_each_invited_in_the_county():
    categories = pd.DataFrame({"county": ["03"] * 4 + ["56"] * 4 + [None] * 2}, dtype="str")
    frame = pd.DataFrame({"county": ["03", "56"], "population": [800, 200], "invited": [8, 8]})
    made = public_weights(categories, frame, {})
    weight = made.design.weight
    assert weight[0] / weight[4] == pytest.approx(4)
    assert weight[0] / weight[9] == pytest.approx(100 / 62.5)  # not stated: the average invited
    assert weight.sum() == pytest.approx(1000)


def a_public(county, education=None, age=None, gender=None):
    told = {"county": county, "education": education, "age": age, "gender": gender}
    return pd.DataFrame({name: found for name, found in told.items() if found}, dtype="str")


def shares_of(categories, weight, name):
    known = categories[name].notna().to_numpy()
    sums = pd.Series(weight[known]).groupby(categories.loc[known, name].to_numpy()).sum()
    return (sums / sums.sum()).round(3).to_dict()


def test_a_margin_that_the_form_cannot_tell_is_left_out_and_said():
    made = public_weights(a_public(["03"] * 9), None, {"education": {"1": 0.5, "2": 0.5}})
    assert made.diagnostics.left_out == ("education",)
    assert set(made.design.weight) == {1.0}


def test_a_small_open_survey_out_of_one_county_is_weighted_by_what_it_can_be():
    categories = a_public(["03"] * 84, ["1"] * 60 + ["2"] * 24)
    margins = {"county": {"03": 0.2, "46": 0.8}, "education": {"1": 0.5, "2": 0.5}}
    made = public_weights(categories, None, margins)
    assert made.diagnostics.left_out == ("county",)
    assert shares_of(categories, made.design.weight, "education") == {"1": 0.5, "2": 0.5}


def test_a_county_that_nobody_told_is_weighted_by_the_rest():
    categories = a_public([None] * 84, ["1"] * 60 + ["2"] * 24)
    margins = {"county": {"03": 0.2, "46": 0.8}, "education": {"1": 0.5, "2": 0.5}}
    assert public_weights(categories, None, margins).diagnostics.left_out == ("county",)


def test_categories_of_a_few_are_one_and_stand_for_those_without_anybody():
    categories = a_public(["03"] * 50 + ["46"] * 40 + ["56"] * 2 + ["55"] * 4)
    margins = {"county": {"03": 0.4, "46": 0.3, "56": 0.1, "55": 0.1, "40": 0.1}}
    made = public_weights(categories, None, margins)
    assert made.diagnostics.merged == ("county:40", "county:55", "county:56")
    few = categories["county"].isin(["55", "56"]).to_numpy()
    weight = made.design.weight
    assert len(set(weight[few].round(9))) == 1
    assert weight[few].sum() / weight.sum() == pytest.approx(0.3)


def test_age_and_gender_are_taken_apart_where_too_few_tell_both():
    young, old = ["18-29"] * 60, ["75+"] * 40
    gender = ["woman"] * 25 + ["man"] * 25 + [None] * 50
    categories = a_public(["03"] * 100, age=young + old, gender=gender)
    cells = {f"{age}:{one}": 0.25 for age in ("18-29", "75+") for one in ("woman", "man")}
    weight = public_weights(categories, None, {"age_gender": cells}).design.weight
    assert shares_of(categories, weight, "age") == {"18-29": 0.5, "75+": 0.5}
    assert shares_of(categories, weight, "gender") == {"woman": 0.5, "man": 0.5}


@given(
    lists(sampled_from(["03", "11", "46", None]), min_size=8, max_size=60),
    lists(sampled_from(["1", "2", "3", None]), min_size=60, max_size=60),
)
def test_whatever_the_public_tells_it_is_weighted(county, education):
    categories = a_public(county, education[: len(county)])
    margins = {
        "county": {"03": 0.3, "11": 0.3, "46": 0.2, "56": 0.2},
        "education": {"1": 0.3, "2": 0.4, "3": 0.3},
    }
    made = public_weights(categories, None, margins)
    assert made.design.weight.sum() == pytest.approx(len(county))
    assert (made.design.weight > 0).all()


def test_diagnostics_give_the_cost_of_uneven_weights():
    found = diagnose(pd.Series([1.0, 1.0, 2.0]))
    assert (round(found.n_eff, 3), round(found.deff_kish, 3)) == (2.667, 1.125)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf, np.nan])
def test_weights_that_speak_for_nobody_are_refused(bad):
    with pytest.raises(WeightError, match="finite and above zero"):
        effective_sample_size(pd.Series([1.0, bad]))
