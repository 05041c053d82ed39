"""A year of waves copied to the next: each on the nearest days that fit, by the rules of plans."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from questionnaires.burden import Burden
from survey_app.asking.campaigns.burden import FieldPeriod, over_of, reasons_of
from survey_app.asking.campaigns.field_days import bad_days, few_at_work
from survey_app.asking.campaigns.proposals import Days, ProposedWave
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.seasons import following
from survey_app.asking.campaigns.states import State
from survey_app.asking.reasons import Against, Reason

# the same weekday of the same week
_A_YEAR: Final = timedelta(days=364)
WEEKS: Final = 6
"""So far from last year's week days are looked for."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A wave of last year, and the days of one like it."""

    source: WaveRow
    days: Days


@dataclass(frozen=True, slots=True)
class YearCopy:
    """What copying a year would make, what stands already, and what fits nowhere, with why.

    ``standing`` tells beside each wave of last year the first day of what stands for it.
    """

    copied: tuple[Copied, ...]
    standing: tuple[tuple[WaveRow, date], ...]
    unfit: tuple[tuple[WaveRow, Reason], ...]


def copy_of_year(
    year: int,
    waves: Sequence[WaveRow],
    proposed: Sequence[ProposedWave],
    others: Sequence[FieldPeriod],
    *,
    forms: Collection[str],
    today: date,
    limits: Burden,
) -> YearCopy:
    """Lay the waves of the year before out over a year.

    Parameters
    ----------
    year : int
    waves : sequence of WaveRow
        All that the reader may run.
    proposed : sequence of ProposedWave
        Of the year, planned or not.
    others : sequence of FieldPeriod
        Waves of staff that were opened or are planned, and proposals of staff.
    forms : collection of str
        Those that can be asked.
    today : date
        Nothing opens before tomorrow.
    limits : Burden
        How often anybody of the staff is asked.
    """
    sources = sorted(
        (one for one in waves if one.opens_on.year == year - 1 and one.state != State.CANCELLED),
        key=lambda one: (one.opens_on, one.key),
    )
    standing = _standing(year, sources, waves, proposed, limits)
    taken = list(others)
    copied: list[Copied] = []
    unfit: list[tuple[WaveRow, Reason]] = []
    for source in sources:
        if source.id in standing:
            continue
        found = _fit(source, year, taken, forms=forms, today=today, limits=limits)
        if isinstance(found, Reason):
            unfit.append((source, found))
            continue
        copied.append(Copied(source, found))
        if source.population == "staff":
            taken.append(_period(source, found, taken))
    told = tuple((one, standing[one.id]) for one in sources if one.id in standing)
    return YearCopy(tuple(copied), told, tuple(unfit))


def _standing(
    year: int,
    sources: Sequence[WaveRow],
    waves: Sequence[WaveRow],
    proposed: Sequence[ProposedWave],
    limits: Burden,
) -> Mapping[UUID, date]:
    """Find what stands already for each wave, by its id.

    A proposal knows its wave. Of waves that were planned otherwise, each stands for the nearest of
    its campaign, if no further away than waves of the same people lie apart.
    """
    alive = [one for one in waves if one.opens_on.year == year and one.state != State.CANCELLED]
    by_key = {one.key: one.opens_on for one in alive}
    found: dict[UUID, date] = {}
    for one in proposed:
        if not one.planned_as:
            found[one.source] = one.opens_on
        elif one.planned_as in by_key:
            found[one.source] = by_key[one.planned_as]
    known = {one.planned_as for one in proposed}
    reach = timedelta(weeks=limits.weeks_between)
    pairs = sorted(
        (abs(wave.opens_on - source.opens_on - _A_YEAR), wave.opens_on, wave.key, source.id)
        for wave in alive
        for source in sources
        if wave.campaign == source.campaign and wave.key not in known
    )
    used: set[str] = set()
    for apart, day, key, source_id in pairs:
        if apart < reach and key not in used and source_id not in found:
            found[source_id] = day
            used.add(key)
    return found


def _fit(
    source: WaveRow,
    year: int,
    taken: Sequence[FieldPeriod],
    *,
    forms: Collection[str],
    today: date,
    limits: Burden,
) -> Days | Reason:
    if source.form not in forms:
        return Reason(Against.FORM_GONE)
    often: Reason | None = None
    for days in _near(source):
        if days.opens_on.year != year or days.opens_on <= today or _speaks_against(source, days):
            continue
        if source.population == "staff" and (
            over := over_of(_period(source, days, taken), taken, limits)
        ):
            often = often or reasons_of(over, 0, limits)[0]
            continue
        return days
    if often is not None and often.kind is not Against.BURDEN_WEEKS:
        return Reason(Against.OFTEN, most=limits.invitations)
    return Reason(Against.NO_DAYS, weeks=WEEKS)


def _period(source: WaveRow, days: Days, taken: Sequence[FieldPeriod]) -> FieldPeriod:
    invite = following(source.invite, days.opens_on, taken)
    return FieldPeriod(invite, days.opens_on, days.closes_on)


def _near(source: WaveRow) -> Iterator[Days]:
    """Go outwards from the same week, later days first; ends and results fall on working days."""
    for shift in sorted(range(-7 * WEEKS, 7 * WEEKS + 1), key=lambda days: (abs(days), -days)):
        opens_on = source.opens_on + _A_YEAR + timedelta(days=shift)
        closes_on = _working_day(opens_on + (source.closes_on - source.opens_on))
        results_on = _working_day(closes_on + _until_results(source))
        yield Days(opens_on, closes_on, results_on)


def _until_results(source: WaveRow) -> timedelta:
    """Return how long after the last day results come.

    Of a wave that was closed by hand they may come before the last day of its plan, and on the day
    on which it was closed: no plan allows that.
    """
    # next year no other wave holds it up
    results_on = source.results_planned_on or source.results_on
    planned = results_on - source.closes_on
    ended = results_on - source.last_day
    return planned if planned > timedelta() else max(ended, timedelta(days=1))


def _working_day(day: date) -> date:
    while few_at_work(day):
        day += timedelta(days=1)
    return day


def _speaks_against(source: WaveRow, days: Days) -> bool:
    if source.population == "staff":
        return any(bad_days(days.opens_on, days.closes_on))
    return few_at_work(days.opens_on)
