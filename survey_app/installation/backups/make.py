"""Write an installation into one file: its database as of one moment, its secret, its content.

The keys of open waves are not in it (``anonymity-design.md`` 6): whoever holds them with the
database opens the ballots, also after counting, for as long as the copies exist. Who wants them all
the same gets them in a file of its own, sealed to one named reader.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from survey_app.audit.record import COMMAND_LINE, record
from survey_app.counting.urn import keys
from survey_app.installation.backups.archive import ArchiveWriter
from survey_app.installation.backups.contents import Contents, look_at
from survey_app.installation.backups.errors import BackupError
from survey_app.installation.backups.programs import (
    owner_address,
    programme,
    server_version,
    what_it_said,
)
from survey_app.installation.backups.sealing import new_file
from survey_app.installation.logins import credentials_of
from survey_app.installation.migrated import ensure_migrated
from survey_app.installation.secret import refuse_other_secret
from survey_app.installation.services import Services
from survey_app.publishing.releasing.made_by import code_version
from survey_app.settings import Settings
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.new_file import check_new
from survey_app.shared.secret import accepted
from survey_app.waves.wave_keys import waves_in_field

OF_KEYS: Final = "waves"  # in the manifest of a file of keys, and of no backup
SECRET_PART: Final = "secret_key"  # noqa: S105 - the name of a part
DATABASE_PARTS: Final = "database/"
AGENCY_PARTS: Final = "agency/"
PART_BYTES: Final = 16 * 2**20

type Telling = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class BackupMade:
    """What a backup holds.

    Attributes
    ----------
    bytes : int
        Size of the file.
    publications, rows : int
    left_out : tuple of str
        Waves whose keys lie here and are in no file.
    sealed_keys : tuple of str
        Waves whose keys were sealed beside it.
    uncounted : bool
        Whether it tells who had answered: a wave was open, or closed and not counted.
    """

    bytes: int
    publications: int
    rows: int
    left_out: tuple[str, ...]
    sealed_keys: tuple[str, ...]
    uncounted: bool


async def make_backup(
    settings: Settings,
    found: Services,
    path: Path,
    *,
    recipients: Sequence[str],
    keys_path: Path | None,
    keys_for: str,
    now: datetime,
    report: Telling,
) -> BackupMade:
    """Write a backup, whole or not at all, while the installation runs.

    Parameters
    ----------
    path : Path
        Where there is no file yet.
    recipients : sequence of str
        Public keys of age that open it; without one it is not encrypted.
    keys_path, keys_for : Path or None, str
        Where the keys of open waves go, and the public key of the one they are sealed to.
    report : callable
        Takes a text and how far the work has come, from 0 to 1.

    Raises
    ------
    NotWrittenError, BackupError
        If a file stands there already, or something cannot be written or read.
    SchemaError, SecretError
        If the database is not this programme's, or this host has not the installation's secret.
    """
    for one in (path, keys_path):
        if one is not None:
            check_new(one)
    await ensure_migrated(found.database, embedded=found.postgres is not None)
    await refuse_other_secret(settings, Login.MIGRATOR)
    worker, _ = credentials_of(found.database[Login.WORKER], Login.WORKER)
    async with connection(Login.MIGRATOR) as link:
        async with link.transaction(isolation="repeatable_read", readonly=True):
            # the dump sees what is counted here, whatever is written meanwhile
            snapshot = await link.fetchval("SELECT pg_export_snapshot()")
            contents = await look_at(link, worker)
            in_field = await waves_in_field(link)
            here = set(keys.held(settings.key_folder))
            held = {wave: key for wave, key in in_field.items() if wave in here}
            with new_file(path, recipients) as sink:
                writer = ArchiveWriter(sink)
                writer.add(SECRET_PART, b"\n".join(accepted(settings.secret())))
                _add_agency(writer, settings.agency)
                await _add_database(writer, link, found, snapshot, report)
                writer.finish(
                    {
                        "made_at": now.isoformat(timespec="seconds"),
                        "programme": code_version(),
                        "keys_left_out": sorted(held.values()),
                        **contents.as_json(),
                    }
                )
        if keys_path is not None:
            _seal_keys(settings, held, keys_path, keys_for, now)
    sealed = tuple(sorted(held.values())) if keys_path is not None else ()
    await _note(contents, sealed, encrypted=bool(recipients), now=now)
    return BackupMade(
        bytes=await asyncio.to_thread(os.path.getsize, path),
        publications=len(contents.publications),
        rows=sum(contents.rows.values()),
        left_out=() if sealed else tuple(sorted(held.values())),
        sealed_keys=sealed,
        uncounted=bool(in_field),
    )


def _add_agency(writer: ArchiveWriter, folder: Path | None) -> None:
    """Add the content of an agency that has its own; what is shipped comes with the programme."""
    if folder is None:
        return
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") for part in parts):
            writer.add(AGENCY_PARTS + "/".join(parts), path.read_bytes())


async def _add_database(
    writer: ArchiveWriter, link: Link, found: Services, snapshot: str, report: Telling
) -> None:
    size = int(await link.fetchval("SELECT pg_database_size(current_database())"))
    dump = programme("pg_dump", found, await server_version(link))
    address, secrets = owner_address(found)
    process = await asyncio.create_subprocess_exec(
        str(dump),
        "--format=custom",
        f"--snapshot={snapshot}",
        "--no-password",
        f"--dbname={address}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **secrets},
        limit=PART_BYTES,
    )
    if process.stdout is None or process.stderr is None:
        raise BackupError("pg_dump cannot be listened to")
    said = asyncio.create_task(process.stderr.read())
    try:
        number = written = 0
        async for part in _parts(process.stdout):
            writer.add(f"{DATABASE_PARTS}{number:06}", part)
            number, written = number + 1, written + len(part)
            report("database", min(written / max(size, 1), 0.99))
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        told = await said
    if process.returncode:
        raise BackupError(f"pg_dump did not end well: {what_it_said(told)}")
    report("database", 1.0)


async def _parts(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    waiting = bytearray()
    while piece := await stream.read(PART_BYTES):
        waiting += piece
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            del waiting[:PART_BYTES]
    if waiting:
        yield bytes(waiting)


def _seal_keys(
    settings: Settings, held: dict[UUID, str], path: Path, recipient: str, now: datetime
) -> None:
    with new_file(path, [recipient]) as sink:
        writer = ArchiveWriter(sink)
        for wave in held:
            writer.add(
                f"{wave}{keys.SUFFIX}", keys.read(settings.key_folder, wave).private_bytes_raw()
            )
        writer.finish({"made_at": now.isoformat(timespec="seconds"), OF_KEYS: held_names(held)})


def held_names(held: dict[UUID, str]) -> dict[str, str]:
    """Return waves' names by id, for a manifest."""
    return {str(wave): key for wave, key in held.items()}


async def _note(
    contents: Contents, sealed: Sequence[str], *, encrypted: bool, now: datetime
) -> None:
    await record(
        Login.MIGRATOR,
        now=now,
        actor=COMMAND_LINE,
        action="backup made",
        subject="backup",
        encrypted=encrypted,
        publications=len(contents.publications),
        wave_keys=list(sealed),
    )
