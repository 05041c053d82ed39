"""On which day results come, as those who are asked are told, and those who run the wave."""

from __future__ import annotations

from datetime import date
from typing import Final

from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import long_date, short_date

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


def told_day(day: date, release: str, language: Language) -> str:
    r"""Write the day of results with its year, for those who are signed in.

    Parameters
    ----------
    day : date
    release : str
        Of the campaign: `AT_ONCE`, or a time of the day of results.
    language : str

    Examples
    --------
    >>> told_day(date(2026, 6, 11), "09:00", "nb")
    '11.\xa0juni 2026'
    >>> told_day(date(2026, 6, 11), "at once", "nb")
    '11.\xa0juni 2026 eller før'
    """
    said = long_date(day, language)
    return translator(language).gettext(EARLIER) % {"day": said} if release == AT_ONCE else said


def told_in_year(day: date, release: str, language: Language, *, year: int) -> str:
    """Write the day of results in a table of a ``year``: with its own where it lies in another."""
    if day.year == year:
        return told_results(day, language, at_once=release == AT_ONCE)
    return told_day(day, release, language)
