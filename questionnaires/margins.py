"""The smallest changes that matter, by which verdicts are given, as ``agency.toml`` says."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from questionnaires.reading import Table

UNIT: Final = "unit"


@dataclass(frozen=True, slots=True)
class Margins:
    """The smallest change that matters, in points on 0-100: of a ``unit``, and in ``general``.

    An agency that says nothing has these, and so has whatever was opened before agencies could.
    """

    general: float = 3.0
    unit: float = 5.0

    def at(self, level: str) -> float:
        """Give the margin of a level: a unit's own, and one for all else, groups among them."""
        return self.unit if level == UNIT else self.general

    def named(self) -> dict[str, float]:
        """Give them by name, as they are stored and published."""
        return asdict(self)

    @classmethod
    def of(cls, named: Mapping[str, float] | None) -> Margins:
        """Read what `named` gave: nothing is as usual, and kinds of a newer programme are left."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: points for name, points in (named or {}).items() if name in known})


USUAL: Final = Margins()
# Half of a margin is judged, too, on figures of one decimal; 20 points are a fifth of the scale.
LEAST, MOST = 0.5, 20.0


def parse_margins(table: Table) -> Margins:
    """Read ``[margins]`` and note what is wrong with it; what is left out is as usual."""
    found = {
        one.name: _points(table, one.name) if table.has(one.name) else getattr(USUAL, one.name)
        for one in fields(Margins)
    }
    table.close()
    margins = Margins(**found)
    if margins.unit < margins.general:
        table.wrong(
            "unit",
            f"{margins.unit:g} is less than general, {margins.general:g}; a unit has fewer people,"
            f" so write at least {margins.general:g}",
        )
    return margins


def _points(table: Table, name: str) -> float:
    points = table.number(name)
    usual: float = getattr(USUAL, name)
    if points is None:
        return usual
    if not (math.isfinite(points) and LEAST <= points <= MOST):
        table.wrong(name, f"{points:g} is out of range; write {LEAST:g} to {MOST:g} points")
        return usual
    if points != round(points, 1):
        table.wrong(name, f"{points:g} has more than one decimal, as no figure has; round it")
        return usual
    return points
