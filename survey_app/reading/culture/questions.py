"""The questions of a place beside the agency's: apart only where that is certain of all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey_app.reading.answer_words import turned
from survey_app.reading.asked_of import whom_it_was_for
from survey_app.reading.charts.counties import Side
from survey_app.reading.culture.item import labels_of
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain, Estimate, Measure
from survey_app.reading.sides import side_of
from survey_app.reading.verdicts import why_hidden
from survey_app.shared.i18n import Language, translator

# as for indices: a unit's figure is called apart from 5 points, a region's from 3
LIMITS: Final = {"unit": 5.0, "region": 3.0}


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """One question: its words, the place's figure or why it is hidden, and the agency's."""

    code: str
    text: str
    estimate: Estimate | None
    hidden: str
    agency: Estimate | None
    side: Side
    turned: str
    """Where a high answer gives a low figure, so that high is good as everywhere: that it does."""
    asked_of: str = ""
    """That it was for some alone; empty where it was for all."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Every question that the wave asked of the place, in the form's order.

    ``unsure`` are those without an interval: nothing is said of them. The agency's own are held
    ``beside`` nothing.
    """

    rows: tuple[QuestionFigure, ...]
    beside: bool = True

    @property
    def lower(self) -> tuple[QuestionFigure, ...]:
        """Those certainly lower than in the agency."""
        return tuple(row for row in self.rows if row.side == "lower")

    @property
    def higher(self) -> tuple[QuestionFigure, ...]:
        """Those certainly higher than in the agency."""
        return tuple(row for row in self.rows if row.side == "higher")

    @property
    def rest(self) -> tuple[QuestionFigure, ...]:
        """Those of which neither is certain."""
        return tuple(row for row in self.rows if row.side == "none")

    @property
    def compared(self) -> int:
        """How many have an interval, and are held against the agency at once."""
        if not self.beside:
            return 0
        return sum(row.estimate is not None and row.estimate.shown for row in self.rows)

    @property
    def unsure(self) -> int:
        """How many are shown without an interval."""
        return sum(row.estimate is not None and not row.estimate.shown for row in self.rows)


def questions_of(published: Published, place: Domain, lang: Language) -> Questions:
    """Lay out the questions of a unit, or of what stands in for it.

    Threats and violence are shown in bands, elsewhere on the page, and are not among them.
    """
    items = [one for one in published.measures.values() if one.kind == "item"]
    cells = [(one, published.estimate(one.code, place.level, place.code)) for one in items]
    asked = [(one, cell) for one, cell in cells if cell is not None]
    among = sum(cell.shown for _, cell in asked)
    return Questions(
        tuple(_question(published, one, cell, place, among, lang) for one, cell in asked),
        beside=place.level != AGENCY,
    )


def _question(
    published: Published,
    measure: Measure,
    cell: Estimate,
    place: Domain,
    among: int,
    lang: Language,
) -> QuestionFigure:
    agency = published.estimate(measure.code)
    group = place.kind if place.level == "unit" else place.code
    read_otherwise = any(
        one.item == measure.code and one.group == group for one in published.shifts
    )
    known = cell.mean is not None
    return QuestionFigure(
        code=measure.code,
        text=own(measure.title, lang),
        estimate=cell if known else None,
        hidden="" if known else translator(lang).gettext(why_hidden(cell.status, cell.level)),
        agency=agency if agency is not None and agency.mean is not None else None,
        side="none"
        if read_otherwise
        else side_of(cell, agency, among, LIMITS.get(place.level, LIMITS["region"])),
        turned=turned(labels_of(measure, lang), lang) if measure.reversed else "",
        asked_of=whom_it_was_for(published, measure.code, lang),
    )
