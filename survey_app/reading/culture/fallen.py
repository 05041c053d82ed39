"""What has fallen in a unit or region, and since when: for the page, paper and slides alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from survey_app.reading.culture.heatmap import columns_of
from survey_app.reading.names import inside, place_name, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.rows import Change, Domain
from survey_app.reading.scope import by_region
from survey_app.reading.sentences import since
from survey_app.reading.turning import leans_on_the_silent
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import HARD_SPACE, decimal, listed

REGION: Final = "region"
_FALLEN: Final = N_("<b>Redusert %(since)s:</b> %(falls)s.")
_FALL: Final = N_("%(index)s med %(points)s poeng (%(low)s til %(high)s)")


@dataclass(frozen=True, slots=True)
class FallenRegion:
    """What has fallen in a region; ``leaning`` where the silent might turn some of it."""

    name: str
    fallen: tuple[Markup, ...]
    leaning: bool


def fallen_regions(
    shown: Published, places: Sequence[Domain], lang: Language
) -> tuple[FallenRegion, ...]:
    """Say of each region of which something has fallen what, and since when: for paper and slides.

    ``places`` is what the reader may see.
    """
    codes = columns_of(shown)
    regions = [place for place in by_region(places) if place.level == REGION]
    seen = [(place, falls_of(shown, place, codes)) for place in regions]
    return tuple(
        FallenRegion(
            place_name(place, lang),
            falls_told(shown, falls, lang),
            any(leans_on_the_silent(fall) for fall in falls),
        )
        for place, falls in seen
        if falls
    )


def count_fallen(shown: Published, places: Sequence[Domain]) -> tuple[int, int]:
    """Count the units, and the regions, of which something in the table has fallen."""
    codes = columns_of(shown)
    levels = [place.level for place in places if falls_of(shown, place, codes)]
    return levels.count("unit"), levels.count(REGION)


def _fall_of(shown: Published, code: str, place: Domain) -> Change | None:
    """Find the fall of a measure: since it was last asked, else since the first time."""
    falls = (shown.fall(code, place.level, place.code, role) for role in ("previous", "first"))
    return next((one for one in falls if one is not None), None)


def falls_of(shown: Published, place: Domain, codes: Sequence[str]) -> tuple[Change, ...]:
    """Find the falls of those measures whose figure the place shows."""
    cells = [(code, shown.estimate(code, place.level, place.code)) for code in codes]
    figures = [code for code, cell in cells if cell is not None and cell.shown]
    return falls_among(shown, place, figures)


def falls_among(shown: Published, place: Domain, figures: Sequence[str]) -> tuple[Change, ...]:
    """Find the falls of measures whose figure the place is known to show."""
    return tuple(fall for code in figures if (fall := _fall_of(shown, code, place)) is not None)


def falls_told(shown: Published, falls: Sequence[Change], lang: Language) -> tuple[Markup, ...]:
    """Say what has fallen, once for each wave that it is counted from."""
    told: dict[str, list[str]] = {}
    for fall in falls:
        told.setdefault(since(fall, lang), []).append(_fall_told(shown, fall, lang))
    pattern = Markup(translator(lang).gettext(_FALLEN))  # noqa: S704 - ours, and Markup escapes what is put in
    return tuple(
        pattern % {"since": when, "falls": listed(all_, lang)} for when, all_ in told.items()
    )


def _fall_told(shown: Published, fall: Change, lang: Language) -> str:
    measure = shown.measure(fall.measure)
    title, kind = (measure.title, measure.kind) if measure else ({}, "")
    low, high = sorted((abs(fall.low or 0.0), abs(fall.high or 0.0)))
    # an interval stays on one line
    told = translator(lang).gettext(_FALL)
    head, bracket, interval = told.rpartition(" (")
    return (head + bracket + interval.replace(" ", HARD_SPACE)) % {
        "index": inside(sentence_name(fall.measure, kind, title, lang)),
        "points": decimal(abs(fall.difference or 0.0), lang),
        "low": decimal(low, lang),
        "high": decimal(high, lang),
    }
