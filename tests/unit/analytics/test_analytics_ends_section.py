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
