"""Read a campaign from TOML (``docs/formats/campaign.md``), or say all that is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from email.utils import parseaddr
from typing import Any

from questionnaires.library import Library
from questionnaires.toml_text import NotTomlError, read_toml_text
from survey_app.asking.campaigns.campaign_reader import Reader
from survey_app.asking.campaigns.labels import FORMS, wave_labels
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.campaigns.wave_checks import (
    check_dates,
    check_form,
    check_invited_to_modules,
    check_overlap,
    check_reminders,
    without_late_results,
)
from survey_app.asking.errors import CampaignProblems, Problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.panels import ROTATION, rotation_of
from survey_app.asking.people.staff_sample import RULES, design_of
from survey_app.shared.agency import agency
from survey_app.shared.form_text import YEARS
from survey_app.shared.i18n import languages, stand_in
from survey_app.shared.trustees import Trustee, TrusteeError, as_two

POPULATIONS = ("staff", "public", "open", "candidates", "stakeholders")
INVITE = {
    "staff": ("everybody", "panel:A", "panel:B", "panel:C"),
    "public": ("sample",),
    "open": ("open",),
    "candidates": ("open", "list"),
    "stakeholders": ("open", "list"),
}
LONGEST_LABEL = 80  # characters of what a wave is called, as it stands above a column
MOST_COMMENT_DAYS = 365  # unless the file says otherwise
_RELEASE = re.compile(r"at once|(?:[01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """A wave as the file tells."""

    key: str
    form: str
    kind: str
    invite: str
    opens_on: date
    closes_on: date
    results_on: date
    reminder_days: tuple[int, ...]
    labels: Mapping[str, Any]
    trustees: tuple[Trustee, ...]
    comment: Mapping[str, str]
    comment_days: int | None
    overlap: str = ""
    cards: bool = False
    sms: bool = False


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """A campaign and its waves as the file tells, in the order of their opening."""

    key: str
    title: Mapping[str, str]
    form: str
    population: str
    purpose: Mapping[str, str]
    legal_basis: str
    retention_days: int | None
    discussed_on: date | None
    sender: str
    contact: str
    help: str
    release: str
    open_results: bool
    remind_everybody: bool
    waves: tuple[PlannedWave, ...]


def read_campaign(text: str, library: Library, *, over: Collection[str] = ()) -> CampaignFile:
    """Read a campaign and its waves.

    Parameters
    ----------
    text : str
        TOML.
    library : Library
        The questionnaires: forms are checked against it.
    over : collection of str
        Keys of waves that have closed: their day of results stands, however far away it is.

    Raises
    ------
    CampaignProblems
        With every mistake, each with its key and how to mend it.
    """
    try:
        tables = read_toml_text(text)
    except NotTomlError as error:
        raise CampaignProblems([Problem(0, "", f"the file is not TOML: {error}")]) from error
    return read_tables(tables, library, over=over)


def read_tables(
    tables: Mapping[str, Any], library: Library, *, over: Collection[str] = ()
) -> CampaignFile:
    """Read a campaign from the tables of its file.

    Raises
    ------
    CampaignProblems
        With every mistake, each with its key and how to mend it.
    """
    problems: list[Problem] = []
    above = {name: value for name, value in tables.items() if name != "waves"}
    campaign = _campaign(Reader(above, "", problems), library, problems, tables.get("waves", []))
    if problems := without_late_results(problems, tables.get("waves", []), over):
        raise CampaignProblems(problems)
    return campaign


def read_wave(
    table: Mapping[str, Any],
    library: Library,
    population: str,
    comment: tuple[dict[str, str], int | None],
) -> PlannedWave:
    """Read one wave of a campaign, as it stands below ``[[waves]]``.

    Raises
    ------
    CampaignProblems
        With every mistake, each with its key and how to mend it.
    """
    problems: list[Problem] = []
    wave = _wave(Reader(table, "", problems), library, population, "", comment)
    if problems or wave is None:
        raise CampaignProblems(problems)
    return wave


def _campaign(
    reader: Reader,
    library: Library,
    problems: list[Problem],
    waves: object,
) -> CampaignFile:
    population = reader.choice("population", POPULATIONS, needed=True)
    form = reader.choice("form", sorted(library.forms), needed=True)
    if not isinstance(waves, list) or not waves or not all(isinstance(one, dict) for one in waves):
        reader.wrong("waves", "write at least one wave, as [[waves]]")
        waves = []
    comment = _comment(reader, population)
    planned = [
        _wave(Reader(wave, f"waves[{at}].", problems), library, population, form, comment)
        for at, wave in enumerate(waves, start=1)
    ]
    return _fields(reader, population, form, [one for one in planned if one])


def read_texts(table: Mapping[str, Any], library: Library, standing: CampaignFile) -> CampaignFile:
    """Read what a campaign says of itself, as it stands above its waves, which stay as they are.

    Parameters
    ----------
    table : mapping
        The keys of the file but ``waves``.
    standing : CampaignFile
        The campaign as it is. Another reason for comments is given to the waves that ask for them,
        or to all where none does.

    Raises
    ------
    CampaignProblems
        With every mistake, each with its key and how to mend it.
    """
    problems: list[Problem] = []
    reader = Reader(table, "", problems)
    population = reader.choice("population", POPULATIONS, needed=True)
    form = reader.choice("form", sorted(library.forms), needed=True)
    reason, days = _comment(reader, population)
    none_asks = not any(wave.comment for wave in standing.waves)
    waves = [
        replace(wave, comment=reason, comment_days=days) if wave.comment or none_asks else wave
        for wave in standing.waves
    ]
    campaign = _fields(reader, population, form, waves)
    if problems:
        raise CampaignProblems(problems)
    return campaign


def _fields(
    reader: Reader, population: str, form: str, waves: Sequence[PlannedWave]
) -> CampaignFile:
    campaign = CampaignFile(
        key=reader.key(),
        title=reader.titles("title", required=agency().required),
        form=form,
        population=population,
        purpose=reader.texts("purpose"),
        legal_basis=reader.text("legal_basis"),
        retention_days=reader.days("retention_days"),
        discussed_on=reader.take("discussed_on", date),
        sender=reader.line("sender"),
        contact=reader.line("contact"),
        help=reader.text("help"),
        release=reader.text("release") or AT_ONCE,
        open_results=reader.take("open_results", bool, default=False),
        remind_everybody=reader.take("remind_everybody", bool, default=False),
        waves=tuple(sorted(waves, key=lambda wave: (wave.opens_on, wave.key))),
    )
    _check_campaign(campaign, reader)
    reader.finish()
    return campaign


def _check_campaign(campaign: CampaignFile, reader: Reader) -> None:
    if not _RELEASE.fullmatch(campaign.release):
        reader.mistaken("release", Mistake.RELEASE)
    address = parseaddr(campaign.sender)[1]
    if campaign.sender and campaign.population == "staff" and "@" not in address:
        reader.mistaken("sender", Mistake.SENDER)
    elif not address.isascii():
        reader.mistaken("sender", Mistake.SENDER_LETTERS)
    _check_trustees(campaign, reader)
    keys = [wave.key for wave in campaign.waves]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        reader.wrong("waves", f"two waves have the key «{key}»")


def _check_trustees(campaign: CampaignFile, reader: Reader) -> None:
    """Refuse a key in two waves: it could not be destroyed after the first."""
    held = Counter(trustee.public_key for wave in campaign.waves for trustee in wave.trustees)
    for wave in campaign.waves:
        for trustee in wave.trustees:
            if held[trustee.public_key] > 1:
                sentence = f"the key of «{trustee.name}» in «{wave.key}» stands in another wave too"
                reader.wrong("waves", f"{sentence}: a key is made for one wave")


def _comment(reader: Reader, population: str) -> tuple[dict[str, str], int | None]:
    """Read why comments are asked for and how long they are kept; without a reason, nothing."""
    reason = reader.texts(
        "comment", required=agency().required if "comment" in reader.table else ()
    )
    days = reader.days("comment_days")
    kept = reader.table.get("retention_days")
    if reason and population != "staff":
        reader.wrong("comment", "only staff can be asked for comments")
    if days is not None and not reason:
        reader.mistaken("comment_days", Mistake.NO_COMMENTS)
    if not reason:
        return {}, None
    days = MOST_COMMENT_DAYS if days is None else days
    if type(kept) is int and days >= kept:
        reader.mistaken("comment_days", Mistake.COMMENTS_LATE, days=days)
    return reason, days


def _wave(
    reader: Reader,
    library: Library,
    population: str,
    form_of_all: str,
    comment: tuple[dict[str, str], int | None],
) -> PlannedWave | None:
    form = reader.choice("form", sorted(library.forms), form_of_all)
    kind = library.forms[form].kind if form else ""
    check_form(reader, library, form, population)
    known = INVITE.get(population, ())
    usual = next((way for way in known if way == "open" or len(known) == 1), "")
    invite = _invite(reader, known, usual)
    key = reader.key()
    opens_on = reader.take("opens_on", date, needed=True)
    closes_on = reader.take("closes_on", date, needed=True)
    results_on = reader.take("results_on", date, needed=True)
    reminders = reader.take("reminder_days", list, [])
    labels = reader.take("labels", dict, {})
    overlap = reader.text("overlap")
    cards = reader.take("cards", bool, default=False)
    if cards and population != "staff":
        reader.wrong("cards", "only staff get cards: others are invited by letter")
    sms = reader.take("sms", bool, default=False)
    if sms and population != "staff":
        reader.wrong("sms", "only staff get text messages: others have no number here")
    trustees = _trustees(reader)
    if not reader.take("comment", bool, default=True):
        comment = {}, None
    reader.finish()
    if not (kind and opens_on and closes_on and results_on):
        return None
    check_dates(reader, population, opens_on, closes_on, results_on)
    check_reminders(reader, reminders, (closes_on - opens_on).days)
    check_invited_to_modules(reader, library, form, invite)
    check_overlap(reader, library, overlap, form, invite)
    return PlannedWave(
        key=key,
        form=form,
        kind=kind,
        invite=invite,
        opens_on=opens_on,
        closes_on=closes_on,
        results_on=results_on,
        reminder_days=tuple(day for day in reminders if type(day) is int),
        labels=_labels(reader, labels, wave_labels(kind, opens_on, closes_on)),
        trustees=trustees,
        comment=comment[0],
        comment_days=comment[1],
        overlap=overlap,
        cards=cards,
        sms=sms,
    )


def asks_somebody(invite: str, population: str) -> bool:
    """Tell whether a wave says whom it asks; a draft of an earlier version may not.

    Examples
    --------
    >>> ways = "panel:A", "neyman:900", "rotation:2/3:5", "open", ""
    >>> [asks_somebody(one, "staff") for one in ways]
    [True, True, True, False, False]
    """
    known = INVITE.get(population, ())
    return invite in known or ("everybody" in known and _is_drawn(invite))


def _is_drawn(invite: str) -> bool:
    return design_of(invite) is not None or rotation_of(invite) is not None


def _invite(reader: Reader, known: Sequence[str], usual: str) -> str:
    given = reader.table.get("invite")
    way = str(given).partition(":")[0].strip()
    if "everybody" in known and way in {*RULES, ROTATION}:
        invite = reader.text("invite")
        if not _is_drawn(invite):
            written = Mistake.ROTATION_WRITTEN if way == ROTATION else Mistake.SAMPLE_WRITTEN
            reader.mistaken("invite", written)
        return invite
    return reader.choice("invite", known, usual, needed=not usual)


def _trustees(reader: Reader) -> tuple[Trustee, ...]:
    given = reader.take("trustees", list, [])
    try:
        return as_two([one if isinstance(one, dict) else {} for one in given])
    except TrusteeError as error:
        reader.wrong("trustees", str(error))
        return ()


def _labels(reader: Reader, given: Mapping[str, Any], derived: dict[str, Any]) -> dict[str, Any]:
    labels = Reader(given, f"{reader.place}labels.", reader.problems)
    whole = [language for language in languages() if stand_in(language) is None]
    for form in FORMS:
        texts = labels.titles(form, longest=LONGEST_LABEL)
        if texts and not set(whole) <= set(texts):
            labels.wrong(form, f"is written in all of {', '.join(whole)}")
        elif texts:
            derived[form] = texts
    year = labels.take("year", int)
    if year is not None and year not in YEARS:
        labels.mistaken("year", Mistake.YEAR, first=YEARS[0], last=YEARS[-1])
    labels.finish()
    return derived if year is None else derived | {"year": year}
