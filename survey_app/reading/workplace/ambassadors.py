"""Whether staff would recommend the workplace: how the answers fall, and the level."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.reading import kinds
from survey_app.reading.charts.columns import NARROW, WIDE, AnswerBin, Columns, draw_columns
from survey_app.reading.culture.drivers import outcomes_of_staff
from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Estimate
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class Ambassadors:
    """The section; shares are 0-1, the balance too, from -1 to 1."""

    question: str
    wave: Wave
    answers: tuple[AnswerBin, ...]
    wide: Columns
    narrow: Columns
    balance: Estimate | None
    level: LevelRow | None
    outcome: str
    """Under which id what goes with it is shown; empty where nothing is."""


def ambassadors(shown: Published, wave: Wave, lang: Language) -> Ambassadors | None:
    """Put the section together; ``None`` where the publication does not show how answers fall."""
    staff = kinds.staff()
    measure = shown.measure(staff.recommend_item)
    if measure is None:
        return None
    answers = []
    for option in measure.answers:
        code = str(option["code"])
        cell = shown.estimate(measure.code, AGENCY, "", "share", code)
        if cell is None or cell.mean is None:
            return None
        answers.append(AnswerBin(code, cell.mean, cell.low, cell.high))
    outcomes = outcomes_of_staff()
    balance = shown.estimate(staff.recommend, AGENCY, "", "balance")
    return Ambassadors(
        question=own(measure.title, lang),
        wave=wave,
        answers=tuple(answers),
        wide=draw_columns(answers, lang, WIDE),
        narrow=draw_columns(answers, lang, NARROW),
        balance=balance if balance and balance.shown else None,
        level=level_row(shown, staff.recommend, shown.whole, lang),
        outcome=outcomes.get(staff.recommend) or outcomes.get(staff.recommend_item, ""),
    )
