"""Where each statement stands, as the newest publication over most of its items tells it."""

from __future__ import annotations

from datetime import datetime

from survey_app.reading.levels import change_cell
from survey_app.reading.rows import StatementStanding
from survey_app.reading.strategy.lines import LOOK_BACK
from survey_app.reading.strategy.rows import WITH_STANDINGS, StandingLine
from survey_app.reading.strategy_text import measured_by
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import Language


async def standings(lang: Language, at: datetime) -> dict[str, tuple[StandingLine, ...]]:
    """Find each statement's newest figure over most of its items, for each population.

    A figure of an earlier publication that counts an item which measures something else is none of
    the statement: its items are shown instead.
    """
    best: dict[tuple[str, str], StandingLine] = {}
    for population in WITH_STANDINGS:
        for wave in reversed((await waves(population, at))[-LOOK_BACK[population] :]):
            for one in (await published(wave, at)).standings:
                key = one.statement, population
                if not set(one.items) <= set(measured_by().get(one.statement, ())):
                    continue
                if key not in best or best[key].items < len(one.items):
                    best[key] = _line(one, population, wave, lang)
    found: dict[str, tuple[StandingLine, ...]] = {}
    for (statement, _), line in best.items():
        found[statement] = (*found.get(statement, ()), line)
    return found


def _line(one: StatementStanding, population: str, wave: Wave, lang: Language) -> StandingLine:
    previous = change_cell(one.changes.get("previous"), lang)
    return StandingLine(
        population=population,
        wave=wave,
        items=len(one.items),
        mean=one.mean,
        low=one.low,
        high=one.high,
        before=None if previous is None else one.mean - previous.difference,
        previous=previous,
        first=change_cell(one.changes.get("first"), lang),
    )
