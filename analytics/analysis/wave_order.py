"""The order in time of waves that a file names: numbers, dates, months, quarters, or text."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from analytics.analysis.columns import are_numbers, natural_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

type When = tuple[int, ...]

MONTHS: Final = (
    ("jan",), ("feb",), ("mar",), ("apr",), ("mai", "may"), ("jun",), ("jul",), ("aug",), ("sep",),
    ("okt", "oct"), ("nov",), ("des", "dec"),
)  # fmt: skip
# A year has these in this order, in Norwegian and in English; a winter may be either end.
SEASONS: Final = (("vår", "spring"), ("sommer", "summer"), ("høst", "haust", "autumn", "fall"))
_WORD: Final = r"[a-zæøå]+"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"


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


def order_told(column: str | None, names: list[str]) -> list[str]:
    """Say in which order waves were taken whose names do not tell, since change depends on it."""
    if len(names) < 2 or are_numbers(names):  # noqa: PLR2004 - one wave has no order
        return []
    if any(all(read(name.strip().lower()) for name in names) for read in _READERS):
        return []
    return [
        f"[domains] wave: {column!r} holds text; the waves were taken in this order: "
        + ", ".join(names)
        + ". If that is not their order in time, name them 1, 2, 3 or by date (2026-01)."
    ]


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
