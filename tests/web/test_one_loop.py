"""What tests of pages share is as new for each: their event loop, and what waits in it."""

import asyncio

from survey_app.shared.database import Login, fetch, pools
from tests.builders_answering import an_agency
from tests.databases import bound, given_back, lent
from tests.kept_connections import close_kept
from tests.one_loop import for_one_test

SESSION = (
    "SELECT pg_backend_pid() AS process, current_setting('search_path') AS path, (SELECT count(*)"
    " FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS held"
)


async def session():
    async with pools(Login.WEB):
        (row,) = await fetch(Login.WEB, SESSION)
        await fetch(Login.WEB, "SELECT set_config('search_path', 'pg_temp', false)")
        await fetch(Login.WEB, "SELECT pg_advisory_lock(1)")
    return row


async def test_a_pool_goes_on_with_a_connection_of_the_one_before_and_nothing_it_held(database):
    await close_kept()  # of tests before, of which any might go on
    first, second = await session(), await session()
    assert first == second
    assert second["held"] == 0


async def test_a_database_is_emptied_for_the_next_beside_connections_that_wait(postgres):
    name = await lent(postgres)
    bound(postgres, name)
    await close_kept()
    first = await session()
    await an_agency()
    await given_back(postgres, name)
    assert await lent(postgres) == name
    bound(postgres, name)
    assert (await session())["process"] == first["process"]
    assert await fetch(Login.WORKER, "SELECT FROM asking.unit") == []
    await given_back(postgres, name)


def test_what_a_test_leaves_running_ends_with_it():
    async def leave():
        return asyncio.create_task(asyncio.sleep(3600))

    with asyncio.Runner() as runner:
        with for_one_test(runner):
            left = runner.run(leave())
            assert not left.done()
        assert left.cancelled()
