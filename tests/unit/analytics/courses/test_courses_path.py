"""The path of the whole between all its waves, and what it takes to be picked by looking."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.comparison.margins import SURE
from analytics.comparison.verdict import sure_of_picked
from analytics.courses.findings import judge_by_series
from analytics.courses.path import PATH_COLUMNS
from tests.examples import examples

MARGIN = 3.0
MEASURES = ("A", "B", "C")


def walked(levels, error=0.4, named=()):
    """Judge waves of one whole whose measures stand at these levels."""
    waves = [f"w{at}" for at in range(len(levels))]
    reach = 1.96 * error
    rows = [
        (wave, measure, "agency", "", level, level - reach, level + reach, 2000.0, np.nan)
        for wave, level in zip(waves, levels, strict=True)
        for measure in MEASURES
        if not np.isnan(level)
    ]
    names = ["wave", "measure", "level", "domain", "mean", "low", "high", "n", "population"]
    shown = pd.DataFrame(rows, columns=names)
    wanted = pd.DataFrame([
        (measure, "agency", "", waves[-2], "previous") for measure in MEASURES
    ], columns=["measure", "level", "domain", "since", "role"])  # fmt: skip
    return judge_by_series(
        shown, waves, wanted, {}, linked=np.zeros((len(waves),) * 2),
        margins=np.full(len(wanted), MARGIN), named={waves[-2], waves[0], *named},
    ).path  # fmt: skip


def of(path, role, measure="A"):
    found = path[(path["measure"] == measure) & (path["role"] == role)]
    return found.set_index("since")


def test_a_fall_that_was_made_good_is_told_though_nothing_changed_lately():
    path = walked([63.0, 63.2, 62.8, 63.2, 57.8, 59.2, 61.0, 61.3])
    fall = of(path, "fall").iloc[0]
    assert (fall["until"], fall["verdict"]) == ("w4", "down")
    assert -6.5 < fall["low"] < fall["difference"] < fall["high"] < -3.0
    since = of(path, "since")
    assert since.loc["w6", "verdict"] == "steady"
    assert since.loc["w4", "verdict"] == "up"
    assert of(path, "rise").empty


def test_where_nothing_moves_no_fall_and_no_rise_is_told():
    path = walked([62.9, 63.1, 62.8, 63.2, 63.0, 62.7])
    assert set(path["role"]) == {"since"}
    assert not path["verdict"].isin(["up", "down"]).any()


def test_a_wave_without_the_measure_is_no_part_of_its_path():
    path = walked([63.0, np.nan, 62.8, 63.2])
    assert list(of(path, "since").index) == ["w0", "w2"]


def test_of_a_long_series_the_path_is_told_of_its_last_year_and_of_what_was_named():
    # three years of months: of the pairs of all of them each would have to be all but certain
    levels = [60.0] * 30 + [60.1] * 5 + [65.5]
    path = walked(levels, 0.5, named=["w20"])
    told = {"w0", "w20", *(f"w{at}" for at in range(24, 35))}
    assert set(of(path, "since").index) == told
    picked = of(path, "since").loc["w30"]
    assert picked["verdict"] == "up"
    assert picked["chance"] >= sure_of_picked(np.array([len(told)]))[0]


def test_one_wave_alone_has_no_path():
    assert walked([np.nan, 63.0]).empty


def test_what_was_named_beforehand_needs_no_more_than_any_change():
    levels = [60.0, 60.4, 60.2, 60.1, 63.6]
    strict, named = walked(levels, 0.5), walked(levels, 0.5, named=["w1", "w2"])
    for since in ("w1", "w2"):
        before, after = of(strict, "since").loc[since], of(named, "since").loc[since]
        assert before["chance"] == after["chance"]
        assert (after["verdict"] == "up") == (
            after["chance"] >= SURE and after["difference"] >= MARGIN and after["low"] > 0
        )
        if before["verdict"] == "up":
            assert before["chance"] >= sure_of_picked(np.array([4]))[0]


@pytest.mark.parametrize(("among", "sure"), [(1, 0.9), (4, 0.975), (28, 1 - 0.1 / 28)])
def test_chances_of_being_wrong_add_up_to_that_of_one(among, sure):
    assert sure_of_picked(np.array([among]))[0] == pytest.approx(sure)


@examples(10, audit=40)
@given(st.lists(st.floats(40, 80).map(lambda one: round(one, 1)), min_size=2, max_size=7))
def test_every_step_that_is_called_is_so_sure_and_lies_in_its_interval(levels):
    path = walked(levels, 0.8)
    assert tuple(path.columns) == PATH_COLUMNS
    waves = len(levels)
    pairs = waves * (waves - 1) // 2
    for row in path.to_dict("records"):
        assert row["low"] <= row["difference"] <= row["high"]
        if row["role"] != "since":
            assert row["verdict"] == {"fall": "down", "rise": "up"}[row["role"]]
            assert row["until"] != f"w{waves - 1}"
            assert row["chance"] >= 1 - (1 - SURE) / pairs - 1e-9
        if row["verdict"] in {"up", "down"}:
            assert abs(row["difference"]) >= MARGIN - 1e-9
            assert row["low"] > 0 or row["high"] < 0
