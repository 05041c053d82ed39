"""Changes of units that were renamed, merged or split: from published figures, or none."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.waves import WaveMeta
from survey_app.publications.lineage import WaveUnit
from survey_app.publishing.computing.judged import judged_changes
from survey_app.publishing.computing.linked import linked_changes, linked_past
from survey_app.publishing.inputs.past import COLUMNS, RATE_COLUMNS, Past, UnitsThen

KEYS = ("w1", "w2", "w3")
DAYS = {key: date(2025, 3, 20) + timedelta(days=120 * at) for at, key in enumerate((*KEYS, "w4"))}
STAY = tuple(f"u{at}" for at in range(8))
ERROR = {"agency": 0.6, "region": 0.85, "unit": 1.7}
MARGIN = {"agency": 3.0, "region": 3.0, "unit": 5.0}


def step(kind, origin, target):
    return {"day": "2026-01-01", "kind": kind, "from": origin, "to": target, "name": origin}


def figures(wave, seed, units):
    rng = np.random.default_rng(seed)
    places = {("agency", ""): (60.0, 500), ("region", "r"): (60.0, 500)}
    places |= {("unit", code): facts for code, facts in units.items()}
    for (level, code), (middle, people) in places.items():
        mean = round(middle + 0.1 * float(rng.normal()) * ERROR[level], 1)
        reach = 1.96 * ERROR[level]
        yield (wave, "KI", level, code, mean, round(mean - reach, 1), round(mean + reach, 1),
               round(people * 0.7), people)  # fmt: skip


def past(units, hidden=()):
    rows = [
        row
        for at, wave in enumerate(KEYS)
        for row in figures(wave, at, dict.fromkeys(STAY, (60.0, 50)) | units)
        if row[3] not in hidden
    ]
    then = tuple(WaveUnit(code, frozenset({code}), 50) for code in (*STAY, *units))
    rates = [(wave, "unit", code, "r", 35, 50) for wave in KEYS for code in units]
    return Past(
        tuple(WaveMeta(key, "main", "staff", invited_everybody=True) for key in KEYS),
        pd.DataFrame(rows, columns=list(COLUMNS)),
        pd.DataFrame(rates, columns=list(RATE_COLUMNS)),
        closed_on=DAYS,
        units={wave: UnitsThen(then, ()) for wave in KEYS},
    )


def publication(units, lineage, before):
    """The last wave, with changes of every code that the wave before has."""
    rows = list(figures("w4", 9, dict.fromkeys(STAY, (60.0, 50)) | units))
    then = {(one[2], one[3]): one for one in before.shown.itertuples(index=False) if one[0] == "w3"}
    estimates = [
        {"measure": "KI", "statistic": "mean", "level": level, "domain": code, "n": n, "mean": mean,
         "low": low, "high": high, "se": 1.0, "status": "published"}
        for _, _, level, code, mean, low, high, n, _ in rows
    ]  # fmt: skip
    changes = [
        {"measure": "KI", "statistic": "mean", "level": level, "domain": code, "since": "w3",
         "role": "previous", "difference": round(mean - then[level, code].mean, 1), "low": -1.0,
         "high": 1.0, "se": 1.0, "p": 0.5, "p_adjusted": 0.5, "verdict": "uncertain",
         "under_limit": False, "margin": MARGIN[level], "status": "published"}
        for _, _, level, code, mean, *_ in rows
        if (level, code) in then
    ]  # fmt: skip
    domains = [
        {"level": level, "code": code, "parent": "r" if level == "unit" else "",
         "members": [code] if level == "unit" else [], "population": people}
        for _, _, level, code, *_, people in rows
    ]  # fmt: skip
    return {"estimates": estimates, "changes": changes, "domains": domains, "lineage": lineage}


def judged(units_now, lineage, units_then, hidden=()):
    before = past(units_then, hidden)
    content = publication(units_now, lineage, before)
    linked = linked_past(content, before)
    content["changes"] = linked_changes(content, before, linked)
    meta = WaveMeta("w4", "main", "staff", invited_everybody=True)
    found = judged_changes(content, linked, meta, DAYS["w4"])
    return {row["domain"]: row for row in found.changes if row["level"] == "unit"}, linked


def test_a_new_code_goes_on_from_the_old_one():
    changes, linked = judged({"b": (80.0, 50)}, [step("renamed", "a", "b")], {"a": (60.0, 50)})
    assert changes["b"]["verdict"] == "up"
    assert changes["b"]["difference"] == pytest.approx(20.0, abs=0.7)
    assert set(linked.shown.loc[linked.shown["domain"] == "b", "wave"]) == set(KEYS)


def test_a_merger_is_compared_with_its_parts_together():
    lineage = [step("merged", "a", "c"), step("merged", "b", "c")]
    changes, linked = judged({"c": (72.5, 100)}, lineage, {"a": (50.0, 50), "b": (55.0, 50)})
    # of equal size: 52.5, and 20 below 72.5
    assert changes["c"]["difference"] == pytest.approx(20.0, abs=0.7)
    assert changes["c"]["verdict"] == "up"
    assert changes["c"]["p"] is None
    assert linked.shown.loc[linked.shown["domain"] == "c", "population"].tolist() == [100.0] * 3


def test_a_merger_with_a_hidden_part_is_compared_with_nothing():
    lineage = [step("merged", "a", "c"), step("merged", "b", "c")]
    then = {"a": (50.0, 50), "b": (55.0, 50)}
    changes, linked = judged({"c": (72.5, 100)}, lineage, then, hidden={"b"})
    assert "c" not in changes
    assert "c" not in set(linked.shown["domain"])


def test_a_unit_that_took_another_in_is_no_more_compared_with_itself_alone():
    lineage = [step("merged", "a", "u0"), step("merged", "u0", "u0")]
    changes, _ = judged({"u0": (60.0, 100)}, lineage, {"a": (80.0, 50)})
    # it was 60 and 80: together 70
    assert changes["u0"]["difference"] == pytest.approx(-10.0, abs=0.7)
    changes, _ = judged({"u0": (60.0, 100)}, lineage, {"a": (80.0, 50)}, hidden={"a"})
    assert "u0" not in changes


def test_no_verdict_is_given_of_the_parts_of_a_split_unit():
    lineage = [step("split", "u0", "b"), step("split", "u0", "u0")]
    changes, linked = judged({"u0": (80.0, 30), "b": (40.0, 20)}, lineage, {})
    assert not {"u0", "b"} & set(changes)
    assert not {"u0", "b"} & set(linked.shown["domain"])
    assert "u1" in changes


def test_without_a_step_nothing_is_touched():
    before = past({"a": (60.0, 50)})
    content = publication({"a": (60.0, 50)}, [], before)
    assert linked_past(content, before) is before
    assert linked_changes(content, before, before) is content["changes"]
    lineage = [step("renamed", "a", "a"), step("moved", "a", "a")]
    content = publication({"a": (60.0, 50)}, lineage, before)
    assert linked_past(content, before) is before


@pytest.mark.parametrize("kind", ["merged", "renamed", "split"])
def test_what_is_told_does_not_depend_on_a_hidden_figure(kind):
    """Whatever the hidden part was, the publication is the same to the last digit."""
    lineage = [step(kind, "a", "c"), step(kind, "b", "c")]
    told = [
        judged({"c": (70.0, 100)}, lineage, {"a": (50.0, 50), "b": (mean, 50)}, hidden={"b"})[0]
        for mean in (5.0, 95.0)
    ]
    assert told[0] == told[1]
    assert "c" not in told[0]
