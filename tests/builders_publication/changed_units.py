"""A shelf on which units were renamed, moved, merged and split between two waves.

Two main waves before, one after. By code of now: ``ost-1`` had another name, ``ost-2`` another
code, ``ost-6`` stood under another region; ``ost-3`` took ``ost-93`` in, ``sor-1`` took in
``sor-93``, which was hidden; ``ost-95`` was split off from ``ost-5``.
"""

from __future__ import annotations

import copy
import functools
from typing import Any

import pandas as pd

from survey_app.publications.lineage import steps_in, units_in
from survey_app.publishing.computing.linked import linked_changes, linked_past
from survey_app.publishing.inputs.past import COLUMNS, RATE_COLUMNS, Past, UnitsThen
from tests.builders_publication.facts import SMALL_UNIT
from tests.builders_publication.figures import verdict_of
from tests.builders_publication.measures import wave_labels
from tests.builders_publication.series import staff_series
from tests.once_in_a_run import once_in_a_run

DAY = "2026-02-01"
OLD_NAME = "Gamle Øst fengsel"
_TABLES = (
    ("domains", "code"),
    ("estimates", "domain"),
    ("changes", "domain"),
    ("pooled", "domain"),
)


def _step(kind: str, origin: str, target: str, name: str) -> dict[str, str]:
    return {"day": DAY, "kind": kind, "from": origin, "to": target, "name": name}


LINEAGE = [
    _step("renamed", "ost-1", "ost-1", OLD_NAME),
    _step("renamed", "ost-92", "ost-2", "Fengsel Øst 92"),
    _step("merged", "ost-3", "ost-3", "Fengsel Øst 3"),
    _step("merged", "ost-93", "ost-3", "Fengsel Øst 93"),
    _step("split", "ost-5", "ost-5", "Fengsel Øst 5"),
    _step("moved", "ost-6", "ost-6", "Region Sør"),
    _step("split", "ost-5", "ost-95", "Fengsel Øst 5"),
    _step("merged", "sor-1", "sor-1", "Fengsel Sør 1"),
    _step("merged", "sor-93", "sor-1", "Fengsel Sør 93"),
]


def _unit(content: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in content["domains"] if one["code"] == code)
    return found


def _copied(content: dict[str, Any], code: str, new: str, name: str) -> None:
    for table, column in _TABLES:
        rows = [one for one in content[table] if one[column] == code]
        content[table] += [copy.deepcopy(one) | {column: new} for one in rows]
    _unit(content, new).update(name=name, members=[new])


def _coded(content: dict[str, Any], code: str, new: str) -> None:
    for table, column in _TABLES:
        for one in content[table]:
            if one[column] == code:
                one[column] = new
    _unit(content, new)["members"] = [new]


def _with_codes(content: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(content)
    for one in made["domains"]:
        if one["level"] == "unit":
            one["members"] = [one["code"]]
    return made


def _before(content: dict[str, Any]) -> dict[str, Any]:
    made = _with_codes(content)
    _unit(made, "ost-1")["name"] = OLD_NAME
    _coded(made, "ost-2", "ost-92")
    _unit(made, "ost-92")["name"] = "Fengsel Øst 92"
    _unit(made, "ost-6")["parent"] = "sor"
    _copied(made, "ost-4", "ost-93", "Fengsel Øst 93")
    _copied(made, SMALL_UNIT, "sor-93", "Fengsel Sør 93")
    return made


@functools.cache
def changed_units() -> list[dict[str, Any]]:
    """The three waves, oldest first; changes of such units as publishing makes them."""
    return once_in_a_run("changed_units", _changed)


def _changed() -> list[dict[str, Any]]:
    series = staff_series()
    before = [_before(series[0]), _before(series[3])]
    now = _with_codes(series[3])
    now["wave"] |= {
        "key": "2026-h", "sequence": 9, "closed_on": "2026-10-02", "results_on": "2026-10-16",
        "labels": wave_labels("Høsten 2026", "høst", 2026, "main"),
    }  # fmt: skip
    now["since_labels"] |= {one["wave"]["key"]: one["wave"]["labels"] for one in before}
    _copied(now, "ost-5", "ost-95", "Fengsel Øst 95")
    now["lineage"] = LINEAGE
    past = past_of(before)
    now["changes"] = [_judged(one) for one in linked_changes(now, past, linked_past(now, past))]
    return [*before, now]


def past_of(contents: list[dict[str, Any]]) -> Past:
    """What publishing would read of earlier publications."""
    people = {
        (one["wave"]["key"], row["level"], row["code"]): row["population"]
        for one in contents
        for row in one["domains"]
    }
    rows = [
        (key, row["measure"], row["level"], row["domain"], row["mean"], row["low"], row["high"],
         row["n"], people[key, row["level"], row["domain"]])
        for one in contents
        for key in [one["wave"]["key"]]
        for row in one["estimates"]
        if row["statistic"] == "mean" and row["status"] == "published" and row["mean"] is not None
    ]  # fmt: skip
    return Past(
        (),
        pd.DataFrame(rows, columns=list(COLUMNS)),
        pd.DataFrame([], columns=list(RATE_COLUMNS)),
        units={one["wave"]["key"]: UnitsThen(units_in(one), steps_in(one)) for one in contents},
    )


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    if "model_difference" in row or row["status"] != "published":
        return row
    verdict, under = verdict_of(row["difference"], row["low"], row["high"], row["margin"])
    return row | {
        "model_difference": row["difference"], "model_low": row["low"], "model_high": row["high"],
        "verdict": verdict, "under_limit": under, "chance": 0.9, "apart": False,
    }  # fmt: skip
