"""What changed in a questionnaire since somebody asked to open a wave, or two approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.editions import Edition
from questionnaires.loader import load_library
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.instruments.changes import VersionChanges, version_changes
from survey_app.shared.database import Login
from survey_app.shared.numbers import languages_listed
from survey_app.waves.approved import looked_over

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire
    from survey_app.asking.campaigns.queries import WaveRow
    from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class OtherQuestions:
    """What the page says of it; ``proposed``: one asked, and nobody has approved it yet.

    ``more`` and ``fewer`` list languages that it is written in by now, and no longer.
    """

    view: VersionChanges
    proposed: bool
    more: str
    fewer: str


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
    before, after = _languages_of(found.then), _languages_of(found.now)
    return OtherQuestions(
        version_changes(then, now, load_library(), lang),
        found.proposed,
        languages_listed(sorted(after - before), lang),
        languages_listed(sorted(before - after), lang),
    )


def _languages_of(asked: Questionnaire) -> set[Language]:
    labels = [one.label for options in asked.options.values() for one in options.options]
    return {code for text in (*(one.text for one in asked.items), *labels) for code in text}
