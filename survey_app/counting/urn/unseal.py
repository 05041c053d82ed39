"""Open the ballots of a wave. Only closing a wave does this (a contract of import-linter)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from questionnaires.answers import CHOSEN, NOT_CHOSEN
from questionnaires.model import NOT_ANSWERED, NOT_ASKED, Questionnaire
from survey_app.counting.urn.ballot import Ballot, unpack
from survey_app.counting.urn.errors import BallotError
from survey_app.counting.urn.seal import SUITE, inner_purpose, purpose
from survey_app.counting.urn.trustee_keys import TrusteePair, UrnOpener

_MARKS = frozenset({CHOSEN, NOT_CHOSEN})


@dataclass(frozen=True, slots=True)
class OpenedUrn:
    """What an urn held; ``refused`` counts rows that are no ballots of this wave."""

    ballots: tuple[Ballot, ...]
    refused: int


async def read_urn(link: Any, wave: UUID) -> list[bytes]:  # noqa: ANN401
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
) -> OpenedUrn:
    """Open and check every ballot.

    Parameters
    ----------
    sealed : iterable of bytes
        Rows of the urn, in any order.
    private_key : X25519PrivateKey or TrusteePair
        The wave's own, or those of both its trustees.
    questionnaire : Questionnaire
        The one the wave froze; a ballot may hold its codes and nothing else.
    domains : frozenset of str
        Codes of the wave's finest domains; ``{""}`` for the public.

    Notes
    -----
    A row that does not open, has another layout, an unknown domain or a code that the
    questionnaire does not offer is refused and counted, never mended.
    """
    allowed = allowed_codes(questionnaire)
    opened: list[Ballot] = []
    refused = 0
    for row in sealed:
        try:
            ballot = unpack(_open(bytes(row), wave, private_key), len(allowed))
        except (InvalidTag, ValueError, BallotError):
            refused += 1
            continue
        if ballot.domain in domains and _holds_only(ballot, tuple(allowed.values())):
            opened.append(ballot)
        else:
            refused += 1
    return OpenedUrn(tuple(opened), refused)


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


def _open(row: bytes, wave: UUID, opener: UrnOpener) -> bytes:
    if isinstance(opener, TrusteePair):
        row = SUITE.decrypt(row, opener.outer, purpose(wave))
        return SUITE.decrypt(row, opener.inner, inner_purpose(wave))
    return SUITE.decrypt(row, opener, purpose(wave))


def _holds_only(ballot: Ballot, allowed: tuple[frozenset[int], ...]) -> bool:
    return ballot.screened_out or all(
        answer in codes for answer, codes in zip(ballot.answers, allowed, strict=True)
    )
