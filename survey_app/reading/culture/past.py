"""What places said themselves the last time that everybody was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from survey_app.reading.actions.follow_up import Opened
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Change, Domain
from survey_app.reading.waves import Wave

MAIN: Final = "main"
LEVELS: Final = (AGENCY, "region", "unit")
type Changes = Callable[[str, Domain], Change | None]
"""The change of a measure in a place, or ``None`` where it is not shown."""


def since_last(published: Published) -> Changes:
    """Find changes since a measure was last asked, as the publication has them."""
    return lambda code, place: published.change(code, place.level, place.code, "previous")


def as_latest(moved: Changes, codes: Sequence[str], places: Sequence[Domain]) -> list[Change]:
    """List the changes that a table counts, each as the latest: sentences speak of those."""
    found = (moved(code, place) for code in codes for place in places)
    return [replace(one, role="previous") for one in found if one is not None]


async def since_main(
    published: Published, wave: Wave, series: Sequence[Wave], codes: Sequence[str], at: datetime
) -> Changes:
    """Find changes since the main wave before; of a pulse, since the measure was last asked.

    A publication that compares the two has the change already. Else the two that both asked
    everybody are compared by the same rule, as for actions (docs/adr/0014).
    """
    before = [one for one in series[: series.index(wave)] if one.kind == MAIN]
    if wave.kind != MAIN or not before:
        return since_last(published)
    opened = Opened(series, at)
    found: dict[tuple[str, str, str], Change] = {}
    for code in codes:
        base = next((one for one in reversed(before) if code in one.measures), None)
        if base is None:
            continue
        for level in LEVELS:
            between = await opened.between(base, wave, code, level)
            found |= {(code, level, place): change for place, change in between.items()}
        for role in ("first", "previous"):
            for one in published.changes([code]):
                if one.role == role and one.since == base.key and one.shown:
                    found[code, one.level, one.domain] = one
    return lambda code, place: found.get((code, place.level, place.code))
