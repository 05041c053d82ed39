"""The figures of a whole year, for a unit that is hidden in every pulse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from survey_app.reading.names import row_name
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.staff_measures import pulse_columns
from survey_app.reading.unit_links import own_then
from survey_app.reading.waves import Wave, published
from survey_app.shared.i18n import N_, Language, translator

AROUND: Final = 5  # waves before and after: a year of pulses and a main wave
_COUNTED: Final = {2: N_("to"), 3: N_("tre"), 4: N_("fire")}


@dataclass(frozen=True, slots=True)
class YearRow:
    """One measure over the year, with how many answered."""

    code: str
    name: str
    mean: float
    low: float
    high: float
    n: int | None


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What a unit has for a year; ``count`` is how many pulses, in words."""

    year: int
    count: str
    rows: tuple[YearRow, ...]

    @property
    def answered(self) -> int | None:
        """People who answered: of the measure that fewest answered; None where that is not told."""
        told = [row.n for row in self.rows if row.n is not None]
        return min(told) if len(told) == len(self.rows) else None


async def year_figures(
    wave: Wave, series: Sequence[Wave], unit: Domain, lang: Language, at: datetime
) -> YearFigures | None:
    """Find the newest figures for a year that is not later than the wave's.

    They stand in the publication of the first wave of the next year.
    """
    place = series.index(wave)
    now = await published(wave, at)
    found: YearFigures | None = None
    for each in series[max(0, place - AROUND) : place + AROUND + 1]:
        shown = await published(each, at)
        # of an earlier year's unit of that code only where it is the same
        was = own_then(shown, now, unit)
        for table in _tables(shown):
            figures = _of_unit(table, shown, was, lang) if was else None
            if table["year"] <= wave.year and figures is not None:
                found = figures
    return found


def _tables(shown: Published) -> Iterator[Mapping[str, Any]]:
    yield from shown.content["yearly"]


def _of_unit(
    table: Mapping[str, Any], shown: Published, unit: Domain, lang: Language
) -> YearFigures | None:
    own = {
        row["measure"]: row
        for row in table["figures"]
        if row["domain"] == unit.code and row.get("low") is not None
    }
    rows = tuple(
        YearRow(
            code,
            row_name(code, measure.title, lang),
            row["mean"],
            row["low"],
            row["high"],
            row["n"],
        )
        for code in pulse_columns()
        if (row := own.get(code)) and (measure := shown.measure(code))
    )
    pulses = len(table["waves"])
    count = translator(lang).gettext(_COUNTED[pulses]) if pulses in _COUNTED else str(pulses)
    return YearFigures(table["year"], count, rows) if rows else None
