"""What a wave would ask if it opened now; opening freezes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from questionnaires.errors import OverlapError, UnknownFormError
from questionnaires.loader import load_library
from survey_app.asking.campaigns.first_wave import is_first_wave
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.reasons import Against, Reason

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire
    from survey_app.asking.campaigns.queries import WaveRow
    from survey_app.shared.database import Login


async def questionnaire_of(login: Login, wave: WaveRow, *, version: str = "") -> Questionnaire:
    """Put together what a wave asks: in the newest words, or halves in the old and the new.

    With an earlier ``version`` of its instrument all are asked in the words of that.

    Raises
    ------
    OpeningRefused
        If halves were planned, and what changed since then no longer lets them link; or if its form
        is not there any more.
    """
    return questionnaire_as_of_now(wave, first=await is_first_wave(login, wave), version=version)


def questionnaire_as_of_now(wave: WaveRow, *, first: bool, version: str = "") -> Questionnaire:
    """Put it together as the ``first`` wave of its series asks it, or as a later one."""
    try:
        library = load_library().in_version(wave.form, version) if version else load_library()
        return library.questionnaire(wave.form, first_wave=first, overlap=wave.overlap)
    except UnknownFormError as error:
        raise OpeningRefused(wave.key, [Reason(Against.FORM_GONE)]) from error
    except OverlapError as error:
        raise OpeningRefused(wave.key, [Reason(Against.OVERLAP, reason=error)]) from error
