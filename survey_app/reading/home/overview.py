"""The first page after signing in: what is new, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.accounts.roles import Role
from survey_app.events.kinds import Side
from survey_app.reading import kinds
from survey_app.reading.event_axis import axis_events
from survey_app.reading.findings import findings
from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.meanwhile import with_meanwhile
from survey_app.reading.names import culture_note
from survey_app.reading.rows import AGENCY
from survey_app.reading.sentences import Finding
from survey_app.reading.staff_measures import Series, series_of
from survey_app.reading.verdicts import Rule, rule_of
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import N_, Language

_TRUST: Final = N_("Tilliten, sett av innbyggerne")


@dataclass(frozen=True, slots=True)
class PopulationBrief:
    """What a role learns of one population: tiles, what findings speak of, the page behind."""

    population: str
    tiles: tuple[str, ...]
    spoken: tuple[str, ...]
    address: str


def population_briefs(role: Role) -> tuple[PopulationBrief, ...]:
    """Return what a role learns; nothing for administrators, who see no results."""
    staff, public = kinds.staff(), kinds.public()
    trust = (public.trust,)
    # the goal that is nearly trust itself would leave out what fell: no second tile of trust
    goals = tuple(code for code in public.goals if code != public.trust_goal)
    culture = PopulationBrief(
        "staff",
        (staff.culture_core, *staff.values_core, *staff.alone, staff.recommend),
        # what the culture page speaks of: the first finding there must not be missing here
        (staff.culture_core, *staff.values_core, *staff.alone, staff.recommend),
        "/culture",
    )
    return {
        Role.HR: (culture, PopulationBrief("public", trust, (), "/results")),
        Role.ANALYST: (culture, PopulationBrief("public", trust, trust, "/reputation")),
        Role.COMMUNICATIONS: (
            PopulationBrief("public", (*trust, *goals), (*trust, *goals), "/reputation"),
        ),
    }.get(role, ())


def tile_names() -> dict[str, str]:
    """Return what a tile is called here, where its title alone would not say who was asked."""
    return {kinds.public().trust: _TRUST}


@dataclass(frozen=True, slots=True)
class News:
    """The newest publication of one population, as far as the reader is concerned."""

    wave: Wave
    rows: list[LevelRow]
    findings: list[Finding]
    address: str
    within: float | None
    series: Series
    rule: Rule


async def news(role: Role, lang: Language, at: datetime) -> list[News]:
    """Return what is new for a role; nothing for administrators, who see no results."""
    found = []
    for choice in population_briefs(role):
        series = await waves(choice.population, at)
        if series:
            found.append(await _news(series, choice, lang, at))
    return found


def _note(code: str, lang: Language) -> str:
    """Mark what is called almost like a value and is none: it would be taken for the value."""
    return culture_note(code, lang) if code in kinds.staff().alone else ""


async def _news(
    series: Sequence[Wave],
    choice: PopulationBrief,
    lang: Language,
    at: datetime,
) -> News:
    wave = series[-1]
    shown = await published(wave, at)
    whole = next(d for d in shown.domains if d.level == AGENCY)
    rows = []
    for code in choice.tiles:
        row = level_row(shown, code, whole, lang, note=_note(code, lang))
        if row is not None:
            rows.append(row)
    said = (
        findings(shown, choice.spoken, lang, places=lambda d: d.level in {AGENCY, "region"}, most=3)
        if choice.spoken
        else []
    )
    asked: Series = next(filter(None, map(series_of, choice.tiles)), "")
    events = await axis_events(Side(choice.population), whole, (), shown, lang)
    told = with_meanwhile(said, events, series)
    rule = rule_of(shown.margins, AGENCY, shown.decided_by)
    return News(wave, rows, told, choice.address, shown.within, asked, rule)
