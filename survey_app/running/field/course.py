"""The days of an open wave beside those of earlier ones of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from survey_app.asking.campaigns.nights import NightCount, invited_to, nights_of
from survey_app.asking.campaigns.queries import WaveRow, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.reading.charts.fieldwork import DayPoint
from survey_app.shared.database import Login

if TYPE_CHECKING:
    from analytics.fieldwork import FieldCurve, Forecast, ReminderGain


ENDED: Final = frozenset({State.CLOSED, State.COUNTED, State.PUBLISHED})
MOST: Final = 6
"""Earlier waves that say what is usual: the latest of the same kind."""


@dataclass(frozen=True, slots=True)
class FieldCourse:
    """An open wave by day. ``forecast`` and ``gain`` are None where too few waves came before."""

    invited: int
    answered: int | None
    counted_on: date | None
    days: tuple[DayPoint, ...]
    forecast: Forecast | None
    gain: ReminderGain | None
    n_earlier: int

    @property
    def share(self) -> float | None:
        """Of those invited, who had answered by the last night."""
        return self.answered / self.invited if self.answered and self.invited else None

    @property
    def usual_now(self) -> float | None:
        """What was usual by that night."""
        return next((one.usual for one in self.days if one.day == self.counted_on), None)

    @property
    def usual_end(self) -> float | None:
        """Where earlier waves ended."""
        return self.days[-1].usual if self.days else None


async def course_of(wave: WaveRow) -> FieldCourse:
    """Read the nights of a wave and of the latest ones of its campaign and kind."""
    earlier = [
        one
        for one in await list_waves(Login.WEB, wave.campaign)
        if one.kind == wave.kind and one.state in ENDED and one.opens_on < wave.opens_on
    ]
    ids = [one.id for one in (wave, *earlier)]
    nights, invited = await nights_of(Login.WEB, ids), await invited_to(Login.WEB, ids)
    known = [one for one in earlier if nights[one.id] and invited.get(one.id)][:MOST]
    return course_from(
        wave.opens_on,
        wave.closes_on,
        nights[wave.id],
        invited.get(wave.id, 0),
        [curve(one, nights[one.id], invited[one.id]) for one in known],
    )


def curve(wave: WaveRow, nights: Sequence[NightCount], invited: int) -> FieldCurve:
    """Turn the nights of a wave that ended into shares by day."""
    from analytics.fieldwork import FieldCurve  # noqa: PLC0415 - large, and seldom needed

    return FieldCurve(
        invited, _shares(wave.opens_on, wave.closes_on, nights, invited), tuple(wave.reminder_days)
    )


def course_from(
    opens_on: date,
    closes_on: date,
    nights: Sequence[NightCount],
    invited: int,
    earlier: Sequence[FieldCurve],
) -> FieldCourse:
    """Put what was counted, was usual and is expected beside each other, day by day."""
    from analytics.fieldwork import FieldCurve, forecast, reminder_gain, usual_curve  # noqa: PLC0415 - large, and seldom needed

    shares = _shares(opens_on, closes_on, nights, invited)
    usual = usual_curve(earlier, len(shares))
    now = FieldCurve(invited, shares) if invited else None
    ahead = forecast(now, earlier, len(shares)) if now else None
    expected = {one.day: one for one in ahead.days} if ahead else {}
    days = []
    for at, share in enumerate(shares):
        one = expected.get(at)
        days.append(
            DayPoint(
                opens_on + timedelta(days=at),
                share,
                usual[at] if usual else None,
                one.share if one else None,
                one.low if one else None,
                one.high if one else None,
            )
        )
    last = nights[-1] if nights else None
    return FieldCourse(
        invited,
        last.answered if last else None,
        last.day if last else None,
        tuple(days),
        ahead,
        reminder_gain(earlier),
        len(earlier),
    )


def _shares(
    opens_on: date, closes_on: date, nights: Sequence[NightCount], invited: int
) -> tuple[float | None, ...]:
    by_day = {night.day: night.answered for night in nights}
    days = (closes_on - opens_on).days + 1
    counts = [by_day.get(opens_on + timedelta(days=at)) for at in range(days)]
    return tuple(None if count is None else count / invited for count in counts)
