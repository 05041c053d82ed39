"""Open the ballots of a wave. Only closing one does this (a contract of import-linter)."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from questionnaires.answers import CHOSEN, NOT_CHOSEN
from questionnaires.model import NOT_ANSWERED, NOT_ASKED, Questionnaire
from questionnaires.parts import is_of_one_part, part_places
from survey_app.counting.urn.ballot import COMMENT_BYTES, Ballot, unpack_ballot
from survey_app.counting.urn.cover import uncovered
from survey_app.counting.urn.errors import BallotError, IncompleteHandOverError
from survey_app.counting.urn.opened import BATCH, Ballots, OpenedUrn
from survey_app.counting.urn.seal import SUITE, inner_purpose, purpose
from survey_app.counting.urn.trustee_keys import HandedOver, TrusteePair, UrnOpener
from survey_app.shared.database import Link

_MARKS = frozenset({CHOSEN, NOT_CHOSEN})
_DIGEST: Final = 16  # bytes that a sealed ballot is known by again


async def urn_parts(link: Link, wave: UUID) -> AsyncIterator[list[bytes]]:
    """Give the sealed ballots of ``wave``, as ``worker`` in a transaction, some at a time."""
    rows = f"SELECT ballot FROM counting.urn WHERE wave = '{wave}'"  # noqa: S608 - a UUID
    await link.execute(f"DECLARE sealed_ballots NO SCROLL CURSOR FOR {rows}")
    while some := await link.fetch(f"FETCH {BATCH} FROM sealed_ballots"):
        yield [row["ballot"] for row in some]
    # an urn that a cursor stands on cannot be dropped
    await link.execute("CLOSE sealed_ballots")


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
    """Open and check every ballot of an urn; see `UrnOpening`."""
    opening = UrnOpening(
        wave=wave,
        private_key=private_key,
        questionnaire=questionnaire,
        domains=domains,
        comment=comment,
        room=room,
    )
    opening.add(sealed)
    return opening.done()


class UrnOpening:
    """Opens and checks ballots, some at a time, and keeps of each what it says and no more.

    Parameters
    ----------
    wave : UUID
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
    counted, never mended. So is one that lay there before, as it was sealed.
    """

    def __init__(
        self,
        *,
        wave: UUID,
        private_key: UrnOpener,
        questionnaire: Questionnaire,
        domains: frozenset[str],
        comment: bool = False,
        room: int = COMMENT_BYTES,
    ) -> None:
        self._wave, self._opener, self._domains = wave, private_key, domains
        self._questionnaire = questionnaire
        self._comment, self._room = comment, room
        self._allowed = tuple(allowed_codes(questionnaire).values())
        self._places = part_places(questionnaire)
        self._parts: list[Ballots] = []
        self._marks: list[bytes] = []
        self._whole: list[np.ndarray] = []
        self._unread = 0
        self._sealed: set[bytes] = set()

    def add(self, sealed: Iterable[bytes]) -> None:
        """Open some rows of the urn, in any order."""
        if isinstance(self._opener, HandedOver):
            # whether these are all is known when all are there
            self._sealed.update(map(bytes, sealed))
        else:
            self._take(_plain_ballots(sealed, self._wave, self._opener))

    def done(self) -> OpenedUrn:
        """Give what there was.

        Raises
        ------
        IncompleteHandOverError
            If what others opened is not what lies in the urn.
        """
        if isinstance(self._opener, HandedOver):
            self._take(_handed_over(self._sealed, self._wave, self._opener))
        whole = np.concatenate([np.zeros(0, np.bool_), *self._whole])
        marks = np.frombuffer(b"".join(self._marks), np.dtype((np.void, _DIGEST)))
        first = np.zeros(len(marks), np.bool_)
        first[np.unique(marks, return_index=True)[1]] = True
        ballots = Ballots.joined(self._parts, len(self._allowed))
        self._parts = []
        copied = len(marks) - int(first.sum())
        kept = ballots.only(first[whole])
        refused = self._unread + len(marks) - len(kept)
        return OpenedUrn(kept, refused, copied)

    def _take(self, plain: Iterable[tuple[bytes, bytes]]) -> None:
        found, whole, marks = list[Ballot](), list[bool](), list[bytes]()
        for mark, content in plain:
            try:
                ballot = unpack_ballot(
                    content, len(self._allowed), comment=self._comment, room=self._room
                )
            except BallotError:
                self._unread += 1
                continue
            marks.append(hashlib.blake2b(mark, digest_size=_DIGEST).digest())
            whole.append(self._is_whole(ballot))
            if whole[-1]:
                found.append(ballot)
        self._parts.append(Ballots.of(found, len(self._allowed)))
        self._marks.append(b"".join(marks))
        self._whole.append(np.array(whole, np.bool_))

    def _is_whole(self, ballot: Ballot) -> bool:
        return _holds_only(ballot, self._domains, self._allowed) and (
            ballot.screened_out or is_of_one_part(self._questionnaire, self._places, ballot.answers)
        )


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
    sealed: Iterable[bytes], wave: UUID, opener: X25519PrivateKey | TrusteePair
) -> Iterator[tuple[bytes, bytes]]:
    """Yield what stands in each row, with what a copy of it has in common; of others nothing."""
    for row in sealed:
        mark = plain = b""
        with contextlib.suppress(InvalidTag, ValueError, BallotError):
            mark = _innermost(bytes(row), wave, opener)
            plain = _open(mark, wave, opener)
        yield mark, plain


def _handed_over(
    sealed: Collection[bytes], wave: UUID, handed: HandedOver
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
