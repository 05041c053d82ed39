"""Which regions of the heatmap stand open where the address does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_app.reading.published import Domain, Published

MOST_OPEN: Final = 2


def unfolded(table: Published, places: Sequence[Domain], codes: Sequence[str]) -> frozenset[str]:
    """Return the regions that stand open where the address does not say which.

    At most two: those with both a coloured and a really changed cell before those with either,
    then those whose units have such cells; else the first region.
    """
    marks = {
        place.code: _moved(table, place, codes) + _apart(table, place, codes) for place in places
    }
    regions = [place.code for place in places if place.level == "region"]
    own_cells = sorted((code for code in regions if marks[code]), key=lambda code: -marks[code])
    of_units = [place.parent for place in places if place.level == "unit" and marks[place.code]]
    wanted = list(dict.fromkeys([*own_cells, *of_units]))
    return frozenset(wanted[:MOST_OPEN] or regions[:1])


def _moved(table: Published, place: Domain, codes: Sequence[str]) -> bool:
    changes = (table.change(code, place.level, place.code, "previous") for code in codes)
    return any(one is not None and one.shown and one.verdict in {"up", "down"} for one in changes)


def _apart(table: Published, place: Domain, codes: Sequence[str]) -> bool:
    pooled = (table.pooled(code, place.code) for code in codes)
    return any(one is not None and one.difference != "none" for one in pooled)
