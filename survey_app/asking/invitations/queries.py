"""Find an invitation or a card by the public half of its token or by a code, stop reminders."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from survey_app.shared.database import Link

_FIND = (
    "WITH i AS (SELECT id, wave, generation, domain, language, marked, withdrawn, opted_out,"
    " false AS card FROM asking.invitation WHERE pid = $1"
    " UNION ALL SELECT id, wave, 0, domain, '', marked, false, true, true"
    " FROM asking.card WHERE pid = $1)"
    " SELECT i.id, i.wave, i.generation, i.domain, i.language, i.marked, i.withdrawn, i.opted_out,"
    " w.state, w.xmin::text || '.' || c.xmin::text AS version, i.card"
    " FROM i JOIN asking.wave w ON w.id = i.wave JOIN asking.campaign c ON c.id = w.campaign"
)
_BY_CODE = (
    "SELECT i.wave, i.pid, i.generation, false AS card FROM asking.typed_code t"
    " JOIN asking.invitation i ON i.id = t.invitation WHERE t.code_hash = $1"
    " UNION ALL SELECT wave, pid, 0, true FROM asking.card WHERE code_hash = $1"
)
_UNANSWERED = "SELECT id FROM asking.invitation WHERE wave = $1 AND NOT marked"
_OPT_OUT = "UPDATE asking.invitation SET opted_out = true WHERE id = $1 AND NOT opted_out"


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation and the state of its wave; ``version`` changes when wave or campaign do.

    ``card``: nobody's own, but one card of a domain; its language is whatever is chosen.
    """

    id: UUID
    wave: UUID
    generation: int
    domain: str
    language: str
    marked: bool
    withdrawn: bool
    opted_out: bool
    state: str
    version: str
    card: bool = False


async def find_invitation(link: Link, pid: bytes) -> InvitationRow | None:
    """Return the invitation or card with this ``pid``; whether its code is right is for others."""
    row = await link.fetchrow(_FIND, pid)
    return None if row is None else InvitationRow(*row)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What a token is derived from, of the invitation or card that a code belongs to."""

    wave: UUID
    pid: bytes
    generation: int
    card: bool


async def find_by_code(link: Link, code_hash: bytes) -> CodeRow | None:
    """Return the invitation or card whose printed code has this hash (`codes.code_hash`)."""
    row = await link.fetchrow(_BY_CODE, code_hash)
    return None if row is None else CodeRow(*row)


async def waves_with_links(link: Link) -> list[UUID]:
    """Return the waves whose invitations are not deleted yet."""
    rows = await link.fetch("SELECT DISTINCT wave FROM asking.invitation")
    return [row["wave"] for row in rows]


async def unanswered(link: Link, wave: UUID) -> set[UUID]:
    """Return the invitations of ``wave`` that are not used: never to be shown, stored or logged."""
    return {row["id"] for row in await link.fetch(_UNANSWERED, wave)}


async def opt_out(link: Link, invitation: InvitationRow) -> None:
    """Send this person no more reminders in this wave; answering stays possible."""
    await link.execute(_OPT_OUT, invitation.id)
