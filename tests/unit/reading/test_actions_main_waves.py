"""A change between two main waves from printed figures: as the exact one says, and never surer."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.change import compare_waves
from analytics.comparison.unlinked import LEAST_CORRELATION
from analytics.tables import ESTIMATE_COLUMNS, EstimateTable
from analytics.waves import WaveMeta
from survey_app.reading.actions import main_waves
from survey_app.reading.actions.main_waves import changes_between
from survey_app.reading.published import Published

UNITS, SPREAD, MEASURE = 60, 18.0, "APN"


def a_wave(rng, truth, people) -> EstimateTable:
    """Means of units of which some 60 % answered, with their errors."""
    answered = np.maximum(rng.binomial(people, 0.6), 10)
    answered = np.minimum(answered, people - 1)
    se_model = rng.uniform(0.8, 1.2, len(people)) * SPREAD / np.sqrt(answered)
    frame = pd.DataFrame(
        {
            "measure": MEASURE, "kind": "scale", "statistic": "mean", "category": "",
            "level": "unit", "domain": [f"u{number}" for number in range(len(people))],
            "n": answered, "mean": np.clip(truth + rng.normal(0, se_model), 5, 95),
            "se": se_model * np.sqrt(1 - answered / people), "se_model": se_model,
            "df": answered - 1,
        }
    )  # fmt: skip
    empty = {"float64": np.nan, "str": "", "Int64": pd.NA, "bool": False}
    for name, kind in ESTIMATE_COLUMNS.items():
        if name not in frame:
            frame[name] = empty[kind]
    return EstimateTable(frame[list(ESTIMATE_COLUMNS)])


def shelved(key, table, people, margins=(), asked="a") -> Published:
    """The same as a publication shows it: rounded, without the errors before correction."""
    rows = table.frame
    estimates = [
        {
            "measure": MEASURE, "statistic": "mean", "category": "", "level": "unit",
            "domain": row.domain, "n": int(row.n), "mean": round(row.mean, 1),
            "se": round(row.se, 1), "low": round(row.mean - 2 * row.se, 1),
            "high": round(row.mean + 2 * row.se, 1), "status": "published",
        }
        for row in rows.itertuples()
    ]  # fmt: skip
    domains = [
        {"level": "unit", "code": code, "parent": "", "name": code, "population": int(number),
         "status": "published"}
        for code, number in zip(rows["domain"], people, strict=True)
    ]  # fmt: skip
    return Published(
        {"wave": {"key": key, "labels": {}}, "domains": domains,
         "measures": [{"code": MEASURE, "parts": {}, "identity": {"nb": asked}}],
         "estimates": estimates, "changes": list(margins), "pooled": [], "agreement": [],
         "trends": [], "warnings": [], "statements": [], "drivers": [], "since_labels": {},
         "path": []}
    )  # fmt: skip


MARGIN = {"measure": MEASURE, "statistic": "mean", "level": "unit", "domain": "u0", "role": "first",
          "since": "old", "since_labels": {}, "margin": 5.0, "verdict": "steady",
          "status": "published"}  # fmt: skip


@pytest.fixture(params=range(4))
def both(request) -> tuple[pd.DataFrame, list[Any]]:
    rng = np.random.default_rng(request.param)
    people = rng.integers(25, 260, UNITS)
    truth = rng.normal(65, 6, UNITS)
    moved = truth + np.where(rng.random(UNITS) < 0.4, rng.choice([-12.0, 12.0], UNITS), 0.0)
    tables = [a_wave(rng, truth, people), a_wave(rng, moved, people)]
    metas = [WaveMeta(key, "main", "staff", invited_everybody=True) for key in ("then", "now")]
    exact = compare_waves((metas[1], tables[1]), [(metas[0], tables[0])]).frame
    exact = exact[exact["role"] == "previous"].set_index("domain")
    then = shelved("then", tables[0], people)
    now = shelved("now", tables[1], people, [MARGIN])
    return exact, list(changes_between(then, now, MEASURE, "unit").values())


def test_the_least_correlation_is_that_of_published_changes():
    assert main_waves.LEAST_CORRELATION == LEAST_CORRELATION


def test_printed_figures_give_the_exact_change_but_for_rounding_and_are_never_surer(both):
    exact, printed = both
    assert len(printed) == UNITS
    for change in printed:
        row = exact.loc[change.domain]
        assert change.difference == pytest.approx(row["difference"], abs=0.16)
        width, known = change.high - change.low, row["high"] - row["low"]
        assert width >= known - 0.21  # the ends are printed with one decimal
        assert width <= known + 1.2


def test_what_is_called_up_or_down_is_called_so_by_the_exact_figures_too(both):
    exact, printed = both
    told = {one.domain: one.verdict for one in printed if one.verdict in {"up", "down"}}
    assert len(told) > 5
    agreed = sum(exact.loc[domain, "verdict"] == verdict for domain, verdict in told.items())
    assert agreed >= len(told) - 1  # a figure at the very margin may round across it


def test_a_unit_that_one_wave_hides_is_not_compared(both):
    rng = np.random.default_rng(1)
    people = np.full(3, 100)
    tables = [a_wave(rng, np.full(3, 60.0), people) for _ in range(2)]
    then, now = (shelved(key, one, people, [MARGIN]) for key, one in zip("ab", tables, strict=True))
    hidden = {"measure": MEASURE, "statistic": "mean", "category": "", "level": "unit",
              "domain": "u1", "status": "suppressed_primary"}  # fmt: skip
    shown = [row for row in then.content["estimates"] if row["domain"] != "u1"]
    then = Published({**then.content, "estimates": [*shown, hidden]})
    assert list(changes_between(then, now, MEASURE, "unit")) == ["u0", "u2"]


def test_waves_that_asked_otherwise_are_not_compared():
    people = np.full(3, 100)
    table = a_wave(np.random.default_rng(1), np.full(3, 60.0), people)
    then, now = shelved("a", table, people, [MARGIN]), shelved("b", table, people, [MARGIN])
    assert changes_between(then, now, MEASURE, "unit")
    reworded = shelved("b", table, people, [MARGIN], asked="b")
    assert changes_between(then, reworded, MEASURE, "unit") == {}


def test_without_a_known_margin_nothing_is_judged():
    rng = np.random.default_rng(1)
    people = np.full(3, 100)
    tables = [a_wave(rng, np.full(3, 60.0), people) for _ in range(2)]
    then, now = (shelved(key, one, people) for key, one in zip("ab", tables, strict=True))
    assert changes_between(then, now, MEASURE, "unit") == {}
