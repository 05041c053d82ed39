"""What a table of waves says of results: their day, that they are there, or that none come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.results_told import AT_ONCE, told_day, told_in_year
from survey_app.asking.campaigns.results_wait import HeldResults, results_expected
from survey_app.asking.campaigns.states import State
from survey_app.asking.desk.held_up import HeldUp
from survey_app.shared.i18n import N_, Language, translator

_CANCELLED: Final = N_("Ingen, målingen er avlyst")
_TOO_FEW: Final = N_("Ingen, for få svarte")
_WITHHELD: Final = N_("Ingen, to har bestemt det")
_TAKEN_BACK: Final = N_("Ingen, tallene er trukket tilbake")
_UNDECIDED: Final = N_("Ikke avgjort ennå")
_THERE: Final = N_("Er lagt fram")


def results_cell(
    wave: WaveRow,
    kept: HeldUp,
    held: Sequence[HeldResults],
    language: Language,
    *,
    year: int | None = None,
) -> str:
    """Say of a wave what becomes of its results.

    Parameters
    ----------
    wave : WaveRow
    kept : HeldUp
        What is in doubt.
    held : sequence of HeldResults
        Whose results wait for another's.
    language : str
    year : int, optional
        Of the table: days in it are told without.
    """
    if told := _no_day(wave, kept):
        return translator(language).gettext(told)
    day, release = results_expected(wave, held)
    if wave.state == State.PUBLISHED and release == AT_ONCE:
        return translator(language).gettext(_THERE)
    if year is None:
        return told_day(day, release, language)
    return told_in_year(day, release, language, year=year)


def _no_day(wave: WaveRow, kept: HeldUp) -> str:
    if wave.state == State.CANCELLED:
        return _CANCELLED
    if kept.has_too_few(wave):
        return _TOO_FEW
    if kept.is_withheld(wave):
        return _WITHHELD
    if wave.taken_back:
        return _TAKEN_BACK
    return _UNDECIDED if kept.is_undecided(wave) else ""
