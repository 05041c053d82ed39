"""Which measures the culture pages show, and in which order."""

from __future__ import annotations

from typing import Literal

from survey_app.reading import kinds
from survey_app.reading.published import Published
from survey_app.reading.rows import Measure

type Series = Literal["core", "full", ""]


def stands_alone() -> tuple[str, ...]:
    """Return what is measured on its own, in no culture index."""
    staff = kinds.staff()
    return _known(*staff.alone, staff.recommend)


def headlines() -> tuple[str, ...]:
    """Return the index of every wave, then the one of main waves."""
    staff = kinds.staff()
    return _known(staff.culture_core, staff.culture)


def columns(published: Published) -> tuple[str, ...]:
    """Return what stands for each unit: the full indices, or what a pulse asks of them."""
    return full_columns() if is_full(published) else pulse_columns()


def full_columns() -> tuple[str, ...]:
    """Return what stands for each unit in a main wave."""
    staff = kinds.staff()
    return _known(staff.culture, *staff.values, *staff.alone, staff.workplace)


def pulse_columns() -> tuple[str, ...]:
    """Return what stands for each unit in a pulse."""
    staff = kinds.staff()
    return _known(
        staff.culture_core, *staff.values_core, *staff.alone, staff.workplace, staff.recommend
    )


def is_full(published: Published) -> bool:
    """Tell whether a wave asked all questions of the culture index."""
    return published.measure(kinds.staff().culture) is not None


def headline(published: Published, asked: str | None) -> Measure | None:
    """Return the measure in the page's head: the one asked for, else the core index.

    Only the core index is asked in every wave, so it alone compares over time.
    """
    if asked in _choices() and (found := published.measure(asked)):
        return found
    return next((m for code in headlines() if (m := published.measure(code))), None)


def measures_to_choose(published: Published) -> tuple[Measure, ...]:
    """Return the measures of this wave that may be chosen."""
    return tuple(found for code in _choices() if (found := published.measure(code)))


def parts_of(measure: Measure) -> tuple[str, ...]:
    """Return the values that stand under a headline: full with full, else those of every wave."""
    staff = kinds.staff()
    full = {staff.culture, *staff.values}
    return staff.values if measure.code in full else staff.values_core


def series_of(code: str) -> Series:
    """Tell which questions a measure is made of, where the same name might stand for two.

    Where every wave asks all of them, there is one series.
    """
    staff = kinds.staff()
    core, full = {staff.culture_core, *staff.values_core}, {staff.culture, *staff.values}
    if code in core & full:
        return ""
    return "core" if code in core else "full" if code in full else ""


def full_of(code: str) -> str:
    """Return the full measure that a short one, from the questions of every wave, stands for."""
    staff = kinds.staff()
    core = (staff.culture_core, *staff.values_core)
    return dict(zip(core, (staff.culture, *staff.values), strict=True)).get(code, code)


def items_of(published: Published, measure: Measure) -> tuple[Measure, ...]:
    """Return the items behind a measure that this wave has figures for."""
    codes = measure.items or tuple(
        item
        for part in measure.parts
        if (scale := published.measure(part)) is not None
        for item in scale.items
    )
    return tuple(found for code in codes if (found := published.measure(code)))


def _choices() -> tuple[str, ...]:
    """Return every index or scale of staff that may be chosen as the page's headline."""
    staff = kinds.staff()
    return _known(
        *headlines(),
        *staff.values_core,
        *staff.values,
        *staff.alone,
        staff.workplace,
        staff.recommend,
    )


def _known(*codes: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, codes)))
