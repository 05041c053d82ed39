"""Where each statement stands, as the newest publication over most of its items tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from statistics import fmean
from typing import TYPE_CHECKING

from survey_app.reading.levels import change_cell
from survey_app.reading.strategy.lines import LOOK_BACK
from survey_app.reading.strategy.parted import led_note, parted_note
from survey_app.reading.strategy.rows import WITH_STANDINGS, StandingLine
from survey_app.reading.strategy_text import measured_by
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey_app.reading.published import Published
    from survey_app.reading.rows import StatementStanding


async def standings(lang: Language, at: datetime) -> dict[str, tuple[StandingLine, ...]]:
    """Find each statement's newest figure over most of its items, for each population.

    A figure of an earlier publication that counts an item which measures something else is none of
    the statement: its items are shown instead.
    """
    best: dict[tuple[str, str], StandingLine] = {}
    for population in WITH_STANDINGS:
        series = await waves(population, at)
        order = [wave.key for wave in series]
        for wave in reversed(series[-LOOK_BACK[population] :]):
            shown = await published(wave, at)
            for one in shown.standings:
                key = one.statement, population
                if not set(one.items) <= set(measured_by().get(one.statement, ())):
                    continue
                if key not in best or best[key].items < len(one.items):
                    line = _line(one, shown, population, wave, lang)
                    best[key] = _with_changes(line, shown, one, order, lang)
    found: dict[str, tuple[StandingLine, ...]] = {}
    for (statement, _), line in best.items():
        found[statement] = (*found.get(statement, ()), line)
    return found


def _with_changes(
    line: StandingLine,
    shown: Published,
    one: StatementStanding,
    order: Sequence[str],
    lang: Language,
) -> StandingLine:
    """Say what of a statement was asked otherwise before, and what that means for its change."""
    told = one.changes.get("first") or one.changes.get("previous")
    led = led_note(shown, one.items, order, told.since, lang) if told else ""
    # the first wave that it is told from may be the one that asked otherwise
    parted = parted_note(shown, one.items, order, lang)
    said = " ".join(text for text in (led, parted) if text)
    return replace(line, changed=said, parted=bool(parted))


def _line(
    one: StatementStanding, shown: Published, population: str, wave: Wave, lang: Language
) -> StandingLine:
    previous = change_cell(one.changes.get("previous"), lang)
    low, high = _said(one, shown)
    return StandingLine(
        population=population,
        wave=wave,
        items=len(one.items),
        mean=one.mean,
        low=low,
        high=high,
        before=None if previous is None else one.mean - previous.difference,
        previous=previous,
        first=change_cell(one.changes.get("first"), lang),
        within=shown.within,
    )


def _said(one: StatementStanding, shown: Published) -> tuple[float, float]:
    """Give the mean of what is said of its items' levels, with the silent where that is told.

    As the interval of a statement is that of theirs: as wide as if their errors were equal. So a
    statement of one item has the very figures of the item that stands below it.
    """
    levels = [level for item in one.items if (level := shown.estimate(item)) and level.shown]
    if len(levels) < len(one.items):
        return one.low, one.high
    return fmean(level.least or 0.0 for level in levels), fmean(
        level.most or 0.0 for level in levels
    )
