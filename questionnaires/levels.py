"""Where on 0-100 each word for a level begins, as ``agency.toml`` says."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from questionnaires.reading import Table

LOWEST, HIGHEST = 1, 99


@dataclass(frozen=True, slots=True)
class Levels:
    """The first whole point that is ``low``, ``medium``, ``good``, ``very_good``; weak is below.

    Reading aids that were set by judgement and are no norms (instruments.md 4.8).
    """

    low: int = 40
    medium: int = 55
    good: int = 70
    very_good: int = 80

    @property
    def limits(self) -> tuple[int, ...]:
        """Where the bands above the lowest begin, in order."""
        found: tuple[int, ...] = astuple(self)
        return found


def parse_levels(table: Table) -> Levels:
    """Read ``[levels]`` and note what is wrong with it; what is left out is as usual."""
    usual = Levels()
    known = [one.name for one in fields(Levels)]
    found = {
        name: table.take(name, int) if name in table.keys else getattr(usual, name)
        for name in known
    }
    for name, limit in found.items():
        if not LOWEST <= limit <= HIGHEST:
            table.wrong(name, f"{limit} is no point between 0 and 100; write {LOWEST} to {HIGHEST}")
    for before, after in pairwise(known):
        if found[before] >= found[after]:
            table.wrong(
                after, f"{found[after]} must lie above {before}, which begins at {found[before]}"
            )
    table.close()
    return Levels(**found)
