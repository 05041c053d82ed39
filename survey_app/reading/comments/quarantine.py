"""Comments in quarantine as the page shows them: proposals, what remains, and whose turn it is."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from analytics.comments.proposals import WordLists, marked, occurrences, propose, singles_out
from analytics.comments.spans import CommentPiece, MaskKind, Span, mask, masks, parts
from survey_app.comments.quarantine import Waiting
from survey_app.shared.i18n import N_

MASKS: Mapping[MaskKind, str] = {
    MaskKind.NAME: N_("navn"),
    MaskKind.UNIT: N_("enhet"),
    MaskKind.ROLE: N_("rolle"),
    MaskKind.PHONE: N_("telefonnummer"),
    MaskKind.EMAIL: N_("e-postadresse"),
    MaskKind.NATIONAL_ID: N_("fødselsnummer"),
    MaskKind.NUMBER: N_("nummer"),
    MaskKind.OTHER: N_("skjult"),
}


@dataclass(frozen=True, slots=True)
class QuarantinedComment:
    """A comment in quarantine.

    Parameters
    ----------
    turn : str
        ``mask``: nobody has; ``release``: the other has, and the reader may release;
        ``other``: the reader has, so the other decides.
    parts : tuple of CommentPiece
        The words, with proposals as parts of a kind; once somebody has masked, with masks.
    singled : tuple of str
        Words that point at one person whatever is masked.
    seen : str
        Names the text that the reader sees: nothing is done to another one.
    """

    id: UUID
    turn: str
    parts: tuple[CommentPiece, ...]
    masked: tuple[tuple[MaskKind, int], ...]
    singled: tuple[str, ...]
    seen: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place that may be masked, as a box to tick."""

    number: str
    words: str
    kind: MaskKind


def case_of(waiting: Waiting, lists: WordLists, reader: UUID) -> QuarantinedComment:
    """Return a comment as one of the two sees it."""
    turn = whose_turn(waiting, reader)
    shown = (
        marked(waiting.text, propose(waiting.text, lists))
        if turn == "mask"
        else tuple(parts(waiting.text))
    )
    return QuarantinedComment(
        waiting.id,
        turn,
        shown,
        tuple(Counter(masks(waiting.text)).items()),
        singles_out(waiting.text, lists),
        text_as_seen(waiting),
    )


def proposals_of(waiting: Waiting, spans: Sequence[Span]) -> tuple[Proposal, ...]:
    """Return the places that are proposed as boxes to tick."""
    return tuple(
        Proposal(str(number), waiting.text[one.start : one.end], one.kind)
        for number, one in enumerate(spans)
    )


def text_as_seen(waiting: Waiting, spans: Sequence[Span] = ()) -> str:
    """Return what names the text as it is now, and where there are any the places proposed."""
    places = "".join(f"\n{one.start} {one.end} {one.kind}" for one in spans)
    return hashlib.sha256(f"{waiting.text}{places}".encode()).hexdigest()


def masked_text(
    waiting: Waiting, proposals: Sequence[Span], ticked: Collection[str], wanted: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Mask what was ticked, by the numbers of `proposals_of`, and written.

    Returns
    -------
    text : str
    missing : tuple of str
        Words that were written and stand nowhere in the comment.
    """
    spans = [one for number, one in enumerate(proposals) if str(number) in ticked]
    missing = []
    for words in wanted:
        found = occurrences(waiting.text, [words])
        spans += found
        if not found:
            missing.append(words)
    return mask(waiting.text, spans), tuple(missing)


def whose_turn(waiting: Waiting, reader: UUID) -> str:
    """Say whose turn it is, as `QuarantinedComment` has it."""
    if waiting.masked_by is None:
        return "mask"
    return "other" if waiting.masked_by == reader else "release"


def in_turn(waiting: Iterable[Waiting], reader: UUID) -> list[Waiting]:
    """Put what waits for the reader first: what they may release, then what they may mask."""
    return sorted(
        waiting, key=lambda one: ("release", "mask", "other").index(whose_turn(one, reader))
    )
