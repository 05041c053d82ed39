"""What counting leaves of a wave: responses, the worker's own record, and the exact figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from survey_app.shared.database import Link

if TYPE_CHECKING:
    from survey_app.counting.responses.rows import AnswerRows, Answers


# publications stay; exact tables hold cells that were never cleared
_FORGOTTEN: Final = ("response", "wave_table")


@dataclass(frozen=True, slots=True)
class CountRecord:
    """What was counted when an urn was emptied, as JSON, and the hash of the response set."""

    content: str
    response_set_hash: str


async def insert_responses(link: Link, wave: UUID, rows: Iterable[tuple[UUID, Answers]]) -> None:
    """Store responses under their ids, in the order given: the caller has shuffled them."""
    await link.copy_records_to_table(
        "response",
        schema_name="counting",
        columns=("id", "wave", "domain", "answers"),
        # made one by one while they are sent
        records=((key, wave, domain, list(answers)) for key, (domain, answers) in rows),
    )


async def responses_of(link: Link, wave: UUID, *, columns: int) -> AnswerRows:
    """Return all responses of a wave, read some at a time; the order means nothing.

    Parameters
    ----------
    link : asyncpg connection
        In a transaction.
    columns : int
        Number of stored answers, ``len(questionnaire.columns)``.
    """
    from survey_app.counting.responses.rows import BATCH, AnswerRows  # noqa: PLC0415 - large, and seldom needed

    statement = "SELECT domain, answers FROM counting.response WHERE wave = $1"
    cursor = await link.cursor(statement, wave)
    parts = []
    while rows := await cursor.fetch(BATCH):
        parts.append(AnswerRows.of(((row["domain"], row["answers"]) for row in rows), columns))
    return AnswerRows.joined(parts, columns)


async def has_responses(link: Link, wave: UUID) -> bool:
    """Tell whether a wave's responses are still there."""
    found: bool = await link.fetchval(
        "SELECT EXISTS (SELECT FROM counting.response WHERE wave = $1)", wave
    )
    return found


async def insert_record(link: Link, wave: UUID, record: CountRecord) -> None:
    """Store the record of a count; there is one for each wave."""
    await link.execute(
        "INSERT INTO counting.wave_record (wave, content, response_set_hash) VALUES ($1, $2, $3)",
        wave,
        record.content,
        record.response_set_hash,
    )


async def record_of(link: Link, wave: UUID) -> CountRecord | None:
    """Return the record of a wave's count; None while its urn stands."""
    row = await link.fetchrow(
        "SELECT content, response_set_hash FROM counting.wave_record WHERE wave = $1", wave
    )
    return None if row is None else CountRecord(**dict(row))


async def put_figures(link: Link, wave: UUID, table: bytes) -> None:
    """Keep the exact figures of a wave's newest publication, for later comparisons."""
    await link.execute(
        "INSERT INTO counting.wave_table (wave, content) VALUES ($1, $2)"
        " ON CONFLICT (wave) DO UPDATE SET content = excluded.content",
        wave,
        table,
    )


async def figures_of(link: Link, wave: UUID) -> bytes | None:
    """Return the exact figures of a wave; None where nothing is published, or they are deleted."""
    found: bytes | None = await link.fetchval(
        "SELECT content FROM counting.wave_table WHERE wave = $1", wave
    )
    return found


async def drop_responses(link: Link, wave: UUID) -> None:
    """Delete a wave's responses and exact figures, and the salt of the hash of its responses."""
    for table in _FORGOTTEN:
        await link.execute(f"DELETE FROM counting.{table} WHERE wave = $1", wave)  # noqa: S608 - our own names
    # what is left of the answers is a hash that nobody can try answers against
    await link.execute(
        "UPDATE counting.wave_record SET content = content - 'salt' WHERE wave = $1", wave
    )
