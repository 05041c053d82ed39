"""Changes of units that were renamed, merged or split since, from what was published alone.

What compares two waves' answers finds a unit by its code. Where the crosswalk says that a code was
something else then, that comparison is taken away; where what the unit was can be made of published
figures, it is compared with that, and judged as all others are.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from analytics.comparison.together import ShownPart, put_together
from survey_app.publications.lineage import UNIT, Way, between, steps_in, units_in, way
from survey_app.publishing.inputs.past import COLUMNS, Past

_SHOWN: Final = "published"
_OF: Final = ("measure", "since", "role", "margin")


def linked_past(content: Mapping[str, Any], past: Past) -> Past:
    """Let earlier figures of units be of what the units were.

    Parameters
    ----------
    content : mapping
        The publication, with its ``domains`` and ``lineage``.
    past : Past

    Returns
    -------
    Past
        The same where no unit was changed. Else ``shown`` has, under the code of now, the figure of
        then: of the same unit, or of its parts together where all of them are shown. Of a unit that
        was a part of another one, or whose parts are not all shown, it has none. ``rates`` are left
        out where the unit was not the same: they would be of other people than the figure.
    """
    ways = _ways(content, past)
    changed = {key for key, how in ways.items() if how != Way("own", (key[1],))}
    if not changed:
        return past
    units = past.shown["level"] == UNIT
    pairs = pd.MultiIndex.from_frame(past.shown[["wave", "domain"]])
    kept = past.shown[~(units & pairs.isin(changed))]
    made = [row for key in sorted(changed) for row in _made(past, key, ways[key])]
    rows = pd.DataFrame(made, columns=list(COLUMNS)).astype(past.shown.dtypes.to_dict())
    shown = pd.concat([kept, rows], ignore_index=True) if made else kept.reset_index(drop=True)
    rates = past.rates
    there = pd.MultiIndex.from_frame(rates[["wave", "domain"]]).isin(changed)
    return dataclasses.replace(
        past, shown=shown, rates=rates[~((rates["level"] == UNIT) & there)].reset_index(drop=True)
    )


def linked_changes(content: Mapping[str, Any], past: Past, relinked: Past) -> list[dict[str, Any]]:
    """Take away what compares a unit with another one, and compare it with what it was.

    Parameters
    ----------
    content : mapping
        The publication, with its protected ``changes`` and ``estimates``.
    past, relinked : Past
        As read, and by `linked_past`.

    Returns
    -------
    list of dict
        Rows of ``changes``. Those that were made here have None for ``se``, ``p`` and
        ``p_adjusted``: they are told by the model of all waves, as every verdict is.
    """
    if relinked is past:
        rows: list[dict[str, Any]] = content["changes"]
        return rows
    ways = _ways(content, past)
    own = [
        row
        for row in content["changes"]
        if row["level"] != UNIT
        or ways.get((row["since"], row["domain"]), Way("own", (row["domain"],)))
        == Way("own", (row["domain"],))
    ]
    codes = {key for key, how in ways.items() if how != Way("own", (key[1],))}
    made = list(_compared(content, relinked, codes))
    order = {(row["level"], row["code"]): at for at, row in enumerate(content["domains"])}
    return sorted(
        [*own, *made],
        key=lambda row: (
            row["measure"],
            row.get("statistic", "mean"),
            order.get((row["level"], row["domain"]), len(order)),
            row["since"],
            row["role"],
        ),
    )


def _ways(content: Mapping[str, Any], past: Past) -> dict[tuple[str, str], Way]:
    """Say by wave and unit how the earlier waves are read."""
    steps = steps_in(content)
    if not steps:
        return {}
    here = units_in(content)
    return {
        (wave, unit.code): way(unit, between(steps, then.steps), then.places)
        for wave, then in past.units.items()
        for unit in here
    }


def _made(past: Past, key: tuple[str, str], how: Way) -> Iterator[tuple[Any, ...]]:
    wave, code = key
    if how.link not in {"own", "together"}:
        return
    shown = past.shown
    rows = shown[
        (shown["wave"] == wave) & (shown["level"] == UNIT) & shown["domain"].isin(how.codes)
    ]
    people = {one.code: one.people for one in past.units[wave].places}
    for measure, parts in rows.groupby("measure", sort=True):
        if set(parts["domain"]) != set(how.codes):
            continue  # a part that is not shown: nothing is told of the rest
        found = put_together([_part(one, people) for one in parts.to_dict("records")])
        n = math.nan if found.n is None else found.n
        yield (
            wave, measure, UNIT, code, found.mean, found.low, found.high, n, found.people
        )  # fmt: skip


def _part(row: Mapping[Any, Any], people: Mapping[str, int | None]) -> ShownPart:
    n = None if pd.isna(row["n"]) else int(row["n"])
    return ShownPart(people[row["domain"]] or 0, row["mean"], row["low"], row["high"], None, n)


def _compared(
    content: Mapping[str, Any], relinked: Past, codes: Iterable[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    asked = _asked(content["changes"])
    wanted = set(codes)
    before = {
        (row["wave"], row["measure"], row["domain"]): row
        for row in relinked.shown[relinked.shown["level"] == UNIT].to_dict("records")
        if (row["wave"], row["domain"]) in wanted
    }
    for row in content["estimates"]:
        if row["level"] != UNIT or row["statistic"] != "mean" or row["status"] != _SHOWN:
            continue
        if row["low"] is None:
            continue
        for since, role, margin in asked.get(row["measure"], ()):
            then = before.get((since, row["measure"], row["domain"]))
            if then is not None:
                yield _change(row, then, since, role, margin)


def _asked(changes: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[str, str, float]]]:
    """Return, by measure, the waves that units are compared with, and the margin of units."""
    found: dict[str, dict[tuple[str, str], float]] = {}
    for row in changes:
        if (
            row["level"] == UNIT
            and row["status"] == _SHOWN
            and row.get("statistic", "mean") == "mean"
        ):
            found.setdefault(row["measure"], {})[row["since"], row["role"]] = row["margin"]
    return {
        measure: [(since, role, margin) for (since, role), margin in sorted(rows.items())]
        for measure, rows in found.items()
    }


def _change(
    now: Mapping[str, Any], then: Mapping[Any, Any], since: str, role: str, margin: float
) -> dict[str, Any]:
    difference = now["mean"] - then["mean"]
    below = math.hypot(now["mean"] - now["low"], then["high"] - then["mean"])
    above = math.hypot(now["high"] - now["mean"], then["mean"] - then["low"])
    return {
        "measure": now["measure"],
        "statistic": "mean",
        "level": UNIT,
        "domain": now["domain"],
        "since": since,
        "role": role,
        "difference": round(difference, 1) + 0.0,
        "se": None,
        "low": round(difference - below, 1) + 0.0,
        "high": round(difference + above, 1) + 0.0,
        "p": None,
        "p_adjusted": None,
        "verdict": "uncertain",
        "under_limit": False,
        "margin": margin,
        "status": _SHOWN,
    }
