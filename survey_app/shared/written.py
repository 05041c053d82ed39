"""Whether a language can be written at all: texts of the interface, numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from questionnaires.agency import AGENCY, Agency
from questionnaires.errors import Problem
from survey_app.shared.i18n import LOCALE, SOURCE

if TYPE_CHECKING:
    from questionnaires.languages import LanguageStyle


def unwritten(agency: Agency) -> list[Problem]:
    """Return a problem for each language without texts or formats, and for each idle word.

    A required language has all texts; another has some, and its fallback stands in for the rest.
    """
    found = []
    for one in agency.styles:
        missing, total = untranslated(agency, one.code)
        if missing == total or (one.required and missing):
            found.append(Problem(AGENCY, f"language {one.code}", _mend(one, missing, total)))
        found += _unruly(agency.folder, one.code)
        if not _is_known(one.locale):
            sentence = (
                f"«{one.locale}» is no locale of the CLDR, which numbers and dates are written by;"
                " give one such as nb_NO"
            )
            found.append(Problem(AGENCY, f"language {one.code} locale", sentence))
    return found + idle_words(agency)


def idle_words(agency: Agency) -> list[Problem]:
    """Return a problem for each own word that stands for none of the interface."""
    found = []
    for language, words in agency.words.items():
        texts = " ".join(_texts_in(agency, language)).casefold()
        for ours in words:
            if not re.search(rf"\b{re.escape(ours.casefold())}\b", texts):
                sentence = "no text of the interface has this word; correct it or take it out"
                found.append(Problem(AGENCY, f"words {language} {ours}", sentence))
    return found


def _texts_in(agency: Agency, language: str) -> Iterator[str]:
    folders = [path for path in LOCALE.iterdir() if path.is_dir()]
    if language != SOURCE:
        folders = [LOCALE / language, agency.folder / "locale" / language]
    for folder in folders:
        for ids, forms in _messages(folder):
            yield from ids if language == SOURCE else forms


def fallen_back(agency: Agency) -> list[str]:
    """Return a sentence for each language that another stands in for in some texts."""
    sentences = []
    for one in agency.styles:
        missing, total = untranslated(agency, one.code)
        if 0 < missing < total:
            sentences.append(
                f"{one.code}: {missing} of {total} texts of the interface are not translated;"
                f" readers see them in {_stands_in(agency, one.code)}"
            )
    return sentences


def not_written(agency: Agency, language: str, lacking: int) -> str:
    """Say how many texts of the content a partial language lacks."""
    return (
        f"{language}: {lacking} texts of the content are not written; readers see them in"
        f" {_stands_in(agency, language)} («questionnaire check --missing {language}» lists them)"
    )


def _stands_in(agency: Agency, language: str) -> str:
    chain = [code for code in agency.fallback_chain(language) if code != language]
    return " or ".join(chain or [SOURCE])


def untranslated(agency: Agency, language: str) -> tuple[int, int]:
    """Count the texts of the interface that a language lacks, and all of them."""
    ours = {path.name for path in LOCALE.iterdir() if path.is_dir()}
    every = set[str]().union(*(_translated(LOCALE / code) for code in ours))
    if language == SOURCE:
        return 0, len(every)
    own = _translated(LOCALE / language) | _translated(agency.folder / "locale" / language)
    return len(every - own), len(every)


def _translated(folder: Path) -> set[str]:
    return {ids[0] for ids, _ in _messages(folder)}


def _messages(folder: Path) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield what is translated, by its forms in bokmål and in the language of a folder."""
    for path in folder.glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale=folder.name):
                forms = message.string if isinstance(message.string, tuple) else (message.string,)
                ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
                if ids[0] and not message.fuzzy and all(forms):
                    yield tuple(map(str, ids)), tuple(map(str, forms))


def _unruly(root: Path, language: str) -> Iterator[Problem]:
    """Say which catalogues of the agency's own have a rule for numbers that leads to no form."""
    for path in sorted((root / "locale" / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        try:
            places = {c2py(catalogue.plural_expr)(number) for number in range(1000)}
        except (ValueError, ArithmeticError):
            places = {-1}
        if min(places) < 0 or max(places) >= catalogue.num_plurals:
            sentence = (
                f"its rule does not lead each number to one of {catalogue.num_plurals} forms;"
                " write the language's own"
            )
            yield Problem(path.relative_to(root).as_posix(), "Plural-Forms", sentence)


def _mend(one: LanguageStyle, missing: int, total: int) -> str:
    if missing == total:
        return (
            f"there are no texts of the interface in {one.code}: translate them below"
            f" locale/{one.code} in the folder of this file, or take the language out"
        )
    return (
        f"{missing} of {total} texts of the interface are missing in {one.code}, which is required:"
        f" translate them below locale/{one.code}, or take «required» away"
    )


def _is_known(locale: str) -> bool:
    try:
        Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return False
    return True
