"""A protected file gives nobody away by its errors, nor by what it tells of its scales."""

from collections import Counter, defaultdict
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import UnsupportedError
from analytics.estimation.design import simple_design
from analytics.workbench.analyse import analyse
from analytics.workbench.file.estimates import levels
from analytics.workbench.file.inputs import inputs
from analytics.workbench.protection.error_rounding import coarse, grades
from analytics.workbench.specification.reader import read_specification

SCALE = {"items": ["a", "b"], "minimum": 1, "maximum": 5}
PROTECTED = {"scales": {"s": SCALE}, "disclosure": {"minimum": 5}}


def a_file(n, silent=0):
    answers = np.random.default_rng(2).integers(1, 6, (n, 2)).astype(np.float64)
    answers[:silent, 1] = np.nan
    return pd.DataFrame(answers, columns=["a", "b"])


def shown(answers):
    """What is published of a column of answers: mean, error and interval, to one digit."""
    spec = read_specification({"variables": {"means": ["x"]}})
    data = pd.DataFrame({"x": answers})
    design = simple_design(np.ones(len(data)), np.zeros(len(data), dtype=np.int64))
    level = levels(data, design, inputs(data, spec), spec)[0]
    found = coarse(level, grades(pd.DataFrame({"x": range(1, 6)}), spec, level.labels))
    return tuple(round(float(value[0, 0]), 1) for value in (level.means.mean, *found))


def test_the_error_of_five_answers_does_not_tell_them():
    groups = list(combinations_with_replacement(range(1, 6), 5))
    fit = Counter(map(shown, groups))
    # What the mean alone tells is left: all but one at an end of the scale, for instance.
    alone = Counter(round(float(np.mean(group)), 1) for group in groups)
    told = [g for g in groups if fit[shown(g)] == 1 and alone[round(float(np.mean(g)), 1)] > 1]
    assert len(told) <= 5
    assert np.median([fit[shown(group)] for group in groups]) >= 4


def test_a_rounded_error_is_never_too_small_and_makes_its_interval():
    mean, se, low, high = shown([2, 3, 3, 4, 4])
    assert (mean, se) == (3.2, 0.5)  # 0.37 without protection
    assert (low, high) == pytest.approx((3.2 - 2.776 * 0.5, 3.2 + 2.776 * 0.5), abs=0.06)


def test_a_measured_column_and_a_large_group_keep_their_error():
    data = a_file(400).assign(y=np.random.default_rng(3).normal(50, 10, 400))
    spec = {"variables": {"means": ["y", "a"]}}
    plain = analyse(data, spec).result["estimates"]
    protected = analyse(data, spec | {"disclosure": {"minimum": 5}}).result["estimates"]
    assert [round(row["se"], 1) for row in plain] == [row["se"] for row in protected]


def test_a_scale_of_too_few_has_no_figure_of_its_items():
    result = analyse(a_file(4), PROTECTED).result
    assert set(result["scales"]["s"]["items"]["a"].values()) == {None}
    assert result["scales"]["s"]["alpha"] is None
    assert not any("alpha" in text for text in result["warnings"])


def test_a_wave_that_is_hidden_has_no_part_in_what_is_told_of_a_scale():
    data = a_file(24).assign(wave=[1] * 20 + [2] * 4)
    waves = PROTECTED | {"domains": {"wave": "wave"}}
    result = analyse(data, waves).result
    assert [row["status"] for row in result["estimates"]] == ["published", "suppressed_primary"]
    assert result["scales"] == analyse(data[data["wave"] == 1], waves).result["scales"]
    assert analyse(data[data["wave"] == 2], waves).result["scales"]["s"]["n"] is None


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"domains": {"by": ["g"]}}, "g makes 20000 groups, and for more than 3000"),
        ({"disclosure": {"minimum": 5, "hierarchy": ["h", "g"]}}, "h x g makes 20000 groups"),
        ({"variables": {"shares": ["g"]}}, "'g' has 20000 categories, and of more than 1000"),
        (
            {"variables": {"shares": ["h"]}, "domains": {"by": ["h"]}},
            "all groups together have 640800 figures, and of more than 150000",
        ),
    ],
)
def test_groups_beyond_number_are_refused_before_anything_is_computed(section, told):
    data = pd.DataFrame({"x": 1.0, "g": np.arange(20_000), "h": np.arange(20_000) // 25})
    spec = {"variables": {"means": ["x"]}, "disclosure": {"minimum": 5}}
    with pytest.raises(UnsupportedError, match=told):
        analyse(data, spec | section)


def test_an_item_that_a_few_more_answered_has_no_mean_beside_the_others():
    few = analyse(a_file(30, silent=2), PROTECTED).result["scales"]["s"]
    assert few["items"]["a"]["mean"] is None
    assert few["items"]["b"]["mean"] is not None
    many = analyse(a_file(30, silent=6), PROTECTED).result["scales"]["s"]
    assert many["items"]["a"]["mean"] == round(many["items"]["a"]["mean"], 2)


def test_the_error_of_a_change_does_not_tell_that_of_a_small_group_beside_a_large_one():
    data = pd.DataFrame({"x": [2, 3, 3, 4, 4] + [1, 2, 3, 4, 5] * 40, "wave": [1] * 5 + [2] * 200})
    spec = {"variables": {"means": ["x"]}, "domains": {"wave": "wave"}}
    (plain,) = analyse(data, spec).result["changes"]
    (row,) = analyse(data, spec | {"disclosure": {"minimum": 5}}).result["changes"]
    assert (row["se"], plain["se"]) == (0.5, pytest.approx(0.387, abs=0.001))
    # by t with four degrees of freedom, of the 4.7 that the errors of both waves give
    assert row["high"] - row["low"] == pytest.approx(2 * stats.t.ppf(0.975, 4) * 0.5, abs=0.1)
    assert row["high"] - row["low"] > (plain["high"] - plain["low"]) * 0.5 / plain["se"]
    assert row["p"] > plain["p"]


def shown_changes(spec):
    """Change five answers of four options into two hundred: p by difference and error."""
    found = defaultdict(set)
    for five in combinations_with_replacement(range(1, 5), 5):
        answers = [*five, *[1, 2, 3, 4, 5] * 40, 3]
        data = pd.DataFrame({"x": answers, "wave": [1] * 5 + [2] * 201})
        for row in analyse(data, spec).result["changes"]:
            found[row["difference"], row["se"]].add((row["p"], row["low"], row["high"]))
    return found


def test_p_and_interval_of_a_small_groups_change_tell_no_more_than_difference_and_error():
    spec = {"variables": {"means": ["x"]}, "domains": {"wave": "wave"}}
    protected = shown_changes(spec | {"disclosure": {"minimum": 5}})
    # what is left differs by whole degrees of freedom: four, or five
    assert {len(ways) for ways in protected.values()} <= {1, 2}
    assert len(protected) < 35
    assert len(shown_changes(spec)) > 45


def test_p_and_interval_of_a_comparison_are_made_of_the_difference_that_is_shown():
    rng = np.random.default_rng(5)
    unit = np.repeat(["a", "b", "c"], [6, 9, 60])
    data = pd.DataFrame({"unit": unit, "x": rng.integers(1, 6, len(unit))})
    spec = {
        "variables": {"means": ["x"]}, "domains": {"by": ["unit"]},
        "comparison": {"by": ["unit"], "pairs": True}, "disclosure": {"minimum": 5},
    }  # fmt: skip
    found = analyse(data, spec).result["comparison"]
    for row in (*found["rest"], *found["pairs"]):
        middle = (row["low"] + row["high"]) / 2
        assert middle == pytest.approx(row["difference"], abs=0.05 + 1e-9)
        ways = [2 * stats.t.sf(abs(row["difference"]) / row["se"], df) for df in range(1, 75)]
        assert min(abs(row["p"] - p) for p in ways) < 0.0001


def test_weights_of_a_protected_file_tell_nothing_but_their_sum():
    """After weighting to known counts a unit of N persons and n answers has the weight N / n."""
    answered, people = {"a": 44, "b": 31, "c": 4, "d": 9}, {"a": 60, "b": 50, "c": 400, "d": 31}
    data = pd.DataFrame({"unit": np.repeat(list(answered), list(answered.values()))})
    data["x"] = np.random.default_rng(1).integers(1, 6, len(data))
    counts = pd.DataFrame({"unit": list(people), "count": list(people.values())})
    spec = {"variables": {"means": ["x"]}, "poststratify": {"by": ["unit"], "counts": "c"}}
    plain = analyse(data, spec, {"c": counts}).result
    assert plain["weights"]["max"] == 400 / 4
    result = analyse(data, spec | {"disclosure": {"minimum": 5}}, {"c": counts}).result
    told = {name: value for name, value in result["weights"].items() if value is not None}
    assert told == {"sum": 541.0, "converged": True, "iterations": 0}
    worth = [text for one in (plain, result) for text in one["warnings"] if "uneven" in text]
    assert [any(sign.isdigit() for sign in text) for text in worth] == [True, False]
