"""Read a file as HR systems write it: a row for each person, with the name or code of the unit.

The organisation is what the register has today, and what the rows say of it: a unit that nobody
knows yet has to be placed by somebody, once.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey_app.asking.csv_file import as_wide, bounded_rows, line_of, split_table
from survey_app.asking.errors import Problem, Problems, RegisterProblems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.columns import Meaning, delimiter, distinct
from survey_app.asking.people.mobile import mobile_number
from survey_app.asking.people.odd_codes import with_plain_codes
from survey_app.asking.people.register import (
    LONGEST,
    PersonRow,
    Register,
    UnitRow,
    checked,
    person_problems,
)
from survey_app.asking.people.tree import AGENCY, REGION, has_regions
from survey_app.shared.i18n import first_language, language_words, languages
from survey_app.shared.mail_address import as_sent
from survey_app.shared.unseen import on_one_line

_NO_CODE = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"[\w.-]+")
_LONGEST_CODE = 40
_MOST: Mapping[Meaning, int] = {
    "unit": LONGEST["code"],
    "unit_name": LONGEST["name"],
    "type": LONGEST["type"],
    "parent": LONGEST["name"],
}
# letters that are not a plain one with a mark
_WHOLE_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ŋ": "n", "ŧ": "t", "ð": "d"})
# question marks in the middle of words, where a spreadsheet had no sign for a letter
_LOST = re.compile(r"\w\?\w|\?\?")
# in English and in Norwegian, where a formula has failed
_FAILED = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|I/T|VERDI!|NAVN\?|TALL!)")


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the register as it stands."""

    code: str
    name: str
    kind: str
    parent: str


@dataclass(frozen=True, slots=True)
class Placed:
    """What somebody said of a new unit: its type, and the code of the unit above."""

    kind: str
    parent: str


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit of the file that the register does not know: what it is, and under which, is asked."""

    code: str
    name: str
    people: int
    parent: str
    kind: str
    line: int
    """Where it first stands; 0 where nothing but the register tells of it."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What was read; without ``register`` as long as new units have no place."""

    register: Register | None
    new_units: tuple[NewUnit, ...]
    places: tuple[KnownUnit, ...]
    """Units that new ones may stand under: the agency's regions, and units below."""


@dataclass(slots=True)
class _Named:
    """A unit as the rows tell it."""

    line: int
    name: str = ""
    kind: str = ""
    parent: str = ""
    people: int = 0
    name_line: int = 0
    parent_line: int = 0


@dataclass(slots=True)
class _Reading:
    """What one pass over the rows collects."""

    known: Mapping[str, KnownUnit]
    codes: dict[str, str]
    """Codes of units by what they are called, as `folded`."""
    kinds: Mapping[str, str]
    units: dict[str, _Named] = field(default_factory=dict)
    people: list[PersonRow] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)


def read_extract(
    text: str,
    columns: Mapping[str, Meaning],
    known: Sequence[KnownUnit],
    said: Mapping[str, Placed],
    *,
    agency: str,
    kinds: Mapping[str, str],
) -> Extract:
    """Read people and units from rows of people.

    Parameters
    ----------
    text : str
        The file.
    columns : mapping of str to Meaning
        What its columns mean; others are not read.
    known : sequence of KnownUnit
        The register's units of today, in the organisation's order.
    said : mapping of str to Placed
        By code, where new units belong.
    agency : str
        What the whole is called where the register is empty.
    kinds : mapping of str to str
        Types of units by what they are called, in small letters.

    Returns
    -------
    Extract

    Raises
    ------
    RegisterProblems
        With every mistake, each with line and column.
    """
    reading = _Reading({unit.code: unit for unit in known}, {}, kinds)
    header = {meaning: name for name, meaning in columns.items()}
    rows = list(_rows(text, columns, reading.problems))
    reading.codes |= codes_of_one((unit.name, unit.code) for unit in known)
    names = {cell for _, row in rows if folded(cell := row.get("unit", "")) in reading.codes}
    rows = list(with_plain_codes(rows, names, header.get("unit", ""), reading.problems))
    called = [(row.get("unit_name", ""), row.get("unit", "")) for _, row in rows]
    reading.codes |= codes_of_one((name, code) for name, code in called if name and code)
    for line, row in rows:
        _read_row(reading, line, row, header)
    if not reading.people and not reading.problems:
        reading.problems.append(problem(0, "", Mistake.NOBODY))
    if reading.problems:
        raise RegisterProblems(reading.problems)
    return _extract(reading, known, said, agency)


def codes_of_one(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the codes of names that one unit alone has."""
    codes: dict[str, set[str]] = defaultdict(set)
    for name, code in named:
        codes[folded(name)].add(code)
    return {name: next(iter(found)) for name, found in codes.items() if len(found) == 1}


def folded(name: str) -> str:
    """Return a name as it is compared: however its letters, its spaces and an å are written."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _rows(
    text: str, columns: Mapping[str, Meaning], problems: list[Problem]
) -> Iterator[tuple[int, dict[Meaning, str]]]:
    table, above = split_table(text)
    reader = bounded_rows(table, delimiter(table))
    try:
        header = distinct(next(reader, []))
        line = above + reader.line_num + 1
        for cells in reader:
            begins, line = line, above + reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            told = as_wide(cells, len(header))
            if len(told) != len(header):
                counted = {"cells": len(cells), "header": len(header)}
                problems.append(problem(begins, "", Mistake.CELLS, **counted))
                continue
            given = zip(header, told, strict=True)
            yield (
                begins,
                {columns[name]: on_one_line(cell) for name, cell in given if name in columns},
            )
    except csv.Error as error:
        problems.append(problem(above + line_of(error, reader), "", Mistake.NOT_CSV, error=error))


def _read_row(
    reading: _Reading, line: int, row: Mapping[Meaning, str], header: Mapping[Meaning, str]
) -> None:
    unit = row.get("unit", "") or row.get("unit_name", "")
    column = header.get("unit") or header["unit_name"]
    language = language_words().get(row.get("language", "").casefold())
    mobile = mobile_number(row.get("mobile", ""))
    person = PersonRow(
        line,
        row["number"],
        as_sent(row["email"]),
        language or first_language(),
        "",
        mobile or "",
        bool(row.get("mobile")) and mobile is None,
    )
    found = list(person_problems(person, header["number"], header["email"]))
    if not unit:
        found.append(problem(line, column, Mistake.NEEDED_BY_PERSON))
    found.extend(_unit_problems(line, row, header))
    if language is None:
        known = {"known": ", ".join(languages()), "default": first_language()}
        told = row.get("language", "")
        found.append(problem(line, header["language"], Mistake.LANGUAGE, value=told, **known))
    if found:
        reading.problems.extend(found)
        return
    code = _unit_of(reading, line, row, header)
    reading.units[code].people += 1
    reading.people.append(replace(person, unit=code))


def _unit_problems(
    line: int, row: Mapping[Meaning, str], header: Mapping[Meaning, str]
) -> Iterator[Problem]:
    """Say what keeps a row's cells about the unit from being a code, a name or a type."""
    for meaning, most in _MOST.items():
        cell = row.get(meaning, "")
        # where no column has the name, that of the code may have it
        holds_name = meaning == "unit" and not row.get("unit_name", "")
        longest = LONGEST["name"] if holds_name else most
        if len(cell) > longest:
            yield problem(line, header[meaning], Mistake.TOO_LONG, most=longest)
        if _FAILED.fullmatch(cell):
            yield problem(line, header[meaning], Mistake.SHEET_ERROR, value=cell)
        elif meaning in {"unit_name", "parent"} and _LOST.search(cell):
            yield problem(line, header[meaning], Mistake.LETTERS_LOST, value=cell)


def _unit_of(
    reading: _Reading, line: int, row: Mapping[Meaning, str], header: Mapping[Meaning, str]
) -> str:
    """Return the code of a row's unit, and note what the row says of it."""
    code = _code_of(reading, line, row.get("unit", "") or row.get("unit_name", ""))
    unit = reading.units[code]
    kind = row.get("type", "")
    unit.kind = unit.kind or reading.kinds.get(kind.casefold(), kind)
    _name(reading, code, line, row.get("unit_name", ""), header)
    if above := row.get("parent", ""):
        parent = _code_of(reading, line, above)
        # the same cell may hold the unit itself, where the whole chain is written
        if parent != code:
            _place(reading, code, line, parent, header)
            upper = reading.units[parent]
            upper.name = upper.name or (above if above != parent else "")
    return code


def _name(
    reading: _Reading, code: str, line: int, name: str, header: Mapping[Meaning, str]
) -> None:
    unit = reading.units[code]
    # in a column of names a known unit may be told by its code
    if not name or (name == code and code in reading.known):
        return
    if not unit.name_line:
        unit.name, unit.name_line = name, line
    elif folded(name) != folded(unit.name):
        told = {"value": code, "before": unit.name, "line": unit.name_line}
        reading.problems.append(problem(line, header["unit_name"], Mistake.TWO_NAMES, **told))


def _place(
    reading: _Reading, code: str, line: int, parent: str, header: Mapping[Meaning, str]
) -> None:
    unit = reading.units[code]
    if not unit.parent:
        unit.parent, unit.parent_line = parent, line
    elif parent != unit.parent:
        before = reading.units[unit.parent].name or unit.parent
        told = {"value": unit.name or code, "before": before, "line": unit.parent_line}
        reading.problems.append(problem(line, header["parent"], Mistake.TWO_PLACES, **told))


def _code_of(reading: _Reading, line: int, cell: str) -> str:
    """Return the code of a unit that is named by its code or its name."""
    code = cell
    if cell not in reading.known and cell not in reading.units:
        code = reading.codes.get(folded(cell)) or _own_code(reading, cell)
        reading.codes[folded(cell)] = code
    # what makes no code is a name, by which the next file finds the unit
    name = "" if code == cell or code in reading.known else cell
    reading.units.setdefault(code, _Named(line, name))
    return code


def _own_code(reading: _Reading, cell: str) -> str:
    """Make a code that no other unit has: names that differ in a sign alone are two units."""
    plain = _plain(cell)
    code, number = plain, 1
    while code in reading.known or code in reading.units:
        number += 1
        code = f"{plain}-{number}"
    return code


def _plain(cell: str) -> str:
    if len(cell) <= LONGEST["code"] and _CODE.fullmatch(cell):
        return cell
    plain = unicodedata.normalize("NFKD", cell.casefold().translate(_WHOLE_LETTERS))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _NO_CODE.sub("-", plain).strip("-")[:_LONGEST_CODE].strip("-") or "enhet"


def _extract(
    reading: _Reading,
    known: Sequence[KnownUnit],
    said: Mapping[str, Placed],
    agency: str,
) -> Extract:
    top = next((unit for unit in known if unit.kind == AGENCY), None)
    top = top or KnownUnit("agency", agency, AGENCY, "")
    # where the register has no regions, a new unit stands under the agency with the others
    flat = bool(known or said) and not has_regions((*known, *said.values()))
    wanted = _with_those_above(reading, said, top.code)
    rows: dict[str, UnitRow] = {top.code: UnitRow(0, top.code, top.name, AGENCY, "")}
    asked: list[NewUnit] = []
    for code in wanted:
        row = _placed(reading, code, said.get(code), top.code, flat=flat)
        if row.kind and row.parent:
            rows[code] = row
        else:
            unit = reading.units[code]
            guess = row.kind or ("" if unit.people else REGION)
            asked.append(NewUnit(code, row.name, unit.people, row.parent, guess, unit.line))
    places = (*known, *(KnownUnit(one.code, one.name, "", "") for one in asked))
    if asked:
        return Extract(None, tuple(asked), places)
    at = {unit.code: place for place, unit in enumerate(known)}
    ordered = sorted(rows.values(), key=lambda row: (row.code != top.code, at.get(row.code, 10**6)))
    return Extract(checked(Register(tuple(ordered), tuple(reading.people))), (), places)


def _with_those_above(reading: _Reading, said: Mapping[str, Placed], top: str) -> list[str]:
    """Return the units of the file and all above them, but the top, once and above their own."""
    wanted: dict[str, None] = {}
    for code in [*reading.units]:
        at, line = code, dict[str, None]()
        while at and at != top and at not in wanted and at not in line:
            line[at] = None
            named = reading.units.setdefault(at, _Named(0))
            before = reading.known.get(at) or said.get(at)
            at = named.parent or (before.parent if before else "")
        wanted |= dict.fromkeys(reversed(line))
    return list(wanted)


def _placed(reading: _Reading, code: str, said: Placed | None, top: str, *, flat: bool) -> UnitRow:
    """Put together what rows, register and answers say of a unit; empty what nobody said."""
    told, known = reading.units[code], reading.known.get(code)
    if known is not None:
        name = told.name or known.name
        parent = told.parent or known.parent
        return UnitRow(told.line, code, name, known.kind, parent)
    kind = (said.kind if said else "") or told.kind
    parent = told.parent or (said.parent if said else "")
    if kind == REGION or (flat and not parent):
        parent = top
    return UnitRow(told.line, code, told.name or code, kind, parent)
