"""What publishing puts on the shelf and reads back from it, as ``worker``: all versions."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from questionnaires.series import in_one_series

if TYPE_CHECKING:
    from survey_app.shared.database import Link, Row

# the figures that trends are drawn from; distributions stay in the content
_FIGURES: Final = (
    "measure", "statistic", "category", "level", "domain", "n", "mean", "se", "low", "high",
    "status",
)  # fmt: skip
_BESIDE: Final = frozenset({"agree", "view"})


def is_retraction(row: str) -> str:
    """Write as SQL that a version, by the alias of its row, takes back what its wave showed."""
    return f"({row}.version > 1 AND {row}.manifest->'retracted' IS NOT NULL)"


def stands(row: str) -> str:
    """Write as SQL that a version, by the alias of its row, was not taken back."""
    return (
        "NOT EXISTS (SELECT FROM publications.publication back"
        f" WHERE back.wave = {row}.wave AND back.version >= {row}.version"
        f" AND {is_retraction('back')})"
    )


@dataclass(frozen=True, slots=True)
class NewPublication:
    """A publication as it is put on the shelf; ``head`` and ``manifest`` are JSON."""

    id: UUID
    campaign: str
    wave: UUID
    wave_key: str
    sequence: int
    kind: str
    population: str
    version: int
    computed_at: datetime
    released_at: datetime
    open_results: int
    head: str
    content: bytes
    content_hash: str
    manifest: str


@dataclass(frozen=True, slots=True)
class NewestVersion:
    """The newest version of a wave's publication; ``retracted``: it takes the others back."""

    id: UUID
    content_hash: str
    version: int
    released_at: datetime
    retracted: bool


@dataclass(frozen=True, slots=True)
class StoredPublication:
    """A publication as it lies on the shelf, with the wave record beside it."""

    wave_key: str
    version: int
    content: bytes
    content_hash: str
    manifest: Mapping[str, Any]
    record: bytes | None


async def put_publication(
    link: Link, new: NewPublication, estimates: Iterable[Mapping[str, Any]]
) -> None:
    """Put a publication on the shelf, with the figures of it that trends are drawn from."""
    names = [field.name for field in fields(new)]
    places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    await link.execute(
        f"INSERT INTO publications.publication ({', '.join(names)}) VALUES ({places})",  # noqa: S608 - ours
        *(getattr(new, name) for name in names),
    )
    await link.copy_records_to_table(
        "estimate",
        schema_name="publications",
        columns=("id", "publication", *_FIGURES),
        records=[
            (uuid.uuid4(), new.id, *(row.get(name) for name in _FIGURES))
            for row in estimates
            if row["statistic"] != "share" or row["category"] in _BESIDE
        ],
    )


async def put_record(
    link: Link, wave: UUID, wave_key: str, content: bytes, content_hash: str, key_list: bytes | None
) -> None:
    """Put a wave record beside the first publication of its wave; it never changes."""
    await link.execute(
        "INSERT INTO publications.wave_record (wave, wave_key, content, content_hash, key_list)"
        " VALUES ($1, $2, $3, $4, $5)",
        wave,
        wave_key,
        content,
        content_hash,
        key_list,
    )


async def shelved_record(link: Link, wave: UUID) -> bytes | None:
    """Return the wave record that stands on the shelf."""
    found: bytes | None = await link.fetchval(
        "SELECT content FROM publications.wave_record WHERE wave = $1", wave
    )
    return found


async def newest_version_of(link: Link, wave_key: str) -> NewestVersion | None:
    """Return the newest version of a wave's publication."""
    row = await link.fetchrow(
        f"SELECT p.id, p.content_hash, p.version, p.released_at, {is_retraction('p')} AS retracted"  # noqa: S608 - ours
        " FROM publications.publication p WHERE p.wave_key = $1 ORDER BY p.version DESC LIMIT 1",
        wave_key,
    )
    return None if row is None else NewestVersion(**dict(row))


async def lock_shelf(link: Link) -> None:
    """Let nobody else put versions on the shelf, or take any back, until the transaction ends."""
    await link.execute("SELECT pg_advisory_xact_lock(hashtext('publications'))")


async def count_versions(link: Link, population: str) -> int:
    """Count all versions of a population's publications; it grows with each, and never shrinks."""
    counted: int = await link.fetchval(
        "SELECT count(*) FROM publications.publication WHERE population = $1", population
    )
    return counted


async def put_retraction(
    link: Link, publication: UUID, wave_key: str, *, now: datetime, reason: str
) -> UUID | None:
    """Take back what the newest version of a wave shows, by a version that says so and why.

    It has the same content, so that what was shown is known to whatever protects later figures, and
    no rows for trends.

    Returns
    -------
    UUID or None
        The publication that was taken back; None where nothing stands.
    """
    found: UUID | None = await link.fetchval(
        "INSERT INTO publications.publication (id, campaign, wave, wave_key, sequence, kind,"  # noqa: S608 - ours
        " population, version, computed_at, released_at, open_results, head, content, content_hash,"
        " manifest) SELECT $1, p.campaign, p.wave, p.wave_key, p.sequence, p.kind, p.population,"
        " p.version + 1, p.computed_at, $3, p.open_results, p.head, p.content, p.content_hash,"
        " p.manifest || jsonb_build_object('publication_id', $1::uuid::text, 'retracted',"
        " jsonb_build_object('publication', p.id::text, 'reason', $4::text))"
        " FROM publications.publication p WHERE p.wave_key = $2"
        f" AND NOT {is_retraction('p')} AND NOT EXISTS (SELECT FROM publications.publication n"
        "  WHERE n.wave = p.wave AND n.version > p.version)"
        " RETURNING (manifest->'retracted'->>'publication')::uuid",
        publication,
        wave_key,
        now,
        reason,
    )
    return found


async def versions_of(link: Link, wave: UUID, *, before: int | None = None) -> tuple[bytes, ...]:
    """Return the contents of a wave's publication, oldest first; only of versions ``before``."""
    rows = await link.fetch(
        "SELECT content FROM publications.publication WHERE wave = $1"
        " AND ($2::int IS NULL OR version < $2) ORDER BY version",
        wave,
        before,
    )
    return tuple(bytes(row["content"]) for row in rows)


async def newest_of(link: Link, wave: UUID) -> bytes | None:
    """Return the content of the newest version of a wave's publication."""
    found: bytes | None = await link.fetchval(
        "SELECT content FROM publications.publication WHERE wave = $1"
        " ORDER BY version DESC LIMIT 1",
        wave,
    )
    return found


async def find_publication(link: Link, publication: UUID) -> StoredPublication | None:
    """Return the publication with this id."""
    row = await link.fetchrow(
        "SELECT p.wave_key, p.version, p.content, p.content_hash, p.manifest,"
        " r.content AS record FROM publications.publication p"
        " LEFT JOIN publications.wave_record r ON r.wave = p.wave WHERE p.id = $1",
        publication,
    )
    if row is None:
        return None
    return StoredPublication(**dict(row) | {"manifest": json.loads(row["manifest"])})


async def copies_of(link: Link, publication: UUID) -> tuple[str, list[Row]]:
    """Return what lies beside a content: the head of lists, as JSON, and the rows of figures."""
    head = await link.fetchval(
        "SELECT head FROM publications.publication WHERE id = $1", publication
    )
    rows = await link.fetch(
        f"SELECT {', '.join(_FIGURES)} FROM publications.estimate WHERE publication = $1",  # noqa: S608 - ours
        publication,
    )
    return str(head), list(rows)


async def released_before(
    link: Link, population: str, campaign: str, sequence: int
) -> datetime | None:
    """Return when the last of what earlier waves of a series show is released."""
    rows = await link.fetch(
        "SELECT DISTINCT ON (wave) campaign, released_at FROM publications.publication"
        " WHERE population = $1 AND sequence < $2 ORDER BY wave, version DESC",
        population,
        sequence,
    )
    released = (
        row["released_at"] for row in rows if in_one_series(population, campaign, row["campaign"])
    )
    return max(released, default=None)


async def publication_hashes(link: Link) -> dict[str, str]:
    """Return the SHA-256 of what each publication holds, by id, reckoned anew by the database."""
    rows = await link.fetch(
        "SELECT id, encode(sha256(content), 'hex') AS hash FROM publications.publication"
        " ORDER BY id"
    )
    return {str(row["id"]): row["hash"] for row in rows}
