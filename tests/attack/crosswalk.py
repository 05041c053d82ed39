"""Changes across a reorganisation, read as figures of the wave before.

A change and the level it leads to give the level that it comes from. Of a unit that was several, or
had another code, that is a figure of the earlier wave: it must follow from what that wave shows by
itself. Where a unit was a part of another one, or had no figure, no change may stand at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survey_app.publications.lineage import UNIT, Way, ways

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.attack.shelf import Content, Judge, Report, Row
    from tests.attack.wave_system import WaveSystem


def across_units(systems: Sequence[WaveSystem], sees: Judge, report: Report) -> None:
    """Look whether a change of a unit that was changed tells of what was hidden before.

    Parameters
    ----------
    systems : sequence of WaveSystem
        Every wave, with what a reader has learned of it.
    sees : function of a row to bool
    report : Report
    """
    known = {system.key: system for system in systems}
    for system in systems:
        for content in system.contents:
            for row, how in _changed(content, known):
                if sees(row):
                    _look(row, how, known[row["since"]], report)


def _changed(content: Content, known: Mapping[str, WaveSystem]) -> Iterator[tuple[Row, Way]]:
    for row in content["changes"]:
        if row["level"] != UNIT or row["since"] not in known or row["statistic"] != "mean":
            continue
        how = ways(content, row["domain"], [known[row["since"]].contents[-1]])[0]
        if how != Way("own", (row["domain"],)):
            yield row, how


def _look(row: Row, how: Way, then: WaveSystem, report: Report) -> None:
    report.looked["changes across units"] += 1
    name = ("change", row["measure"], row["domain"], row["since"])
    if how.link not in {"own", "together"}:
        report.add("crosswalk", then.key, *name)
        return
    version = len(then.contents) - 1
    people = {one["code"]: one["population"] for one in then.contents[-1]["domains"]}
    parts = [
        (people[code], then.row(version, {**row, "category": "", "domain": code}))
        for code in how.codes
    ]
    vectors = [count * vector for count, vector in parts if vector is not None]
    if len(vectors) == len(parts) and not _follows(row["measure"], sum(vectors), then):
        report.add("crosswalk", then.key, *name)


def _follows(measure: str, vector: np.ndarray, then: WaveSystem) -> bool:
    if measure in then.options:
        inside = np.array([vector[then.span.place[measure]]])
        return bool(then.span.follows_inside(measure, inside)[0])
    return bool(then.span.follows(np.array([vector]))[0])
