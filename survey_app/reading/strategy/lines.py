"""The newest published figure of each item, whoever was asked."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from questionnaires.model import Text
from survey_app.reading.levels import LevelRow, exposure_band, level_row
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.strategy.rows import StatementItem
from survey_app.reading.strategy_text import library
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import Language

# How many waves it takes to ask everything once: a year of pulses and main wave, one half-year, one
# survey of candidates, one of each group of stakeholders. Who stands first is shown where several
# are asked the same.
LOOK_BACK: Final = {"staff": 5, "public": 1, "candidates": 1, "stakeholders": 5}


@dataclass(frozen=True, slots=True)
class NewestAnswer:
    """What the newest wave that asked an item tells of it: a level, a band, or why neither.

    ``text`` is the item in the words that it was asked in.
    """

    text: Text
    row: LevelRow | None
    band: str
    wave: Wave
    population: str

    @property
    def shown(self) -> bool:
        """Whether there is a figure."""
        return bool(self.band) or (self.row is not None and self.row.estimate is not None)


async def newest(lang: Language, at: datetime) -> Mapping[str, NewestAnswer]:
    """Find the newest wave that shows each item, else the newest that asked it."""
    found: dict[str, NewestAnswer] = {}
    hidden: dict[str, NewestAnswer] = {}
    for population, latest in LOOK_BACK.items():
        for wave in reversed((await waves(population, at))[-latest:]):
            if wave.measures <= found.keys():
                continue
            for code, told in _told(await published(wave, at), wave, population, lang, found):
                (found if told.shown else hidden).setdefault(code, told)
    return {**hidden, **found}


def _told(
    shown: Published, wave: Wave, population: str, lang: Language, known: Container[str]
) -> Iterable[tuple[str, NewestAnswer]]:
    for measure in shown.measures.values():
        if measure.kind == "item" and measure.code not in known:
            band = exposure_band(shown, measure.code, shown.whole, lang)
            row = None if band else level_row(shown, measure.code, shown.whole, lang)
            if row is not None or band:
                yield measure.code, NewestAnswer(measure.title, row, band, wave, population)


def line(
    code: str, told: Mapping[str, NewestAnswer], lang: Language, weak: str = ""
) -> StatementItem:
    """Put an item's line together; ``weak`` says what it measures instead of the statement.

    A figure stands beside the words that were answered, though the newest version has others.
    """
    known = told.get(code)
    if known is None:
        text = own(library().items[code].text, lang)
        return StatementItem(code, text, None, None, "", weak=weak)
    text = own(known.text, lang)
    row = known.row if known.row is not None and known.row.estimate is not None else None
    hidden = known.row.hidden if known.row is not None and row is None else ""
    return StatementItem(
        code, text, row, known.wave, known.population, band=known.band, hidden=hidden, weak=weak
    )
