"""Tries are counted once for all processes, and by the address in front of the proxy."""

import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from litestar.datastructures import State
from redis.asyncio import Redis

from survey_app.answering.limit import MOST_A_MINUTE, guesses_too_much
from survey_app.shared import queue
from survey_app.shared.limits import hidden_name
from tests.builders_answering import an_open_wave
from tests.one_app import the_app

GUESS = """
import asyncio, sys
from survey_app.answering.limit import guesses_too_much
from survey_app.shared import queue

async def guess():
    queue.configure(sys.argv[1])
    print(sum([await guesses_too_much("198.51.100.9") for _ in range(40)]))
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
    for _ in range(2):
        done = subprocess.run(  # noqa: ASYNC221
            [sys.executable, "-c", GUESS, redis.url], capture_output=True, text=True, check=True
        )
        slowed += int(done.stdout)
    assert slowed == 2 * 40 - MOST_A_MINUTE
    assert await guesses_too_much("198.51.100.9")
    assert not await guesses_too_much("198.51.100.8")
    assert not await guesses_too_much("198.51.100.9", "code")


async def test_of_who_tried_only_a_keyed_hash_is_kept_and_not_for_long(box):
    address = "198.51.100.9"
    for _ in range(3):
        await guesses_too_much(address)
    name = await hidden_name("link", address)
    assert set(await box.keys()) == {b"limits:key", name.encode()}
    assert await box.get(name) == b"3"
    assert 0 < await box.ttl(name) <= 60
    assert await box.strlen("limits:key") == 32
    assert 23 * 3600 < await box.ttl("limits:key") <= 24 * 3600
    # tomorrow's key makes another name of the same address
    await box.delete("limits:key")
    assert await hidden_name("link", address) != name


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
