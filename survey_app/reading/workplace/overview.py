"""Whether the agency is an attractive workplace, seen from inside and from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from questionnaires.model import Statement
from survey_app.reading.levels import LevelRow, level_row, level_rows
from survey_app.reading.names import own
from survey_app.reading.published import AGENCY, Domain, Published
from survey_app.reading.sentences import SIGNS, Finding, findings
from survey_app.reading.strategy_text import statements
from survey_app.reading.waves import Wave, published
from survey_app.shared.i18n import Language

INSIDE: Final = "AAI"
FACETS: Final = ("AAT", "AAS", "AAM")
OUTSIDE: Final = "EAI-3"
AREA: Final = "omdomme.arbeidsplass."


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its level, its parts, its items with their levels, and who was asked."""

    wave: Wave
    level: LevelRow
    parts: list[tuple[LevelRow, tuple[Statement, ...]]]
    items: list[tuple[str, LevelRow]]
    answers: int | None
    invited: int | None
    rate: float | None


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everything that the page shows; either side may be missing."""

    inside: Side | None
    outside: Side | None
    findings: list[Finding]


def asking(series: Sequence[Wave], code: str) -> tuple[Wave, ...]:
    """Return the waves that have a figure for a measure."""
    return tuple(wave for wave in series if code in wave.measures)


async def workplace(
    staff: Wave | None,
    public: Wave | None,
    places: Callable[[Domain], bool],
    lang: Language,
    at: datetime,
) -> Workplace:
    """Put the page together. The two sides stand beside each other and are never subtracted."""
    inside = await published(staff, at) if staff else None
    outside = await published(public, at) if public else None
    found: list[Finding] = []
    if inside:
        found += findings(inside, (INSIDE, *FACETS), lang, places=places, most=3)
    if outside:
        found += findings(outside, (OUTSIDE,), lang, most=1)
    return Workplace(
        inside=_side(inside, staff, INSIDE, FACETS, lang) if inside and staff else None,
        outside=_side(outside, public, OUTSIDE, (), lang) if outside and public else None,
        findings=sorted(found, key=lambda finding: SIGNS.index(finding.sign)),
    )


def _side(
    shown: Published, wave: Wave, code: str, facets: Sequence[str], lang: Language
) -> Side | None:
    whole = next(d for d in shown.domains if d.level == AGENCY)
    level = level_row(shown, code, whole, lang)
    measure = shown.measure(code)
    if level is None or measure is None:
        return None
    response = shown.content["response"]
    items = measure.items or tuple(
        item for facet in facets if (part := shown.measure(facet)) for item in part.items
    )
    return Side(
        wave=wave,
        level=level,
        parts=[
            (row, _statements(shown, row.code)) for row in level_rows(shown, facets, whole, lang)
        ],
        items=[
            (own(found.title, lang), row)
            for item in items
            if (found := shown.measure(item)) and (row := level_row(shown, item, whole, lang))
        ],
        answers=response.get("answers", whole.answered),
        invited=response.get("invited", whole.invited),
        rate=whole.rate if whole.rate is not None else response.get("rr2"),
    )


def _statements(shown: Published, code: str) -> tuple[Statement, ...]:
    """Return the statements of the workplace goal that a facet measures."""
    known = statements()
    measure = shown.measure(code)
    items = measure.items if measure else ()
    named = {
        name
        for item in items
        if (found := shown.measure(item))
        for name in found.statements
        if name.startswith(AREA)
    }
    return tuple(statement for name, statement in known.items() if name in named)
