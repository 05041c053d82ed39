"""Readers' figures come from a streaming copy: how far it is behind is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import asyncpg
import pytest

from survey_app.audit.record import record
from survey_app.installation import health
from survey_app.installation.copy_lag import copy_lag
from survey_app.shared.clock import now
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.places import make_folder, private_place, socket_folder
from survey_app.shared.embedded.postgres import PORT, EmbeddedPostgres, _run
from tests.attack.host import give_to_service, remove
from tests.databases import urls


@pytest.fixture
async def copy(postgres, database, tmp_path) -> AsyncIterator[str]:
    """Have a streaming copy of the tests' server; readers' figures are asked there."""
    place = private_place(tmp_path / "copy")
    data = make_folder(make_folder(place, mode=0o755) / "postgres")
    socket = make_folder(socket_folder(place), mode=0o755)
    give_to_service(place)
    _run(
        postgres.binaries / "pg_basebackup",
        ["-D", str(data), "-R", "-X", "stream", "-c", "fast", "-d", postgres.url()],
    )
    options = f"-c listen_addresses='' -c unix_socket_directories='{socket}' -p {PORT}"
    log = ["-l", str(data / "server.log")]
    _run(postgres.binaries / "pg_ctl", ["-D", str(data), *log, "-o", options, "-w", "start"])
    name = urlsplit(database[Login.READER]).path.removeprefix("/")
    address = urls(EmbeddedPostgres(place, place), name)[Login.READER]
    connect(database | {Login.READER: address})
    yield address.replace("reader@", "postgres@")
    _run(postgres.binaries / "pg_ctl", ["-D", str(data), "-m", "immediate", "-w", "stop"])
    remove(tmp_path / "copy")


async def on_copy(address, statement):
    link = await asyncpg.connect(address)
    await link.execute(statement)
    await link.close()


async def until(true):
    deadline = time.monotonic() + 30
    while not await true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def lags_not():
    return await copy_lag() == timedelta()


async def something_is_written():
    await record(Login.WEB, now=now(), actor="system", subject="", action="tests wrote")


@pytest.mark.slow
async def test_a_copy_that_lacks_something_for_longer_than_it_may_is_not_ready_for_readers(
    copy, database, monkeypatch
):
    await something_is_written()
    await until(lags_not)
    assert await health._shelf() == "ok"
    await on_copy(copy, "SELECT pg_wal_replay_pause()")
    await something_is_written()
    await asyncio.sleep(1.1)
    assert timedelta(seconds=1) < await copy_lag() < timedelta(minutes=1)
    assert await health._shelf() == "ok"
    monkeypatch.setattr(health, "MOST_LAG", timedelta(seconds=1))
    assert (await health._shelf()).startswith("is a copy that lags by ")
    await on_copy(copy, "SELECT pg_wal_replay_resume()")
    await until(lags_not)
    assert await health._shelf() == "ok"
    # one of a server that is away, or at which nothing happens, is not behind
    await asyncio.sleep(1.1)
    assert await copy_lag() == timedelta()
    reader = f"{copy.replace('postgres@', 'reader@')}"
    connect({Login.READER: reader, Login.WEB: "postgresql://nobody@127.0.0.1:9/nothing"})
    assert await copy_lag() == timedelta()
    # nor does a server that is no copy
    connect(database)
    assert await copy_lag() == timedelta()
