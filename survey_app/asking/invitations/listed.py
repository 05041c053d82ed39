"""Read whom a wave of candidates or stakeholders invites (``docs/formats/sample.md``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.asking.csv_file import csv_rows
from survey_app.asking.errors import Problem, Problems, SampleProblems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.register import EMAIL, LONGEST
from survey_app.shared.i18n import first_language, languages
from survey_app.shared.mail_address import as_sent

COLUMNS = ("email", "language")


@dataclass(frozen=True, slots=True)
class Listed:
    """One person or organisation of a list: by mail where there is an address, else by letter."""

    row: int
    language: str
    email: str

    @property
    def channel(self) -> str:
        """How the invitation comes."""
        return "email" if self.email else "letter"


def read_list(text: str) -> tuple[Listed, ...]:
    """Read who is invited, one row each.

    Parameters
    ----------
    text : str
        CSV with comma or semicolon; columns email and language, of which a row has at least one.

    Raises
    ------
    SampleProblems
        With every mistake, each with line and column.
    """
    problems = Problems()
    people = []
    seen: dict[str, int] = {}
    for line, row in csv_rows(text, COLUMNS, ("email",), problems):
        person = Listed(line, row["language"] or first_language(), as_sent(row["email"]))
        problems.extend(_problems(person, seen))
        people.append(person)
    if not people and not problems:
        problems.append(problem(0, "", Mistake.EMPTY))
    if problems:
        raise SampleProblems(problems)
    return tuple(people)


def _problems(person: Listed, seen: dict[str, int]) -> Iterator[Problem]:
    if person.language not in languages():
        known = {"known": ", ".join(languages()), "default": first_language()}
        yield problem(person.row, "language", Mistake.LANGUAGE, value=person.language, **known)
    if not person.email:
        return
    if len(person.email) > LONGEST["email"] or not EMAIL.fullmatch(person.email):
        yield problem(person.row, "email", Mistake.EMAIL)
    first = seen.setdefault(person.email.lower(), person.row)
    if first != person.row:
        yield problem(person.row, "email", Mistake.SHARED, line=first)
