"""What comments are about, by a code book that people write: words → theme. No model, no chance.

A theme is found where one of its words stands, in whatever form (`words.Vocabulary`). Whoever
reads the code book can tell why a comment has the themes that it has.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analytics.comments.spans import parts
from analytics.comments.words import Vocabulary, norwegian_stem, words

OTHER = ""
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class CommentTheme:
    """A theme: its ``key``, and the words that show it."""

    key: str
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class SuggestedWord:
    """A word that many comments hold and no theme has.

    ``form`` is its most usual form; ``n`` counts comments, not occurrences.
    """

    form: str
    n: int


def themes_of(text: str, book: Sequence[CommentTheme]) -> frozenset[str]:
    """Return the keys of the themes of one comment: one, several or none."""
    found = set(_own_words(text))
    return frozenset(
        theme.key for theme in book if any(theme.vocabulary.has(word) for word in found)
    )


def count_themes(
    themes: Iterable[frozenset[str]], keys: Sequence[str], *, at_least: int
) -> dict[str, int]:
    """Count comments by theme; themes of fewer than ``at_least`` are put together.

    Parameters
    ----------
    themes : iterable of frozenset of str
        Of each comment.
    keys : sequence of str
        Every theme of the code book, in its order.
    at_least : int
        The smallest number of comments that is told.

    Returns
    -------
    dict of str to int
        Themes in the order of ``keys``, and under `OTHER` the comments that have none of those.
        A comment may count in several.
    """
    every = list(themes)
    count = Counter(key for one in every for key in one)
    shown = [key for key in keys if count[key] >= at_least]
    told = {key: count[key] for key in shown}
    told[OTHER] = sum(not (one & set(shown)) for one in every)
    return told


def suggest(
    texts: Iterable[str],
    book: Sequence[CommentTheme],
    *,
    without: frozenset[str],
    at_least: int,
    most: int = 12,
) -> tuple[SuggestedWord, ...]:
    """Return frequent words that no theme has, the most frequent first: plain counts of stems.

    Parameters
    ----------
    without : frozenset of str
        Stems that say nothing of a theme: «være», «mange».
    at_least : int
        Comments that a word must stand in.
    """
    free_words: dict[str, bool] = {}

    def is_free(word: str) -> bool:
        if word not in free_words:
            free_words[word] = not any(theme.vocabulary.has(word) for theme in book)
        return free_words[word]

    comments: Counter[str] = Counter()
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        free = {
            word.lower()
            for word in _own_words(text)
            if len(word) >= SHORTEST and is_free(word.lower())
        }
        for word in free:
            forms[norwegian_stem(word)][word] += 1
        comments.update({norwegian_stem(word) for word in free})
    often = [(stem, n) for stem, n in comments.items() if n >= at_least and stem not in without]
    often.sort(key=lambda one: (-one[1], one[0]))
    return tuple(SuggestedWord(_usual(forms[stem]), n) for stem, n in often[:most])


def _usual(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], len(form), form))


def _own_words(text: str) -> list[str]:
    return [one[0] for part in parts(text) if part.kind is None for one in words(part.text)]
