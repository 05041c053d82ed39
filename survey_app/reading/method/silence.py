"""How often a said range holds the level of everybody, from staffs whose truth is known.

``coverage.json`` is written by ``python -m tests.reference.nonresponse --write``; nothing else is
told on the page.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from survey_app.shared.i18n import N_

TABLE: Final = Path(__file__).parent / "coverage.json"
# the regimes of tests/reference/nonresponse/waves.py, in the order of the page
_NAMES: Final = {
    "none": N_("De som ikke svarte, er som dem som svarte"),
    "assumed": N_("Slik vi regner med: avstanden varierer fra måling til måling"),
    "assumed, few answer": N_("Det samme, men bare tre av ti svarer"),
    "3 points": N_("De som ikke svarte, ligger 3 poeng lavere hver gang"),
    "6 points": N_("De ligger 6 poeng lavere hver gang: på kanten av det vi regner med"),
    "9 points": N_("De ligger 9 poeng lavere hver gang: utenfor det vi regner med"),
}


@dataclass(frozen=True, slots=True)
class RegimeCoverage:
    """How often the truth was held in one regime, as shares 0-1 by level.

    ``off`` is how far the agency's figure lay from the truth and ``reach`` how far its range
    reached, in points.
    """

    name: str
    beyond: bool
    off: float
    reach: float
    interval: dict[str, float]
    within: dict[str, float]


@functools.cache
def read_coverage() -> tuple[RegimeCoverage, ...]:
    """Read the table once."""
    rows: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    known = {row["regime"]: row for row in rows}
    return tuple(_made(code, text, known[code]) for code, text in _NAMES.items() if code in known)


def _made(code: str, name: str, row: dict[str, Any]) -> RegimeCoverage:
    levels = {level: row[level] for level in ("agency", "region", "unit")}
    return RegimeCoverage(
        name,
        beyond=code == "9 points",
        off=row["agency"]["off"],
        reach=row["agency"]["reach"],
        interval={level: one["interval"] / one["places"] for level, one in levels.items()},
        within={level: one["within"] / one["places"] for level, one in levels.items()},
    )
