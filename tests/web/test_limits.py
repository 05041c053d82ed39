"""Tries are counted once for all processes, and by the address in front of the proxy."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from litestar.datastructures import State
from redis.asyncio import Redis

from survey_app.answering.limit import MOST_A_MINUTE, guesses_too_much
from survey_app.shared import clock, memory_key, queue
from survey_app.shared.embedded.redis import EmbeddedRedis
from survey_app.shared.limits import hidden_name
from survey_app.shared.memory_key import shared_key
from tests.builders_answering import an_open_wave
from tests.one_app import the_app

GUESS = """
import asyncio, sys
from survey_app.answering.limit import guesses_too_much
from survey_app.shared import queue

async def guess():
    queue.configure(sys.argv[1])
    print(sum([await guesses_too_much("198.51.100.9") for _ in range(40)]), flush=True)
    sys.stdin.read()
    await queue.close()

asyncio.run(guess())
"""


@pytest.fixture
async def box(redis) -> AsyncIterator[Redis]:
    """An empty Redis, and our own client of it in this event loop."""
    queue.configure(redis.url)
    async with Redis.from_url(redis.url) as client:
        await client.flushdb()
        yield client
    await queue.close()


async def test_every_process_counts_in_one_place(box, redis):
    slowed = 0
    with contextlib.ExitStack() as running:
        for _ in range(2):
            process = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, "-c", GUESS, redis.url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            running.callback(process.communicate)
            slowed += int(process.stdout.readline())
        assert slowed == 2 * 40 - MOST_A_MINUTE
        await shared_key()  # and what one process knows, the next still does
    assert await guesses_too_much("198.51.100.9")
    assert not await guesses_too_much("198.51.100.8")
    assert not await guesses_too_much("198.51.100.9", "code")


async def test_of_who_tried_only_a_keyed_hash_is_kept_and_not_for_long(box):
    address = "198.51.100.9"
    for _ in range(3):
        await guesses_too_much(address)
    name = await hidden_name("link", address)
    assert await box.keys() == [name.encode()]
    assert await box.get(name) == b"3"
    assert 0 < await box.ttl(name) <= 60


async def test_the_key_is_another_one_tomorrow_and_survives_a_lost_connection(box, monkeypatch):
    today = await shared_key()
    await box.client_kill_filter(_type="normal", skipme=True)
    monkeypatch.setattr(memory_key, "FRESH", -1.0)  # look again
    assert await shared_key() == today
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert await shared_key() != today


async def test_two_that_began_at_once_agree(box, redis, monkeypatch):
    monkeypatch.setattr(memory_key, "FRESH", -1.0)
    day = f"{clock.now():%Y%m%d}"
    mine = await shared_key()
    for other in ("f" * 64, "0" * 64):
        async with Redis.from_url(redis.url, single_connection_client=True) as process:
            await process.client_setname(f"barometer-{day}-{other}")
            assert (await shared_key()).hex() == min(other, mine.hex())


async def test_processes_agree_whatever_the_folder_of_the_socket_is_called(tmp_path):
    with tempfile.TemporaryDirectory(prefix="to ord, 1 %41 C#") as folder:
        own = EmbeddedRedis(tmp_path, Path(folder) / "redis.sock")
        own.start()
        queue.configure(own.url)
        try:
            assert queue.redis_settings().unix_socket_path == str(own.socket)
            mine = await shared_key()
            async with Redis.from_url(own.url, single_connection_client=True) as process:
                assert await memory_key._agree(process, (b"", b"")) == (mine, b"")
        finally:
            await queue.close()
            own.stop()


async def test_where_clients_may_not_see_each_other_a_process_counts_for_itself(box, redis):
    await box.acl_setuser(
        "narrow", enabled=True, nopass=True, keys=["*"], categories=["+@all", "-@admin"]
    )
    queue.configure(redis.url.replace("unix://", "unix://narrow:x@"))
    assert not await guesses_too_much("198.51.100.9")
    assert (await shared_key()) == memory_key._ALONE
    assert len(await box.keys()) == 1
    await box.acl_deluser("narrow")


async def test_behind_a_trusted_proxy_one_guesser_does_not_slow_down_the_others(live, settings):
    await an_open_wave(settings)
    unknown = "/answer/" + "a" * 34

    async def ask(address):
        return (await live.get(unknown, headers={"X-Forwarded-For": address})).status_code

    app = the_app(settings)
    proxied = settings.model_validate({**settings.model_dump(), "trusted_proxies": "127.0.0.1"})
    app.state = State({**app.state.dict(), "settings": proxied})
    statuses = [await ask("198.51.100.9") for _ in range(MOST_A_MINUTE + 1)]
    assert statuses == [404] * MOST_A_MINUTE + [429]
    assert await ask("198.51.100.8") == 404
    # what stands left of the proxy's own word is anybody's
    assert await ask("198.51.100.8, 198.51.100.9") == 429


async def test_without_a_trusted_proxy_the_header_is_nobodys_word(live, settings):
    await an_open_wave(settings)
    for last in range(MOST_A_MINUTE):
        headers = {"X-Forwarded-For": f"198.51.100.{last}"}
        assert (await live.get("/answer/" + "a" * 34, headers=headers)).status_code == 404
    reply = await live.get("/answer/" + "a" * 34)
    assert reply.status_code == 429
    assert reply.headers["retry-after"] == "60"
