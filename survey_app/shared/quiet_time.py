"""Hours and days on which nobody is sent mail that can wait."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from survey_app.shared.clock import OSLO

WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_HOURS: Final = re.compile(r"(\d{1,2})-(\d{1,2})")
_DATE: Final = re.compile(r"(\d\d)-(\d\d)")
_EASTER: Final = re.compile(r"easter([+-]\d{1,2})?")
_DAY_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class QuietTime:
    """When mail waits: hours from one to another, weekdays, dates, and days from Easter Sunday."""

    hours: tuple[int, int] | None = None
    weekdays: frozenset[int] = frozenset()
    dates: frozenset[tuple[int, int]] = frozenset()
    from_easter: frozenset[int] = frozenset()

    def holds(self, moment: datetime) -> bool:
        """Tell whether mail waits at a moment, by the clock in Norway."""
        local = moment.astimezone(OSLO)
        return self._is_quiet_hour(local.hour) or self._is_quiet_day(local.date())

    def _is_quiet_hour(self, hour: int) -> bool:
        if self.hours is None:
            return False
        first, last = self.hours
        return first <= hour < last if first < last else hour >= first or hour < last

    def _is_quiet_day(self, day: date) -> bool:
        return (
            day.weekday() in self.weekdays
            or (day.month, day.day) in self.dates
            or (day - easter_sunday(day.year)).days in self.from_easter
        )


def read_quiet_time(hours: str, days: str) -> QuietTime:
    """Read hours as ``21-7``, and days as ``sunday, 05-17, easter-2``.

    Raises
    ------
    ValueError
        If something is neither, in a sentence.

    Examples
    --------
    >>> read_quiet_time("21-7", "sunday, easter+1").hours
    (21, 7)
    """
    weekdays, dates, from_easter = set(), set(), set()
    for part in filter(None, (one.strip().lower() for one in days.split(","))):
        if part in WEEKDAYS:
            weekdays.add(WEEKDAYS.index(part))
        elif found := _DATE.fullmatch(part):
            date(2024, int(found[1]), int(found[2]))  # a leap year has every day
            dates.add((int(found[1]), int(found[2])))
        elif found := _EASTER.fullmatch(part):
            from_easter.add(int(found[1] or 0))
        else:
            raise ValueError(f"«{part}» is no weekday, MM-DD, or easter with days as in easter-2")
    return QuietTime(_hours(hours), frozenset(weekdays), frozenset(dates), frozenset(from_easter))


def _hours(text: str) -> tuple[int, int] | None:
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text.strip())
    if not found or max(int(found[1]), int(found[2])) > _DAY_HOURS or found[1] == found[2]:
        raise ValueError("must be two hours such as 21-7")
    return int(found[1]), int(found[2])


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar.

    References
    ----------
    Meeus, J. (1991). Astronomical Algorithms. Willmann-Bell. Chapter 8.

    Examples
    --------
    >>> easter_sunday(2026), easter_sunday(2027)
    (datetime.date(2026, 4, 5), datetime.date(2027, 3, 28))
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    le = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * le) // 451
    return date(year, 3, 22) + timedelta(days=h + le - 7 * m)
