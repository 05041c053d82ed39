"""Tests use databases one after another: nothing of one may reach the next."""

import uuid

import asyncpg
import pytest

from survey_app.counting.urn.partitions import partition, put_up
from survey_app.shared.database import Login, engine
from tests.databases import given_back, lent

ROWS = "SELECT count(*) FROM accounts.account"
A_ROW = (
    "INSERT INTO accounts.account (id, email, password, role, unit, language, created_at)"
    " VALUES (gen_random_uuid(), 'a@example.org', 'x', 'hr', '', 'nb', now())"
)


async def test_rows_and_partitions_are_gone_before_a_database_is_lent_again(postgres):
    name, wave = await lent(postgres), uuid.uuid4()
    link = await asyncpg.connect(postgres.url(database=name))
    await link.execute(A_ROW)
    await put_up(link, wave, 480)
    # whoever forgets to close a connection keeps nobody waiting
    await given_back(postgres, name)

    assert await lent(postgres) == name
    link = await asyncpg.connect(postgres.url(database=name))
    assert await link.fetchval(ROWS) == 0
    assert await link.fetchval("SELECT to_regclass($1)", partition(wave)) is None
    await link.close()
    await given_back(postgres, name)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE asking.person RENAME TO gone",
        "ALTER TABLE asking.person ADD COLUMN further int",
        "ALTER TABLE asking.person DISABLE TRIGGER ALL",
        "REVOKE ALL ON asking.person FROM worker",
        "CREATE INDEX another ON asking.person (number)",
        "UPDATE migration SET name = name",
    ],
)
async def test_a_database_that_a_test_has_changed_is_not_lent_again(postgres, change):
    name = await lent(postgres)
    link = await asyncpg.connect(postgres.url(database=name))
    await link.execute(change)
    await link.close()
    await given_back(postgres, name)
    found = await lent(postgres)
    await given_back(postgres, found)
    assert found != name


async def test_more_rows_than_a_page_holds_are_gone_too(postgres):
    name = await lent(postgres)
    link = await asyncpg.connect(postgres.url(database=name))
    await link.executemany(
        A_ROW.replace("'a@", "$1 || '@"), [(str(number),) for number in range(400)]
    )
    await link.close()
    await given_back(postgres, name)

    assert await lent(postgres) == name
    link = await asyncpg.connect(postgres.url(database=name))
    assert await link.fetchval(ROWS) == 0
    await link.close()
    await given_back(postgres, name)


async def test_a_connection_is_lent_again_without_what_its_session_held(database):
    held = engine(Login.WORKER)
    first = await held.get_new_connection()
    await first.execute("SET statement_timeout = '1h'")
    await first.execute("SELECT pg_advisory_lock(7)")
    await first.close()

    again = await held.get_new_connection()
    assert again is first
    assert await again.fetchval("SHOW statement_timeout") == "0"
    assert not await again.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    other = await held.get_new_connection()
    assert other is not first
    await again.close()
    await other.close()


async def test_a_connection_in_a_transaction_is_not_lent_again(database):
    first = await engine(Login.WORKER).get_new_connection()
    await first.execute("BEGIN")
    await first.close()
    assert first.is_closed()
