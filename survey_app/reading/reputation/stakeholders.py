"""What stakeholders answered: the newest survey of each group, with every question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.waves import Wave, published
from survey_app.shared.i18n import Language

POPULATION = "stakeholders"


@dataclass(frozen=True, slots=True)
class Stakeholders:
    """One group's newest survey: its indices, its questions, and how many answered.

    ``only`` is whether it has been asked once; ``rate`` is a share, 0-1.
    """

    name: str
    wave: Wave
    indices: tuple[LevelRow, ...]
    questions: tuple[tuple[str, LevelRow], ...]
    answers: int | None
    rate: float | None
    only: bool


async def stakeholder_groups(
    series: Sequence[Wave], lang: Language, at: datetime
) -> tuple[Stakeholders, ...]:
    """Lay out the newest wave of each campaign, in the order in which they began.

    Parameters
    ----------
    series : sequence of Wave
        All that is released of stakeholders, oldest first.
    """
    found = []
    for campaign in dict.fromkeys(wave.campaign for wave in series):
        waves = [wave for wave in series if wave.campaign == campaign]
        shown = await published(waves[-1], at)
        found.append(_group(shown, waves[-1], lang, only=len(waves) == 1))
    return tuple(found)


def _group(shown: Published, wave: Wave, lang: Language, *, only: bool) -> Stakeholders:
    rows = [
        (measure, row)
        for code, measure in shown.measures.items()
        if (row := level_row(shown, code, shown.whole, lang))
    ]
    response = shown.content["response"]
    return Stakeholders(
        name=own(shown.content["campaign"]["title"], lang),
        wave=wave,
        indices=tuple(row for measure, row in rows if measure.kind == "index"),
        questions=tuple(
            (own(measure.title, lang), row) for measure, row in rows if measure.kind == "item"
        ),
        answers=response.get("answers"),
        rate=response.get("rr2"),
        only=only,
    )
