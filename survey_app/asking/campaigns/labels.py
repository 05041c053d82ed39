"""What a wave is called: whole expressions per language, stored and never glued together.

"Siden mai 2026" is not "siden" and "mai 2026" put together at reading: a language may want another
form (``interface/README.md`` 5), so an agency can write its own in the campaign file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from survey_app.shared.i18n import N_, languages, translator
from survey_app.shared.numbers import month_name

FORMS = ("name", "since", "short", "in")
KINDS = {
    "main": N_("hovedmåling"),
    "pulse": N_("kortmåling"),
    "half_year": N_("halvårsmåling"),
    "open": N_("åpen lenke"),
    "yearly": N_("årsmåling"),
}
_SINCE = N_("siden %(month)s")
_IN = N_("i %(month)s")


def wave_labels(kind: str, opens_on: date, closes_on: date) -> dict[str, Any]:
    """Say what a wave is called, from its kind and the month in the middle of its field period.

    Examples
    --------
    >>> labels = wave_labels("pulse", date(2026, 5, 11), date(2026, 5, 25))
    >>> labels["name"]["nb"], labels["since"]["nn"], labels["in"]["en"]
    ('Mai 2026, kortmåling', 'sidan mai 2026', 'in May 2026')
    """
    middle = opens_on + (closes_on - opens_on) / 2
    labels: dict[str, Any] = {form: {} for form in FORMS}
    for language in languages():
        gettext = translator(language).gettext
        month = month_name(middle.month, language)
        month_and_year = f"{month} {middle.year}"
        labels["name"][language] = (
            f"{month_and_year[0].upper()}{month_and_year[1:]}, {gettext(KINDS[kind])}"
        )
        labels["since"][language] = gettext(_SINCE) % {"month": month_and_year}
        labels["in"][language] = gettext(_IN) % {"month": month_and_year}
        labels["short"][language] = month
    labels["year"] = middle.year
    return labels


def dated_title(title: Mapping[str, str], labels: Mapping[str, Any]) -> dict[str, str]:
    """Return «Verdipuls, mai 2026» in every language that the campaign has."""
    short, year = labels.get("short", {}), labels.get("year")
    return {
        language: f"{text}, {short[language]} {year}" if language in short and year else text
        for language, text in title.items()
    }
