"""What a killed worker was doing does not stand in the way of others for long."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

import pytest
from arq.worker import Worker
from redis.asyncio import Redis

from survey_app import worker
from survey_app.shared import queue

SOON = 10.0
begun = threading.Event()


async def counting(_context: object) -> None:
    begun.set()
    await asyncio.Event().wait()


async def taken_by_a_killed_worker(_context: object, _number: str) -> None:
    raise AssertionError


async def sending(_context: object) -> None:
    begun.set()


@pytest.fixture
async def box(redis, monkeypatch):
    begun.clear()
    monkeypatch.setattr(worker, "JOBS", [counting, taken_by_a_killed_worker, sending])
    monkeypatch.setattr(worker, "PATIENT", frozenset({counting}))
    monkeypatch.setattr(worker, "cron_jobs", list)
    monkeypatch.setattr(worker, "_follow_content", lambda: asyncio.sleep(0))
    queue.configure(redis.url)
    async with Redis.from_url(redis.url) as box:
        await box.flushall()
        yield box
        await box.flushall()
    await queue.close()


@contextlib.asynccontextmanager
async def working() -> AsyncIterator[Worker]:
    found = worker.new_worker(handle_signals=False)
    task = asyncio.create_task(found.async_run())
    assert await asyncio.to_thread(begun.wait, SOON)
    yield found
    task.cancel()
    for one in found.tasks.values():
        one.cancel()
    await asyncio.gather(task, *found.tasks.values(), return_exceptions=True)
    await found.pool.aclose()
    await found.pool.connection_pool.disconnect(inuse_connections=True)


async def test_a_job_of_a_killed_worker_is_given_up_after_a_quarter_of_an_hour(box):
    await queue.enqueue("counting")
    async with working():
        left = await box.pttl("arq:in-progress:counting")
    assert 0 < left <= 1000 * (worker.LONG + 10)


async def test_jobs_that_killed_workers_took_do_not_keep_others_from_being_done(box):
    for number in range(120):
        await queue.enqueue("taken_by_a_killed_worker", str(number))
        # it was begun once, and what said that somebody is at it is gone by now
        await box.set(f"arq:retry:taken_by_a_killed_worker:{number}", 1)
    await asyncio.sleep(0.01)
    await queue.enqueue("sending")
    async with working():
        pass
