"""Write many invitations at once: a wave of a hundred thousand takes seconds, not minutes."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from survey_app.asking.invitations.tokens import new_pid
from survey_app.shared.database import Link

_OUTBOX = (
    "id", "invitation", "kind", "channel", "state", "due_at", "sent_at", "attempts", "problem",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """One person's right to answer, before it is written."""

    wave: UUID
    domain: str
    person: UUID | None = None
    language: str = "nb"
    channel: str = "email"
    marked: bool = False
    opted_out: bool = False
    email: str | None = None
    sample_row: int | None = None


async def insert_invitations(
    link: Link,
    rows: Iterable[NewInvitation],
) -> list[UUID]:
    """Copy invitations into their table in the caller's transaction; each gets a fresh pid.

    Parameters
    ----------
    link : asyncpg connection
        As worker, inside a transaction (``writing()``).
    rows : iterable of NewInvitation
        Any number of them.

    Returns
    -------
    list of UUID
        Ids of the invitations, in the order of ``rows``.
    """
    ids: list[UUID] = []
    records = []
    for row in rows:
        ids.append(uuid.uuid4())
        records.append(
            (
                ids[-1],
                row.wave,
                row.person,
                new_pid(),
                0,
                row.domain,
                row.language,
                row.channel,
                row.marked,
                row.opted_out,
                False,
                row.email,
                row.sample_row,
            )
        )
    await link.copy_records_to_table(
        "invitation",
        schema_name="asking",
        columns=[
            "id",
            "wave",
            "person",
            "pid",
            "generation",
            "domain",
            "language",
            "channel",
            "marked",
            "opted_out",
            "withdrawn",
            "email",
            "sample_row",
        ],
        records=records,
    )
    return ids


async def insert_outbox(
    link: Link,
    invitations: Sequence[UUID],
    *,
    due_at: datetime,
    kind: str = "invitation",
    channel: str = "email",
    sent_at: datetime | None = None,
) -> None:
    """Copy one message per invitation into the outbox; with ``sent_at`` as delivered already."""
    state = "due" if sent_at is None else "sent"
    await link.copy_records_to_table(
        "outbox",
        schema_name="asking",
        columns=list(_OUTBOX),
        records=[
            (uuid.uuid4(), invitation, kind, channel, state, due_at, sent_at, 0, "")
            for invitation in invitations
        ],
    )


async def insert_sample_counts(
    link: Link,
    wave: UUID,
    combinations: Iterable[tuple[str, str, str]],
) -> None:
    """Count and keep how many were invited per county, age group and gender.

    Parameters
    ----------
    link : asyncpg connection
        As worker, inside a transaction.
    wave : UUID
        The wave.
    combinations : iterable of (str, str, str)
        One for each person invited: option codes of ``d.fylke``, ``d.alder``, ``d.kjonn``.
    """
    counts = Counter(combinations)
    await link.copy_records_to_table(
        "sample_count",
        schema_name="asking",
        columns=["id", "wave", "county", "age", "gender", "invited"],
        records=[
            (uuid.uuid4(), wave, county, age, gender, number)
            for (county, age, gender), number in sorted(counts.items())
        ],
    )
