"""On which day those who are asked are told that results come."""

from __future__ import annotations

from datetime import date
from typing import Final

from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import short_date

AT_ONCE: Final = "at once"
"""`release` of a campaign whose results come as soon as they are computed."""
EARLIER: Final = N_("%(day)s eller før")


def told_results(day: date, language: Language, *, at_once: bool) -> str:
    """Write the day of results: ``11. juni``, and ``11. juni eller før`` where they may be earlier.

    Parameters
    ----------
    day : date
    language : str
    at_once : bool
        Whether they are shown as soon as they are computed, and wait for no day.
    """
    said = short_date(day, language)
    return translator(language).gettext(EARLIER) % {"day": said} if at_once else said
