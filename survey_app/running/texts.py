"""What a campaign says of itself: as a form, and as the tables of its file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from survey_app.asking.campaigns.campaign_file import CampaignFile
from survey_app.asking.campaigns.campaign_toml import texts_of
from survey_app.asking.campaigns.import_campaign import PROMISED
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.shared.form_text import as_number, day_of
from survey_app.shared.i18n import N_, languages

TEXTS: Final = {
    "title": N_("Tittel"),
    "purpose": N_("Formål"),
    "comment": N_("Hvorfor dere ber om kommentarer"),
}
LINES: Final = {
    "legal_basis": N_("Behandlingsgrunnlag"),
    "retention_days": N_("Svarene lagres, dager"),
    "comment_days": N_("Kommentarene slettes etter, dager"),
    "discussed_on": N_("Drøftet med tillitsvalgte og verneombud"),
    "sender": N_("Avsender"),
    "contact": N_("Spørsmål rettes til"),
    "help": N_("Hvor en kan få hjelp"),
    "release": N_("Klokkeslett for resultatene"),
}
CHOICES: Final = {
    "open_results": N_("Vis etatens egne tall for alle"),
    "remind_everybody": N_("Send påminnelser til alle, også dem som har svart"),
}
_NUMBERS: Final = ("retention_days", "comment_days")


def names_of(*, staff: bool, started: bool) -> tuple[str, ...]:
    """Name what a form asks: once somebody was invited, not what they were told.

    Texts are named with their language, such as ``purpose.nn``.
    """

    def all_of_them() -> Iterator[str]:
        for name in TEXTS:
            if name != "comment" or staff:
                yield from (f"{name}.{language}" for language in languages())
        yield from (name for name in LINES if staff or name not in {"comment_days", "discussed_on"})
        # what the public says is open to everybody always, and what others outside say never
        yield from (name for name in CHOICES if staff or name != "open_results")

    told = {*PROMISED, "comment", "comment_days"} if started else set()
    return tuple(name for name in all_of_them() if name.partition(".")[0] not in told)


def said_of_campaign(file: CampaignFile) -> dict[str, str]:
    """Fill the form with a campaign as it stands."""
    tables = texts_of(file)
    said = {
        f"{name}.{language}": tables.get(name, {}).get(language, "")
        for name in TEXTS
        for language in languages()
    }
    said |= {name: str(tables.get(name, "")) for name in LINES}
    if said["release"] == AT_ONCE:
        said["release"] = ""
    return said | {name: "yes" if tables.get(name) else "" for name in CHOICES}


def seen_of_texts(file: CampaignFile) -> str:
    """Name what a campaign says of itself: another name says that somebody changed it meanwhile."""
    said = json.dumps(said_of_campaign(file), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def tables_of(said: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what a form says over the tables of a file, as the file would have it.

    What cannot be read as a number or a day stays as it was written: the reader tells of it.
    """
    tables = dict(before)
    for name in TEXTS:
        given = {one: said[f"{name}.{one}"] for one in languages() if f"{name}.{one}" in said}
        if given:
            tables[name] = given
    for name in [*LINES, *CHOICES]:
        if name in said:
            tables[name] = _value(name, said[name].strip())
    if not any(tables.get("comment", {}).values()):
        tables["comment"] = None
        tables["comment_days"] = None
    return {name: value for name, value in tables.items() if value not in (None, "")}


def _value(name: str, text: str) -> object:
    if name in CHOICES:
        return bool(text)
    if name == "release":
        return text or AT_ONCE
    if name in _NUMBERS:
        return text if (number := as_number(text)) is None else number
    if name == "discussed_on" and text:
        return day_of(text) or text
    return text
