"""A campaign that is made on a page: what its form says, read as its file is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from questionnaires.loader import load_library
from questionnaires.model import Form, Text
from survey_app.asking.campaigns.campaign_file import CampaignFile, read_tables
from survey_app.asking.campaigns.field_days import bad_days
from survey_app.asking.campaigns.queries import CampaignRow
from survey_app.asking.errors import CampaignProblems, Problem, problem
from survey_app.asking.instruments.permissions import population_of
from survey_app.asking.mistakes import Mistake
from survey_app.running.plan import free_key, planned_table, wave_key
from survey_app.running.texts import names_of, tables_of
from survey_app.shared.i18n import languages

WAVE_FIELDS: Final = ("invite", "opens_on", "closes_on", "results_on", "reminder_days")
WAVE_PLACE: Final = "waves[1]."
_AHEAD: Final = timedelta(days=21)
_TUESDAY: Final = 1
# from opening to closing, and from closing to results
_STAFF: Final = (21, 14)
_OTHERS: Final = (35, 28)
_KEPT: Final = "1825"
_REMINDERS: Final = "7, 14"


def campaign_fields(form: Form) -> tuple[str, ...]:
    """Name every field that a new campaign is asked for."""
    staff = population_of(form) == "staff"
    return ("key", *WAVE_FIELDS, *names_of(staff=staff, started=False))


def suggestion(
    form: Form, campaigns: Sequence[CampaignRow], *, taken: set[str], today: date
) -> dict[str, str]:
    """Fill the form: a title, the usual days, and who sent the last one of the same kind."""
    population = population_of(form)
    said = dict.fromkeys(campaign_fields(form), "")
    title = _title(form)
    said |= {f"title.{one}": title.get(one, "") for one in languages()}
    opens = _first_day(today)
    field, wait = _STAFF if population == "staff" else _OTHERS
    said |= {
        "key": free_key(form.id.replace(".", "-"), taken),
        "opens_on": opens.isoformat(),
        "closes_on": (opens + timedelta(days=field)).isoformat(),
        "results_on": (opens + timedelta(days=field + wait)).isoformat(),
        "reminder_days": "" if population in {"public", "open"} else _REMINDERS,
        "retention_days": _KEPT,
    }
    like = [one for one in campaigns if one.population == population]
    if like:
        last = max(like, key=lambda one: one.imported_at)
        for name in ("legal_basis", "sender", "contact"):
            said[name] = getattr(last, name)
    return said


def _title(form: Form) -> Text:
    """Return what a campaign is called: of staff, what fits all forms that its waves may ask.

    Everybody reads it above the questions, and «hovedmåling» would stand above a pulse.
    """
    library = load_library()
    like = [one for one in library.forms.values() if one.instrument == form.instrument]
    several = sum(population_of(one) == "staff" for one in like) > 1
    is_staff = population_of(form) == "staff"
    return library.instrument_title(form.instrument) if is_staff and several else form.title


def _first_day(today: date) -> date:
    """Return a Tuesday some weeks ahead, on which people are at work."""
    day = today + _AHEAD
    day += timedelta(days=(_TUESDAY - day.weekday()) % 7)
    while any(bad_days(day, day + timedelta(days=_STAFF[0]))):
        day += timedelta(days=7)
    return day


def read_new(
    form: Form, said: Mapping[str, str], *, campaigns: set[str], waves: set[str], today: date
) -> CampaignFile:
    """Read what somebody wrote of a new campaign, as a file that says the same is read.

    Parameters
    ----------
    form : Form
        What is asked.
    said : mapping of str to str
        By the names in `campaign_fields`.
    campaigns, waves : set of str
        Keys that are taken.
    today : date
        No wave opens before it.

    Raises
    ------
    CampaignProblems
        With every mistake, each by the name of its field.
    """
    population, key = population_of(form), said["key"]
    wave = dict(said) | {"form": form.id}
    stem = key or free_key(form.id.replace(".", "-"), campaigns)  # a missing one is told once
    # what follows /open/ is the wave's own key
    wave["key"] = (
        free_key(stem, waves) if population == "open" else wave_key(stem, said["opens_on"], waves)
    )
    tables: dict[str, Any] = tables_of(
        {name: said[name] for name in campaign_fields(form) if name not in {"key", *WAVE_FIELDS}},
        {"key": key, "form": form.id, "population": population},
    )
    table = planned_table(wave)
    problems: list[Problem] = []
    if key in campaigns:
        problems.append(problem(0, "key", Mistake.CAMPAIGN_TAKEN, key=key))
    if table["opens_on"] and table["opens_on"] < today:
        problems.append(problem(0, f"{WAVE_PLACE}opens_on", Mistake.PAST))
    try:
        file = read_tables(tables | {"waves": [table]}, load_library())
    except CampaignProblems as found:
        raise CampaignProblems([*problems, *found.problems]) from found
    if problems:
        raise CampaignProblems(problems)
    return file
