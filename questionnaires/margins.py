"""The smallest changes that matter, by which verdicts are given, as ``agency.toml`` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

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


USUAL: Final = Margins()
