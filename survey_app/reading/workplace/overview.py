"""Whether the agency is an attractive workplace, seen from inside and from outside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from questionnaires.model import Statement
from survey_app.events.kinds import Side as Population
from survey_app.reading import kinds
from survey_app.reading.compare import Comparison, compared_with
from survey_app.reading.findings import MOST, findings
from survey_app.reading.halves import part_note
from survey_app.reading.levels import LevelRow, level_row, level_rows
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.sentences import Finding
from survey_app.reading.strategy_text import measured_of, sentences_under, statements
from survey_app.reading.waves import Wave, published
from survey_app.reading.workplace.alike import AlikeRow, alike_rows, do_not_know
from survey_app.reading.workplace.ambassadors import Ambassadors, ambassadors
from survey_app.reading.workplace.over_time import MeasuredSide, OverTime, over_time
from survey_app.reading.workplace.themes import Themes, theme_findings, themes
from survey_app.shared.i18n import Language

# What a reader learns last, where there are more findings than fit.
_ORDER: Final = ("down", "up", "differs", "steady", "uncertain")

_STILL: Final = {"steady", "uncertain"}


@dataclass(frozen=True, slots=True)
class WorkplaceSide:
    """One side: its level, its parts, its items with their levels, and who was asked.

    ``some`` says that a part of them was; empty where all were.
    """

    wave: Wave
    compare: Comparison
    level: LevelRow
    parts: list[tuple[LevelRow, tuple[Statement, ...]]]
    items: list[tuple[str, LevelRow]]
    answers: int | None
    invited: int | None
    rate: float | None
    some: str


@dataclass(frozen=True, slots=True)
class ShownWaves:
    """The waves that the page shows; ``recommending`` is that of the section on ambassadors.

    ``since_staff`` and ``since_public`` are the earlier waves that each side is compared with, as
    the address names them.
    """

    staff: Wave | None
    public: Wave | None
    candidates: Wave | None
    recommending: Wave | None
    since_staff: str | None = None
    since_public: str | None = None


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everything that the page shows; either side may be missing.

    ``unsure`` is the share (0-1) of the population that knows too little to have an impression.
    """

    inside: WorkplaceSide | None
    outside: WorkplaceSide | None
    candidates: WorkplaceSide | None
    findings: list[Finding]
    over_time: OverTime
    themes: Themes | None
    alike: list[AlikeRow]
    ambassadors: Ambassadors | None
    unsure: float | None


def asking(series: Sequence[Wave], code: str) -> tuple[Wave, ...]:
    """Return the waves that have a figure for a measure."""
    return tuple(wave for wave in series if code in wave.measures)


async def workplace(
    asked: ShownWaves,
    places: Callable[[Domain], bool],
    lang: Language,
    at: datetime,
    seen: Collection[Population] = (),
) -> Workplace:
    """Put the page together. The two indices stand beside each other and are never subtracted.

    ``seen`` are the sides whose events the reader may see.
    """
    inside = await published(asked.staff, at) if asked.staff else None
    public = await published(asked.public, at) if asked.public else None
    candidates = await published(asked.candidates, at) if asked.candidates else None
    told = await published(asked.recommending, at) if asked.recommending else None
    outside = {"public": public, "candidates": candidates}
    known = {name: shown for name, shown in outside.items() if shown is not None}
    beside = themes(inside, known, lang) if inside and known else None
    found: list[Finding] = theme_findings(beside.pairs, lang) if beside else []
    staff, people = kinds.staff(), kinds.public()
    mine = _side(
        inside, asked.staff, staff.workplace, staff.workplace_parts, asked.since_staff, lang
    )
    theirs = _side(public, asked.public, people.attractive, (), asked.since_public, lang)
    if inside and mine:
        found += _found_inside(inside, mine.compare.since, places, lang)
    if public and theirs:
        found += findings(public, (people.attractive,), lang, most=1, since=theirs.compare.since)
    return Workplace(
        inside=mine,
        outside=theirs,
        candidates=_side(
            candidates, asked.candidates, kinds.candidates().attractive, (), None, lang
        ),
        findings=_each_once(sorted(found, key=lambda one: _ORDER.index(one.sign)))[:MOST],
        over_time=await over_time(_followed(asked, inside, public), seen, found, lang, at),
        themes=beside if beside and beside.pairs else None,
        alike=alike_rows(public, candidates, lang) if public and candidates else [],
        ambassadors=ambassadors(told, asked.recommending, lang)
        if told and asked.recommending
        else None,
        unsure=do_not_know(public, people.impression) if public else None,
    )


def _found_inside(
    inside: Published, since: str, places: Callable[[Domain], bool], lang: Language
) -> list[Finding]:
    """Say what moved in the index and its parts; that something did not move, of the index alone.

    Of each part it stands under its figure, on the same page.
    """
    staff = kinds.staff()
    index = (staff.workplace,)
    moved, whole = (
        findings(inside, codes, lang, places=places, most=3, since=since)
        for codes in ((*index, *staff.workplace_parts), index)
    )
    return [one for one in moved if one.sign not in _STILL] + [
        one for one in whole if one.sign in _STILL
    ]


def _followed(
    asked: ShownWaves, inside: Published | None, public: Published | None
) -> list[MeasuredSide]:
    """Name the sides that have been measured, and by what."""
    named = (
        (Population.STAFF, kinds.staff().workplace, inside, asked.staff),
        (Population.PUBLIC, kinds.public().attractive, public, asked.public),
    )
    return [
        MeasuredSide(side, code, shown, wave)
        for side, code, shown, wave in named
        if shown is not None and wave is not None and code in shown.measures
    ]


def _each_once(found: Sequence[Finding]) -> list[Finding]:
    """Leave out a sentence that both sides have: that each was measured for the first time."""
    return list({one.text: one for one in found}.values())


def _side(
    shown: Published | None,
    wave: Wave | None,
    code: str,
    facets: Sequence[str],
    wanted: str | None,
    lang: Language,
) -> WorkplaceSide | None:
    if shown is None or wave is None:
        return None
    whole = shown.whole
    compare = compared_with(shown, code, wanted, lang)
    since = compare.since
    level = level_row(shown, code, whole, lang, since=since)
    measure = shown.measure(code)
    if level is None or measure is None:
        return None
    response = shown.content["response"]
    items = measure.items or tuple(
        item for facet in facets if (part := shown.measure(facet)) for item in part.items
    )
    return WorkplaceSide(
        wave=wave,
        compare=compare,
        level=level,
        parts=[
            (row, _statements(shown, row.code))
            for row in level_rows(shown, facets, whole, lang, since)
        ],
        items=[
            (own(found.title, lang), row)
            for item in items
            if (found := shown.measure(item))
            and (row := level_row(shown, item, whole, lang, since=since))
        ],
        answers=response.get("answers", whole.answered),
        invited=response.get("invited", whole.invited),
        rate=whole.rate if whole.rate is not None else response.get("rr2"),
        some=part_note(shown, [code, *facets], lang),
    )


def _statements(shown: Published, code: str) -> tuple[Statement, ...]:
    """Return the statements of the workplace goal that a facet measures."""
    measure = shown.measure(code)
    items = measure.items if measure else ()
    named = {
        one.id: one
        for item in items
        if (found := shown.measure(item))
        for one in measured_of(item, found.statements)
    }
    goal = kinds.staff().workplace_goal
    if not goal:
        return ()
    # what stood under the goal in a strategy of before, and stands there no more
    then = (one for name, one in named.items() if one.goal == goal and name not in statements())
    return (*(one for one in sentences_under(goal) if one.id in named), *then)
