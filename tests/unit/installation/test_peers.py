"""Who waits for a service that is gone without a word is told so, and works on."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest
from redis.exceptions import RedisError

from survey_app import worker
from survey_app.installation.walls import ISOLATION
from survey_app.shared import peers, queue
from survey_app.shared.away import is_away
from survey_app.shared.database import Login, connect, connection, fetch, pools
from tests.faults.gate import Gate, Network, may_forget

SOON = 10.0


@pytest.fixture
def network() -> Iterator[Network]:
    found = Network()
    yield found
    found.stop()


@pytest.fixture
def gate(postgres, network, database, monkeypatch) -> Gate:
    """The database behind a port that can fall silent; probes come each second."""
    names = {("TCP_KEEPIDLE", "TCP_KEEPALIVE"): 1, ("TCP_KEEPINTVL",): 1, ("TCP_KEEPCNT",): 2}
    monkeypatch.setattr(peers, "_NAMES", names)
    socket = str(postgres.socket / ".s.PGSQL.5432")
    found = Gate(network, lambda: asyncio.open_unix_connection(socket))
    found.open()
    name = urlsplit(database[Login.WORKER]).path
    connect({Login.WORKER: f"postgresql://worker@127.0.0.1:{found.port}{name}"})
    return found


@pytest.mark.skipif(not may_forget(), reason="only root closes a connection without a word")
async def test_who_waits_for_a_database_that_is_gone_without_a_word_is_told_soon(gate):
    async with pools(Login.WORKER):
        waiting = asyncio.create_task(fetch(Login.WORKER, "SELECT pg_sleep(60)"))
        await asyncio.sleep(0.5)
        gate.forget()
        with pytest.raises(asyncpg.PostgresConnectionError):
            await asyncio.wait_for(waiting, SOON)
        gate.open()
        assert await fetch(Login.WORKER, "SELECT 1 AS one") == [{"one": 1}]


async def test_who_asks_a_database_that_stands_still_gives_up_and_has_a_connection_afterwards(
    gate, monkeypatch
):
    monkeypatch.setattr(peers, "CANCEL_SECONDS", 0.2)
    # the server's machine is there and takes connections, and its processes do nothing
    async with pools(Login.WORKER, size=1, seconds=0.5):
        assert await fetch(Login.WORKER, "SELECT 1 AS one") == [{"one": 1}]
        gate.hold()
        for ask in (
            fetch(Login.WORKER, "SELECT 1 AS one"),
            _in_a_transaction(),
        ):
            with pytest.raises((TimeoutError, asyncpg.InterfaceError)) as told:
                await asyncio.wait_for(ask, SOON)
            assert is_away(told.value)
            gate.open()
            assert await fetch(Login.WORKER, "SELECT 1 AS one") == [{"one": 1}]
            gate.hold()
        gate.open()
        # a command that only takes long is cancelled, and its connection stays
        [before] = await fetch(Login.WORKER, "SELECT pg_backend_pid() AS pid")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fetch(Login.WORKER, "SELECT pg_sleep(60)"), SOON)
        assert await fetch(Login.WORKER, "SELECT pg_backend_pid() AS pid") == [before]


async def _in_a_transaction() -> None:
    async with connection(Login.WORKER) as link, link.transaction():
        await link.execute("SELECT 1")


async def test_a_worker_whose_queue_falls_silent_gives_it_up(redis, network, monkeypatch):
    door = Gate(network, lambda: asyncio.open_unix_connection(str(redis.socket)))
    door.open()
    monkeypatch.setattr(queue, "REPLY_SECONDS", 0.5)
    queue.configure(f"redis://127.0.0.1:{door.port}")
    said = asyncio.Event()

    async def beat() -> None:
        said.set()

    found = worker.new_worker(handle_signals=False)
    monkeypatch.setattr(found, "cron_jobs", [])
    monkeypatch.setattr(found, "heart_beat", beat)
    working = asyncio.create_task(found.async_run())
    await asyncio.wait_for(said.wait(), SOON)
    door.hold()
    with pytest.raises(RedisError):
        await asyncio.wait_for(working, SOON)
    await found.pool.connection_pool.disconnect()


@pytest.mark.skipif(
    not hasattr(socket, "TCP_USER_TIMEOUT"),
    reason="no such limit exists but on Linux, where the product runs; elsewhere none is set",
)
def test_a_peer_that_lives_and_takes_nothing_is_given_up_like_one_that_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = socket.create_connection(server.getsockname())
        reader, _ = server.accept()
        sender.settimeout(SOON)
        peers._probe(sender, {socket.TCP_USER_TIMEOUT: 500})
        with pytest.raises(TimeoutError) as given_up:
            sender.sendall(bytes(2**26))
        # told by the system, not by our own patience
        assert given_up.value.errno == errno.ETIMEDOUT
        reader.close()
        sender.close()


def test_a_peer_is_taken_for_gone_within_half_a_minute():
    assert peers.GONE_SECONDS <= 30
    assert set(peers.probing().values()) == {15, 5, 3, 30_000}


async def test_the_server_lets_locks_go_of_a_client_that_is_gone_and_refuses_none_who_waited(
    database,
):
    for login in (Login.WEB, Login.READER, Login.WORKER):
        (role,) = await fetch(
            Login.MIGRATOR, "SELECT rolconfig FROM pg_roles WHERE rolname = $1", login.value
        )
        wanted = {
            f"{name}={value}" for name, value in {**peers.SERVER_SETTINGS, **ISOLATION}.items()
        }
        assert wanted <= set(role["rolconfig"])
