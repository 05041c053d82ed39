"""The list of events, and one event held against the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.accounts.roles import ROLE_NAMES, Role
from survey_app.events.kinds import KIND_NAMES, Side
from survey_app.events.queries import StoredEvent, stored_events
from survey_app.reading.charts.scale import CULTURE_BASE, REPUTATION_BASE
from survey_app.reading.event_axis import AxisEvent, axis_events, rows_on_axis
from survey_app.reading.events.desk import EventDesk, Ground
from survey_app.reading.events.since import (
    HALF_BEFORE,
    Tried,
    measures_of,
    tests_in,
    try_all,
    written_afterwards,
)
from survey_app.reading.events.words import since_finding
from survey_app.reading.names import place_name, row_name
from survey_app.reading.rows import Domain
from survey_app.reading.scope import home_of, places_in
from survey_app.reading.sentences import SIGNS, Finding
from survey_app.reading.trends import TrendFigure, trend_figure, trend_window
from survey_app.reading.verdicts import VerdictSign, verdict_of
from survey_app.reading.waves import Wave, trend_until
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language, translator

_BASES: Final = {Side.STAFF: CULTURE_BASE, Side.PUBLIC: REPUTATION_BASE}


@dataclass(frozen=True, slots=True)
class EventStory:
    """An event as pages tell it."""

    row: StoredEvent
    text: str
    kind: str
    where: str
    role: str


@dataclass(frozen=True, slots=True)
class SinceRow:
    """One measure after an event, with its verdict; ``judged`` of `Tried` is None if too short."""

    name: str
    tried: Tried
    verdict: VerdictSign | None


@dataclass(frozen=True, slots=True)
class SincePage:
    """Everything that the page of one event shows of the figures in one place."""

    place: Domain
    name: str
    rows: tuple[SinceRow, ...]
    findings: tuple[Finding, ...]
    figure: TrendFigure
    window: tuple[int, int]
    beside: tuple[AxisEvent, ...]
    left_out: str
    afterwards: bool
    events_tried: int
    tests: int
    margin: float

    @property
    def moved(self) -> bool:
        """Whether anything is called higher or lower."""
        return any(one.sign in {"up", "down"} for one in self.findings)

    @property
    def longest(self) -> Tried:
        """The measure with the most waves, which tells how many there are."""
        counts = [one.tried for one in self.rows]
        return max(counts, key=lambda one: one.found.before + one.found.after)


def tell_event(row: StoredEvent, ground: Ground | None, lang: Language) -> EventStory:
    """Put an event into the reader's words."""
    _ = translator(lang).gettext
    home = home_of(row.place, places_in(ground.shown)) if ground else None
    where = place_name(home, lang) if home else (row.place or _("Hele etaten"))
    role = ROLE_NAMES[Role(row.role)]
    return EventStory(row, in_language(row.text, lang), _(KIND_NAMES[row.kind]), where, _(role))


async def since_page(
    found: EventDesk, ground: Ground, row: StoredEvent, place: Domain, lang: Language
) -> SincePage:
    """Hold an event against the figures of a place."""
    side, shown = row.side, ground.shown
    # all that stands there, for whoever reads: a role sees less, and never another verdict
    everything = rows_on_axis(await stored_events(side), place, places_in(shown), shown)
    tried = await try_all(everything, place, shown, ground.series, side, found.at)
    own = [one for one in tried if one.row.id == row.id]
    margin = shown.margins.at(place.level)
    findings = [since_finding(one, shown, margin, lang) for one in own]
    happened = await axis_events(side, place, ground.places, shown, lang)
    code = measures_of(side)[0]
    series = await trend_until(
        side.value, code, place.level, place.code, until=ground.series[-1], at=found.at
    )
    window = trend_window([series], _BASES[side])
    events, tests = tests_in(tried)
    return SincePage(
        place=place,
        name=place_name(place, lang),
        rows=tuple(_row(one, ground, lang) for one in own),
        findings=tuple(sorted((f for f in findings if f), key=lambda one: SIGNS.index(one.sign))),
        figure=trend_figure(_name(code, ground, lang), series, window, lang, happened),
        window=(window.low, window.high),
        beside=_beside(row, happened, ground.series),
        left_out=_left_out(row.day, ground.series, lang),
        afterwards=written_afterwards(row, ground.series),
        events_tried=events,
        tests=tests,
        margin=margin,
    )


def _row(one: Tried, ground: Ground, lang: Language) -> SinceRow:
    verdict = verdict_of(one.judged) if one.judged else None
    return SinceRow(_name(one.measure, ground, lang), one, verdict)


def _name(code: str, ground: Ground, lang: Language) -> str:
    measure = ground.shown.measure(code)
    return row_name(code, measure.title, lang) if measure else code


def _beside(
    row: StoredEvent, happened: Sequence[AxisEvent], series: Sequence[Wave]
) -> tuple[AxisEvent, ...]:
    """Find what happened between the same two waves: the figures cannot tell them apart."""
    days = [wave.day for wave in series]
    before = max((day for day in days if day < row.day), default=date.min)
    after = min((day for day in days if day >= row.day + HALF_BEFORE), default=date.max)
    return tuple(one for one in happened if one.event != str(row.id) and before <= one.day < after)


def _left_out(day: date, series: Sequence[Wave], lang: Language) -> str:
    found = [wave for wave in series if day <= wave.day < day + HALF_BEFORE]
    return found[0].label("name", lang) if found else ""
