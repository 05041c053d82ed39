"""Themes of released comments: counts over waves, and a choice of comments to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from analytics.comments.spans import CommentPiece, parts
from analytics.comments.themes import OTHER, count_themes, suggest, themes_of
from survey_app.comments.code_book import CodeBookVersion
from survey_app.comments.quarantine import in_any_order
from survey_app.comments.released import Comment, CommentedWave
from survey_app.comments.word_lists import empty_stems
from survey_app.reading.names import own
from survey_app.shared.i18n import Language

AT_ONCE = 5
MOST_WAVES = 4
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme, and in how many released comments of each wave it stands; None where too few."""

    key: str
    name: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ReleasedComment:
    """A released comment as words and masks."""

    comment: Comment
    parts: tuple[CommentPiece, ...]


# themes of comments by their keys and the version of the code book; not a word is held here
_known: dict[tuple[int, UUID], frozenset[str]] = {}
MOST_KNOWN = 20_000

type Texts = Mapping[str, Sequence[Comment]]


def theme_rows(
    waves: Sequence[CommentedWave], texts: Texts, book: CodeBookVersion, lang: Language
) -> tuple[ThemeRow, ...]:
    """Count themes in the waves that show comments, the newest first.

    A theme of fewer than the wave's minimum is part of what comes last, under the key `OTHER`; what
    is fewer still is told of no number.
    """
    keys = [one.key for one in book.themes]
    told = [
        count_themes(_themes(texts[wave.key], book), keys, at_least=wave.minimum) for wave in waves
    ]
    names = {one.key: own(one.name, lang) for one in book.themes} | {OTHER: ""}
    rows = [
        ThemeRow(
            key,
            name,
            tuple(
                n if (n := one.get(key)) is not None and n >= wave.minimum else None
                for wave, one in zip(waves, told, strict=True)
            ),
        )
        for key, name in names.items()
    ]
    return tuple(row for row in rows if row.key == OTHER or any(row.counts))


def some(
    comments: Sequence[Comment], book: CodeBookVersion, theme: str
) -> tuple[tuple[ReleasedComment, ...], int]:
    """Return a few comments of a theme, shuffled anew, and how many there are."""
    fits = [
        one
        for one, found in zip(comments, _themes(comments, book), strict=True)
        if not theme or theme in found
    ]
    chosen = in_any_order(fits)[:AT_ONCE]
    return tuple(ReleasedComment(one, tuple(parts(one.text))) for one in chosen), len(fits)


def _themes(comments: Sequence[Comment], book: CodeBookVersion) -> list[frozenset[str]]:
    if len(_known) > MOST_KNOWN:
        _known.clear()
    compiled = book.compiled()
    for one in comments:
        if (book.version, one.id) not in _known:
            _known[book.version, one.id] = themes_of(one.text, compiled)
    return [_known[book.version, one.id] for one in comments]


def suggestions(
    texts: Texts, book: CodeBookVersion, *, at_least: int
) -> tuple[tuple[str, int], ...]:
    """Return frequent words of released comments that no theme has, with counts of comments."""
    every = [one.text for comments in texts.values() for one in comments]
    found = suggest(every, book.compiled(), without=empty_stems(), at_least=at_least)
    return tuple((one.form, one.n) for one in found)
