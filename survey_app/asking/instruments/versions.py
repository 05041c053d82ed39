"""Versions of instruments that are written on pages: a draft, read by a second person, released."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import LiteralString
from uuid import UUID

from questionnaires.authoring.version_files import VersionFiles
from survey_app.accounts.two_people import ARE_TWO
from survey_app.shared.database import Login, Row, fetch

_COLUMNS = (
    "id, instrument, version, state, files, saved, changed_at, changed_by, changed_actor, sent_at,"
    " reason, released_at, released_actor, hash"
)


class VersionState(StrEnum):
    """What a version is: written, read by somebody else, or asked from now on."""

    DRAFT = "draft"
    REVIEW = "review"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class WrittenVersion:
    """A version as it stands; ``saved`` counts its changes, ``reason`` is why it was sent back."""

    id: UUID
    state: VersionState
    files: VersionFiles
    saved: int
    changed_at: datetime
    changed_by: UUID
    changed_actor: str
    sent_at: datetime | None
    reason: str
    released_at: datetime | None
    released_actor: str
    hash: str


async def begin_draft(
    login: Login, files: VersionFiles, *, account: str, actor: str, now: datetime
) -> bool:
    """Keep a version that somebody begins; where there is one of its number, that one stays.

    Returns
    -------
    bool
        Whether it is this one.
    """
    rows = await fetch(
        login,
        "INSERT INTO asking.instrument_version"
        " (id, instrument, version, state, files, saved, changed_at, changed_by, changed_actor,"
        " reason, released_actor, hash)"
        " VALUES ($1, $2, $3, 'draft', $4, 1, $5, $6, $7, '', '', '')"
        " ON CONFLICT DO NOTHING RETURNING id",
        uuid.uuid4(),
        files.key,
        files.version,
        _stored(files),
        now,
        UUID(account),
        actor,
    )
    return bool(rows)


async def save_draft(
    login: Login,
    was: WrittenVersion,
    files: VersionFiles,
    *,
    account: str,
    actor: str,
    now: datetime,
) -> bool:
    """Store a draft that was changed; false where somebody else changed it meanwhile."""
    rows = await fetch(
        login,
        "UPDATE asking.instrument_version SET files = $3, saved = saved + 1, changed_at = $4,"
        " changed_by = $5, changed_actor = $6"
        " WHERE id = $1 AND saved = $2 AND state = 'draft' RETURNING id",
        was.id,
        was.saved,
        _stored(files),
        now,
        UUID(account),
        actor,
    )
    return bool(rows)


async def delete_draft(login: Login, was: WrittenVersion) -> bool:
    """Delete a draft; false where it is none any more, or somebody changed it meanwhile."""
    rows = await fetch(
        login,
        "DELETE FROM asking.instrument_version"
        " WHERE id = $1 AND saved = $2 AND state = 'draft' RETURNING id",
        was.id,
        was.saved,
    )
    return bool(rows)


async def send_to_review(login: Login, was: WrittenVersion, *, now: datetime) -> bool:
    """Let a second person read it; from here it is not written on. False where it moved."""
    rows = await fetch(
        login,
        "UPDATE asking.instrument_version SET state = 'review', sent_at = $3, reason = ''"
        " WHERE id = $1 AND saved = $2 AND state = 'draft' RETURNING id",
        was.id,
        was.saved,
        now,
    )
    return bool(rows)


async def send_back(login: Login, was: WrittenVersion, *, reason: str) -> bool:
    """Let it be written on, and say why; or take it back oneself. False where it moved."""
    rows = await fetch(
        login,
        "UPDATE asking.instrument_version SET state = 'draft', reason = $2"
        " WHERE id = $1 AND state = 'review' RETURNING id",
        was.id,
        reason,
    )
    return bool(rows)


async def release_version(
    login: Login,
    was: WrittenVersion,
    content: str,
    *,
    account: str,
    actor: str,
    now: datetime,
) -> bool:
    """Release what was read; ``content`` is its hash. False where it moved, or by its writer."""
    rows = await fetch(
        login,
        "UPDATE asking.instrument_version SET state = 'released', released_at = $3,"  # noqa: S608
        " released_by = $4, released_actor = $5, hash = $6"
        f" WHERE id = $1 AND saved = $2 AND state = 'review' AND {ARE_TWO}(changed_by, $4)"
        " RETURNING id",
        was.id,
        was.saved,
        now,
        UUID(account),
        actor,
        content,
    )
    return bool(rows)


async def written_versions(login: Login, instrument: str) -> tuple[WrittenVersion, ...]:
    """Return the versions of an instrument that were written on pages, the oldest first."""
    return await _versions(login, "WHERE instrument = $1 ORDER BY version", instrument)


async def versions_under_way(login: Login) -> tuple[WrittenVersion, ...]:
    """Return the drafts of all instruments, and what is read by somebody else."""
    return await _versions(login, "WHERE state <> 'released' ORDER BY instrument, version")


async def released_versions(login: Login) -> tuple[WrittenVersion, ...]:
    """Return all that were released on pages, in the order in which they were."""
    return await _versions(
        login, "WHERE state = 'released' ORDER BY released_at, instrument, version"
    )


async def released_hashes(login: Login) -> tuple[str, ...]:
    """Name all that were released on pages, in the order in which they were."""
    rows = await fetch(
        login,
        "SELECT hash FROM asking.instrument_version"
        " WHERE state = 'released' ORDER BY released_at, instrument, version",
    )
    return tuple(str(row["hash"]) for row in rows)


async def _versions(login: Login, which: LiteralString, *values: str) -> tuple[WrittenVersion, ...]:
    rows = await fetch(
        login,
        f"SELECT {_COLUMNS} FROM asking.instrument_version {which}",  # noqa: S608 - our own words
        *values,
    )
    return tuple(_version(row) for row in rows)


def _stored(files: VersionFiles) -> str:
    return json.dumps(dict(files.texts), ensure_ascii=False)


def _version(row: Row) -> WrittenVersion:
    files = VersionFiles(row["instrument"], row["version"], json.loads(row["files"]))
    kept = {name: row[name] for name in WrittenVersion.__slots__ if name not in {"files", "state"}}
    return WrittenVersion(**kept, files=files, state=VersionState(row["state"]))
