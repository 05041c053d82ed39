"""Bring the dump of a backup into a database in one transaction, by PostgreSQL's programmes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

from survey_app.installation.backups.archive import read_parts
from survey_app.installation.backups.errors import RestoreError
from survey_app.installation.backups.make import DATABASE_PARTS
from survey_app.installation.backups.programs import (
    owner_address,
    programme,
    programme_version,
    server_version,
    what_it_said,
)
from survey_app.installation.backups.sealing import opened
from survey_app.installation.services import Services
from survey_app.shared.database import Link

# logins, rights and marks are made anew by this version's walls
LEFT_OUT: Final = ("--no-owner", "--no-privileges", "--no-comments")
# what `pg_restore` sets at its beginning since version 17, whatever the server knows
UNKNOWN_BEFORE: Final = 17
UNKNOWN: Final = b"SET transaction_timeout = 0;\n"
BOUND: Final = b"\n\\restrict "
BEGINNING: Final = 4096  # bytes, of which the first rows are no part


async def bring_database(
    link: Link, found: Services, path: Path, identities: Sequence[Any]
) -> None:
    """Bring the database of a backup; it is there whole, or not at all.

    Raises
    ------
    RestoreError
        If it could not be brought; the database is as empty as it was.
    """
    server = await server_version(link)
    restore = programme("pg_restore", found, server)
    address, secrets = owner_address(found)
    environment = {**os.environ, **secrets}
    if server < UNKNOWN_BEFORE <= programme_version(restore):
        await _by_script(restore, address, environment, path, identities)
        return
    process = await asyncio.create_subprocess_exec(
        str(restore),
        *("--single-transaction", "--exit-on-error", *LEFT_OUT, "--no-password"),
        f"--dbname={address}",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        with opened(path, identities) as source:
            _, told = await asyncio.gather(_feed(process, source), _said(process))
        await process.wait()
    finally:
        await _ended(process)
    if process.returncode:
        raise _not_well(restore, told)


async def _by_script(
    restore: Path,
    address: str,
    environment: dict[str, str],
    path: Path,
    identities: Sequence[Any],
) -> None:
    """Let ``psql`` run what ``pg_restore`` writes, without what an older server does not know."""
    pipe = asyncio.subprocess.PIPE
    writing = await asyncio.create_subprocess_exec(
        str(restore), *LEFT_OUT, "--file=-", stdin=pipe, stdout=pipe, stderr=pipe, env=environment
    )
    psql = restore.with_name("psql")
    running = await asyncio.create_subprocess_exec(
        *(str(psql), "--no-psqlrc", "--quiet", "--single-transaction", "--no-password"),
        *("--file=-", "--set=ON_ERROR_STOP=1", f"--dbname={address}"),
        stdin=pipe,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=pipe,
        env=environment,
    )
    try:
        with opened(path, identities) as source:
            _, bound, told, refused = await asyncio.gather(
                _feed(writing, source), _pass_on(writing, running), _said(writing), _said(running)
            )
        await running.wait()
    finally:
        await _ended(writing)
        await _ended(running)
    if not bound:
        raise RestoreError(
            f"{restore} writes what psql may take for commands to this machine: install its last"
            " release (17.6, 18 or newer), or the client programmes of the server's own version"
        )
    if writing.returncode or running.returncode:
        raise _not_well(restore, refused + told)


async def _pass_on(
    writing: asyncio.subprocess.Process, running: asyncio.subprocess.Process
) -> bool:
    """Pass a script on that binds psql to statements (CVE-2025-8714); tell whether it does."""
    if writing.stdout is None or running.stdin is None:
        return False
    beginning = b""
    while len(beginning) < BEGINNING and (part := await writing.stdout.read(BEGINNING)):
        beginning += part
    if beginning and BOUND not in beginning:
        await _ended(writing)
        await _ended(running)
        return False
    passed = beginning.replace(UNKNOWN, b"", 1)
    broken = False
    while passed:
        if not broken:
            try:
                running.stdin.write(passed)
                await running.stdin.drain()
            except (BrokenPipeError, ConnectionResetError):
                broken = True  # what is written is read to its end
        passed = await writing.stdout.read(2**16)
    # at the end of what it reads it commits: of half a script it must not
    if await writing.wait():
        await _ended(running)
    running.stdin.close()
    return True


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _not_well(restore: Path, told: bytes) -> RestoreError:
    return RestoreError(
        f"{restore.name} did not end well, and the database is empty: {what_it_said(told)}"
    )


async def _feed(process: asyncio.subprocess.Process, source: IO[bytes]) -> None:
    if process.stdin is None:
        return
    parts = _database_parts(source)
    broken = False
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        if broken:
            continue  # what decrypts is read to its end
        try:
            process.stdin.write(part)
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            broken = True  # it says itself why it ended
    process.stdin.close()


async def _said(process: asyncio.subprocess.Process) -> bytes:
    return b"" if process.stderr is None else await process.stderr.read()


def _database_parts(source: IO[bytes]) -> Iterator[bytes]:
    for name, content in read_parts(source):
        if name.startswith(DATABASE_PARTS):
            yield content
