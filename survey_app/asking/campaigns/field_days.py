"""Days on which few of the staff answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from survey_app.asking.reasons import Against, Reason


def bad_days(opens_on: date, closes_on: date) -> Iterator[Reason]:
    """Name what speaks against a field period of staff, and is allowed."""
    if opens_on.weekday() not in {1, 2, 3}:
        yield Reason(Against.WEEKDAY)
    if any(opens_on <= last and closes_on >= first for first, last in _july(opens_on.year)):
        yield Reason(Against.JULY)
    if any(opens_on <= last and closes_on >= first for first, last in _christmas(opens_on.year)):
        yield Reason(Against.CHRISTMAS)


def _july(year: int) -> list[tuple[date, date]]:
    return [(date(year, 7, 1), date(year, 7, 31))]


def _christmas(year: int) -> list[tuple[date, date]]:
    return [(date(one, 12, 15), date(one + 1, 1, 5)) for one in (year - 1, year)]
