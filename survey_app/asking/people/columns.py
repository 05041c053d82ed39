"""Which column of an HR system's file means what: guessed by its header, or said on the page.

Systems write one row per person, and call the columns what they like. What nothing here means is
not read, so it is not kept.
"""

from __future__ import annotations

import contextlib
import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Literal, cast

from survey_app.asking.csv_file import bounded_rows, line_of, sign_of, split_table, too_wide
from survey_app.asking.errors import RegisterProblems, problem
from survey_app.asking.mistakes import Mistake

type Meaning = Literal[
    "number", "email", "language", "unit", "unit_name", "type", "parent", "mobile"
]

# without white space, hyphens, points, brackets and strokes: as headers are compared. What may be
# somebody's national identity number («pers.nr») is never guessed to be a key.
_KNOWN: Final[Mapping[Meaning, frozenset[str]]] = {
    meaning: frozenset(names.split())
    for meaning, names in cast(
        "Mapping[Meaning, str]",
        {
            "number": """ansattnummer ansattnr ansattid ansattnøkkel ansnummer ansnr ansid
                tilsettnummer tilsettnr tilsattnummer tilsattnr personalnummer personalnr
                ressursnummer ressursnr medarbeidernummer employeenumber employeeno employeeid
                personnelnumber nøkkel""",
            "email": """epost epostadresse email emailadresse emailaddress mail jobbepost
                jobbepostadresse epostjobb arbepost arbepostadresse arbeidsepost arbeidsepostadresse
                epostarbeid workemail""",
            "language": "målform maalform målf maalf språk språkkode sprak language",
            "unit": """enhetskode enhetsnr enhetsnummer enhkode enhnr einingskode orgkode
                orgenhetkode organisasjonskode avdelingskode avdelingsnr avdelingsnummer avdkode
                avdnr tjenestestedskode tjenestestedkode tenestestadkode unitcode orgunitcode
                departmentcode""",
            "unit_name": """enhet enhetsnavn eining einingsnamn orgenhet organisasjonsenhet
                avdeling avdelingsnavn avdelingsnamn avd avdnavn tjenestested tjenestestedsnavn
                tjenestestednavn tenestestad arbeidssted arbeidsstad unit unitname orgunit
                department""",
            "type": "enhetstype einingstype type unittype",
            "parent": """overordnetenhet overordnaeining overordnet overordna overordnetkode
                overordnetenhetskode region parent parentunit""",
            "mobile": """mobil mobilnr mobilnummer mobnr mobiltelefon mobiltlf tlfmobil jobbmobil
                mobile mobilenumber mobilephone cellphone""",
        },
    ).items()
}
MEANINGS: Final[tuple[Meaning, ...]] = tuple(_KNOWN)
_SILENT = re.compile(r"[\s._()/-]+")
# where somebody works may be a town or a building: beside a column that says unit, it is not meant
_WEAK: Final = frozenset({"arbeidssted", "arbeidsstad"})
OWN: Final = "kind"
FEWEST: Final = 3
"""Columns of a register: somebody's key, their address, and their unit."""


def header_of(text: str) -> list[str]:
    """Return what a file calls its columns.

    A name that several have is followed by a number in each, as «E-post (2)»: which of them is
    meant cannot be told by the name, so that somebody has to say it.

    Raises
    ------
    RegisterProblems
        If the header is no proper CSV, or has more columns than anybody could be asked about.
    """
    header = next(_first_rows(text, 1), [])
    if wide := list(too_wide(header)):
        raise RegisterProblems(wide)
    return distinct(header)


def distinct(names: Sequence[str]) -> list[str]:
    """Write names on one line each, and number those that stand more than once.

    Examples
    --------
    >>> distinct(["E-post", "Leder", "E-post"])
    ['E-post (1)', 'Leder', 'E-post (2)']
    """
    plain = [" ".join(name.split()) for name in names]
    often = Counter(plain)
    return [
        f"{name} ({plain[: at + 1].count(name)})".strip() if often[name] > 1 else name
        for at, name in enumerate(plain)
    ]


def is_unnamed(name: str) -> bool:
    """Tell whether a column, as `distinct` names it, has nothing in the header."""
    return re.fullmatch(r"(\(\d+\))?", name) is not None


def first_cells(text: str) -> list[str]:
    """Return what the first row has in each column; nothing where it has no such cell.

    Nor where the row is no proper CSV: that is said with all other mistakes, once all are read.
    """
    rows = _first_rows(text, 2)
    header, cells = next(rows, []), list[str]()
    with contextlib.suppress(RegisterProblems):
        cells = next(rows, [])
    return [cells[at].strip() if at < len(cells) else "" for at in range(len(header))]


def _first_rows(text: str, number: int) -> Iterator[list[str]]:
    table, above = split_table(text)
    reader = bounded_rows(table, delimiter(table))
    try:
        yield from islice(reader, number)
    except csv.Error as error:
        told = problem(above + line_of(error, reader), "", Mistake.NOT_CSV, error=error)
        raise RegisterProblems([told]) from error


def delimiter(table: str) -> str:
    """Return what separates the cells of a header: semicolon, tab or comma."""
    return sign_of(table, ";\t,")


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
    for name in sorted(header, key=lambda one: (one not in remembered, _compared(one) in _WEAK)):
        told = remembered.get(name)
        meant = (
            [one for one in meanings if one == told]
            if told is not None
            else [one for one in meanings if _compared(name) in _KNOWN[one]]
        )
        if meant and meant[0] not in found.values():
            found[name] = meant[0]
    return {name: found[name] for name in header if name in found}


def _compared(name: str) -> str:
    return _SILENT.sub("", name).casefold()


def is_enough(columns: Mapping[str, Meaning]) -> bool:
    """Whether a person and their unit can be read."""
    return {"number", "email"} <= set(columns.values()) and bool(
        {"unit", "unit_name"} & set(columns.values())
    )


def needed_meanings(*, by_sms: bool) -> tuple[Meaning, ...]:
    """Return what columns may mean here: a mobile number only where text messages are sent."""
    return tuple(one for one in MEANINGS if by_sms or one != "mobile")
