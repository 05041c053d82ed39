"""Shares at the ends of a scale, and the balance of answers from 0 to 10."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import AnalyticsError
from analytics.workbench.analyse import analyse

SCALE = {
    "items": ["a", "b"],
    "reversed": ["b"],
    "minimum": 1,
    "maximum": 5,
    "dont_know": 9,
    "favourable": True,
}


def a_file():
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"a": rng.integers(1, 6, 60), "b": rng.integers(1, 6, 60)}).astype(float)
    data.loc[:5, "a"] = 9
    data.loc[6, "a"] = np.nan
    return data.assign(n=rng.integers(0, 11, 60), w=rng.uniform(1, 5, 60), v=[1, 2] * 30)


def estimates(**more):
    spec = {"scales": {"s": SCALE}, "variables": {"balances": ["n"]}} | more
    return {
        (row["index"], row["statistic"], row.get("category")): row
        for row in analyse(a_file(), spec).result["estimates"]
    }


def test_the_favourable_are_those_at_the_upper_two_grades_of_those_on_the_scale():
    data = a_file()
    among = data["a"].between(1, 5)
    row = estimates()["a", "share", "favourable"]
    assert row["n"] == among.sum()
    assert row["mean"] == pytest.approx((data["a"][among] >= 4).mean())


def test_a_reversed_item_is_favourable_at_its_lower_end():
    data, found = a_file(), estimates(design={"weight": "w"})
    expected = np.average(data["b"] <= 2, weights=data["w"])
    assert found["b", "share", "favourable"]["mean"] == pytest.approx(expected)
    expected = np.average(data["b"] >= 4, weights=data["w"])
    assert found["b", "share", "unfavourable"]["mean"] == pytest.approx(expected)


def test_the_balance_is_nine_and_ten_less_zero_to_six():
    n, row = a_file()["n"], estimates()["n", "balance", None]
    side = (n >= 9).astype(int) - (n <= 6).astype(int)
    assert row["mean"] == pytest.approx(side.mean())
    assert row["se"] == pytest.approx(side.std(ddof=1) / np.sqrt(60))


def test_both_change_from_wave_to_wave():
    spec = {"scales": {"s": SCALE}, "variables": {"balances": ["n"]}, "domains": {"wave": "v"}}
    rows = analyse(a_file(), spec).result["changes"]
    assert {row["statistic"] for row in rows} == {"mean", "share", "balance"}


def test_a_balance_of_another_scale_is_refused():
    data = a_file().assign(n=11)
    with pytest.raises(AnalyticsError, match="outside 0 to 10, the first in row 1"):
        analyse(data, {"variables": {"balances": ["n"]}})


def few(**more):
    """Five people of whom one disagrees altogether: t of 4 degrees reaches far beyond the scale."""
    data = pd.DataFrame({"a": [5.0, 5, 5, 5, 1], "n": [10, 10, 10, 10, 0]})
    spec = {
        "scales": {"s": {"items": ["a"], "minimum": 1, "maximum": 5}},
        "indices": {"i": {"parts": {"s": 1.0}}},
        "variables": {"means": ["n"], "balances": ["n"], "ranges": {"n": [0, 10]}},
    }
    return {
        (row["index"], row["statistic"]): row
        for row in analyse(data, spec | more).result["estimates"]
    }


@pytest.mark.parametrize("more", [{}, {"disclosure": {"minimum": 3}}])
def test_no_interval_reaches_beyond_the_ends_of_its_scale(more):
    found = few(**more)
    # 80 +- 2.776 * 20: without ends 24.5 to 135.5
    assert found["s", "mean"]["mean"] == 80
    assert found["i", "mean"]["high"] == found["s", "mean"]["high"] == 100
    assert 0 <= found["s", "mean"]["low"] < 25
    assert (found["n", "mean"]["mean"], found["n", "mean"]["high"]) == (8, 10)
    assert found["n", "balance"]["high"] == 1


LEVELS = {
    "small_areas": {"by": "u"},
    "nonresponse": {"response": 0.5, "gaps": [5, -90, 99]},
    "mixed": {"outcome": "q", "unit": "u", "intervals": "none"},
    "trend": {"measure": "q", "dates": {str(year): f"{year}-03-01" for year in range(2020, 2025)}},
}


def levels(found):
    """Give the intervals of levels that stand beside the estimates, and the ends of their scale."""
    rows = [found["trend"]["level"], *found["trend"]["smoothed"], *found["mixed"]["waves"]]
    rows += [row for row in found["small_areas"] if row["index"] == "q"]
    of_scale = [row for row in found["small_areas"] if row["index"] == "s"]
    gaps = [gap for row in found["nonresponse"] for gap in row["gaps"]]
    return [(row, (1, 5)) for row in rows] + [(row, (0, 100)) for row in [*of_scale, *gaps]]


def test_no_level_of_another_section_reaches_beyond_the_ends_of_its_scale():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"u": np.arange(60) // 5, "v": [2020, 2021, 2022, 2023, 2024] * 12})
    data["q"] = np.where(rng.random(60) < 0.85, 5, 4)
    data.loc[4, "q"] = 1
    spec = {
        "scales": {"s": {"items": ["q"], "minimum": 1, "maximum": 5}},
        "variables": {"means": ["q"], "ranges": {"q": [1, 5]}},
        "domains": {"by": ["u"], "wave": "v"},
        "change": {"rule": "differences"},
    }
    found = levels(analyse(data, spec | LEVELS).result)
    for row, (least, most) in found:
        assert least <= row["low"] <= row.get("mean", row.get("estimate")) <= row["high"] <= most
    # at the upper end stand the areas, the level of the trend, a mean of the mixed model, a gap
    assert sum(row["high"] == most for row, (_, most) in found) >= 10


@pytest.mark.parametrize("published", [{}, {"range": [0, 1]}])
@pytest.mark.parametrize(
    ("statistic", "figures"),
    [
        ("share", [0.6, 0.75, 0.88, 0.97, 1, 1, 0.99]),
        ("balance", [-0.6, -0.8, -0.9, -1, -1, -1, -1]),
    ],
)
def test_no_level_of_published_shares_reaches_beyond_all(statistic, figures, published):
    """The line of such a course runs beyond the last figures; a balance has an end at -100."""
    data = pd.DataFrame({"date": [f"{2018 + year}-03-01" for year in range(7)], "se": 0.02})
    data = data.assign(estimate=figures, statistic=statistic)
    (row,) = analyse(data, {"published": published, "trend": {"kind": "smooth"}}).result["trends"]
    (level, *found), end = [row["level"], *row["smoothed"]], 100 if statistic == "share" else -100
    assert all(-100 <= one["low"] <= one["estimate"] <= one["high"] <= 100 for one in found)
    assert end in {level["low"], level["high"]}
    assert end in {one["estimate"] for one in found}


def test_a_column_in_its_own_unit_has_no_ends():
    row = few(variables={"means": ["n"]})["n", "mean"]
    assert row["high"] == pytest.approx(8 + 2.776445 * 2)


def test_pooled_copies_stay_on_the_scale_too():
    data = pd.concat([pd.DataFrame({"a": [5.0, 5, 5, 5, last], "m": last}) for last in (1, 2)])
    spec = {
        "scales": {"s": {"items": ["a"], "minimum": 1, "maximum": 5}},
        "missing": {"imputation": "m"},
    }
    [row] = analyse(data, spec).result["estimates"]
    assert row["high"] == 100


def test_a_value_beyond_the_ends_that_a_column_is_said_to_have_is_refused():
    data = pd.DataFrame({"q": [1, 5, 99, 3]})
    with pytest.raises(AnalyticsError) as told:
        analyse(data, {"variables": {"means": ["q"], "ranges": {"q": [1, 5]}}})
    assert str(told.value) == (
        "[variables] ranges: the column 'q' holds a value outside 1 to 5 in 1 row, the first is "
        "row 3: correct it, leave it empty, or give the ends that it has"
    )
