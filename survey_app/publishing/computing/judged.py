"""The changes of a publication with what all its series' waves tell of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from analytics.courses.bridges import NO_BRIDGES
from analytics.courses.findings import Place, judge_by_series
from analytics.courses.path import SINCE
from analytics.waves import answers_together
from survey_app.publishing.inputs.past import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analytics.courses.alike import Alike
    from analytics.courses.bridges import Bridges
    from analytics.waves import WaveMeta
    from survey_app.publishing.inputs.past import Past

RULE: Final = "courses"
_YEAR: Final = 365  # days
_SEASON: Final = 45  # days that the same season of two years may lie apart
_SHOWN: Final = "published"
_KEY: Final = ("measure", "level", "domain", "since", "role")
_MODEL: Final = {"difference": "model_difference", "low": "model_low", "high": "model_high"}
_FIGURES: Final = ("chance", "verdict", "under_limit", "apart")
_COLUMNS: Final = (*_KEY, "statistic", "margin", "status", *_MODEL.values(), *_FIGURES)


class Judgement(NamedTuple):
    """The changes of a wave as they are judged, facts about the rule, and the path of the whole."""

    changes: list[dict[str, Any]]
    findings: dict[str, Any]
    path: list[dict[str, Any]]


def judged_changes(
    content: Mapping[str, Any],
    past: Past,
    meta: WaveMeta,
    closed_on: date,
    bridges: Bridges = NO_BRIDGES,
) -> Judgement:
    """Judge the published changes, from published figures alone.

    Parameters
    ----------
    content : mapping
        The publication, with its protected estimates and plain changes.
    past : Past
    meta : WaveMeta
    closed_on : date
        Of the wave.
    bridges : Bridges, optional
        Links over other words, whose earlier figures ``past`` has in the words of now.

    Returns
    -------
    changes : list of dict
        The same rows, with what `analytics.courses.findings.judge_by_series` says:
        ``model_difference``, ``model_low``, ``model_high``, ``chance``, ``apart`` and its
        ``verdict``.
    findings : dict
        ``rule``, how many changes are ``called``, and how many of them are ``expected_false``:
        truly less than half the margin; ``two_answers``, how much a person's two answers go
        together (`analytics.courses.alike`), None where no waves can tell it.
    path : list of dict
        Changes of the whole between its waves (`analytics.courses.path.path_of`); the ``role`` of
        that since the same season last year is ``year``.
    """
    rows: list[dict[str, Any]] = content["changes"]
    waves = (*past.waves, meta)
    keys = [one.key for one in waves]
    linked = np.array([[answers_together(one, other) for other in waves] for one in waves])
    wanted = pd.DataFrame(
        [
            [row[name] for name in (*_KEY, "margin")]
            for row in rows
            if row["status"] == _SHOWN and row["since"] in keys
        ],
        columns=[*_KEY, "margin"],
    )
    year = year_before(past, meta, closed_on)
    found = judge_by_series(
        all_shown(content, past, meta.key),
        keys,
        wanted[list(_KEY)],
        _places(content),
        linked=linked,
        margins=wanted["margin"].to_numpy(dtype=np.float64),
        named={*wanted["since"], year},
        bridges=bridges,
    )
    by_key: dict[tuple[Any, ...], dict[Any, Any]] = {
        tuple(one[name] for name in _KEY): one for one in found.rows.to_dict("records")
    }
    told = [_told(row, by_key.get(tuple(row[name] for name in _KEY))) for row in rows]
    called = [row["chance"] for row in told if row.get("verdict") in {"up", "down"}]
    expected = round(sum(1.0 - chance for chance in called), 1)
    facts = {
        "rule": RULE,
        "called": len(called),
        "expected_false": expected,
        "two_answers": _two_answers(found.alike),
    }
    return Judgement(told, facts, _path(found.path, year))


def year_before(past: Past, meta: WaveMeta, closed_on: date) -> str:
    """Find the wave of the same kind in the same season of the year before; empty without one."""
    away = {
        one.key: abs((closed_on - past.closed_on[one.key]).days - _YEAR)
        for one in past.waves
        if one.kind == meta.kind and one.key in past.closed_on
    }
    near = [key for key, days in away.items() if days <= _SEASON]
    return min(near, key=away.__getitem__, default="")


def _path(rows: pd.DataFrame, year: str) -> list[dict[str, Any]]:
    told = [{name: _plain(value) for name, value in row.items()} for row in rows.to_dict("records")]
    return [
        {str(name): value for name, value in row.items()}
        | ({"role": "year"} if (row["role"], row["since"]) == (SINCE, year) else {})
        for row in told
    ]


def _two_answers(alike: Alike | None) -> dict[str, Any] | None:
    if alike is None:
        return None
    figures = {name: round(getattr(alike, name), 2) for name in ("estimate", "low", "high")}
    return figures | {"known": alike.known}


def as_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Lay judged changes out as a table; what a hidden one lacks is missing."""
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame.rename(columns={name: figure for figure, name in _MODEL.items()})


def all_shown(content: Mapping[str, Any], past: Past, key: str) -> pd.DataFrame:
    """Lay out the published means of a wave after those before it."""
    people = {(one["level"], one["code"]): one["population"] for one in content["domains"]}
    now = [
        (
            key, row["measure"], row["level"], row["domain"], row["mean"], row["low"], row["high"],
            row["n"], people.get((row["level"], row["domain"])),
        )
        for row in content["estimates"]
        if (row["statistic"], row["status"]) == ("mean", _SHOWN) and row["low"] is not None
    ]  # fmt: skip
    frame = pd.concat([past.shown, pd.DataFrame(now, columns=list(COLUMNS))], ignore_index=True)
    numbers = dict.fromkeys(("mean", "low", "high", "n", "population"), "float64")
    return frame.astype(numbers)


def _places(content: Mapping[str, Any]) -> dict[tuple[str, str], Place]:
    return {
        (one["level"], one["code"]): Place(
            one["parent"] or "", np.nan if one["population"] is None else float(one["population"])
        )
        for one in content["domains"]
    }


def _told(row: dict[str, Any], found: Mapping[Any, Any] | None) -> dict[str, Any]:
    if row["status"] != _SHOWN:
        return row
    if found is None:
        # too little is shown to judge it by
        return row | _UNJUDGED
    model = {name: _plain(found[figure]) for figure, name in _MODEL.items()}
    return row | model | {name: _plain(found[name]) for name in _FIGURES}


_UNJUDGED: Final[dict[str, Any]] = {
    "model_difference": None, "model_low": None, "model_high": None, "chance": None,
    "verdict": "uncertain", "under_limit": False, "apart": False,
}  # fmt: skip


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
