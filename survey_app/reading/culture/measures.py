"""Which measures the culture pages show, and in which order."""

from __future__ import annotations

from typing import Final

from survey_app.reading.published import Measure, Published

CORE: Final = ("TRY-kjerne", "APN-kjerne", "NYT-kjerne")
FULL: Final = ("TRY", "APN", "NYT")
BESIDE: Final = ("SIK", "AMB")  # measured on their own, in no culture index
HEADLINES: Final = ("KI-kjerne", "KI")
HEATMAP: Final = ("KI", "TRY", "APN", "NYT", "SIK", "AAI")
HEATMAP_PULSE: Final = ("KI-kjerne", "TRY-kjerne", "APN-kjerne", "NYT-kjerne", "SIK", "AAI", "AMB")
UNIT: Final = ("KI", "TRY", "APN", "NYT", "SIK", "AAI")
UNIT_PULSE: Final = ("KI-kjerne", "TRY-kjerne", "APN-kjerne", "NYT-kjerne", "SIK", "AAI", "AMB")
# Every index or scale of staff that may be chosen as the page's headline.
CHOICES: Final = (*HEADLINES, *CORE, *FULL, "SIK", "AAI", "AMB")


def headline(published: Published, asked: str | None) -> Measure | None:
    """Return the measure in the page's head: the one asked for, else the core index.

    Only the core index is asked in every wave, so it alone compares over time.
    """
    if asked in CHOICES and (found := published.measure(asked)):
        return found
    return published.measure("KI-kjerne") or published.measure("KI")


def choices(published: Published) -> tuple[Measure, ...]:
    """Return the measures of this wave that may be chosen."""
    return tuple(found for code in CHOICES if (found := published.measure(code)))


def parts_of(measure: Measure) -> tuple[str, ...]:
    """Return the values that stand under a headline: core with core, full with full."""
    return CORE if measure.code in {"KI-kjerne", *CORE, "AMB"} else FULL


def items_of(published: Published, measure: Measure) -> tuple[Measure, ...]:
    """Return the items behind a measure that this wave has figures for."""
    codes = measure.items or tuple(
        item
        for part in measure.parts
        if (scale := published.measure(part)) is not None
        for item in scale.items
    )
    return tuple(found for code in codes if (found := published.measure(code)))
