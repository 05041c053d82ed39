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

from questionnaires.margins import Margins
from survey_app.shared.i18n import N_

TABLE: Final = Path(__file__).parent / "error_rates.json"
# The margins of the simulation: of an agency with others the table tells nothing.
SIMULATED: Final = Margins(general=3.0, unit=5.0)
# What was asked of the rule before it was tried: of what is called, in any regime; of agencies
# where nothing moves; of intervals of units where something does.
MOST_UNDER_HALF: Final = 0.05
MOST_MET: Final = 0.05
COVERED: Final = (0.94, 0.96)
# and of what the rule of before finds of large changes in regions, how much may be lost
MOST_LOST: Final = 0.1
# the regimes of tests/reference/findings/regimes.py, in the order of the page
_STILL: Final = {
    "still": N_("Svarene til en person henger en del sammen, fra gang til gang og fra mål til mål"),
    "still, a person's answers correlate 0": N_(
        "Svarene til en person henger ikke sammen fra gang til gang"
    ),
    "still, a person's answers correlate .9": N_(
        "Svarene til en person er nesten like fra gang til gang"
    ),
    "still, measures correlate 0": N_("Svarene til en person henger ikke sammen fra mål til mål"),
    "still, measures correlate .9": N_("Svarene til en person er nesten like fra mål til mål"),
    "still, main waves alone": N_("Alle blir spurt hver gang, seks ganger"),
    "still, who answers depends on it": N_("De som er fornøyde, svarer oftere"),
}
_MOVING: Final = {
    "together": N_("Hele etaten endrer seg med 4 poeng, og alle enheter følger med"),
    "few": N_("Tre av seksti enheter endrer seg med 5 til 15 poeng fra gang til gang"),
    "few, a person's answers correlate 0": N_(
        "Tre av seksti enheter endrer seg, og svarene til en person henger ikke sammen fra gang"
        " til gang"
    ),
    "few, a person's answers correlate .9": N_(
        "Tre av seksti enheter endrer seg, og svarene til en person er nesten like fra gang til"
        " gang"
    ),
    "one": N_("Én av seksti enheter endrer seg med 5 til 15 poeng fra gang til gang"),
    "many": N_("Alle enheter endrer seg litt"),
    "many, who answers depends on it": N_(
        "Alle enheter endrer seg litt, og de som er fornøyde, svarer oftere"
    ),
    "mixed": N_("Litt av alt"),
    "mixed, main waves alone": N_("Litt av alt, og alle blir spurt hver gang, seks ganger"),
    "lone": N_("Ett enkelt mål i én enhet endrer seg med 8 til 15 poeng"),
    "civil service, main waves alone": N_(
        "Enhetene endrer seg fra år til år slik britiske statsetater har gjort"
    ),
}


@dataclass(frozen=True, slots=True)
class Rates:
    """How a rule did in one regime, or in several together; shares are 0–1, of what was called.

    ``called`` counts the findings of an agency in all its publications, ``size`` is what was shown
    for each point that was true, ``found`` the share of large true changes that were called,
    ``covered`` that of intervals of units that held the truth. Errors are standard errors of the
    simulation, None of several regimes.
    """

    name: str
    agencies: int
    called: float
    wrong: float
    under_half: float
    size: float
    found: float
    covered: float
    error_wrong: float | None = None
    error_under_half: float | None = None


@dataclass(frozen=True, slots=True)
class Regime:
    """A regime of the table, beside what everybody would have said and beside what lasts.

    Of large true changes in regions, ``regions`` is the share that is called and
    ``regions_before`` the share that the rule of before called.
    """

    present: Rates
    lasting: Rates
    regions: float
    regions_before: float


@dataclass(frozen=True, slots=True)
class Still:
    """Agencies where nothing moved, and those of them where something was found all the same."""

    name: str
    agencies: int
    met: int

    @property
    def too_often(self) -> bool:
        """Whether more met a finding than was asked."""
        return self.met > MOST_MET * self.agencies


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything that the page tells of the rule's errors.

    ``met_before`` counts the still agencies in which the rule of before found something.
    ``present`` and ``before`` are held against what everybody would have said, ``lasting`` against
    where places stand.
    """

    still: tuple[Still, ...]
    met_before: int
    steady: float
    present: Rates
    lasting: Rates
    before: Rates
    regimes: tuple[Regime, ...]

    @property
    def quiet(self) -> Still:
        """Add up all agencies where nothing moved."""
        return Still(
            "", sum(one.agencies for one in self.still), sum(one.met for one in self.still)
        )

    @property
    def too_small(self) -> tuple[Rates, ...]:
        """Return the regimes where more is less than half the margin of what lasts than asked."""
        every = (regime.lasting for regime in self.regimes)
        return tuple(one for one in every if one.under_half > MOST_UNDER_HALF)

    @property
    def too_small_that_day(self) -> tuple[Rates, ...]:
        """Return the same held against what everybody would have said on the day."""
        every = (regime.present for regime in self.regimes)
        return tuple(one for one in every if one.under_half > MOST_UNDER_HALF)

    @property
    def too_quiet(self) -> tuple[Regime, ...]:
        """Return the regimes where more of regions' large changes is lost than asked."""
        kept = 1.0 - MOST_LOST
        return tuple(one for one in self.regimes if one.regions < kept * one.regions_before)

    @property
    def too_wide(self) -> bool:
        """Whether intervals of units hold the truth more often than was asked."""
        return self.present.covered > COVERED[1]


@functools.cache
def decided() -> Decided:
    """Read the table once."""
    table: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    # held against what everybody in a place would have answered
    rows = [row for row in table if row["truth"] == "said"]
    still = {row["regime"]: row for row in rows if row["still"]}
    moving = {row["regime"]: row for row in rows if not row["still"]}
    lasting = {row["regime"]: row for row in table if _is_of_what_lasts(row)}
    return Decided(
        still=tuple(
            Still(text, still[code]["agencies"], still[code]["any_call"])
            for code, text in _STILL.items()
            if code in still
        ),
        met_before=sum(row["any_call_before"] for row in still.values()),
        steady=sum(row["steady_right"] for row in rows) / sum(row["steady"] for row in rows),
        present=_rates("", list(moving.values()), "present"),
        lasting=_rates("", list(lasting.values()), "present"),
        before=_rates("", list(moving.values()), "before"),
        regimes=tuple(
            Regime(
                present=_rates(text, [moving[code]], "present"),
                lasting=_rates(text, [lasting[code]], "present"),
                regions=_found_in_regions(moving[code]["present"]),
                regions_before=_found_in_regions(moving[code]["before"]),
            )
            for code, text in _MOVING.items()
            if code in moving
        ),
    )


def _is_of_what_lasts(row: dict[str, Any]) -> bool:
    return bool(row["truth"] == "lasting" and not row["still"])


def _found_in_regions(levels: dict[str, Any]) -> float:
    return float(levels["region"]["found"] / max(levels["region"]["large"], 1))


def _rates(name: str, rows: list[dict[str, Any]], rule: str) -> Rates:
    parts = [level for row in rows for level in row[rule].values()]
    sums = {fact: sum(part[fact] for part in parts) for fact in parts[0]}
    agencies, called = sum(row["agencies"] for row in rows), max(sums["called"], 1)
    hits, intervals = (sum(row["coverage"]["unit"][at] for row in rows) for at in (0, 1))
    errors = (rows[0]["errors"] or {}) if len(rows) == 1 else {}
    return Rates(
        name=name,
        agencies=agencies,
        called=sums["called"] / agencies,
        wrong=sums["wrong"] / called,
        under_half=sums["under_half"] / called,
        size=sums["shown"] / sums["true"] if sums["true"] else 1.0,
        found=sums["found"] / max(sums["large"], 1),
        covered=hits / intervals,
        error_wrong=errors.get("wrong"),
        error_under_half=errors.get("under_half"),
    )
