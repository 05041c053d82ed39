"""Words and their stems, in bokmål, nynorsk and English alike.

A comment does not say which language it is in, and none is stored: each word has the stem that the
Norwegian and the one that the English algorithm of Snowball gives it (Porter 2001,
https://snowballstem.org). Norwegian takes the endings of both written standards off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
ANY = "*"
MOST_STEMS = 20_000


@cache
def _stemmers() -> tuple[Any, ...]:
    # it loads those of all languages: only who reads comments needs them
    import snowballstemmer  # noqa: PLC0415

    return tuple(snowballstemmer.stemmer(language) for language in ("norwegian", "english"))


@lru_cache(maxsize=MOST_STEMS)
def stems(word: str) -> frozenset[str]:
    """Return the stems of one word, in small letters."""
    return frozenset(stemmer.stemWord(word.lower()) for stemmer in _stemmers())


@lru_cache(maxsize=MOST_STEMS)
def norwegian_stem(word: str) -> str:
    """Return the Norwegian stem of one word: one word, one stem, for counting."""
    stem: str = _stemmers()[0].stemWord(word.lower())
    return stem


def words(text: str) -> Iterator[re.Match[str]]:
    """Find the words of a text."""
    return WORD.finditer(text)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that are looked for in whatever form they are bent.

    Parameters
    ----------
    whole : frozenset of str
        Stems.
    beginnings, endings : tuple of str
        Of stems: Norwegian writes compounds as one word, and «bemanning*» finds
        «bemanningsplanen», «*prest» finds «sykehuspresten».
    """

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> Vocabulary:
        """Read words as people write them: one word each, with ``*`` before or after it."""
        clean = [entry.strip().lower() for entry in entries if entry.strip(ANY + " ")]
        plain = {entry for entry in clean if ANY not in entry}
        last = {entry.strip(ANY) for entry in clean if entry.startswith(ANY)}
        return cls(
            frozenset(stem for word in plain for stem in stems(word)),
            tuple(sorted(entry.strip(ANY) for entry in clean if entry.endswith(ANY))),
            tuple(sorted({stem for word in last for stem in stems(word)})),
        )

    def has(self, word: str) -> bool:
        """Tell whether a word of a text is one of these."""
        own = stems(word)
        return (
            bool(own & self.whole)
            or word.lower().startswith(self.beginnings)
            or any(stem.endswith(self.endings) for stem in own)
        )
