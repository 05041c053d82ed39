"""Words that look like names of people, by where capitals stand and by a list of common names.

Names in small letters are not found, nor a rare first name that begins a sentence alone: a person
reads every comment before anybody else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analytics.comments.spans import MaskKind, Span
from analytics.comments.words import words

_ENDS = frozenset(".!?:…•\n")
_BETWEEN = frozenset("\"'«»“”‘’([–—*-")
_HYPHEN = re.compile("[-’']")
SHORTEST = 3
_GENITIVE = re.compile(r"(?:['’]s?|s)\Z")


def find_names(text: str, *, names: frozenset[str], ordinary: frozenset[str]) -> Iterator[Span]:
    """Find words that look like somebody's name.

    Parameters
    ----------
    names : frozenset of str
        Common first names and surnames in small letters.
    ordinary : frozenset of str
        Words in small letters that have a capital, or begin sentences, without being names.
    """
    found = [one for one in words(text) if _is_capitalised(one[0]) or _is_shouted(one[0], names)]
    looks = [
        one
        for one in found
        if one[0].lower() not in ordinary and not _starts_sentence(text, one.start())
    ]
    inside = {one[0].lower() for one in looks}
    begins = {one.start() for one in looks}
    for one in found:
        word = one[0].lower()
        if word in ordinary:
            continue
        # «Kari-saken»: a part of a compound is enough
        known = {word, _bare(word), *_HYPHEN.split(word)} & (names | inside)
        # «Torgrim Berg sa …»: what stands right before a name is part of it
        before_name = text[one.end() : one.end() + 1] == " " and one.end() + 1 in begins
        if one.start() in begins or known or before_name:
            yield Span(one.start(), one.end(), MaskKind.NAME)


def _bare(word: str) -> str:
    return _GENITIVE.sub("", word)


def _is_shouted(word: str, names: frozenset[str]) -> bool:
    """Tell «KARI» from «HMS»: in capitals a word is a name only if the list has it."""
    low = word.lower()
    return len(word) >= SHORTEST and word.isupper() and bool({low, _bare(low)} & names)


def _is_capitalised(word: str) -> bool:
    """Tell «Kari» and «McDonald» from «kari», and from abbreviations: «HMS», «HMS-møte»."""
    first = _HYPHEN.split(word)[0]
    return first[0].isupper() and (len(first) == 1 or any(letter.islower() for letter in first))


def _starts_sentence(text: str, at: int) -> bool:
    for sign in reversed(text[:at]):
        if sign in _ENDS:
            return True
        if not sign.isspace() and sign not in _BETWEEN:
            return False
    return True
