"""The population and candidates on the items that both are asked in the same words."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.identity import same
from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.strategy_text import library
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """One item; with a reason, the candidates' level does not stand beside the population's."""

    text: str
    population: LevelRow
    candidates: LevelRow
    reason: str


def alike_rows(population: Published, candidates: Published, lang: Language) -> list[AlikeRow]:
    """Put the levels side by side where both waves asked alike; they are never subtracted."""
    found = []
    for one in library().same_words:
        measure, theirs = population.measure(one.item), candidates.measure(one.item)
        if measure is None or theirs is None or not same(measure.identity, theirs.identity):
            continue
        rows = [level_row(side, one.item, side.whole, lang) for side in (population, candidates)]
        if rows[0] is not None and rows[1] is not None:
            reason = own(one.reason or {}, lang)
            found.append(AlikeRow(own(measure.title, lang), rows[0], rows[1], reason))
    return found


def do_not_know(shown: Published, item: str) -> float | None:
    """Return the share (0-1) who knew too little of an item to answer it."""
    cell = shown.not_applicable(item)
    return cell.mean if cell else None
