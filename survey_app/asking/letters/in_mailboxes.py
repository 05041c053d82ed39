"""Which letters went to mailboxes: noted one by one, so that a making that stops loses none.

A letter is noted as handed before it goes, and as delivered once the mailbox says so. What stays
handed may have arrived: nobody prints it without being told that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from survey_app.asking.letters.recipients import Recipient
from survey_app.shared.database import Link, Login, fetch

type MailboxState = Literal["handed", "delivered"]
HANDED: Final[MailboxState] = "handed"
DELIVERED: Final[MailboxState] = "delivered"

# a link that was replaced stands in no letter that went out
_OF_NOW = (
    "FROM asking.mailbox_letter m JOIN asking.invitation i"
    " ON i.id = m.invitation AND i.generation = m.generation"
    " WHERE i.wave = $1 AND NOT i.withdrawn"
)


@dataclass(frozen=True, slots=True)
class InMailboxes:
    """How many letters of one mailing went to mailboxes, and of how many that is not known."""

    delivered: int = 0
    unsure: int = 0


async def in_mailboxes(link: Link, wave: UUID, kind: str) -> dict[UUID, MailboxState]:
    """Return by invitation what became of the letters of one mailing that went to mailboxes."""
    rows = await link.fetch(f"SELECT i.id, m.state {_OF_NOW} AND m.kind = $2", wave, kind)
    return {row["id"]: row["state"] for row in rows}


async def mailboxes_reached(login: Login, wave: UUID) -> Mapping[str, InMailboxes]:
    """Count the letters that went to mailboxes, by mailing; of none that has none."""
    rows = await fetch(
        login,
        "SELECT m.kind, count(*) FILTER (WHERE m.state = 'delivered') AS delivered,"
        f" count(*) FILTER (WHERE m.state = 'handed') AS unsure {_OF_NOW} GROUP BY m.kind",
        wave,
    )
    return {row["kind"]: InMailboxes(row["delivered"], row["unsure"]) for row in rows}


async def note_handed(link: Link, person: Recipient, kind: str) -> bool:
    """Note that a letter goes to a mailbox now; False where that is noted already."""
    told = await link.execute(
        "INSERT INTO asking.mailbox_letter (id, invitation, kind, generation, state)"
        " VALUES (gen_random_uuid(), $1, $2, $3, 'handed') ON CONFLICT DO NOTHING",
        person.id,
        kind,
        person.generation,
    )
    return bool(told == "INSERT 0 1")


async def hold(link: Link, person: Recipient, kind: str) -> MailboxState | None:
    """Return what became of a letter, its row held; None where it needs paper by now."""
    state: MailboxState | None = await link.fetchval(
        "SELECT state FROM asking.mailbox_letter"
        " WHERE invitation = $1 AND kind = $2 AND generation = $3 FOR UPDATE",
        person.id,
        kind,
        person.generation,
    )
    return state


async def note_delivered(link: Link, person: Recipient, kind: str) -> None:
    """Note that the mailbox has the letter."""
    await link.execute(
        "UPDATE asking.mailbox_letter SET state = 'delivered'"
        " WHERE invitation = $1 AND kind = $2 AND generation = $3",
        person.id,
        kind,
        person.generation,
    )


async def forget_handed(link: Link, people: Collection[UUID], kind: str) -> None:
    """Forget what is not delivered of these invitations' letters: they need paper, or got it."""
    await link.execute(
        "DELETE FROM asking.mailbox_letter"
        " WHERE invitation = ANY($1::uuid[]) AND kind = $2 AND state = 'handed'",
        list(people),
        kind,
    )
