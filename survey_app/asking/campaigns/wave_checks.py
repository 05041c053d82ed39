"""What must hold of one wave of a campaign, beyond the kinds of its values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from questionnaires.errors import OverlapError
from questionnaires.library import Library
from survey_app.asking.campaigns.campaign_reader import Reader
from survey_app.asking.mistakes import Mistake
from survey_app.shared.clock import today

MOST_REMINDERS = 3
SHORTEST_STAFF_DAYS = 14  # a whole shift rotation (instruments.md 5.1)
A_YEAR = 366  # days that a wave is open at most
# days that results come after closing at most: they hold up those of all later waves
HALF_A_YEAR = 183


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


def check_reminders(reader: Reader, days: Sequence[object], field_days: int) -> None:
    """Note reminders that do not rise, lie outside the field period or are too many."""
    numbers = [day for day in days if type(day) is int]
    if len(numbers) < len(days) or numbers != sorted(set(numbers)):
        reader.mistaken("reminder_days", Mistake.REMINDERS_RISE)
    elif any(not 1 <= day <= field_days for day in numbers):
        reader.mistaken("reminder_days", Mistake.REMINDERS_WITHIN, last=field_days)
    elif len(numbers) > MOST_REMINDERS:
        reader.mistaken("reminder_days", Mistake.REMINDERS_MANY, most=MOST_REMINDERS)


def check_invited_to_modules(reader: Reader, library: Library, form: str, invite: str) -> None:
    """Note a form whose modules are drawn by invitation where nobody is invited."""
    if invite == "open" and form in library.forms and library.forms[form].modules:
        reader.mistaken("form", Mistake.MODULES_OPEN)


def check_overlap(reader: Reader, library: Library, overlap: str, form: str, invite: str) -> None:
    """Note an earlier version whose words half of those asked cannot get."""
    if not overlap:
        return
    if invite == "open":
        reader.mistaken("overlap", Mistake.OVERLAP_OPEN)
    try:
        library.questionnaire(form, overlap=overlap)
    except OverlapError as error:
        reader.mistaken("overlap", Mistake.OVERLAP, reason=error)
