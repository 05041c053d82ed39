"""How many may answer a wave and how many have, by the domain that answers carry.

Who is invited by a card counts as one, however many cards lie in the pile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from survey_app.shared.database import Link, fetch_one

BY_CARD: Final = "(SELECT coalesce(sum(people), 0) FROM asking.card_pile WHERE wave = $1)"
"""SQL: how many a wave invites by card."""


@dataclass(frozen=True, slots=True)
class InvitedCount:
    """Everybody who was invited, and those of them who asked for no more mail."""

    invited: int
    opted_out: int


async def count_invited(link: Link, wave: UUID) -> InvitedCount:
    """Count the links of a wave, and whom it invites by card."""
    row = await fetch_one(
        link,
        f"SELECT count(*) + {BY_CARD} AS invited,"  # noqa: S608 - a constant
        " count(*) FILTER (WHERE opted_out) AS opted_out"
        " FROM asking.invitation WHERE wave = $1",
        wave,
    )
    return InvitedCount(**dict(row))


async def invited_by_domain(link: Link, wave: UUID) -> dict[str, int]:
    """Count the links of each domain, and whom it invites by card."""
    rows = await link.fetch(
        "SELECT domain, sum(n)::int AS n FROM ("
        "SELECT domain, count(*) AS n FROM asking.invitation WHERE wave = $1 GROUP BY domain"
        " UNION ALL SELECT domain, people FROM asking.card_pile WHERE wave = $1) t GROUP BY domain",
        wave,
    )
    return {row["domain"]: row["n"] for row in rows}


async def used_by_domain(link: Link, wave: UUID) -> dict[str, int]:
    """Count the used links and cards of each domain, while the marks stand."""
    rows = await link.fetch(
        "SELECT domain, count(*) AS n FROM ("
        "SELECT domain FROM asking.invitation WHERE wave = $1 AND marked"
        " UNION ALL SELECT domain FROM asking.card WHERE wave = $1 AND marked) t GROUP BY domain",
        wave,
    )
    return {row["domain"]: row["n"] for row in rows}


async def invited_by_card(link: Link, wave: UUID) -> dict[str, int]:
    """Count whom cards are for, by the domain that their answers carry."""
    rows = await link.fetch(
        "SELECT domain, sum(people)::int AS n FROM asking.card_pile WHERE wave = $1"
        " GROUP BY domain",
        wave,
    )
    return {row["domain"]: row["n"] for row in rows}


async def used_cards(link: Link, wave: UUID) -> dict[str, int]:
    """Count the used cards of each domain, while the marks stand."""
    rows = await link.fetch(
        "SELECT domain, count(*) AS n FROM asking.card WHERE wave = $1 AND marked GROUP BY domain",
        wave,
    )
    return {row["domain"]: row["n"] for row in rows}


async def sampled(link: Link, wave: UUID) -> dict[tuple[str, str, str], int]:
    """Return how many of a sample share a county, age group and gender."""
    rows = await link.fetch(
        "SELECT county, age, gender, invited FROM asking.sample_count WHERE wave = $1", wave
    )
    return {(row["county"], row["age"], row["gender"]): row["invited"] for row in rows}


async def forget_sampled(link: Link, waves: Sequence[UUID]) -> None:
    """Delete what a sample was made of: nothing is weighted by it any more."""
    await link.execute("DELETE FROM asking.sample_count WHERE wave = ANY($1::uuid[])", list(waves))


async def mark_any(link: Link, wave: UUID, number: int) -> None:
    """Mark so many links used, whichever: for a rehearsal, which is taken back."""
    await link.execute(
        "UPDATE asking.invitation SET marked = true WHERE id IN"
        " (SELECT id FROM asking.invitation WHERE wave = $1 LIMIT $2)",
        wave,
        number,
    )


async def mark_in_domains(link: Link, wave: UUID, domains: list[str]) -> None:
    """Mark a link used in each domain, as often as it is named: for a rehearsal.

    Cards are used where there are not so many links.
    """
    rows = await link.fetch(
        "SELECT domain, count(*) AS n FROM asking.invitation WHERE wave = $1 GROUP BY domain", wave
    )
    links = Counter({row["domain"]: row["n"] for row in rows})
    await _mark(link, "asking.invitation", wave, domains)
    await _mark(link, "asking.card", wave, list((Counter(domains) - links).elements()))


async def _mark(link: Link, table: str, wave: UUID, domains: list[str]) -> None:
    await link.execute(
        f"UPDATE {table} i SET marked = true FROM (SELECT id, domain, row_number()"  # noqa: S608
        f" OVER (PARTITION BY domain) AS place FROM {table} WHERE wave = $1) one"
        " WHERE one.id = i.id"
        " AND one.place <= (SELECT count(*) FROM unnest($2::text[]) d WHERE d = one.domain)",
        wave,
        domains,
    )
