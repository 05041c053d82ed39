"""How often a planned wave makes its people be asked, said before it is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from questionnaires.loader import load_library
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.burden import (
    FieldPeriod,
    burden_notes,
    burden_reasons,
    fielded,
    loads,
    spared_groups,
)
from survey_app.asking.campaigns.field_days import bad_days, bad_reminders
from survey_app.asking.campaigns.limits import burden_limits
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.seasons import same_last_year
from survey_app.asking.errors import FrameTooSmall
from survey_app.asking.invitations.may_open import few_of_a_frame
from survey_app.asking.people.panels import Rotation, rotation_of
from survey_app.asking.people.staff_frame import StaffFrame, read_staff_frame
from survey_app.asking.people.staff_sample import design_of, reason_against
from survey_app.asking.reasons import Against, Reason
from survey_app.running.plan import CARDS, SMS, staff_asked
from survey_app.running.wave_before import asked_by_unit
from survey_app.shared.clock import today
from survey_app.shared.database import Login, connection
from survey_app.shared.form_text import day_of
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class TurnsAhead:
    """Invitations of those who are asked most, and why the wave could not open.

    ``times`` counts this one and others that are planned; ``days`` is None for a calendar ``year``.
    """

    times: int
    most: int
    year: int
    days: int | None
    against: list[str]
    spared: int
    """People of whom a sample draws nobody, as they were asked enough."""
    rotation: Rotation | None = None
    last_year: date | None = None
    """First day of the wave that asked the same part of the staff a year before."""


async def look_at_turns(
    wave: WaveRow, said: Mapping[str, str], lang: Language, *, minimum_group: int, itself: bool
) -> TurnsAhead | None:
    """Count what a plan of staff asks of its people; ``None`` while its dates cannot be read.

    Parameters
    ----------
    wave : WaveRow
        The wave, or the one that it is planned like, which then counts as another.
    said : mapping of str to str
        What the plan says; ``form``, ``invite``, the days, ``cards`` and ``sms`` are read.
    lang : str
    minimum_group : int
        k: answers carry no code of fewer people.
    itself : bool
        Whether the plan is that of ``wave``.
    """
    invite = staff_asked(wave, said)
    if not invite:
        return None
    first, last = (day_of(said.get(name, "")) for name in ("opens_on", "closes_on"))
    if first is None or last is None:
        return None
    fielding = FieldPeriod(invite, first, last)
    number = wave.id if itself else None
    async with connection(Login.WEB) as link:
        limits = await burden_limits(link)
        others = await fielded(link, number, planned=True)
        found = loads(fielding, others, limits)
        reasons: list[Reason] = []
        try:
            frame = await read_staff_frame(link, today=today(), year=first.year)
        except FrameTooSmall as error:
            frame = None
            reasons.append(error.reason)
        else:
            if frame is None:
                reasons.append(Reason(Against.NOBODY, invite=invite))
        if frame:
            reasons += await burden_reasons(link, frame, fielding, number)
        spared = await spared_groups(link, fielding, number)
    if frame:
        reasons += await _cannot_ask(frame, wave, said, spared, minimum_group)
    met = same_last_year(fielding, others)
    return TurnsAhead(
        max(load.times for load in found),
        limits.invitations,
        first.year,
        limits.days,
        say_reasons(reasons, lang),
        sum(member.group in spared for member in frame.people) if frame else 0,
        rotation_of(invite),
        met.opens_on if met else None,
    )


async def _cannot_ask(
    frame: StaffFrame,
    wave: WaveRow,
    said: Mapping[str, str],
    spared: Collection[int],
    minimum_group: int,
) -> list[Reason]:
    """Name what opening would say of those whom a plan asks."""
    invite, first = staff_asked(wave, said), day_of(said["opens_on"])
    design = design_of(invite)
    if design and (wrong := reason_against(frame, design, spared)):
        return [wrong]
    form = load_library().forms.get(said.get("form", ""))
    asked = await asked_by_unit(
        frame,
        form.kind if form else wave.kind,
        invite,
        (first or today()).year,
        # whom of a sample nothing reaches, nobody knows before it is drawn
        by_card=said.get("cards") == CARDS or design is not None,
        sms=said.get("sms") == SMS,
        spared=spared,
    )
    if not asked or not asked.total():
        return [Reason(Against.NOBODY_REACHED, invite=invite)]
    return few_of_a_frame(frame, asked, minimum_group)


async def speaks_against_days(
    period: FieldPeriod, reminder_days: Sequence[int], wave: UUID | None
) -> list[Reason]:
    """Name what speaks against the days of a wave of staff, and may be kept in a plan.

    ``reminder_days`` are days after the opening. Other waves that are planned count: of two that
    lie too near, the later would not open.
    """
    async with connection(Login.WEB) as link:
        limits = await burden_limits(link)
        others = await fielded(link, wave, planned=True)
    days = bad_days(period.opens_on, period.closes_on)
    reminders = bad_reminders(period.opens_on, reminder_days)
    return [*days, *reminders, *burden_notes(period, others, limits)]
