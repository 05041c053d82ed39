"""Bring a backup back into an empty installation, and hold what came against what was taken.

Nothing is changed before the whole file is read and found as it was written. The database comes in
one transaction: it is there, or it is not. What follows (logins, rights, secret) may be run again:
the same command on the same file goes on where it was stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import asyncpg

from survey_app.asking.delivery.queries import mails_due
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.counting.urn import key_files, keys
from survey_app.installation.backups.archive import MANIFEST, checked_manifest, read_parts
from survey_app.installation.backups.bring import bring_database
from survey_app.installation.backups.contents import Contents, look_at, unlike
from survey_app.installation.backups.errors import BrokenBackupError, RestoreError
from survey_app.installation.backups.make import (
    AGENCY_PARTS,
    OF_KEYS,
    SECRET_PART,
    Telling,
)
from survey_app.installation.backups.sealing import opened
from survey_app.installation.logins import credentials_of
from survey_app.installation.migrate import refuse_unfit_database, run_migrations
from survey_app.installation.schema_state import APPS, SchemaError, SchemaState, migration_ids
from survey_app.installation.secret import keep_fingerprint
from survey_app.installation.services import Services
from survey_app.settings import Settings, kept_secret
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.secret import Secret, accepted
from survey_app.waves.wave_keys import keys_elsewhere

AGENCY_FOLDER: Final = "agency"
# from when the database has come until all is done; migrating may change what it holds
MARKED: Final = "counting"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup brought.

    Attributes
    ----------
    made_at : str
        When the backup was made, ISO 8601.
    publications, rows : int
        Each as it was, hash for hash and count for count.
    agency : Path or None
        Where the agency's own content was laid; the setting must name it.
    keys_missing : tuple of str
        A sentence for each wave in the field whose key is not here.
    keys_brought : int
    mails_due : int
        Mails that wait; those that were sent after the backup was made go again.
    refused : tuple of str
        Log parameters that the server would not let us set; ``doctor`` names them.
    """

    made_at: str
    publications: int
    rows: int
    agency: Path | None
    keys_missing: tuple[str, ...]
    keys_brought: int
    mails_due: int
    refused: tuple[str, ...]


async def restore_backup(
    settings: Settings,
    found: Services,
    path: Path,
    *,
    identities: Sequence[Any],
    keys_path: Path | None,
    now: datetime,
    report: Telling,
) -> Restored:
    """Bring a backup back.

    Parameters
    ----------
    path : Path
    identities : sequence of age identities
        Secret keys, one of which the backup was made for if it is encrypted.
    keys_path : Path, optional
        Keys of waves that were open, as ``make_backup`` seals them.

    Raises
    ------
    BrokenBackupError
        If a file is not whole; nothing was changed.
    RestoreError
        If the installation holds something, or has another secret; nothing was changed.
    SchemaError
        If the backup is of a newer programme; nothing was changed.
    """
    report("reading", 0.0)
    manifest = _checked(path, identities)
    brought_keys = _checked(keys_path, identities) if keys_path is not None else None
    _refuse_exchanged(path, manifest, keys_path, brought_keys)
    taken = Contents.from_json(manifest)
    _refuse_newer(taken)
    _refuse_other_secret(settings, _part(path, identities, SECRET_PART))
    worker, _ = credentials_of(found.database[Login.WORKER], Login.WORKER)
    async with connection(Login.MIGRATOR) as link:
        if await _begun(link) != (sign := _sign_of(manifest)):
            await _bring(link, found, path, identities, taken, report)
            await _begin(link, sign)
    _keep_secret(settings, _part(path, identities, SECRET_PART))
    report("logins", 0.85)
    migrated = await run_migrations(found.database)
    await _give_to_worker(taken, worker)
    await keep_fingerprint(settings)
    agency = _lay_agency(settings, path, identities)
    brought = 0
    if keys_path is not None and brought_keys is not None:
        brought = _lay_keys(settings, keys_path, identities)
    await _note(manifest, brought, now)
    async with connection(Login.MIGRATOR) as link:
        await _begin(link, None)
    report("done", 1.0)
    return Restored(
        made_at=manifest["made_at"],
        publications=len(taken.publications),
        rows=sum(taken.rows.values()),
        agency=agency,
        keys_missing=tuple(await keys_elsewhere(settings.key_folder)),
        keys_brought=brought,
        mails_due=await mails_due(Login.MIGRATOR),
        refused=migrated.refused,
    )


async def _bring(
    link: Link,
    found: Services,
    path: Path,
    identities: Sequence[Any],
    taken: Contents,
    report: Telling,
) -> None:
    """Bring the database, and hold what came against what was taken."""
    worker, _ = credentials_of(found.database[Login.WORKER], Login.WORKER)
    here = await look_at(link, worker)
    if not here.empty and unlike(taken, here):
        raise RestoreError(
            "this installation holds something already, and nothing is written over: restore"
            " into an empty database and an empty data folder"
        )
    if here.empty:
        await refuse_unfit_database(link)
        report("database", 0.1)
        await _make_room(link)
        await bring_database(link, found, path, identities)
    report("comparing", 0.8)
    if left := unlike(taken, await look_at(link, worker)):
        raise RestoreError(
            f"{len(left)} tables or publications are not as they were, first {left[0]}: empty"
            " the database and restore again"
        )


def _sign_of(manifest: dict[str, Any]) -> str:
    return f"restoring {hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()}"


async def _begun(link: Link) -> str | None:
    """Return which backup has come whole, and is being brought to this version."""
    told: str | None = await link.fetchval(
        "SELECT obj_description(to_regnamespace($1), 'pg_namespace')", MARKED
    )
    return told


async def _begin(link: Link, sign: str | None) -> None:
    told = "NULL" if sign is None else f"'{sign}'"
    await link.execute(f"COMMENT ON SCHEMA {MARKED} IS {told}")


def _checked(path: Path, identities: Sequence[Any]) -> dict[str, Any]:
    return _read(path, identities, checked_manifest)


def _refuse_exchanged(
    path: Path, manifest: dict[str, Any], keys_path: Path | None, brought: dict[str, Any] | None
) -> None:
    if OF_KEYS in manifest:
        raise RestoreError(
            f"{path} holds keys of open waves and is no backup: name the backup, and this file as"
            " --wave-keys FILE"
        )
    if brought is not None and OF_KEYS not in brought:
        raise RestoreError(f"{keys_path} holds no keys of open waves: it is a backup itself")


def _read[T](path: Path, identities: Sequence[Any], work: Callable[[IO[bytes]], T]) -> T:
    try:
        with opened(path, identities) as source:
            return work(source)
    except BrokenBackupError as error:
        raise BrokenBackupError(
            f"{path} is no whole backup, and nothing was changed: {error}"
        ) from None


def _part(path: Path, identities: Sequence[Any], name: str) -> bytes:
    def look(source: IO[bytes]) -> bytes:
        found = b""
        # read to its end: what decrypts must not be left with what nobody reads
        for part, content in read_parts(source):
            found = content if part == name else found
        return found

    return _read(path, identities, look)


def _refuse_newer(taken: Contents) -> None:
    known = {f"{app} {one}" for app in APPS for one in migration_ids(app)}
    if unknown := tuple(sorted(set(taken.migrations) - known)):
        raise SchemaError(SchemaState(unknown=unknown).too_new)


def _refuse_other_secret(settings: Settings, secret: bytes) -> None:
    taken = accepted(Secret.of_lines(secret.decode()))
    if settings.has_secret and not set(taken) <= set(accepted(settings.secret())):
        raise RestoreError(
            "this host has another secret than the backup, so that no link would be known: take"
            f" BAROMETER_SECRET_KEY away, or {settings.secret_file}, if nothing here needs it"
        )


def _keep_secret(settings: Settings, secret: bytes) -> None:
    if not settings.has_secret:
        kept_secret(settings.secret_file, secret.decode())


async def _make_room(link: Link) -> None:
    """Take the empty tables away that an earlier ``migrate`` made: the backup brings its own."""
    async with link.transaction():
        await link.execute("SET LOCAL lock_timeout = '10s'")
        try:
            for app in APPS:
                await link.execute(f'DROP SCHEMA IF EXISTS "{app}" CASCADE')
            await link.execute("DROP TABLE IF EXISTS public.migration")
        except asyncpg.LockNotAvailableError:
            raise RestoreError(
                "something is at work in the database: stop web and worker, and restore again"
            ) from None


async def _give_to_worker(taken: Contents, worker: str) -> None:
    """Give the worker the partitions of its waves: it drops them when their urn is emptied."""
    quoted = f'"{worker}"'
    async with connection(Login.MIGRATOR) as link:
        for table in taken.of_the_worker:
            schema, _, name = table.partition(".")
            await link.execute(f'ALTER TABLE "{schema}"."{name}" OWNER TO {quoted}')


def _lay_agency(settings: Settings, path: Path, identities: Sequence[Any]) -> Path | None:
    """Lay the agency's own content into the data folder, unless this host has it already."""

    def look(source: IO[bytes]) -> dict[str, bytes]:
        return {
            name.removeprefix(AGENCY_PARTS): content
            for name, content in read_parts(source)
            if name.startswith(AGENCY_PARTS)
        }

    files = _read(path, identities, look)
    if not files or settings.agency is not None:
        return None
    folder = settings.data_dir / AGENCY_FOLDER
    for name, content in files.items():
        target = (folder / name).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise BrokenBackupError(f"it names the file «{name}», which lies outside its folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def _lay_keys(settings: Settings, path: Path, identities: Sequence[Any]) -> int:
    def look(source: IO[bytes]) -> dict[str, bytes]:
        return {name: content for name, content in read_parts(source) if name != MANIFEST}

    brought = 0
    settings.key_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in _read(path, identities, look).items():
        target = settings.key_folder / Path(name).name
        if target.suffix == keys.SUFFIX and not target.exists():
            key_files.create(target, content)
            brought += 1
    return brought


async def _note(manifest: dict[str, Any], brought: int, now: datetime) -> None:
    await record(
        Login.MIGRATOR,
        now=now,
        actor=COMMAND_LINE,
        action="backup restored",
        subject="backup",
        made_at=manifest["made_at"],
        made_by=manifest["programme"],
        wave_keys=brought,
    )
