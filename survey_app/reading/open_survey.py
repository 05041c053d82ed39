"""The newest open survey: those who chose to answer, shown apart from what is representative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey_app.reading import kinds
from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.rows import AGENCY
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """The newest open survey, by the index of trust."""

    wave: Wave
    trust: LevelRow
    answers: int | None


async def newest_open_survey(lang: Language, at: datetime) -> OpenSurvey | None:
    """Put the open survey's box together; None where none is released, or it asks no trust."""
    series = await waves("open", at)
    if not series:
        return None
    shown = await published(series[-1], at)
    whole = next(domain for domain in shown.domains if domain.level == AGENCY)
    trust = level_row(shown, kinds.public().trust, whole, lang)
    answers = shown.content["response"].get("answers")
    return OpenSurvey(series[-1], trust, answers) if trust else None
