"""The words that proposals are made from: our file, common names, the register's units."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from analytics.comments.listed import short_forms, unit_pattern
from analytics.comments.proposals import WordLists
from analytics.comments.words import Vocabulary, norwegian_stem
from questionnaires.toml_text import read_toml_file

_FOLDER = Path(__file__).parent


@cache
def _file(name: str = "words.toml") -> dict[str, list[str]]:
    return read_toml_file(_FOLDER / name)


@cache
def common_names() -> frozenset[str]:
    """Return the most common Norwegian first names and surnames, in small letters.

    Of those that are ordinary words too, a capital at the beginning of a sentence proves nothing.
    """
    lists = _file("names.toml")
    return frozenset(name.lower() for name in (*lists["first"], *lists["last"]))


@cache
def empty_stems() -> frozenset[str]:
    """Return the stems of words that say nothing of a theme."""
    return frozenset(norwegian_stem(word) for word in _file()["empty"])


def word_lists(units: Iterable[str]) -> WordLists:
    """Return what comments are compared with.

    Parameters
    ----------
    units : iterable of str
        Names of units as in the register, without the agency's own.
    """
    generic = frozenset(_file()["unit_words"])
    forms = {form for name in units for form in short_forms(name, generic)}
    return WordLists(
        names=common_names(),
        ordinary=frozenset(_file()["ordinary"]),
        units=unit_pattern(forms - generic),
        roles=Vocabulary.of(_file()["roles"]),
        singling=Vocabulary.of(_file()["singling"]),
    )
