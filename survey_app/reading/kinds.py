"""The measures by their kind, and what they are called: content, read once."""

from __future__ import annotations

from questionnaires.measures import (
    Called,
    CandidateMeasures,
    MeasuredStrategy,
    PublicMeasures,
    StaffMeasures,
)
from questionnaires.model import Text
from survey_app.reading.strategy_text import library


def staff() -> StaffMeasures:
    """Return what staff are asked, by part."""
    return library().measures.staff


def public() -> PublicMeasures:
    """Return what people outside are asked, by part."""
    return library().measures.public


def candidates() -> CandidateMeasures:
    """Return what candidates are asked, by part."""
    return library().measures.candidates


def measured_strategy() -> MeasuredStrategy:
    """Return what of the strategy the surveys are made to measure."""
    return library().measures.strategy


def called(code: str) -> Called:
    """Return what a measure is called where its title is too formal."""
    return library().measures.name(code)


def headline_index(population: str) -> str:
    """Return the index that every wave of a population measures; empty where there is none."""
    return library().measures.headline(population)


def short_form_of(code: str) -> str:
    """Return the measure of all questions that a short form has some of; empty for others.

    Figures of the two cannot be compared. One that every wave asks all of is no short form.
    """
    found = staff()
    pairs = dict(zip(found.values_core, found.values, strict=False))
    full = (pairs | {found.culture_core: found.culture}).get(code, "")
    return full if full != code else ""


def beside_culture(code: str) -> str:
    """Say whether a measure beside the culture index is of other questions: alone, or shared."""
    found = staff()
    of_culture = _items_of(found.culture) | _items_of(found.culture_core)
    return "alone" if _items_of(code).isdisjoint(of_culture) else "shared"


def _items_of(code: str) -> set[str]:
    known = library()
    scales = known.indices[code].weights if code in known.indices else {code: 1.0}
    items = {item for one in scales if one in known.scales for item in known.scales[one].items}
    return items or {code}  # a question may stand beside it by itself


def title(code: str) -> Text:
    """Return the title of an index or a scale, or what an item asks."""
    known = library()
    if code in known.indices:
        return known.indices[code].title
    return known.scales[code].title if code in known.scales else known.items[code].text


def short_title(code: str) -> dict[str, str]:
    """Return the short title of an index, in every language."""
    found = library().indices.get(code)
    return dict(found.short) if found else {}
