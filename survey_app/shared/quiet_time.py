"""Hours and days on which nobody is sent mail that can wait."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from questionnaires.holidays import DayRules, read_days
from survey_app.shared.clock import OSLO

_HOURS: Final = re.compile(r"(\d{1,2})-(\d{1,2})")
_DAY_HOURS: Final = 24
_HOUR: Final = timedelta(hours=1)
# a quiet time without an end is told no further than this
_LONGEST: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class QuietTime:
    """When mail waits: hours from one to another, and days."""

    hours: tuple[int, int] | None = None
    days: DayRules = field(default_factory=DayRules)

    def holds(self, moment: datetime) -> bool:
        """Tell whether mail waits at a moment, by the clock in Norway."""
        local = moment.astimezone(OSLO)
        return self._is_quiet_hour(local.hour) or self.days.holds(local.date())

    def over(self, moment: datetime) -> datetime:
        """Return when mail that is due at a moment leaves: at once, or when the quiet is over.

        Examples
        --------
        >>> quiet = read_quiet_time("21-7", "sunday")
        >>> f"{quiet.over(datetime(2026, 5, 9, 22, 30, tzinfo=OSLO)).astimezone(OSLO):%a %H:%M}"
        'Mon 07:00'
        """
        last = moment + _LONGEST
        # in UTC, where no hour is skipped or comes twice; Norway's clock differs by whole hours
        whole = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        while self.holds(moment) and moment < last:
            whole += _HOUR
            moment = whole
        return moment

    def _is_quiet_hour(self, hour: int) -> bool:
        if self.hours is None:
            return False
        first, last = self.hours
        return first <= hour < last if first < last else hour >= first or hour < last


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
    return QuietTime(_hours(hours), read_days(days))


def _hours(text: str) -> tuple[int, int] | None:
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text.strip())
    if not found or max(int(found[1]), int(found[2])) > _DAY_HOURS or found[1] == found[2]:
        raise ValueError("must be two hours such as 21-7")
    return int(found[1]), int(found[2])
