"""What is near in time: waves in the field, the next opening and the next results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from survey_app.asking.campaigns.queries import (
    WaveRow,
    list_campaigns,
    list_waves,
    list_waves_ahead,
)
from survey_app.asking.campaigns.results_told import AT_ONCE, told_day
from survey_app.asking.campaigns.results_wait import HeldResults, held_results, results_expected
from survey_app.asking.campaigns.states import State
from survey_app.asking.desk.held_up import HeldUp, held_up
from survey_app.shared import clock
from survey_app.shared.agency import in_language
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import Language
from survey_app.shared.numbers import long_date

_OVER: Final = frozenset({State.PUBLISHED, State.CANCELLED})
EXPECTED: Final = timedelta(days=14)
"""So long after the day of results it is told that none come."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A unit or region of the reader's; ``answered`` is None where it is not shown.

    At least so many of a unit, about so many of a region.
    """

    name: str
    invited: int
    answered: int | None
    is_unit: bool

    @property
    def share(self) -> float | None:
        """Of those invited, from 0 to 1."""
        return _share(self.answered, self.invited)


@dataclass(frozen=True, slots=True)
class Running:
    """A wave in the field, as of midnight; ``answered`` is None where it is not shown."""

    names: dict[str, str]
    population: str
    invited: int
    answered: int | None
    closes_on: date
    results: str
    """On which day they come, or before; empty where two have yet to decide if they come."""
    campaign: str
    places: tuple[OwnPlace, ...]
    """The reader's own: units first, then regions."""

    @property
    def share(self) -> float | None:
        """Of those invited, from 0 to 1."""
        return _share(self.answered, self.invited)


@dataclass(frozen=True, slots=True)
class Coming:
    """A day that is near: a wave opens, or its results come."""

    names: dict[str, str]
    day: date
    told: str
    """The day in words: results may come earlier."""
    opens: bool
    campaign: str


@dataclass(frozen=True, slots=True)
class WithoutResults:
    """A wave that was open and of which no results come, and why."""

    names: dict[str, str]
    why: Literal["cancelled", "few", "withheld"]
    campaign: str


async def waves_told_apart(populations: Sequence[str] | None) -> list[WaveRow]:
    """Return the waves of these populations; where it takes that, called by their campaigns too.

    It does where several campaigns have waves that are not over: the month and the kind do not say
    of whom they are («mars 2027, årsmåling»). And where two are called alike: within a population
    none are (`wave_names`), but candidates and stakeholders may be asked in one month.
    """
    waves = [
        one
        for one in await list_waves(Login.WEB)
        if populations is None or one.population in populations
    ]
    often = Counter(_name(one) for one in waves)
    today = clock.today()
    told = {one.campaign for one in waves if one.state not in _OVER or one.results_on >= today}
    titles = {one.key: one.title for one in await list_campaigns(Login.WEB)}
    return [
        _with_campaign(one, titles[one.campaign]) if often[_name(one)] > 1 or len(told) > 1 else one
        for one in waves
    ]


def _name(wave: WaveRow) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(wave.labels["name"].items()))


def _with_campaign(wave: WaveRow, title: Mapping[str, str]) -> WaveRow:
    names = {
        language: f"{name} ({in_language(title, language)})"
        for language, name in wave.labels["name"].items()
    }
    return replace(wave, labels=wave.labels | {"name": names})


async def running_of(
    wave: WaveRow,
    unit: str,
    kept: HeldUp,
    held: Sequence[HeldResults],
    language: Language,
) -> Running:
    """Say how far a wave is, of the whole and of the reader's own units (their codes)."""
    rows = await fetch(
        Login.WEB,
        "SELECT level, code, name, members, invited, answered FROM asking.wave_domain"
        " WHERE wave = $1 AND (level = 'agency' OR code = ANY($2::text[])"
        " OR members && $2::varchar[]) ORDER BY level = 'unit' DESC, position",
        wave.id,
        [code for code in unit.split(",") if code],
    )
    whole = next(row for row in rows if row["level"] == "agency")
    own = [row for row in rows if row["level"] != "agency"]
    return Running(
        wave.labels["name"],
        wave.population,
        whole["invited"] or 0,
        whole["answered"],
        wave.closes_on,
        "" if kept.is_undecided(wave) else told_day(*results_expected(wave, held), language),
        wave.campaign,
        tuple(
            OwnPlace(row["name"], row["invited"] or 0, row["answered"], row["level"] == "unit")
            for row in own
        ),
    )


def coming_of(
    waves: Sequence[WaveRow],
    kept: HeldUp,
    held: Sequence[HeldResults],
    language: Language,
    *,
    now: datetime,
    all_: bool,
) -> list[Coming]:
    """List what opens on the next day of openings, and the results of each wave that was open.

    Of a wave that too few answered none come, and of one that is looked at nobody knows.
    """
    today = now.astimezone(OSLO).date()
    drafts = sorted(
        (one for one in waves if one.state == State.DRAFT and one.opens_on >= today),
        key=lambda one: one.opens_on,
    )
    found = [
        Coming(
            one.labels["name"], one.opens_on, long_date(one.opens_on, language), True, one.campaign
        )
        for one in drafts
        if one.opens_on == drafts[0].opens_on
    ]
    if all_ or not drafts:
        found += [
            Coming(
                one.labels["name"],
                day,
                told_day(day, release, language),
                False,
                one.campaign,
            )
            for one, (day, release) in [(one, results_expected(one, held)) for one in waves]
            if one.state != State.OPEN and kept.is_to_come(one, day, now=now)
        ]
    return sorted(found, key=lambda one: one.day)


def without_results(
    waves: Sequence[WaveRow], kept: HeldUp, *, now: datetime
) -> list[WithoutResults]:
    """List the waves of which people still expect results that do not come.

    Until two weeks after the day that was told to those who were asked.
    """
    today = now.astimezone(OSLO).date()
    told: list[WithoutResults] = []
    for one in waves:
        if not one.opened_at or today > one.results_on + EXPECTED:
            continue
        if one.state == State.CANCELLED:
            told.append(WithoutResults(one.labels["name"], "cancelled", one.campaign))
        elif kept.has_too_few(one):
            told.append(WithoutResults(one.labels["name"], "few", one.campaign))
        elif one.state == State.COUNTED and kept.is_withheld(one):
            told.append(WithoutResults(one.labels["name"], "withheld", one.campaign))
    return told


async def next_results(language: Language) -> str:
    """Write the day on which the next results come, or before; empty where none are to come."""
    now, today = clock.now(), clock.today()
    waves = await list_waves_ahead(Login.WEB, today)
    if not waves:
        return ""
    kept = await held_up(Login.WEB)
    # what waits for the results of another comes no earlier than those
    later = {one.wave.id for one in await held_results(Login.WEB, today=today)}
    coming = [
        one
        for one in waves
        if one.id not in later and kept.is_to_come(one, one.results_on, now=now)
    ]
    if not coming:
        return ""
    # of two on one day the one that may come earlier says the more
    first = min(coming, key=lambda one: (one.results_on, one.release != AT_ONCE))
    return told_day(first.results_on, first.release, language)


def _share(answered: int | None, invited: int) -> float | None:
    return answered / invited if answered is not None and invited else None
