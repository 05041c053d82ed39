"""Cards without a name, for staff whom no mail reaches: how many, for which domain, which codes.

Grade P of ``anonymity-design.md`` 3. A card belongs to a domain and to nobody in it. Its answer
carries the key group, as everybody's there does, so that it looks the same in the urn. Many more
cards are made than are handed out: who draws one cannot be told by its code. As many may be used as
there are people without an invitation of their own.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from survey_app.asking.invitations.codes import code_for, code_hash
from survey_app.asking.invitations.tokens import PID_BYTES
from survey_app.shared.database import Link

FEWEST: Final = 24  # of a reporting unit
TIMES: Final = 8  # as many as are needed
_GENERATION: Final = 0  # a card is never given out anew


def cards_for(people: int) -> int:
    """Return how many cards are made for so many people.

    Examples
    --------
    >>> cards_for(0), cards_for(1), cards_for(3), cards_for(4)
    (0, 24, 24, 32)
    """
    return max(FEWEST, TIMES * people) if people else 0


@dataclass(frozen=True, slots=True)
class Pile:
    """The cards of a reporting unit; ``people`` have no invitation of their own there."""

    unit: str
    domain: str
    people: int
    name: str = ""

    @property
    def cards(self) -> int:
        """How many there are."""
        return cards_for(self.people)


def piles_of(without: Mapping[str, int], group_of: Mapping[str, str]) -> tuple[Pile, ...]:
    """Return the piles of a wave.

    Parameters
    ----------
    without : mapping of str to int
        People without an invitation of their own, by reporting unit.
    group_of : mapping of str to str
        The code that answers of each unit carry (`key_groups.key_groups_of`).
    """
    return tuple(Pile(unit, group_of[unit], people) for unit, people in without.items() if people)


def card_pids(pile: Pile, wave: UUID, secret: bytes) -> Iterator[bytes]:
    """Derive the public halves of a pile's tokens: the same ones whenever it is printed.

    Parameters
    ----------
    pile : Pile
    wave : UUID
    secret : bytes
        Of the installation. Who has the database alone cannot tell which unit a card is of.
    """
    key = hashlib.sha256(b"verdibarometer/card/" + secret).digest()
    for number in range(pile.cards):
        message = wave.bytes + number.to_bytes(4, "big") + pile.unit.encode()
        yield hmac.digest(key, message, "sha256")[:PID_BYTES]


def card_codes(pile: Pile, wave: UUID, secret: bytes) -> list[str]:
    """Return the codes of a pile, 12 signs each, in an order that says nothing."""
    return [code_for(secret, wave, pid, _GENERATION) for pid in card_pids(pile, wave, secret)]


async def put_up_cards(link: Link, wave: UUID, piles: Iterable[Pile], secret: bytes) -> None:
    """Write the piles of a wave, and what finds each card, in the transaction of its opening."""
    piles = list(piles)
    await link.copy_records_to_table(
        "card_pile",
        schema_name="asking",
        columns=["id", "wave", "unit", "domain", "people"],
        records=[(uuid.uuid4(), wave, one.unit, one.domain, one.people) for one in piles],
    )
    cards: list[tuple[UUID, UUID, bytes, bytes, str, bool]] = []
    for pile in piles:
        codes = card_codes(pile, wave, secret)
        for pid, code in zip(card_pids(pile, wave, secret), codes, strict=True):
            cards.append((uuid.uuid4(), wave, pid, code_hash(secret, code), pile.domain, False))
    await link.copy_records_to_table(
        "card",
        schema_name="asking",
        columns=["id", "wave", "pid", "code_hash", "domain", "marked"],
        # by random ids: in the order of piles, a row's place would tell its unit
        records=sorted(cards),
    )


async def find_piles(link: Link, wave: UUID) -> list[Pile]:
    """Return the piles of a wave, in the order of its units; none where it has no cards."""
    rows = await link.fetch(
        "SELECT p.unit, p.domain, p.people, d.name FROM asking.card_pile p"
        " JOIN asking.wave_domain d ON d.wave = p.wave AND d.code = p.unit AND d.level = 'unit'"
        " WHERE p.wave = $1 ORDER BY d.position",
        wave,
    )
    return [Pile(**row) for row in rows]
