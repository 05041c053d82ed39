"""Installations of earlier versions, brought to this one: a database each, cloned for tests."""

from __future__ import annotations

import lzma
import subprocess
import tarfile
import uuid
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from survey_app.installation.migrate import run_migrations
from survey_app.installation.schema_state import SchemaError, refuse_strange_schema
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.postgres import EmbeddedPostgres
from tests.databases import dropped as drop
from tests.databases import urls
from tests.releases import DUMP, RELEASES, SECRETS

RELEASED = sorted(folder.name for folder in RELEASES.iterdir() if folder.is_dir())
# their schema is the present one; the next migration takes them out of here
_AS_NOW: frozenset[str] = frozenset()
_restored: dict[str, str] = {}


async def upgraded(postgres: EmbeddedPostgres, release: str) -> dict[Login, str]:
    """Clone the database of a release after `barometer migrate`; restored once in a process."""
    if release not in _restored:
        _restored[release] = await restored(postgres, release)
        connect(urls(postgres, _restored[release]))
        older = pytest.raises(SchemaError, match="run barometer migrate")
        with nullcontext() if release in _AS_NOW else older:
            await refuse_strange_schema(Login.WEB)
        await run_migrations(urls(postgres, _restored[release]))
    name = await created(postgres, _restored[release])
    return urls(postgres, name)


async def restored(postgres: EmbeddedPostgres, release: str) -> str:
    """Restore a release's dump as it is, and return the database's name."""
    name = await created(postgres, "template0")
    subprocess.run(  # noqa: ASYNC221 - a second or two
        [
            *(postgres.binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1"),
            *("-h", postgres.socket, "-p", "5432", "-U", "postgres", "-d", name),
        ],
        input=lzma.decompress((RELEASES / release / DUMP).read_bytes()),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return name


async def dropped(postgres: EmbeddedPostgres, database: Mapping[Login, str]) -> None:
    """Drop a clone."""
    await drop(postgres, urlsplit(database[Login.MIGRATOR]).path.removeprefix("/"))


def unpack_secrets(release: str, data_dir: Path) -> None:
    """Put the token key and the keys of open waves where the installation had them."""
    with tarfile.open(RELEASES / release / SECRETS) as held:
        held.extractall(data_dir, filter="data")


async def created(postgres: EmbeddedPostgres, template: str) -> str:
    name = f"r_{uuid.uuid4().hex[:12]}"
    link = await asyncpg.connect(postgres.url(database="postgres"))
    try:
        await link.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    finally:
        await link.close()
    return name
