"""Propose what to mask in a comment; a person decides, and another one releases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analytics.comments.identifiers import find_identifiers
from analytics.comments.listed import find_roles, find_units
from analytics.comments.names import find_names
from analytics.comments.spans import CommentPiece, MaskKind, Span, parts, without_overlap
from analytics.comments.words import Vocabulary, words


@dataclass(frozen=True, slots=True)
class WordLists:
    """What a comment is compared with.

    Parameters
    ----------
    names : frozenset of str
        Common names of people, in small letters.
    ordinary : frozenset of str
        Words that may have a capital without being names, in small letters.
    units : pattern or None
        Of `analytics.comments.listed.unit_pattern`.
    roles : Vocabulary
        Roles that few have.
    singling : Vocabulary
        Words that point at one person whatever is masked: «eneste».
    """

    names: frozenset[str]
    ordinary: frozenset[str]
    units: re.Pattern[str] | None
    roles: Vocabulary
    singling: Vocabulary


def propose(text: str, lists: WordLists) -> tuple[Span, ...]:
    """Return the places of ``text`` that could point at somebody, in order, without overlap."""
    found = [
        *find_identifiers(text),
        *find_units(text, lists.units),
        *find_roles(text, lists.roles),
        *find_names(text, names=lists.names, ordinary=lists.ordinary),
    ]
    return _outside_masks(text, found)


def occurrences(text: str, wanted: Iterable[str]) -> tuple[Span, ...]:
    """Find every occurrence of words that a person wants masked, as whole words, in any case.

    Also with a genitive: who masks «Kari» does not mean to leave «Karis».
    """
    phrases = (r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in wanted)
    return _outside_masks(
        text,
        (
            Span(found.start(), found.end(), MaskKind.OTHER)
            for phrase in phrases
            if phrase
            for found in re.finditer(rf"(?<!\w){phrase}(?:['’]?s)?(?!\w)", text, re.IGNORECASE)
        ),
    )


def singles_out(text: str, lists: WordLists) -> tuple[str, ...]:
    """Return the words that point at one person also after masking, each once."""
    found = (word[0] for word in words(text) if lists.singling.has(word[0]))
    return tuple(dict.fromkeys(found))


def _outside_masks(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    hidden = _masked(text)
    return without_overlap(
        span
        for span in spans
        if all(span.end <= start or span.start >= end for start, end in hidden)
    )


def _masked(text: str) -> list[tuple[int, int]]:
    """Return where masks stand already."""
    at, found = 0, []
    for part in parts(text):
        end = at + len(part.text)
        if part.kind is not None:
            found.append((at, end))
        at = end
    return found


def marked(text: str, spans: Iterable[Span]) -> tuple[CommentPiece, ...]:
    """Cut a text into words that stay and words that are proposed for masking, for the page."""
    pieces, at = [], 0
    for span in without_overlap(spans):
        if span.start > at:
            pieces.append(CommentPiece(text[at : span.start]))
        pieces.append(CommentPiece(text[span.start : span.end], span.kind))
        at = span.end
    if at < len(text):
        pieces.append(CommentPiece(text[at:]))
    return tuple(pieces)
