"""Places in a text, and the text with such places masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

OPENING, CLOSING = "⟦", "⟧"
_MASK = re.compile(f"{OPENING}([a-z_]+){CLOSING}")


class MaskKind(StrEnum):
    """What stands in a place; the mask says so, and nothing more."""

    NATIONAL_ID = "national_id"
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"
    UNIT = "unit"
    NAME = "name"
    ROLE = "role"
    OTHER = "other"


# where two places overlap the one further up is kept, and of a kind the longer one
_RANK = {kind: at for at, kind in enumerate(MaskKind)}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``start`` up to, not including, ``end``."""

    start: int
    end: int
    kind: MaskKind


@dataclass(frozen=True, slots=True)
class CommentPiece:
    """A piece of a comment: words, or with a ``kind`` the mask that stands where words stood."""

    text: str
    kind: MaskKind | None = None


def without_overlap(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in the order of the text, none touching the inside of another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (_RANK[one.kind], one.start - one.end, one.start)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept))


def mask(text: str, spans: Iterable[Span]) -> str:
    """Put a mask in the place of each span.

    Neighbouring masks of one kind become one: how many names somebody has is not told. The length
    of a mask does not follow from what it hides.
    """
    pieces, at = [], 0
    for span in without_overlap(spans):
        pieces += [text[at : span.start], f"{OPENING}{span.kind}{CLOSING}"]
        at = span.end
    masked = "".join([*pieces, text[at:]])
    return re.sub(rf"({_MASK.pattern})(?:[ -]\1)+", r"\1", masked)


def parts(text: str) -> Iterator[CommentPiece]:
    """Cut a comment into words and masks, for those who show it."""
    at = 0
    for found in _MASK.finditer(text):
        if found.start() > at:
            yield CommentPiece(text[at : found.start()])
        known = found[1] in set(MaskKind)
        yield CommentPiece(found[0], MaskKind(found[1]) if known else MaskKind.OTHER)
        at = found.end()
    if at < len(text):
        yield CommentPiece(text[at:])


def masks(text: str) -> tuple[MaskKind, ...]:
    """Return what has been masked, in the order of the text."""
    return tuple(part.kind for part in parts(text) if part.kind is not None)
