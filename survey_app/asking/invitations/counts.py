"""How many links a wave has and how many are used, by the domain that answers carry."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from survey_app.shared.database import Link, fetch_one


@dataclass(frozen=True, slots=True)
class InvitedCount:
    """Everybody who was invited, and those of them who asked for no more mail."""

    invited: int
    opted_out: int


async def count_invited(link: Link, wave: UUID) -> InvitedCount:
    """Count the links of a wave."""
    row = await fetch_one(
        link,
        "SELECT count(*) AS invited, count(*) FILTER (WHERE opted_out) AS opted_out"
        " FROM asking.invitation WHERE wave = $1",
        wave,
    )
    return InvitedCount(**dict(row))


async def invited_by_domain(link: Link, wave: UUID) -> dict[str, int]:
    """Count the links of each domain."""
    rows = await link.fetch(
        "SELECT domain, count(*) AS n FROM asking.invitation WHERE wave = $1 GROUP BY domain", wave
    )
    return {row["domain"]: row["n"] for row in rows}


async def used_by_domain(link: Link, wave: UUID) -> dict[str, int]:
    """Count the used links of each domain, while the marks stand."""
    rows = await link.fetch(
        "SELECT domain, count(*) AS n FROM asking.invitation WHERE wave = $1 AND marked"
        " GROUP BY domain",
        wave,
    )
    return {row["domain"]: row["n"] for row in rows}


async def sampled(link: Link, wave: UUID) -> dict[tuple[str, str, str], int]:
    """Return how many of a sample share a county, age group and gender."""
    rows = await link.fetch(
        "SELECT county, age, gender, invited FROM asking.sample_count WHERE wave = $1", wave
    )
    return {(row["county"], row["age"], row["gender"]): row["invited"] for row in rows}


async def mark_any(link: Link, wave: UUID, number: int) -> None:
    """Mark so many links used, whichever: for a rehearsal, which is taken back."""
    await link.execute(
        "UPDATE asking.invitation SET marked = true WHERE id IN"
        " (SELECT id FROM asking.invitation WHERE wave = $1 LIMIT $2)",
        wave,
        number,
    )


async def mark_in_domains(link: Link, wave: UUID, domains: list[str]) -> None:
    """Mark a link used in each domain, as often as it is named: for a rehearsal."""
    await link.execute(
        "UPDATE asking.invitation i SET marked = true FROM (SELECT id, domain, row_number()"
        " OVER (PARTITION BY domain) AS place FROM asking.invitation WHERE wave = $1) one"
        " WHERE one.id = i.id"
        " AND one.place <= (SELECT count(*) FROM unnest($2::text[]) d WHERE d = one.domain)",
        wave,
        domains,
    )
