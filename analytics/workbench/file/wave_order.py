"""The order in time of waves that a file names: numbers, dates, months, quarters, or text."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from analytics.workbench.file.categories import (
    are_numbers,
    by_parts,
    have_numbered_parts,
    natural_order,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

type When = tuple[int, ...]

MONTHS: Final = (
    ("jan",), ("feb",), ("mar",), ("apr",), ("mai", "may"), ("jun",), ("jul",), ("aug",), ("sep",),
    ("okt", "oct"), ("nov",), ("des", "dec"),
)  # fmt: skip
# A year has these in this order, in Norwegian and in English; a winter may be either end.
SEASONS: Final = (("vår", "spring"), ("sommer", "summer"), ("høst", "haust", "autumn", "fall"))
_WORD: Final = r"[a-zæøå]+"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_HALF: Final = re.compile(r"h")  # H2, 2. halvår, half: no word for a quarter has one


def in_time(names: Iterable[str]) -> list[str]:
    """Put waves in the order of time where all their names tell it, else as a reader counts.

    Parameters
    ----------
    names : iterable of str
        Numbers (2, 10), dates (2026-03-15, 15.03.2026), months (2026-03, mars 2026), quarters and
        halves (2026Q1, 1. kvartal 2026, H2 2026) or seasons (vår 2026), all of one kind.
    """
    found = list(names)
    for read in _READERS:
        when = {name: read(name.strip().lower()) for name in found}
        if all(place is not None for place in when.values()):
            return sorted(found, key=lambda name: (when[name] or (), name))
    return natural_order(found)


def same_wave(names: Iterable[str]) -> tuple[str, str] | None:
    """Find two names that mean one wave: the same time in two forms, or the same word.

    Parameters
    ----------
    names : iterable of str
        As for `in_time`.
    """
    found = sorted(names)
    for read in _READERS:
        when = [read(name.strip().lower()) for name in found]
        if all(place is not None for place in when):
            # the first quarter and the first half of a year stand at one place, and are two waves
            halves = [_half(name.strip().lower()) is not None for name in found]
            return _twice(found, list(zip(when, halves, strict=True)))
    return _twice(found, [name.strip().lower() for name in found])


def _twice(names: list[str], meant: Sequence[object]) -> tuple[str, str] | None:
    first: dict[object, str] = {}
    for name, place in zip(names, meant, strict=True):
        if first.setdefault(place, name) != name:
            return first[place], name
    return None


def order_told(column: str | None, names: list[str]) -> list[str]:
    """Say in which order waves were taken whose names do not tell, since change depends on it."""
    numbers = are_numbers(names) and not have_numbered_parts(names)
    if len(names) < 2 or (numbers and not _may_be_months(names)):  # noqa: PLR2004 - one wave has no order
        return []
    if any(all(read(name.strip().lower()) for name in names) for read in _READERS):
        return []
    kind = "numbers with decimals" if numbers else "text"
    return [
        f"[domains] wave: {column!r} holds {kind}; the waves were taken in this order: "
        + ", ".join(names)
        + ". If that is not their order in time, name them 1, 2, 3 or by date (2026-01)."
    ]


def _may_be_months(names: list[str]) -> bool:
    """Tell numbers such as 2026.3 and 2026.12, which are in another order as years and months."""
    parts = [re.fullmatch(r"([0-9]+)\.([0-9]+)", name) for name in names]
    if not all(found and 1 <= int(found[2]) <= len(MONTHS) for found in parts):
        return False
    return sorted(names, key=float) != sorted(names, key=by_parts)


def day_told(name: str) -> tuple[date, bool] | None:
    """Read the day that a name tells; of a longer time its middle.

    Parameters
    ----------
    name : str
        A date, also with a time of day; a month, quarter, half, season or year.

    Returns
    -------
    tuple of date and bool, or None
        Whether it is a day by itself; None where it is none of these. A day written 3/4/2026 is
        none: it may be in March or in April.
    """
    plain = name.strip().lower()
    day = _day(plain)
    if day is not None:
        return date(*day), True
    try:
        return datetime.fromisoformat(name.strip()).date(), True
    except ValueError:
        pass
    for read, months in ((_month, 1), (_quarter, 3), (_half, 6), (_season, 3), (_year, 12)):
        found = read(plain)
        if found is not None:
            return _middle(found[0], found[1], months, winter=read is _season), False
    return None


def _middle(year: int, part: int, months: int, *, winter: bool) -> date:
    """Give the middle of a part of the year; spring begins in March."""
    first = (part - 1) * months + (3 if winter else 1)
    if months % 2:
        return date(year, first + months // 2, 15)
    return date(year, first + months // 2, 1)


def _quarter(name: str) -> When | None:
    return None if _HALF.search(name) else _part(name)


def _half(name: str) -> When | None:
    return _part(name) if _HALF.search(name) else None


def _year(name: str) -> When | None:
    return (int(name), 1) if re.fullmatch(_YEAR, name) else None


def _day(name: str) -> When | None:
    iso = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)(?:[t ]00:00(?::00)?)?", name)
    ours = re.fullmatch(r"(\d\d?)\.\s?(\d\d?)\.\s?(\d{4})", name)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif ours:
        day, month, year = (int(part) for part in ours.groups())
    else:
        return None
    try:
        return date(year, month, day).timetuple()[:3]
    except ValueError:
        return None


def _month(name: str) -> When | None:
    found = re.fullmatch(r"(\d{4})[-/](\d\d?)", name)
    if found:
        number = int(found[2])
        return (int(found[1]), number) if 1 <= number <= len(MONTHS) else None
    return _named(name, MONTHS)


def _part(name: str) -> When | None:
    """Read a quarter or a half, in figures."""
    told = r"(?:(?P<kind>[qkh])\s?(?P<a>\d)|(?P<b>\d)\.?\s?(?P<word>kvartal|halvår|quarter|half))"
    between = r"[\s\-./]?"
    found = re.fullmatch(rf"{_YEAR}{between}{told}", name) or re.fullmatch(
        rf"{told}{between}{_YEAR}", name
    )
    if not found:
        return None
    number, last = (
        int(found["a"] or found["b"]),
        2 if (found["kind"] or found["word"])[0] == "h" else 4,
    )
    return (int(found["year"]), number) if 1 <= number <= last else None


def _season(name: str) -> When | None:
    return _named(name, SEASONS)


def _named(name: str, parts: tuple[tuple[str, ...], ...]) -> When | None:
    """Read a year and a word that names a part of it, in either order."""
    found = re.fullmatch(
        rf"(?:(?P<a>{_WORD})\.?[\s\-]*)?{_YEAR}(?:[\s\-]*(?P<b>{_WORD})\.?)?", name
    )
    word = found and (found["a"] or found["b"])
    if not found or not word or (found["a"] and found["b"]):
        return None
    places = [
        number
        for number, starts in enumerate(parts, start=1)
        if any(word.startswith(start) for start in starts)
    ]
    return (int(found["year"]), places[0]) if len(places) == 1 else None


_READERS: Final[tuple[Callable[[str], When | None], ...]] = (_day, _month, _part, _season)
