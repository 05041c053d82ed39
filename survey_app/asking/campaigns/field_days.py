"""Days on which waves are open: the last one, and those on which few of the staff answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from questionnaires.holidays import easter_sunday
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.agency import agency, in_language
from survey_app.shared.clock import OSLO
from survey_app.shared.i18n import first_language

_SATURDAY: Final = 5
# the week before Easter Sunday, and Easter Monday
_EASTER: Final = (timedelta(days=-7), timedelta(days=1))


def last_day(planned: date, ended: datetime) -> date:
    """Return the last day on which anybody could answer a wave.

    Parameters
    ----------
    planned : date
        The last day of its plan; the wave is closed in the night after it.
    ended : datetime
        When it was closed, with a zone: earlier where somebody closed it by hand.
    """
    return min(planned, ended.astimezone(OSLO).date())


def bad_days(opens_on: date, closes_on: date) -> Iterator[Reason]:
    """Name what speaks against a field period of staff, and is allowed."""
    if opens_on.weekday() not in {1, 2, 3}:
        yield Reason(Against.WEEKDAY)
    if agency().holidays.holds(opens_on):
        yield Reason(Against.HOLIDAY)
    if _touches(opens_on, closes_on, _july(opens_on.year)):
        yield Reason(Against.JULY)
    if _touches(opens_on, closes_on, _christmas(opens_on.year)):
        yield Reason(Against.CHRISTMAS)
    if _touches(opens_on, closes_on, _easter(opens_on.year)):
        yield Reason(Against.EASTER)
    for one in agency().avoided:
        if one.touches(opens_on, closes_on):
            yield Reason(
                Against.AVOIDED,
                name=in_language(one.name, first_language()),
                names=json.dumps(one.name),
                first=one.first.isoformat(),
                last=one.last.isoformat(),
            )


def bad_reminders(opens_on: date, reminder_days: Sequence[int]) -> Iterator[Reason]:
    """Name the reminders of staff that go on a day off, which is allowed.

    ``reminder_days`` are days after the opening. Weeks in which few are at work are named of the
    whole field period, by `bad_days`.
    """
    for after in reminder_days:
        day = opens_on + timedelta(days=after)
        if day.weekday() >= _SATURDAY or agency().holidays.holds(day):
            yield Reason(Against.REMINDER_DAY, day=day.isoformat())


def few_at_work(day: date) -> bool:
    """Tell whether a day is no day to open anything or to come with results, for whomever."""
    return (
        day.weekday() >= _SATURDAY
        or agency().holidays.holds(day)
        or _touches(day, day, [*_july(day.year), *_easter(day.year), *_new_year(day.year)])
    )


def _touches(first: date, last: date, weeks: list[tuple[date, date]]) -> bool:
    return any(first <= end and last >= start for start, end in weeks)


def _july(year: int) -> list[tuple[date, date]]:
    return [(date(year, 7, 1), date(year, 7, 31))]


def _christmas(year: int) -> list[tuple[date, date]]:
    return [(date(one, 12, 15), date(one + 1, 1, 5)) for one in (year - 1, year)]


def _new_year(year: int) -> list[tuple[date, date]]:
    return [(date(one, 12, 24), date(one + 1, 1, 1)) for one in (year - 1, year)]


def _easter(year: int) -> list[tuple[date, date]]:
    sunday = easter_sunday(year)
    return [(sunday + _EASTER[0], sunday + _EASTER[1])]
