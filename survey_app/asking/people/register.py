"""Read the one CSV of units and people (``docs/formats/people.md``), or say all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_app.asking.csv_file import csv_rows
from survey_app.asking.errors import Problem, RegisterProblems
from survey_app.asking.people.tree import tree_problems
from survey_app.shared.i18n import LANGUAGES, SOURCE

COLUMNS = ("kind", "code", "name", "type", "parent", "email", "language", "unit")
NEEDED = {"unit": ("code", "name", "type"), "person": ("code", "unit")}
# what a row of this kind must leave empty: people have no name here, since nothing needs it
FOREIGN = {"unit": ("email", "language", "unit"), "person": ("name", "type", "parent")}
LONGEST = {"code": 60, "name": 140, "type": 40, "parent": 60, "email": 254, "unit": 60}
_CODE = re.compile(r"[\w.-]+")
EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\".]+(\.[^@\s,;<>()\".]+)+")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as the file tells: ``kind`` is agency, region or a type of unit."""

    line: int
    code: str
    name: str
    kind: str
    parent: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the file tells; ``number`` is the HR system's own key."""

    line: int
    number: str
    email: str
    language: str
    unit: str


@dataclass(frozen=True, slots=True)
class Register:
    """Units and people of a whole agency, in the order of the file."""

    units: tuple[UnitRow, ...]
    people: tuple[PersonRow, ...]


def read_register(text: str) -> Register:
    """Read units and people from CSV, separated by comma or semicolon.

    Raises
    ------
    RegisterProblems
        With every mistake, each with line, column and how to mend it.
    """
    problems: list[Problem] = []
    rows = list(csv_rows(text, COLUMNS, set(COLUMNS) - {"language"}, problems))
    for line, row in rows:
        problems.extend(_row_problems(line, row))
    if not problems and not rows:
        problems.append(Problem(0, "", "the file holds no unit and no person"))
    # a row that could not be read would only echo as an unknown unit further down
    if problems:
        raise RegisterProblems(problems)
    register = Register(
        tuple(
            UnitRow(line, row["code"], row["name"], row["type"], row["parent"])
            for line, row in rows
            if row["kind"] == "unit"
        ),
        tuple(
            PersonRow(line, row["code"], row["email"], row["language"] or SOURCE, row["unit"])
            for line, row in rows
            if row["kind"] == "person"
        ),
    )
    problems = [*tree_problems(register.units), *_people_problems(register)]
    if problems:
        raise RegisterProblems(problems)
    return register


def _row_problems(line: int, row: Mapping[str, str]) -> Iterator[Problem]:
    kind = row["kind"]
    if kind not in NEEDED:
        yield Problem(line, "kind", f"«{kind}» is neither unit nor person")
        return
    empty = [name for name in NEEDED[kind] if not row[name]]
    foreign = [name for name in FOREIGN[kind] if row[name]]
    yield from (Problem(line, name, f"is empty; a {kind} needs it") for name in empty)
    yield from (Problem(line, name, f"must be empty for a {kind}") for name in foreign)
    for name, longest in LONGEST.items():
        if len(row[name]) > longest:
            yield Problem(line, name, f"is longer than {longest} characters")
    if row["code"] and not _CODE.fullmatch(row["code"]):
        yield Problem(line, "code", "may hold letters, digits, full stop, hyphen and underscore")
    if kind == "person":
        yield from _person_problems(line, row)


def _person_problems(line: int, row: Mapping[str, str]) -> Iterator[Problem]:
    if row["email"] and not EMAIL.fullmatch(row["email"]):
        yield Problem(line, "email", "is not an e-mail address such as name@example.org")
    if row["language"] and row["language"] not in LANGUAGES:
        sentence = f"«{row['language']}» is none of {', '.join(LANGUAGES)}; empty means {SOURCE}"
        yield Problem(line, "language", sentence)


def _people_problems(register: Register) -> Iterator[Problem]:
    units = {unit.code: unit for unit in register.units}
    numbers: dict[str, int] = {}
    for person in register.people:
        unit = units.get(person.unit)
        if unit is None:
            yield Problem(person.line, "unit", f"there is no unit «{person.unit}» in the file")
        elif unit.kind in {"agency", "region"}:
            sentence = (
                f"«{person.unit}» is the whole {unit.kind}; give its own staff a unit below it"
            )
            yield Problem(person.line, "unit", sentence)
        first = numbers.setdefault(person.number, person.line)
        if first != person.line:
            yield Problem(person.line, "code", f"the same person stands on line {first}")
