"""Who asks: what pages, letters, reports and open data call the agency."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from questionnaires.content import content_folder
from questionnaires.errors import Problem, QuestionnaireErrors
from questionnaires.model import LANGUAGES, Text
from questionnaires.reading import Table, read_toml

AGENCY = "agency.toml"
# Codes of the EU's list of data themes have four letters (DCAT-AP 3, dcat:theme).
THEME = 4


@dataclass(frozen=True, slots=True)
class Agency:
    """What the agency is called, in every language.

    `name` stands alone, at the head of a page or under a letter; `in_sentence` inside a sentence;
    `as_source` where others name it as the source of a figure. `rhythm` is a sentence on how often
    people are asked. `keywords` and `themes` describe
    its open data to catalogues, themes by their codes in the EU's list of data themes.
    """

    name: Text
    in_sentence: Text
    as_source: Text
    rhythm: Text
    keywords: tuple[Text, ...]
    themes: tuple[str, ...]


def load_agency(root: Path | None = None) -> Agency:
    """Read the agency's identity alone, which is quicker than the whole library.

    Parameters
    ----------
    root : Path, optional
        Where ``agency.toml`` stands; the agency's content when not given.

    Raises
    ------
    QuestionnaireErrors
        With every problem found in the file.
    """
    return _kept(root or content_folder())


@cache
def _kept(root: Path) -> Agency:
    problems: list[Problem] = []
    agency = read_agency(root, problems)
    if problems:
        raise QuestionnaireErrors(sorted(set(problems)))
    return agency


def read_agency(root: Path, problems: list[Problem]) -> Agency:
    """Read ``agency.toml`` below a directory and note what is wrong with it."""
    raw = read_toml(root, AGENCY, problems)
    top = Table(AGENCY, "", raw, problems)
    texts = {name: top.words(name) for name in ("name", "in_sentence", "as_source", "rhythm")}
    known = top.table("open_data")
    keywords = tuple(table.all_words() for table in known.tables("keyword", "nb"))
    themes = known.strings("themes")
    for code in themes:
        if len(code) != THEME or not code.isupper():
            known.wrong("themes", f"«{code}» is no code of the EU's data themes, such as GOVE")
    known.close()
    top.close()
    if raw:
        problems.extend(_missing(texts.items()))
        problems.extend(_missing((f"open_data keyword {n}", t) for n, t in enumerate(keywords, 1)))
    name, in_sentence, as_source, rhythm = (text or {} for text in texts.values())
    return Agency(name, in_sentence, as_source, rhythm, keywords, themes)


def _missing(texts: Iterable[tuple[str, Text | None]]) -> Iterator[Problem]:
    for key, text in texts:
        for language in LANGUAGES:
            if not (text or {}).get(language, "").strip():
                yield Problem(AGENCY, key, f"the text in {language} is missing; write it")
