"""Which column of an HR system's file means what: guessed by its header, or said on the page.

Systems write one row per person, and call the columns what they like. What nothing here means is
not read, so it is not kept.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Final, Literal, cast

type Meaning = Literal[
    "number", "email", "language", "unit", "unit_name", "type", "parent", "mobile"
]

# without white space, hyphens and points: as headers are compared
_KNOWN: Final[Mapping[Meaning, frozenset[str]]] = {
    meaning: frozenset(names.split())
    for meaning, names in cast(
        "Mapping[Meaning, str]",
        {
            "number": """ansattnummer ansattnr ansattid ansattnøkkel tilsettnummer tilsattnummer
                personalnummer personalnr ressursnummer ressursnr medarbeidernummer
                employeenumber employeeno employeeid personnelnumber nøkkel""",
            "email": "epost epostadresse email emailadresse emailaddress mail jobbepost",
            "language": "målform maalform språk sprak language",
            "unit": """enhetskode enhetsnr enhetsnummer einingskode orgkode orgenhetkode
                organisasjonskode avdelingskode unitcode orgunitcode departmentcode""",
            "unit_name": """enhet enhetsnavn eining einingsnamn orgenhet organisasjonsenhet
                avdeling avdelingsnavn unit unitname orgunit department""",
            "type": "enhetstype einingstype type unittype",
            "parent": """overordnetenhet overordnaeining overordnet overordna overordnetkode
                overordnetenhetskode region parent parentunit""",
            "mobile": """mobil mobilnr mobilnummer mobiltelefon jobbmobil mobile mobilenumber
                mobilephone cellphone""",
        },
    ).items()
}
MEANINGS: Final[tuple[Meaning, ...]] = tuple(_KNOWN)
_SILENT = re.compile(r"[\s._-]+")
OWN: Final = "kind"


def header_of(text: str) -> list[str]:
    """Return the names of a file's columns as they are written there."""
    first = text.removeprefix("\ufeff").split("\n", 1)[0].rstrip("\r")
    return [name.strip() for name in next(csv.reader(StringIO(first), delimiter=delimiter(first)))]


def first_cells(text: str) -> list[str]:
    """Return what the first row has in each column; nothing where it has no such cell."""
    lines = text.removeprefix("\ufeff").splitlines()
    sign = delimiter(lines[0]) if lines else ","
    rows = csv.reader(lines[:2], delimiter=sign)
    header = next(rows, [])
    cells = next(rows, [])
    return [cells[at].strip() if at < len(cells) else "" for at in range(len(header))]


def delimiter(first: str) -> str:
    """Return what separates the cells of a first line: semicolon, tab or comma."""
    return max(";\t,", key=lambda sign: (first.count(sign), sign == ";"))


def is_ours(header: Sequence[str]) -> bool:
    """Tell a file in our own format, with a row for each unit, from one of people alone."""
    return OWN in (name.lower() for name in header)


def guess(
    header: Sequence[str], remembered: Mapping[str, str], meanings: Sequence[Meaning] = MEANINGS
) -> dict[str, Meaning]:
    """Say what each column means, by what was said before, else by its name.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    remembered : mapping of str to str
        Meanings that somebody confirmed before, by name of column; empty for one not to be read.
    meanings : sequence of Meaning
        Those that anything needs; others are not read.

    Returns
    -------
    dict of str to Meaning
        Columns that mean something; no two mean the same.
    """
    found: dict[str, Meaning] = {}
    for name in header:
        told = remembered.get(name)
        meant = (
            [one for one in meanings if one == told]
            if told is not None
            else [one for one in meanings if _SILENT.sub("", name).casefold() in _KNOWN[one]]
        )
        if meant and meant[0] not in found.values():
            found[name] = meant[0]
    return found


def is_enough(columns: Mapping[str, Meaning]) -> bool:
    """Whether a person and their unit can be read."""
    return {"number", "email"} <= set(columns.values()) and bool(
        {"unit", "unit_name"} & set(columns.values())
    )


def needed_meanings(*, by_sms: bool) -> tuple[Meaning, ...]:
    """Return what columns may mean here: a mobile number only where text messages are sent."""
    return tuple(one for one in MEANINGS if by_sms or one != "mobile")
