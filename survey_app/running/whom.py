"""Whom a wave invites that does not take them from the register: what a file says."""

from __future__ import annotations

from questionnaires.loader import load_library
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.invitations.listed import Listed, read_list
from survey_app.asking.invitations.sample import Drawn, read_sample, told_columns
from survey_app.asking.people.register import decoded
from survey_app.shared.i18n import Language


def people_of(content: bytes, invite: str, form: str) -> tuple[Drawn, ...] | tuple[Listed, ...]:
    """Read whom a wave invites that does not take them from the register.

    Raises
    ------
    SampleProblems
        With every mistake of the file.
    """
    if not content:
        return ()
    text = decoded(content)
    if invite == "list":
        return read_list(text)
    return read_sample(text, load_library().questionnaire(form))


def sample_columns(wave: WaveRow, language: Language) -> dict[str, str]:
    """Say what may stand in each column of a sample's file; nothing of other files."""
    if wave.invite != "sample":
        return {}
    return told_columns(load_library().questionnaire(wave.form), language)
