"""Breaks and their dates as strucchange finds them on Nile and others; see breaks/breaks.R."""

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.trend.break_dates import argmax_cdf, break_interval
from analytics.trend.segments import Rows, segmentation, stretches

R = json.loads((Path(__file__).parent / "breaks" / "breaks.json").read_text())
LEVELS = ("nile", "nile2", "realint", "durab", "seatbelt", "presidents")
LINES = ("gas_line", "presidents_line")


def rows_of(name, *, known=False):
    own = R[name]
    value, weight = np.array(own["y"]), np.array(own["w"], dtype=float)
    columns = [np.ones(len(value))] + ([np.array(own["x"])] if name in LINES else [])
    nothing = np.zeros((len(value), 0))
    return Rows(value, np.column_stack(columns), np.diag(np.sqrt(weight)), nothing, known)


@pytest.mark.parametrize("name", [*LEVELS, *LINES])
def test_the_best_partitions_and_their_criterion_are_those_of_strucchange(name):
    own = R[name]
    most = len(own["rss"]) - 1
    found = segmentation(rows_of(name), own["h"], most)
    assert found.left == pytest.approx(own["rss"], rel=1e-9)
    assert [list(starts) for starts in found.starts[1:]] == own["all"]
    shift = np.log(np.array(own["w"], dtype=float)).sum()  # R's has none of the weights
    assert found.bic + shift == pytest.approx(own["bic"], rel=1e-10)
    if name != "nile2":
        assert list(found.starts[found.number]) == own["ends"]


@pytest.mark.parametrize("name", [*LEVELS, *LINES])
def test_the_interval_of_each_date_is_that_of_strucchange(name):
    own = R[name]
    for number, (low, high) in enumerate(zip(own["low"], own["high"], strict=True)):
        assert break_interval(rows_of(name), own["ends"], number) == (low, high)


@pytest.mark.parametrize("name", LEVELS)
def test_levels_between_breaks_have_the_errors_of_lm(name):
    own = R[name]
    level, covariance, _ = stretches(rows_of(name), tuple(own["ends"]))
    assert level == pytest.approx(own["coef"], rel=1e-10)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(own["se"], rel=1e-10)


def test_the_place_of_the_maximum_has_the_distribution_of_bai():
    for row in R["argmax"]:
        assert argmax_cdf(row["x"], row["xi"], (1.0, row["phi2"])) == pytest.approx(
            row["p"], rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("name", ["nile", "presidents", "gas_line"])
def test_known_errors_part_a_series_where_weights_do(name):
    own = R[name]
    found = segmentation(rows_of(name, known=True), own["h"], len(own["rss"]) - 1)
    assert [list(starts) for starts in found.starts[1:]] == own["all"]
    n, q, breaks = len(own["y"]), 1 + (name in LINES), np.arange(len(own["rss"]))
    size = -np.log(np.array(own["w"], dtype=float)).sum()
    own_size = np.array(own["rss"]) + size + n * np.log(2 * np.pi)
    assert found.bic == pytest.approx(own_size + (q * (breaks + 1) + breaks) * np.log(n))


@pytest.mark.parametrize("name", ["gas_line", "realint", "presidents_line"])
def test_trying_every_partition_finds_what_the_programme_finds(name):
    whole = rows_of(name)
    count = min(30, len(whole.value))
    part = whole.value[:count], whole.columns[:count], whole.whitening[:count, :count]
    quick = segmentation(Rows(*part, np.zeros((count, 0)), known=False), 4, 3)
    slow = segmentation(Rows(*part, np.zeros((count, 1)), known=False), 4, 3)  # nothing is kept
    assert slow.starts == quick.starts
    assert slow.left == pytest.approx(quick.left, rel=1e-8)
