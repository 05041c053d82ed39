"""How often people are asked: at most so many invitations, and so many weeks between.

Who was invited is forgotten 30 days after a wave, as the invitation promises, so that nothing can
count invitations person by person over a year. They are counted by random group instead: whoever
is in one may have had each of its invitations. Newcomers are spared more than they need be, and
nobody less.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from questionnaires.burden import Burden
from survey_app.asking.campaigns.field_days import last_day
from survey_app.asking.campaigns.limits import burden_limits
from survey_app.asking.people.panels import EVERYBODY, asked_groups, next_turn, rotation_of
from survey_app.asking.people.staff_frame import StaffFrame
from survey_app.asking.people.staff_sample import design_of
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.database import Link


class Asking(Protocol):
    """A wave of staff."""

    @property
    def invite(self) -> str:
        """Whom it asks."""

    @property
    def opens_on(self) -> date:
        """Its first day."""

    @property
    def closes_on(self) -> date:
        """Its last day."""


@dataclass(frozen=True, slots=True)
class FieldPeriod:
    """Whom a wave of staff asks, and from when to when."""

    invite: str
    opens_on: date
    closes_on: date

    @property
    def groups(self) -> frozenset[int]:
        """Random groups of those who are asked."""
        found = asked_groups(self.invite, self.opens_on.year)
        # who was in a sample is forgotten, and a draft may not say whom it asks: it may be any
        return EVERYBODY if found is None else found


@dataclass(frozen=True, slots=True)
class Load:
    """What a wave means to some groups of people: their invitations in the period, this one too.

    ``since`` is the last day of a wave that asks the same people and lies too near.
    """

    groups: frozenset[int]
    times: int
    since: date | None


def loads(wave: FieldPeriod, others: Collection[FieldPeriod], limits: Burden) -> tuple[Load, ...]:
    """Count for all that a wave asks, those together who are asked alike.

    Parameters
    ----------
    wave : FieldPeriod
    others : collection of FieldPeriod
        All other waves of staff that count, of all campaigns.
    limits : Burden
        The agency's.
    """
    near = [
        other
        for other in others
        # the yearly survey of all between two pulses of a third is no second pulse of that third
        if (other.groups == EVERYBODY) == (wave.groups == EVERYBODY)
        and _weeks_lack(wave, other, limits.weeks_between)
    ]
    alike: dict[tuple[int, date | None], set[int]] = {}
    for group in sorted(wave.groups):
        days = [one.opens_on for one in others if group in one.groups]
        since = max((one.closes_on for one in near if group in one.groups), default=None)
        times = _most_at_once(wave.opens_on, days, limits)
        alike.setdefault((times, since), set()).add(group)
    return tuple(Load(frozenset(groups), *told) for told, groups in alike.items())


def _weeks_lack(wave: FieldPeriod, other: FieldPeriod, weeks: int) -> bool:
    apart = timedelta(weeks=weeks)
    return other.closes_on + apart > wave.opens_on and wave.closes_on + apart > other.opens_on


def _most_at_once(day: date, others: Sequence[date], limits: Burden) -> int:
    """Count openings in the year of a day, or in the fullest run of days that holds it."""
    if limits.days is None:
        return 1 + sum(other.year == day.year for other in others)
    length = timedelta(days=limits.days)
    starts = [one for one in (*others, day) if one <= day < one + length]
    return max(1 + sum(start <= other < start + length for other in others) for start in starts)


def too_much(found: Sequence[Load], limits: Burden) -> list[Load]:
    """Return those of whom a wave asks too much."""
    return [one for one in found if one.times > limits.invitations or one.since is not None]


def reasons_of(over: Sequence[Load], people: int, limits: Burden) -> list[Reason]:
    """Say why a wave may not open; ``people`` are those of the groups that are over.

    Nobody is left out instead. A survey of all without a third of the staff would be called one of
    all, and of a panel that is over nobody would be left. A sample is drawn among the others.
    """
    often = max((one.times for one in over), default=0)
    days = [one.since for one in over if one.since]
    reasons = []
    if often > limits.invitations:
        kind = Against.BURDEN_YEAR if limits.days is None else Against.BURDEN_DAYS
        most = {"most": limits.invitations, "days": limits.days}
        reasons.append(Reason(kind, people=people, times=often, **most))
    if days:
        weeks = limits.weeks_between
        reasons.append(Reason(Against.BURDEN_WEEKS, day=max(days).isoformat(), weeks=weeks))
    return reasons


def burden_notes(
    wave: FieldPeriod, others: Collection[FieldPeriod], limits: Burden
) -> list[Reason]:
    """Name what speaks against the days of a plan, before anybody is counted who would be asked."""
    return [
        one if one.kind is Against.BURDEN_WEEKS else Reason(Against.OFTEN, most=limits.invitations)
        for one in reasons_of(over_of(wave, others, limits), 0, limits)
    ]


async def burden_reasons(
    link: Link, frame: StaffFrame, wave: Asking, wave_id: UUID | None
) -> list[Reason]:
    """Name every reason why a wave would ask too much of its people; counts, and nobody by name."""
    limits = await burden_limits(link)
    fielding = FieldPeriod(wave.invite, wave.opens_on, wave.closes_on)
    others = await fielded(link, wave_id)
    over = over_of(fielding, others, limits)
    reasons = reasons_of(over, people_in(frame, over), limits) if over else []
    return _turn_passed(wave.invite, [one.invite for one in others]) + reasons


def _turn_passed(invite: str, opened: Collection[str]) -> list[Reason]:
    """Refuse a turn of a rotation that is not after those that were held."""
    rotation = rotation_of(invite)
    if rotation is None or rotation.turn >= (after := next_turn(rotation, opened).turn):
        return []
    return [Reason(Against.TURN, turn=rotation.turn, next=after)]


def over_of(wave: FieldPeriod, others: Collection[FieldPeriod], limits: Burden) -> list[Load]:
    """Return those for whose sake a wave may not open."""
    found = loads(wave, others, limits)
    over = too_much(found, limits)
    # a sample is drawn among the others
    return [] if design_of(wave.invite) and len(over) < len(found) else over


def keeps_from_opening(wave: FieldPeriod, other: FieldPeriod, limits: Burden) -> bool:
    """Whether another wave may not open for the sake of this one alone: they lie too near."""
    return any(load.since for load in over_of(other, [wave], limits))


async def spared_groups(link: Link, wave: Asking, wave_id: UUID | None) -> frozenset[int]:
    """Return the groups of which a sample draws nobody, as they were asked enough."""
    if design_of(wave.invite) is None:
        return frozenset()
    limits = await burden_limits(link)
    fielding = FieldPeriod(wave.invite, wave.opens_on, wave.closes_on)
    found = loads(fielding, await fielded(link, wave_id), limits)
    return _groups_of(too_much(found, limits))


def people_in(frame: StaffFrame, over: Sequence[Load]) -> int:
    """Count the people of groups that are over."""
    groups = _groups_of(over)
    return sum(member.group in groups for member in frame.people)


def _groups_of(found: Sequence[Load]) -> frozenset[int]:
    return frozenset(group for one in found for group in one.groups)


async def fielded(link: Link, wave: UUID | None, *, planned: bool = False) -> list[FieldPeriod]:
    """Return the other waves of staff that were opened, those that were cancelled later too.

    Parameters
    ----------
    link : asyncpg connection
    wave : UUID or None
        The wave itself, which does not count twice.
    planned : bool
        With those that are planned and not opened yet.
    """
    rows = await link.fetch(
        "SELECT w.invite, w.opens_on, w.closes_on, w.closed_at FROM asking.wave w"
        " JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = 'staff' AND w.id IS DISTINCT FROM $1"
        " AND (w.opened_at IS NOT NULL OR ($2 AND w.state = 'draft'))",
        wave,
        planned,
    )
    return [
        FieldPeriod(
            row["invite"],
            row["opens_on"],
            # nobody is asked any more by what was closed before its time
            last_day(row["closes_on"], row["closed_at"]) if row["closed_at"] else row["closes_on"],
        )
        for row in rows
    ]
