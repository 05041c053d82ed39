"""How often findings are wrong, from agencies whose truth is known.

``error_rates.json`` is written by ``python -m tests.reference.findings --write``; nothing else is
told on the page, so that its sentences are as true as that run.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from survey_app.shared.i18n import N_

TABLE: Final = Path(__file__).parent / "error_rates.json"
# the regimes of tests/reference/findings/regimes.py, in the order of the page
_MOVING: Final = {
    "together": N_("Hele etaten endrer seg med 4 poeng, og alle enheter følger med"),
    "few": N_("Tre av seksti enheter endrer seg med 5 til 15 poeng fra gang til gang"),
    "one": N_("Én av seksti enheter endrer seg med 5 til 15 poeng fra gang til gang"),
    "many": N_("Alle enheter endrer seg litt"),
    "mixed": N_("Litt av alt"),
    "lone": N_("Ett enkelt mål i én enhet endrer seg med 8 til 15 poeng"),
    "civil service, main waves alone": N_(
        "Enhetene endrer seg fra år til år slik britiske statsetater har gjort"
    ),
}


@dataclass(frozen=True, slots=True)
class Rates:
    """How a rule did in one regime, or in several together; shares are 0–1, of what was called.

    ``called`` counts the findings of an agency in all its publications, ``size`` is what was shown
    for each point that was true, ``found`` the share of large true changes that were called.
    """

    name: str
    agencies: int
    called: float
    wrong: float
    under_half: float
    size: float
    found: float


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything that the page tells of the rule's errors.

    ``still`` and ``met`` are agencies where nothing moved, and those of them where something was
    found all the same, ``met_before`` by the rule of before. ``present`` and ``regimes`` are held
    against what everybody would have said, ``lasting`` against where places stand.
    """

    still: int
    met: int
    met_before: int
    steady: float
    present: Rates
    lasting: Rates
    before: Rates
    regimes: tuple[Rates, ...]


@functools.cache
def decided() -> Decided:
    """Read the table once."""
    table: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    # held against what everybody in a place would have answered
    rows = [row for row in table if row["truth"] == "said"]
    still = [row for row in rows if row["still"]]
    moving = [row for row in rows if not row["still"]]
    named = {row["regime"]: row for row in moving}
    return Decided(
        still=sum(row["agencies"] for row in still),
        met=sum(row["any_call"] for row in still),
        met_before=sum(row["any_call_before"] for row in still),
        steady=sum(row["steady_right"] for row in rows) / sum(row["steady"] for row in rows),
        present=_rates("", moving, "present"),
        lasting=_rates("", [row for row in table if _is_of_what_lasts(row)], "present"),
        before=_rates("", moving, "before"),
        regimes=tuple(
            _rates(text, [named[code]], "present")
            for code, text in _MOVING.items()
            if code in named
        ),
    )


def _is_of_what_lasts(row: dict[str, Any]) -> bool:
    return bool(row["truth"] == "lasting" and not row["still"])


def _rates(name: str, rows: list[dict[str, Any]], rule: str) -> Rates:
    parts = [level for row in rows for level in row[rule].values()]
    sums = {fact: sum(part[fact] for part in parts) for fact in parts[0]}
    agencies, called = sum(row["agencies"] for row in rows), max(sums["called"], 1)
    return Rates(
        name=name,
        agencies=agencies,
        called=sums["called"] / agencies,
        wrong=sums["wrong"] / called,
        under_half=sums["under_half"] / called,
        size=sums["shown"] / sums["true"] if sums["true"] else 1.0,
        found=sums["found"] / max(sums["large"], 1),
    )
