"""Who is invited by letter, with the link and the code that are derived for each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from survey_app.asking.invitations.codes import code_for, code_hash
from survey_app.asking.invitations.tokens import token_for
from survey_app.shared.database import Link

_LETTERS = (
    "SELECT id, pid, generation, language, sample_row, opted_out FROM asking.invitation"
    " WHERE wave = $1 AND channel = 'letter' AND NOT withdrawn ORDER BY sample_row, pid"
)
_KEEP = (
    "INSERT INTO asking.typed_code (id, invitation, code_hash)"
    " SELECT gen_random_uuid(), * FROM unnest($1::uuid[], $2::bytea[])"
    " ON CONFLICT (invitation) DO UPDATE SET code_hash = excluded.code_hash"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """An invitation that goes by letter."""

    id: UUID
    pid: bytes
    generation: int
    language: str
    row: int | None
    opted_out: bool


async def find_recipients(link: Link, wave: UUID) -> list[Recipient]:
    """Return everybody whom ``wave`` invites by letter, in the order of the sample file."""
    return [Recipient(*row) for row in await link.fetch(_LETTERS, wave)]


async def keep_codes(link: Link, wave: UUID, people: list[Recipient], secret: bytes) -> None:
    """Let the codes of ``people`` open their links: a hash of each, from now on."""
    hashes = [code_hash(secret, code_of(person, wave, secret)) for person in people]
    await link.execute(_KEEP, [person.id for person in people], hashes)


def code_of(person: Recipient, wave: UUID, secret: bytes) -> str:
    """Return the code of an invitation."""
    return code_for(secret, wave, person.pid, person.generation)


def token_of(person: Recipient, wave: UUID, secret: bytes) -> str:
    """Return the token of an invitation."""
    return token_for(secret, wave, person.pid, person.generation)
