"""What must hold of one wave of a campaign, beyond the kinds of its values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from questionnaires.errors import Hinders, OverlapError
from questionnaires.library import Library
from survey_app.asking.campaigns.campaign_reader import Reader
from survey_app.asking.errors import Problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.clock import today

MOST_REMINDERS = 3
SHORTEST_STAFF_DAYS = 14  # a whole shift rotation (instruments.md 5.1)
A_YEAR = 366  # days that a wave is open at most
# days that results come after closing at most: they hold up those of all later waves
HALF_A_YEAR = 183

_HINDRANCES: Final[Mapping[Hinders, Mistake]] = {
    "same": Mistake.OVERLAP_SAME,
    "mixed": Mistake.OVERLAP_MIXED,
    "filtered": Mistake.OVERLAP_FILTERED,
    "decides": Mistake.OVERLAP_DECIDES,
    "modules": Mistake.OVERLAP_MODULES,
    "rule": Mistake.OVERLAP_RULE,
}


def check_form(reader: Reader, library: Library, form: str, population: str) -> None:
    """Note a form that is made for others than the campaign asks."""
    if not (form and population):
        return
    asked = library.forms[form]
    is_open = asked.kind == "open"
    if population == "open" and not is_open:
        reader.mistaken("form", Mistake.FORM_NOT_OPEN, form=form)
    elif population != "open" and is_open:
        reader.mistaken("form", Mistake.FORM_OPEN, form=form)
    elif population not in {"open", asked.population}:
        reader.mistaken(
            "form", Mistake.FORM_POPULATION, form=form, made=asked.population, chosen=population
        )


def check_dates(
    reader: Reader, population: str, opens_on: date, closes_on: date, results_on: date
) -> None:
    """Note days that do not follow each other, or leave too little time."""
    if closes_on < opens_on:
        reader.mistaken("closes_on", Mistake.CLOSES_EARLY)
    elif population == "staff" and (closes_on - opens_on).days + 1 < SHORTEST_STAFF_DAYS:
        reader.mistaken("closes_on", Mistake.SHORT_FIELD, least=SHORTEST_STAFF_DAYS)
    elif (closes_on - opens_on).days > A_YEAR:
        reader.mistaken("closes_on", Mistake.LONG_FIELD, most=A_YEAR)
    if results_on <= closes_on:
        reader.mistaken("results_on", Mistake.RESULTS_EARLY)
    elif (results_on - closes_on).days > HALF_A_YEAR and results_on > today():
        # those that have come hold up nothing, and nobody can move them any more
        reader.mistaken("results_on", Mistake.RESULTS_LATE, most=HALF_A_YEAR)


def without_late_results(
    problems: Sequence[Problem], waves: object, over: Collection[str]
) -> list[Problem]:
    """Leave out that results of waves that have closed come late: each day is moved by itself.

    Parameters
    ----------
    problems : sequence of Problem
        Of a campaign's file.
    waves : object
        What stands in it under their name, which may be anything.
    over : collection of str
        Keys of those that have closed.
    """
    stand = {
        f"waves[{at}].results_on"
        for at, wave in enumerate(waves if isinstance(waves, list) else [], start=1)
        if isinstance(wave, dict) and str(wave.get("key")) in over
    }
    return [
        one for one in problems if not (one.column in stand and one.mistake is Mistake.RESULTS_LATE)
    ]


def late_results(key: str, closes_on: date, results_on: date) -> list[str]:
    """Say of a wave that is over what its day of results holds up, where that is far away."""
    if not closes_on < today() < results_on or (results_on - closes_on).days <= HALF_A_YEAR:
        return []
    told = (
        f"«{key}» closed on {closes_on} and shows results on {results_on}, more than {HALF_A_YEAR}"
        f" days later: those of later waves wait for it; «barometer wave results {key} DAY» moves"
        " the day until the wave is computed"
    )
    return [told]


def check_reminders(reader: Reader, days: Sequence[object], field_days: int) -> None:
    """Note reminders that do not rise, lie outside the field period or are too many."""
    numbers = [day for day in days if type(day) is int]
    if len(numbers) < len(days) or numbers != sorted(set(numbers)):
        reader.mistaken("reminder_days", Mistake.REMINDERS_RISE)
    elif field_days > 0 and any(not 1 <= day <= field_days for day in numbers):
        # of a wave that would close before it opens, only that is said
        reader.mistaken("reminder_days", Mistake.REMINDERS_WITHIN, last=field_days)
    elif len(numbers) > MOST_REMINDERS:
        reader.mistaken("reminder_days", Mistake.REMINDERS_MANY, most=MOST_REMINDERS)


def check_invited_to_modules(reader: Reader, library: Library, form: str, invite: str) -> None:
    """Note a form whose modules are drawn by invitation where nobody is invited."""
    if invite == "open" and form in library.forms and library.forms[form].modules:
        reader.mistaken("form", Mistake.MODULES_OPEN)


def hindrance(error: OverlapError) -> Mistake:
    """Name the kind of mistake that asking two versions would be."""
    return _HINDRANCES.get(error.hinders, Mistake.OVERLAP)


def check_overlap(reader: Reader, library: Library, overlap: str, form: str, invite: str) -> None:
    """Note an earlier version whose words half of those asked cannot get."""
    if not overlap:
        return
    if invite == "open":
        reader.mistaken("overlap", Mistake.OVERLAP_OPEN)
    try:
        library.questionnaire(form, overlap=overlap)
    except OverlapError as error:
        reader.mistaken("overlap", hindrance(error), reason=error, items=", ".join(error.items))
