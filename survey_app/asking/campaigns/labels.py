"""What a wave is called: whole expressions per language, stored and never glued together.

"Siden mai 2026" is not "siden" and "mai 2026" put together at reading: a language may want another
form (``interface/README.md`` 5), so an agency can write its own in the campaign file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from survey_app.shared.i18n import N_, languages, translator
from survey_app.shared.numbers import month_name, short_date

FORMS = ("name", "since", "short", "in")
KINDS = {
    "main": N_("hovedmåling"),
    "pulse": N_("kortmåling"),
    "half_year": N_("halvårsmåling"),
    "open": N_("åpen lenke"),
    "yearly": N_("årsmåling"),
}
_MOST_OF_A_DAY = 20
_SINCE = N_("siden %(month)s")
_IN = N_("i %(month)s")
_IN_THAT_OF = N_("i målingen %(day)s")


def middle_of(opens_on: date, closes_on: date) -> date:
    """Return the day in the middle of a field period."""
    return opens_on + (closes_on - opens_on) / 2


def wave_labels(
    kind: str, opens_on: date, closes_on: date, *, by_day: bool = False, number: int = 1
) -> dict[str, Any]:
    r"""Say what a wave is called, from its kind and the month in the middle of its field period.

    Parameters
    ----------
    kind : str
    opens_on, closes_on : date
    by_day : bool
        Whether it is called by its first day instead, as its month is another wave's.
    number : int
        Which of those that open on that day and are called by it.

    Examples
    --------
    >>> labels = wave_labels("pulse", date(2026, 5, 11), date(2026, 5, 25))
    >>> labels["name"]["nb"], labels["since"]["nn"], labels["in"]["en"]
    ('Mai 2026, kortmåling', 'sidan mai 2026', 'in May 2026')
    >>> labels = wave_labels("pulse", date(2026, 5, 11), date(2026, 5, 25), by_day=True)
    >>> labels["name"]["nb"], labels["since"]["nn"], labels["in"]["en"]
    ('11.\xa0mai 2026, kortmåling', 'sidan 11.\xa0mai 2026', 'in the survey of 11\xa0May 2026')
    >>> days = date(2026, 5, 11), date(2026, 5, 25)
    >>> wave_labels("pulse", *days, by_day=True, number=2)["since"]["nb"]
    'siden 11.\xa0mai 2026 (2)'
    """
    middle = opens_on if by_day else middle_of(opens_on, closes_on)
    within = _IN_THAT_OF if by_day else _IN
    which = f" ({number})" if number > 1 else ""
    labels: dict[str, Any] = {form: {} for form in FORMS}
    for language in languages():
        gettext = translator(language).gettext
        short = short_date(middle, language) if by_day else month_name(middle.month, language)
        told = f"{short} {middle.year}{which}"
        labels["name"][language] = f"{told[0].upper()}{told[1:]}, {gettext(KINDS[kind])}"
        labels["since"][language] = gettext(_SINCE) % {"month": told}
        labels["in"][language] = gettext(within) % {"month": told, "day": told}
        labels["short"][language] = f"{short}{which}"
    labels["year"] = middle.year
    return labels


def called_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether a wave is called the same, in every language that both have.

    What a wave is called is stored when its campaign is: a language that the agency got later, or
    gave up, changes nothing of it.
    """
    return one.get("year") == other.get("year") and all(
        one.get(form, {})[language] == other.get(form, {})[language]
        for form in FORMS
        for language in one.get(form, {}).keys() & other.get(form, {}).keys()
    )


def numbered_labels(kind: str, opens_on: date, closes_on: date) -> Iterator[dict[str, Any]]:
    """Say what a wave is called by its day, in turn as the first of that day, the second, ..."""
    for number in range(1, _MOST_OF_A_DAY + 1):
        yield wave_labels(kind, opens_on, closes_on, by_day=True, number=number)


def dated_title(title: Mapping[str, str], labels: Mapping[str, Any]) -> dict[str, str]:
    """Return «Verdipuls, mai 2026» in every language that the campaign has."""
    short, year = labels.get("short", {}), labels.get("year")
    return {
        language: f"{text}, {short[language]} {year}" if language in short and year else text
        for language, text in title.items()
    }
