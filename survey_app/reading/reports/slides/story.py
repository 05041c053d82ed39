"""The story of a report, slide by slide."""

from __future__ import annotations

import io
from typing import Final

from survey_app.reading.reports.content import Report
from survey_app.reading.reports.slides.deck import Deck
from survey_app.reading.reports.slides.opening import (
    add_changes,
    add_cover,
    add_findings,
    add_levels,
    add_trend,
)
from survey_app.reading.reports.slides.parts import (
    add_end,
    add_exposures,
    add_groups,
    add_places,
    add_questions,
)
from survey_app.shared.agency import agency_as_source

_LONGEST_PROPERTY: Final = 255  # characters, as the format has it (ECMA-376)


def pptx_bytes(report: Report) -> bytes:
    """Write a report as slides."""
    deck = Deck(report)
    _tell(deck)
    properties = deck.presentation.core_properties
    title = f"{report.title} – {report.wave.label('name', report.lang)}"
    properties.title = title[:_LONGEST_PROPERTY]
    properties.author = agency_as_source(report.lang)
    properties.language = report.lang
    file = io.BytesIO()
    deck.presentation.save(file)
    return file.getvalue()


def _tell(deck: Deck) -> None:
    add_cover(deck)
    add_findings(deck)
    add_levels(deck)
    add_changes(deck)
    add_trend(deck)
    add_places(deck)
    add_groups(deck)
    add_questions(deck)
    add_exposures(deck)
    add_end(deck)
