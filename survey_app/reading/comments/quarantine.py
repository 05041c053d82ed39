"""Comments in quarantine as the page shows them: proposals, what remains, and whose turn it is."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from analytics.comments.proposals import WordLists, marked, places_of, propose, singles_out
from analytics.comments.spans import Kind, Part, Span, mask, masks, parts
from survey_app.comments.quarantine import Waiting
from survey_app.shared.i18n import N_

MASKS: Mapping[Kind, str] = {
    Kind.NAME: N_("navn"),
    Kind.UNIT: N_("enhet"),
    Kind.ROLE: N_("rolle"),
    Kind.PHONE: N_("telefonnummer"),
    Kind.EMAIL: N_("e-postadresse"),
    Kind.NATIONAL_ID: N_("fødselsnummer"),
    Kind.NUMBER: N_("nummer"),
    Kind.OTHER: N_("skjult"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A comment in quarantine.

    Parameters
    ----------
    turn : str
        ``mask``: nobody has; ``release``: the other has, and the reader may release;
        ``other``: the reader has, so the other decides.
    parts : tuple of Part
        The words, with proposals as parts of a kind; once somebody has masked, with masks.
    singled : tuple of str
        Words that point at one person whatever is masked.
    seen : str
        Names the text that the reader sees: nothing is done to another one.
    """

    id: UUID
    turn: str
    parts: tuple[Part, ...]
    masked: tuple[tuple[Kind, int], ...]
    singled: tuple[str, ...]
    seen: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place that may be masked, as a box to tick."""

    number: int
    words: str
    kind: Kind


def case_of(waiting: Waiting, lists: WordLists, reader: UUID) -> Case:
    """Return a comment as one of the two sees it."""
    turn = "mask" if waiting.masked_by is None else "release"
    if waiting.masked_by == reader:
        turn = "other"
    shown = (
        marked(waiting.text, propose(waiting.text, lists))
        if turn == "mask"
        else tuple(parts(waiting.text))
    )
    return Case(
        waiting.id,
        turn,
        shown,
        tuple(Counter(masks(waiting.text)).items()),
        singles_out(waiting.text, lists),
        seen_of(waiting),
    )


def proposals_of(waiting: Waiting, lists: WordLists) -> tuple[Proposal, ...]:
    """Return every place that is proposed, in the order of the text."""
    return tuple(
        Proposal(number, waiting.text[one.start : one.end], one.kind)
        for number, one in enumerate(propose(waiting.text, lists))
    )


def seen_of(waiting: Waiting) -> str:
    """Return what names the text as it is now."""
    return hashlib.sha256(waiting.text.encode()).hexdigest()


def masked_text(
    waiting: Waiting, lists: WordLists, ticked: Iterable[int], wanted: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Mask what was ticked and written.

    Returns
    -------
    text : str
    missing : tuple of str
        Words that were written and stand nowhere in the comment.
    """
    proposed = dict(enumerate(propose(waiting.text, lists)))
    spans: list[Span] = [proposed[number] for number in ticked if number in proposed]
    missing = []
    for words in wanted:
        found = places_of(waiting.text, [words])
        spans += found
        if not found:
            missing.append(words)
    return mask(waiting.text, spans), tuple(missing)


def turns(cases: Iterable[Case]) -> list[Case]:
    """Put what waits for the reader first: what they may release, then what they may mask."""
    return sorted(cases, key=lambda one: ("release", "mask", "other").index(one.turn))
