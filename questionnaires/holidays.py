"""Days of a calendar by rules, such as the agency's public holidays in ``agency.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from questionnaires.model import Text
    from questionnaires.reading import Table

WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_DATE: Final = re.compile(r"(\d\d)-(\d\d)")
_EASTER: Final = re.compile(r"easter([+-]\d{1,2})?")


@dataclass(frozen=True, slots=True)
class DayRules:
    """Weekdays (Monday is 0), dates as month and day, and days from Easter Sunday."""

    weekdays: frozenset[int] = frozenset()
    dates: frozenset[tuple[int, int]] = frozenset()
    from_easter: frozenset[int] = frozenset()

    def holds(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return (
            day.weekday() in self.weekdays
            or (day.month, day.day) in self.dates
            or (day - easter_sunday(day.year)).days in self.from_easter
        )


@dataclass(frozen=True, slots=True)
class AvoidedDays:
    """Days of one year on which the agency would rather ask nobody, such as a county's holidays.

    ``name`` stands inside a sentence: «vinterferien i Oslo».
    """

    name: Text
    first: date
    last: date

    def touches(self, first: date, last: date) -> bool:
        """Tell whether a period has any of them."""
        return first <= self.last and last >= self.first


def read_days(text: str) -> DayRules:
    """Read days as ``sunday, 05-17, easter-2``.

    Raises
    ------
    ValueError
        If something is none of them, in a sentence.

    Examples
    --------
    >>> read_days("05-17, easter+1").holds(date(2027, 3, 29))
    True
    """
    weekdays, dates, from_easter = set(), set(), set()
    for part in filter(None, (one.strip().lower() for one in text.split(","))):
        if part in WEEKDAYS:
            weekdays.add(WEEKDAYS.index(part))
        elif found := _DATE.fullmatch(part):
            date(2024, int(found[1]), int(found[2]))  # a leap year has every day
            dates.add((int(found[1]), int(found[2])))
        elif found := _EASTER.fullmatch(part):
            from_easter.add(int(found[1] or 0))
        else:
            raise ValueError(f"«{part}» is no weekday, MM-DD, or easter with days as in easter-2")
    return DayRules(frozenset(weekdays), frozenset(dates), frozenset(from_easter))


def parse_avoided(table: Table) -> tuple[AvoidedDays, ...]:
    """Read ``[[holidays.avoid]]`` and note what is wrong with it, in the order of the days."""
    found = []
    for row in table.tables("avoid", "first"):
        name, first, last = row.words("name"), row.day("first"), row.day("last")
        row.close()
        if not name:
            row.wrong("name", "this is missing; write what the days are called, by language")
        elif first and last and last < first:
            row.wrong("last", f"{last} is before {first}")
        elif first and last:
            found.append(AvoidedDays(name, first, last))
    return tuple(sorted(found, key=lambda one: (one.first, one.last)))


def parse_holidays(table: Table) -> DayRules:
    """Read ``[holidays]`` and note what is wrong with it; left out, there are none."""
    text = ",".join(table.strings("days"))
    table.close()
    try:
        return read_days(text)
    except ValueError as error:
        table.wrong("days", str(error))
        return DayRules()


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
