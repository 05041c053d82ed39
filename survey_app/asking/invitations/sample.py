"""Read the sample file of a public wave (``docs/formats/sample.md``): whom a letter invites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.background import SAMPLED
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.asking.csv_file import csv_rows
from survey_app.asking.errors import Problem, Problems, SampleProblems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language, first_language, languages

COLUMNS = (*SAMPLED, "language")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One person of the sample, by the option codes that the questionnaire uses too."""

    county: str
    age: str
    gender: str
    language: str
    row: int | None = None
    """Line of the sample file, which the file of names and addresses is joined by."""

    @property
    def combination(self) -> tuple[str, str, str]:
        """What the sample file tells that an answer may tell as well."""
        return self.county, self.age, self.gender


def read_sample(text: str, questionnaire: Questionnaire) -> tuple[Drawn, ...]:
    """Read who was drawn.

    Parameters
    ----------
    text : str
        CSV with comma or semicolon; columns county, age, gender, and optionally language.
    questionnaire : Questionnaire
        Its background items name the codes.

    Raises
    ------
    SampleProblems
        With every mistake, each with line and column.
    """
    problems = Problems()
    codes = _codes_of(questionnaire, first_language())
    people = []
    for line, row in csv_rows(text, COLUMNS, SAMPLED, problems):
        given = row | {"language": row["language"] or first_language()}
        problems.extend(_cell_problems(line, given, codes))
        people.append(Drawn(**given, row=line))
    if not people and not problems:
        problems.append(problem(0, "", Mistake.EMPTY))
    if problems:
        raise SampleProblems(problems)
    return tuple(people)


def told_columns(questionnaire: Questionnaire, language: Language) -> dict[str, str]:
    """Say what may stand in each column of the file, such as ``1 (18–29 år), 2 (30–44 år)``."""
    return {name: _told(known) for name, known in _codes_of(questionnaire, language).items()}


def _codes_of(questionnaire: Questionnaire, language: Language) -> dict[str, dict[str, str]]:
    items = load_library().background.sampled_items
    codes = {
        name: _codes(questionnaire, item, language)
        for name, item in zip(SAMPLED, items, strict=True)
    }
    return codes | {"language": dict.fromkeys(languages(), "")}


def _told(codes: dict[str, str]) -> str:
    return ", ".join(f"{code} ({label})" if label else code for code, label in codes.items())


def _codes(questionnaire: Questionnaire, item: str, language: Language) -> dict[str, str]:
    options = questionnaire.option_set(item).options
    return {
        option.code: in_language(option.label, language)
        for option in options
        if option.value is not None
    }


def _cell_problems(
    line: int, given: dict[str, str], codes: dict[str, dict[str, str]]
) -> Iterator[Problem]:
    for name, value in given.items():
        if value not in codes[name]:
            yield problem(line, name, Mistake.NONE_OF, value=value, known=_told(codes[name]))
