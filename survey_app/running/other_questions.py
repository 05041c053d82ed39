"""What changed in a questionnaire since somebody asked to open a wave, or two approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.editions import Edition
from questionnaires.loader import load_library
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.instruments.changes import VersionChanges, version_changes
from survey_app.shared.database import Login
from survey_app.waves.approved import looked_over

if TYPE_CHECKING:
    from survey_app.asking.campaigns.queries import WaveRow
    from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class OtherQuestions:
    """What the page says of it; ``proposed``: one asked, and nobody has approved it yet."""

    view: VersionChanges
    proposed: bool


async def other_questions(wave: WaveRow, lang: Language) -> OtherQuestions | None:
    """Compare what was looked over with what the wave asks now; ``None`` where all is alike."""
    try:
        found = await looked_over(Login.WEB, wave)
    except OpeningRefused:  # halves cannot get both any more: opening and asking for it say so
        return None
    if found is None:
        return None
    # neither is a whole version: they are what one wave asks
    then, now = Edition(0, found.then), Edition(0, found.now)
    return OtherQuestions(version_changes(then, now, load_library(), lang), found.proposed)
