"""A transaction is over when its block is left, whatever became of its connection."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from asyncpg.transaction import Transaction

from survey_app.asking.writing import writing
from survey_app.shared.database import Login, fetch, pools


async def one(*, broken=False, wrong=False):
    async with writing() as link:
        pid = await link.fetchval("SELECT pg_backend_pid()")
        if broken:
            await fetch(Login.MIGRATOR, "SELECT pg_terminate_backend($1, 5000)", pid)
        assert not wrong
        return await link.fetchval("SELECT 1")


async def test_a_connection_that_breaks_in_a_transaction_is_missed_by_nothing_after_it(database):
    async with pools(Login.WORKER, size=1):
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError)):
            await one(broken=True)
        # in the same task, as jobs of a worker that are done again and again
        assert await one() == 1


@pytest.mark.parametrize("step", ["start", "rollback", "commit"])
async def test_a_transaction_that_is_cancelled_at_its_begin_or_end_keeps_no_connection(
    database, monkeypatch, step
):
    async def cancelled(_transaction):
        raise asyncio.CancelledError

    async with pools(Login.WORKER, size=1):
        with monkeypatch.context() as patched:
            patched.setattr(Transaction, step, cancelled)
            with pytest.raises(asyncio.CancelledError):
                await one(wrong=step == "rollback")
        # the pool has one, and nothing of before is open in it
        assert await asyncio.wait_for(one(), 5) == 1
