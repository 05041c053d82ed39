"""A worker lives through a queue or a database that is away, and ends when it is told to."""

import asyncio
import inspect
import logging
import os
import signal

import pytest

from survey_app import worker
from survey_app.publishing.closing.serve_holders import this_counter
from survey_app.publishing.jobs import serve_key_holders
from survey_app.shared import database as databases
from survey_app.shared import queue
from survey_app.shared.database import Login, connect, engine, fetch, pools

NOWHERE = "unix:///nowhere/redis.sock"


class Heard(logging.Handler):
    """Waits for a line of a log."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line, self.said = line, asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self.line in record.getMessage():
            self.said.set()


def test_whoever_writes_to_the_queue_makes_sooner_what_is_due_and_does_nothing_else():
    told = [job for job in worker.JOBS if len(inspect.signature(job).parameters) != 1]
    assert told == []


@pytest.mark.filterwarnings("ignore:Call to deprecated close")  # arq's own
@pytest.mark.parametrize("moment", ["redis connection error", "queue unreachable"])
async def test_a_worker_without_its_queue_ends_when_it_is_told_to(database, monkeypatch, moment):
    queue.configure(NOWHERE)
    monkeypatch.setattr(worker, "RETRY_AFTER", 600.0)
    heard = Heard(moment)
    logging.getLogger().addHandler(heard)
    working = asyncio.create_task(worker.work())
    try:
        await heard.said.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await working
    finally:
        logging.getLogger().removeHandler(heard)


@pytest.mark.filterwarnings("ignore:Call to deprecated close")  # arq's own
async def test_each_worker_says_itself_that_key_holders_can_hand_over_to_it(database, monkeypatch):
    queue.configure(NOWHERE)
    monkeypatch.setattr(worker, "RETRY_AFTER", 600.0)
    said = asyncio.Event()

    async def serve(context):
        await serve_key_holders(context)
        said.set()

    monkeypatch.setattr(worker, "EACH_WORKER", [serve])
    working = asyncio.create_task(worker.work())
    await said.wait()
    rows = await fetch(Login.WORKER, "SELECT id, seen_at > now() - interval '1 minute' AS here"
        " FROM asking.counter")  # fmt: skip
    assert rows == [{"id": this_counter().id, "here": True}]
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_a_database_that_is_away_is_one_line_for_all_jobs(database, caplog):
    connect({Login.WORKER: "postgresql://worker@127.0.0.1:9/nothing"})
    for job in worker.SWEEP[:3]:
        await worker.quietly(job)({})
    told = {record.getMessage() for record in caplog.records}
    assert told == {"the database does not answer: what is due waits for the next sweep"}


async def test_a_connection_that_nobody_gives_back_holds_up_no_end(database, monkeypatch):
    """As when a transaction is cancelled in the moment in which it begins."""
    monkeypatch.setattr(databases, "CLOSE_SECONDS", 0.2)
    async with pools(Login.WORKER, size=2):
        kept = await engine(Login.WORKER).pool.acquire()
        await kept.execute("BEGIN")
    assert engine(Login.WORKER).pool is None
