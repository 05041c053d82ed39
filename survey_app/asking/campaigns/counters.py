"""Processes that can count what key holders hand over: each with a fresh key and a proof of us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from survey_app.shared.database import Link, Login, fetch

# it says so every fifteen seconds; a minute and a half without a word, and it is gone
GONE_AFTER: Final = timedelta(seconds=90)
_IS_THERE: Final = "seen_at BETWEEN clock_timestamp() - $1::interval AND clock_timestamp()"


@dataclass(frozen=True, slots=True)
class AnnouncedCounter:
    """A process that said that it counts; whoever has the secret can check ``proof``."""

    id: UUID
    public_key: bytes
    proof: bytes


async def announce(link: Link, counter: AnnouncedCounter) -> None:
    """Say that a process is there and counts."""
    await link.execute(
        "INSERT INTO asking.counter (id, public_key, proof, seen_at)"
        " VALUES ($1, $2, $3, clock_timestamp())"
        " ON CONFLICT (id) DO UPDATE SET public_key = excluded.public_key,"
        " proof = excluded.proof, seen_at = excluded.seen_at",
        counter.id,
        counter.public_key,
        counter.proof,
    )


async def forget_gone(link: Link) -> None:
    """Forget those that have not said for a while that they are there."""
    await link.execute(
        "DELETE FROM asking.counter WHERE seen_at < clock_timestamp() - $1::interval", GONE_AFTER
    )


async def all_counters(link: Link) -> list[AnnouncedCounter]:
    """Return everybody who ever said so and is not forgotten."""
    rows = await link.fetch("SELECT id, public_key, proof FROM asking.counter")
    return [AnnouncedCounter(**dict(row)) for row in rows]


async def remove(link: Link, counters: list[UUID]) -> None:
    """Remove counters that are none of ours."""
    await link.execute("DELETE FROM asking.counter WHERE id = ANY($1)", counters)


async def live_counters(login: Login) -> list[AnnouncedCounter]:
    """Return those that were there a moment ago, the latest first."""
    rows = await fetch(
        login,
        f"SELECT id, public_key, proof FROM asking.counter WHERE {_IS_THERE}"  # noqa: S608 - a constant
        " ORDER BY seen_at DESC",
        GONE_AFTER,
    )
    return [AnnouncedCounter(**row) for row in rows]
