"""Open the ballots of a wave. Only closing one does this (a contract of import-linter)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from questionnaires.answers import CHOSEN, NOT_CHOSEN
from questionnaires.model import NOT_ANSWERED, NOT_ASKED, Questionnaire
from questionnaires.parts import is_of_one_part, part_places
from survey_app.counting.urn.ballot import COMMENT_BYTES, Ballot, unpack
from survey_app.counting.urn.cover import uncovered
from survey_app.counting.urn.errors import BallotError, IncompleteHandOverError
from survey_app.counting.urn.opened import OpenedUrn
from survey_app.counting.urn.seal import SUITE, inner_purpose, purpose
from survey_app.counting.urn.trustee_keys import HandedOver, TrusteePair, UrnOpener
from survey_app.shared.database import Link

_MARKS = frozenset({CHOSEN, NOT_CHOSEN})


async def read_urn(link: Link, wave: UUID) -> list[bytes]:
    """Return the sealed ballots of ``wave``, as ``worker``."""
    rows = await link.fetch("SELECT ballot FROM counting.urn WHERE wave = $1", wave)
    return [row["ballot"] for row in rows]


def unseal(
    sealed: Iterable[bytes],
    *,
    wave: UUID,
    private_key: UrnOpener,
    questionnaire: Questionnaire,
    domains: frozenset[str],
    comment: bool = False,
    room: int = COMMENT_BYTES,
) -> OpenedUrn:
    """Open and check every ballot.

    Parameters
    ----------
    sealed : iterable of bytes
        Rows of the urn, in any order.
    private_key : X25519PrivateKey, TrusteePair or HandedOver
        The wave's own, those of both its trustees, or what these opened themselves.
    questionnaire : Questionnaire
        The one the wave froze; a ballot may hold its codes and nothing else.
    domains : frozenset of str
        Codes of the wave's finest domains; ``{""}`` for the public.
    comment : bool
        Whether the wave asked for one.
    room : int
        Bytes that the words of a ballot may take.

    Notes
    -----
    A row that does not open, has another layout, an unknown domain or a code that the
    questionnaire does not offer, or answers what two halves or modules are asked, is refused and
    counted, never mended.
    """
    allowed = allowed_codes(questionnaire)
    places = part_places(questionnaire)
    opened: list[Ballot] = []
    seen: set[bytes] = set()
    refused = copied = 0
    for mark, plain in _plain_ballots(sealed, wave, private_key):
        try:
            ballot = unpack(plain, len(allowed), comment=comment, room=room)
        except BallotError:
            refused += 1
            continue
        copied += mark in seen
        whole = _holds_only(ballot, domains, tuple(allowed.values())) and (
            ballot.screened_out or is_of_one_part(questionnaire, places, ballot.answers)
        )
        if mark in seen or not whole:
            refused += 1
        else:
            opened.append(ballot)
        seen.add(mark)
    return OpenedUrn(tuple(opened), refused, copied)


def allowed_codes(questionnaire: Questionnaire) -> Mapping[str, frozenset[int]]:
    """Return the integers that may stand in each column, in the order of the columns."""
    codes: dict[str, frozenset[int]] = {}
    for item in questionnaire.items:
        options = questionnaire.option_set(item).options
        offered = {option.stored for option in options}
        if item.presentation == "checkbox":
            offered = {option.stored for option in options if option.missing} | _MARKS
        for column in questionnaire.item_columns(item):
            codes[column] = frozenset(offered | {NOT_ANSWERED, NOT_ASKED})
    return codes


def _plain_ballots(
    sealed: Iterable[bytes], wave: UUID, opener: UrnOpener
) -> Iterator[tuple[bytes, bytes]]:
    """Yield what stands in each row, with what a copy of it has in common; of others nothing."""
    if isinstance(opener, HandedOver):
        yield from _handed_over(frozenset(map(bytes, sealed)), wave, opener)
        return
    for row in sealed:
        mark = plain = b""
        with contextlib.suppress(InvalidTag, ValueError, BallotError):
            mark = _innermost(bytes(row), wave, opener)
            plain = _open(mark, wave, opener)
        yield mark, plain


def _handed_over(
    sealed: frozenset[bytes], wave: UUID, handed: HandedOver
) -> Iterator[tuple[bytes, bytes]]:
    """Yield ballots of which others took the seals, if these are all, each as it was sent."""
    try:
        plain = {one: uncovered(one, wave=wave, key=handed.cover_key) for one in handed.ballots}
    except BallotError:
        raise IncompleteHandOverError(
            "a ballot that was handed over is none that was sent"
        ) from None
    if len(plain) != len(sealed):
        raise IncompleteHandOverError(
            f"{len(plain)} ballots were handed over, and {len(sealed)} lie in the urn"
        )
    yield from ((one, plain[one]) for one in handed.ballots)


def _innermost(row: bytes, wave: UUID, opener: X25519PrivateKey | TrusteePair) -> bytes:
    """Take off the outer of two seals, which one trustee could put on anew; of one, nothing."""
    if isinstance(opener, TrusteePair):
        return SUITE.decrypt(row, opener.outer, purpose(wave))
    return row


def _open(innermost: bytes, wave: UUID, opener: X25519PrivateKey | TrusteePair) -> bytes:
    if not isinstance(opener, TrusteePair):
        return SUITE.decrypt(innermost, opener, purpose(wave))
    plain = SUITE.decrypt(innermost, opener.inner, inner_purpose(wave))
    return uncovered(plain, wave=wave, key=opener.cover_key) if opener.cover_key else plain


def _holds_only(
    ballot: Ballot, domains: frozenset[str], allowed: tuple[frozenset[int], ...]
) -> bool:
    return ballot.domain in domains and (
        ballot.screened_out
        or all(answer in codes for answer, codes in zip(ballot.answers, allowed, strict=True))
    )
