"""Read all of an agency's content at once, and say everything that is wrong with it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from questionnaires.background import AGE, COUNTY, GENDER, Background
from questionnaires.errors import Problem, QuestionnaireErrors
from questionnaires.library import Library
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.parsing.background import BACKGROUND
from questionnaires.population import (
    FOLDER,
    Population,
    PopulationError,
    read_population,
    unknown_codes,
)


def check_content(root: Path | None = None) -> Library:
    """Read the library and what it is weighted to.

    Parameters
    ----------
    root : Path, optional
        The folder to check; the agency's content when not given.

    Raises
    ------
    QuestionnaireErrors
        With every problem found. The population is looked at once the library is sound.
    """
    library = load_library(root)
    if problems := list(_population(library, root)):
        raise QuestionnaireErrors(list(dict.fromkeys(problems)))
    return library


def _population(library: Library, root: Path | None) -> Iterator[Problem]:
    forms = [form.id for form in library.forms.values() if form.population == "public"]
    if not forms:
        return
    try:
        newest = read_population(date.max, root=root)
    except PopulationError as error:
        yield Problem(FOLDER, "file", str(error))
        return
    yield from _tables(library, newest)
    for form in forms:
        asked = library.questionnaire(form)
        yield from _sampled(newest, asked, library.background)
        for sentence in unknown_codes(newest, asked, library.background):
            yield Problem(FOLDER, form, sentence)


def _sampled(newest: Population, asked: Questionnaire, background: Background) -> Iterator[Problem]:
    """Let an answer make a category of all that sample files tell and there is a share for."""
    cells = [cell.partition(":") for cell in newest.age_gender]
    shares = {
        COUNTY: newest.county.keys(),
        AGE: {age for age, _, _ in cells},
        GENDER: {gender for _, _, gender in cells},
    }
    for one in (one for one in background.asked(asked) if one.name in shares):
        for code in sorted(shares[one.name] - set(one.weighted_answers(asked))):
            who = {"1": ", women,", "2": ", men,"}[code] if one.name == GENDER else ""
            sentence = (
                f"no answer «{code}»{who} of {one.item} makes a category, and the population of"
                f" {newest.dated.isoformat()} has a share for it; name it here, or take it out"
                " of population/"
            )
            yield Problem(BACKGROUND, f"{one.name} categories", sentence)


def _tables(library: Library, newest: Population) -> Iterator[Problem]:
    variables = library.background.variables
    weighted = {name for name, one in variables.items() if one.weighted}
    for name in sorted(set(newest.further) - weighted):
        sentence = f"[{name}] is no weighted variable of background.toml; correct it or take it out"
        yield Problem(FOLDER, newest.dated.isoformat(), sentence)
    for name in sorted(set(newest.further) & weighted):
        known = variables[name].categories
        for code in sorted(set(newest.further[name]) - set(known)) if known else ():
            sentence = f"[{name}] has a share for «{code}», which makes no category; take it out"
            yield Problem(FOLDER, newest.dated.isoformat(), sentence)
