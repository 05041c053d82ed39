"""Read the one CSV of units and people (``docs/formats/people.md``), or say all that is wrong."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from unicodedata import normalize

from survey_app.asking.csv_file import csv_rows
from survey_app.asking.errors import Problem, Problems, RegisterProblems, problem
from survey_app.asking.mends import NAMED
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.mobile import mobile_number
from survey_app.asking.people.tree import tree_problems
from survey_app.shared.i18n import first_language, languages
from survey_app.shared.mail_address import HEAD_SIGNS, LONGEST_ADDRESS, as_sent
from survey_app.shared.unseen import on_one_line

COLUMNS = (
    "kind", "code", "name", "type", "parent", "email", "language", "unit", "former", "mobile",
)  # fmt: skip
OPTIONAL = {"language", "former", "mobile"}
NEEDED = {"unit": ("code", "name", "type"), "person": ("code", "unit")}
# what a row of this kind must leave empty: people have no name here, since nothing needs it
FOREIGN = {
    "unit": ("email", "language", "unit", "mobile"),
    "person": ("name", "type", "parent", "former"),
}
_NEEDS_IT = {"unit": Mistake.NEEDED_BY_UNIT, "person": Mistake.NEEDED_BY_PERSON}
_FOREIGN_TO = {"unit": Mistake.FOREIGN_TO_UNIT, "person": Mistake.FOREIGN_TO_PERSON}
_WHOLE = {"agency": Mistake.WHOLE_AGENCY, "region": Mistake.WHOLE_REGION}
LONGEST = {"code": 60, "name": 140, "type": 40, "parent": 60, "email": LONGEST_ADDRESS, "unit": 60}
_CODE = re.compile(r"[\w.-]+")
_FORMER = re.compile(r"(renamed|merged|split):\s*([\w.-]+(?:\s+[\w.-]+)*)")
# the first bytes of .xlsx and .ods, and of .xls
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# each is looked at, and each wrong one makes a mistake: 20 MB of little else kept a process that
# serves pages busy for half a minute and more
_MOST_LINES = 1_000_000
# æ, ø, å (small and capital) of UTF-8 that were read as Windows-1252: no language writes these
_TWO_ENCODINGS = re.compile("Ã[¦¸¥†˜…]")
# the same letters of Mac OS Roman («CSV (Macintosh)») and of DOS, read as Windows-1252: whatever a
# file has too little of would be taken for empty, such as a column called «Målform»
_OF_OTHER_MACHINES = re.compile("[a-zA-Z][¾¿Œ†›][a-z]|[a-z]Œ|[A-Z][®¯][A-Z]|¯[a-zA-Z]")
# a key that a spreadsheet has shown as a power of ten, and saved so
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
EMAIL = re.compile(rf"[^{HEAD_SIGNS}]+@[^{HEAD_SIGNS}.]+(\.[^{HEAD_SIGNS}.]+)+")


@dataclass(frozen=True, slots=True)
class Former:
    """What a unit goes on from: a new name or code, several that became one, a part of one."""

    kind: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as the file tells: ``kind`` is agency, region or a type of unit."""

    line: int
    code: str
    name: str
    kind: str
    parent: str
    former: Former | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the file tells; ``number`` is the HR system's own key."""

    line: int
    number: str
    email: str
    language: str
    unit: str
    mobile: str = ""
    """In E.164; only of those without an e-mail address of their own (`checked`)."""
    odd_mobile: bool = False
    """The file has a number for them that no text message reaches, or others have too."""


@dataclass(frozen=True, slots=True)
class Register:
    """Units and people of a whole agency, in the order of the file.

    ``says_former`` is whether the file itself says where its units go on from.
    """

    units: tuple[UnitRow, ...]
    people: tuple[PersonRow, ...]
    says_former: bool = False


def decoded(content: bytes) -> str:
    """Return the text of a file, its lines ended by a line feed each, an å as one sign.

    Excel in Norwegian saves CSV as Windows-1252, and «Unicode text» as UTF-16.

    Raises
    ------
    RegisterProblems
        If it is no text, or one of which a part was saved in one way and a part in another, or has
        more lines than any list of people.
    """
    if content.startswith(_WORKBOOKS):
        raise RegisterProblems([problem(0, "", Mistake.WORKBOOK)])
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if "\0" not in text and not (encoding == "cp1252" and _OF_OTHER_MACHINES.search(text)):
                plain = _one_encoding(text.replace("\r\n", "\n").replace("\r", "\n"))
                if plain.count("\n") > _MOST_LINES:
                    raise RegisterProblems([problem(0, "", Mistake.TOO_MANY_LINES)])
                # Some systems write an å as two signs: no unit has another name for that.
                return normalize("NFC", plain)
    raise RegisterProblems([problem(0, "", Mistake.NOT_READABLE)])


def _one_encoding(text: str) -> str:
    if odd := _TWO_ENCODINGS.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise RegisterProblems([problem(line, "", Mistake.TWO_ENCODINGS, value=odd[0])])
    return text


def read_register(text: str) -> Register:
    """Read units and people from CSV, separated by comma or semicolon.

    Raises
    ------
    RegisterProblems
        With every mistake, each with line, column and how to mend it.
    """
    problems = Problems()
    rows = [
        (line, row | {"email": as_sent(row["email"]), "name": on_one_line(row["name"])})
        for line, row in csv_rows(text, COLUMNS, set(COLUMNS) - OPTIONAL, problems)
    ]
    for line, row in rows:
        problems.extend(_row_problems(line, row))
    if not problems and not rows:
        problems.append(problem(0, "", Mistake.NOBODY))
    # a row that could not be read would only echo as an unknown unit further down
    if problems:
        raise RegisterProblems(problems)
    register = Register(
        tuple(
            UnitRow(
                line, row["code"], row["name"], row["type"], row["parent"], _former(row["former"])
            )
            for line, row in rows
            if row["kind"] == "unit"
        ),
        tuple(
            PersonRow(
                line,
                row["code"],
                row["email"],
                row["language"] or first_language(),
                row["unit"],
                mobile_number(row["mobile"]) or "",
                bool(row["mobile"]) and mobile_number(row["mobile"]) is None,
            )
            for line, row in rows
            if row["kind"] == "person"
        ),
        any(row["former"] for _, row in rows),
    )
    return checked(register)


def _former(cell: str) -> Former | None:
    found = _FORMER.fullmatch(cell)
    return Former(found[1], tuple(found[2].split())) if found else None


def checked(register: Register) -> Register:
    """Return a register whose units are one tree with everybody in it.

    It has mobile numbers of those alone who have no e-mail address of their own, and have a number
    that is nobody else's: nothing needs the others.

    Raises
    ------
    RegisterProblems
        With everything that is wrong.
    """
    problems = Problems(chain(tree_problems(register.units), _people_problems(register)))
    if problems:
        raise RegisterProblems(problems)
    return replace(register, people=tuple(_numbers_that_are_needed(register.people)))


def without_numbers(register: Register) -> Register:
    """Return a register without mobile numbers, and without a word about them."""
    people = tuple(replace(one, mobile="", odd_mobile=False) for one in register.people)
    return replace(register, people=people)


def _numbers_that_are_needed(people: Sequence[PersonRow]) -> Iterator[PersonRow]:
    addresses = Counter(person.email.lower() for person in people)
    numbers = Counter(person.mobile for person in people)
    for person in people:
        if person.email and addresses[person.email.lower()] == 1:
            yield replace(person, mobile="", odd_mobile=False)
        elif person.mobile and numbers[person.mobile] > 1:
            yield replace(person, mobile="", odd_mobile=True)
        else:
            yield person


def person_problems(person: PersonRow, number: str, email: str) -> Iterator[Problem]:
    """Say what is wrong with somebody's key and address; columns are called as the file does."""
    if not person.number:
        yield problem(person.line, number, Mistake.NEEDED_BY_PERSON)
    elif _SHORTENED.fullmatch(person.number):
        yield problem(person.line, number, Mistake.SHORTENED, value=person.number)
    elif not _CODE.fullmatch(person.number):
        yield problem(person.line, number, Mistake.CODE)
    cells = (("code", number, person.number), ("email", email, person.email))
    for name, column, value in cells:
        if len(value) > LONGEST[name]:
            yield problem(person.line, column, Mistake.TOO_LONG, most=LONGEST[name])
    if person.email and not EMAIL.fullmatch(person.email):
        yield problem(person.line, email, Mistake.EMAIL)


def _row_problems(line: int, row: Mapping[str, str]) -> Iterator[Problem]:
    kind = row["kind"]
    if kind not in NEEDED:
        yield problem(line, "kind", Mistake.KIND, value=kind)
        return
    empty = [name for name in NEEDED[kind] if not row[name]]
    foreign = [name for name in FOREIGN[kind] if row[name]]
    yield from (problem(line, name, _NEEDS_IT[kind]) for name in empty)
    yield from (problem(line, name, _FOREIGN_TO[kind]) for name in foreign)
    for name, longest in LONGEST.items():
        if len(row[name]) > longest:
            yield problem(line, name, Mistake.TOO_LONG, most=longest)
    if _SHORTENED.fullmatch(row["code"]):
        yield problem(line, "code", Mistake.SHORTENED, value=row["code"])
    elif row["code"] and not _CODE.fullmatch(row["code"]):
        yield problem(line, "code", Mistake.CODE)
    if kind == "person":
        yield from _person_problems(line, row)
    elif row["former"] and not _FORMER.fullmatch(row["former"]):
        yield problem(line, "former", Mistake.FORMER)


def _person_problems(line: int, row: Mapping[str, str]) -> Iterator[Problem]:
    if row["email"] and not EMAIL.fullmatch(row["email"]):
        yield problem(line, "email", Mistake.EMAIL)
    if row["language"] and row["language"] not in languages():
        known = {"known": ", ".join(languages()), "default": first_language()}
        yield problem(line, "language", Mistake.LANGUAGE, value=row["language"], **known)


def _people_problems(register: Register) -> Iterator[Problem]:
    units = {unit.code: unit for unit in register.units}
    numbers: dict[str, int] = {}
    misplaced: dict[str, list[int]] = {}
    for person in register.people:
        unit = units.get(person.unit)
        if unit is None or unit.kind in _WHOLE:
            misplaced.setdefault(person.unit, []).append(person.line)
        first = numbers.setdefault(person.number, person.line)
        if first != person.line:
            yield problem(person.line, "code", Mistake.PERSON_TWICE, line=first)
    # as many lines as a page names of one mistake, and how many people there are
    for code, lines in misplaced.items():
        mistake = _WHOLE[units[code].kind] if code in units else Mistake.NO_UNIT_OF_STAFF
        for line in lines[:NAMED]:
            yield problem(line, "unit", mistake, value=code, people=len(lines))
