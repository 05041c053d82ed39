"""The audit log is added to and never changed: each row carries the hash of the one before."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from survey_app.audit.chain import BEGINNING, ChainedRow, ChainHead, DayHead, Misfit, row_hash
from survey_app.audit.heads import (
    HeadsError,
    heads_as_json,
    keep_head,
    last_look,
    list_heads,
    read_heads,
)
from survey_app.audit.jobs import forget_old_log, last_day_to_go, watch_log
from survey_app.audit.record import record
from survey_app.audit.verify import verify_log
from survey_app.commands.verify_log import verify_and_tell
from survey_app.installation.migrate import run_migrations
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, engine, fetch

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
PAST_THE_CHAIN = "INSERT INTO audit.event (id, at, actor, action) VALUES ($1, now(), 'x', 'x')"
LOGINS = [Login.MIGRATOR, Login.WEB, Login.READER, Login.WORKER]


async def acts(number, *, login=Login.WORKER, first=0):
    for at in range(first, first + number):
        await record(login, now=NOON, actor="hr@example.org", action="æøå", subject="a", row=at)


async def past_the_triggers(statement, *values):
    async with connection(Login.MIGRATOR) as link, link.transaction():
        await link.execute("SET LOCAL session_replication_role = replica")
        await link.execute(statement, *values)


def test_the_hash_of_a_row_is_that_of_its_parts_by_hand():
    row = ChainedRow(
        1, uuid.UUID(int=7), datetime(2026, 11, 29, 12, tzinfo=UTC), "hr@example.org",
        "wave opened", "én", '{"k": 5}', None, None,
    )  # fmt: skip
    # { head -c 32 /dev/zero; printf '1:1,36:00000000-0000-0000-0000-000000000007,'
    #   printf '27:2026-11-29T12:00:00.000000Z,14:hr@example.org,11:wave opened,3:én,8:{"k": 5},'
    # } | sha256sum
    assert row_hash(BEGINNING, row).hex() == (
        "9db41aa03d1dcef155667aaae29436ab244425dd1ba6f06c204d48b04e715e30"
    )


async def test_rows_are_numbered_and_chained_as_they_are_written_by_whichever_login(database):
    for login in (Login.WEB, Login.WORKER, Login.MIGRATOR):
        await acts(2, login=login)
    rows = await fetch(Login.WORKER, "SELECT number, before, hash FROM audit.event ORDER BY number")
    assert [row["number"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["before"] for row in rows] == [BEGINNING, *(row["hash"] for row in rows[:-1])]
    found = await verify_log(Login.WORKER)
    assert found.misfit is None
    assert (found.head, found.rows) == (ChainHead(6, rows[-1]["hash"]), 6)


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("table", ["event", "head", "dropped"])
async def test_no_login_changes_or_deletes_what_is_in_the_log(database, login, table):
    await acts(1)
    await watch_log({})
    for statement in (
        f"UPDATE audit.{table} SET number = 9",
        f"UPDATE audit.{table} SET number = number",
        f"DELETE FROM audit.{table}",
        f"TRUNCATE audit.{table}",
    ):
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.RaiseError)):
            await fetch(login, statement)
    assert (await verify_log(Login.WORKER)).misfit is None


async def test_what_was_written_while_the_database_was_upgraded_is_chained_once(database):
    await acts(2)
    # a web process of the version before, after the rows were chained and before the trigger stood
    await fetch(Login.MIGRATOR, "DROP TRIGGER chain ON audit.event")
    await acts(2, login=Login.WEB, first=2)
    assert (await verify_log(Login.WORKER)).misfit is Misfit.UNCHAINED
    await run_migrations(database)
    found = await verify_log(Login.WORKER)
    assert (found.misfit, found.rows) == (None, 4)
    # never what somebody writes past the chain later
    await past_the_triggers(PAST_THE_CHAIN, uuid.uuid4())
    await run_migrations(database)
    assert (await verify_log(Login.WORKER)).misfit is Misfit.UNCHAINED


@pytest.mark.parametrize("login", [Login.WEB, Login.WORKER])
async def test_no_login_says_itself_where_its_row_stands(database, login):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(
            login,
            "INSERT INTO audit.event (id, at, actor, action, number, before, hash)"
            " VALUES (gen_random_uuid(), now(), 'x', 'x', 1, '', '')",
        )


@pytest.mark.parametrize(
    ("statement", "number", "misfit"),
    [
        ("UPDATE audit.event SET actor = 'someone' WHERE number = 4", 3, Misfit.CHANGED),
        ("UPDATE audit.event SET facts = '{\"row\": 9}' WHERE number = 4", 3, Misfit.CHANGED),
        ("UPDATE audit.event SET at = at + interval '1 us' WHERE number = 4", 3, Misfit.CHANGED),
        ("DELETE FROM audit.event WHERE number = 4", 3, Misfit.MISSING),
        ("DELETE FROM audit.event WHERE number > 4", 4, Misfit.MISSING),
        ("DELETE FROM audit.event", 0, Misfit.MISSING),
        (PAST_THE_CHAIN, 6, Misfit.UNCHAINED),
    ],
)
async def test_what_its_owner_does_past_the_triggers_is_found(database, statement, number, misfit):
    await acts(6)
    await watch_log({})
    await past_the_triggers(statement, *[uuid.uuid4()] * statement.count("$1"))
    found = await verify_log(Login.WORKER)
    assert (found.head.number, found.misfit) == (number, misfit)


async def test_a_piece_that_goes_while_the_log_is_read_is_not_called_missing(database, monkeypatch):
    await acts(6)
    pages = []

    async def fetch_then_drop(login, sql, *values):
        rows = await fetch(login, sql, *values)
        if "FROM audit.event WHERE number >" in sql and not pages:
            pages.append(values)
            # as `audit.drop_until` does a year later
            for statement in (
                (
                    "INSERT INTO audit.dropped (number, hash, until, rows, dropped_at)"
                    " SELECT number, hash, current_date, 4, now() FROM audit.event WHERE number = 4"
                ),
                "DELETE FROM audit.event WHERE number <= 4",
            ):
                await past_the_triggers(statement)
        return rows

    monkeypatch.setattr("survey_app.audit.verify.fetch", fetch_then_drop)
    monkeypatch.setattr("survey_app.audit.verify.AT_ONCE", 2)
    found = await verify_log(Login.WORKER)
    assert (found.misfit, found.head.number, found.rows) == (None, 6, 2)


async def test_a_log_that_was_written_anew_from_end_to_end_is_found_by_who_kept_a_head(database):
    await acts(3)
    await watch_log({})
    kept = read_heads(json.dumps(heads_as_json(await list_heads(Login.WEB))).encode())
    await past_the_triggers("DELETE FROM audit.event")
    await past_the_triggers("DELETE FROM audit.head")
    await acts(5, first=10)
    assert (await verify_log(Login.WORKER)).misfit is None
    found = await verify_log(Login.WORKER, kept=kept)
    assert (found.head.number, found.misfit) == (2, Misfit.OTHER_HEAD)


async def test_two_heads_of_one_row_contradict_each_other(database):
    await acts(1)
    await watch_log({})
    other = DayHead(date(2026, 1, 1), ChainHead(1, b"x" * 32))
    assert (await verify_log(Login.WORKER, kept=[other])).misfit is Misfit.OTHER_HEAD
    empty = DayHead(date(2026, 1, 1), ChainHead(0, b"x" * 32))
    assert (await verify_log(Login.WORKER, kept=[empty])).misfit is Misfit.OTHER_HEAD


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": "other"}', b"\xff"])
def test_what_is_no_file_of_heads_is_refused_in_a_sentence(content):
    with pytest.raises(HeadsError):
        read_heads(content)


async def test_fifty_who_write_at_once_never_fork_the_chain_nor_lock_each_other_out(database):
    """Half log before they change what all change, half after: whoever waits holds nothing."""
    await fetch(Login.MIGRATOR, "CREATE TABLE public.shared (n int)")
    await fetch(Login.MIGRATOR, "INSERT INTO public.shared VALUES (0)")
    await fetch(Login.MIGRATOR, "GRANT ALL ON public.shared TO web, worker")
    change = "UPDATE public.shared SET n = n + 1"

    async def write(at):
        login = (Login.WEB, Login.WORKER)[at % 2]
        for turn in range(4):
            async with engine(login).transaction():
                if (at + turn) % 3 == 0:
                    await acts(1, login=login)
                    await fetch(login, change)
                else:
                    await fetch(login, change)
                    await acts(2, login=login)

    await asyncio.wait_for(asyncio.gather(*(write(at) for at in range(50))), 60)
    [row] = await fetch(Login.MIGRATOR, "SELECT n FROM public.shared")
    assert row["n"] == 200
    found = await verify_log(Login.WORKER)
    assert found.misfit is None
    assert found.rows == (await fetch(Login.WORKER, "SELECT count(*) FROM audit.event"))[0]["count"]
    assert found.rows > 300


async def test_what_is_rolled_back_leaves_no_gap(database):
    await acts(1)

    async def fail():
        async with engine(Login.WORKER).transaction():
            await acts(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await acts(1)
    assert (await verify_log(Login.WORKER)).head.number == 2


async def test_the_log_is_looked_at_once_a_day_and_the_look_is_kept(database):
    assert await last_look(Login.WEB) is None
    await acts(3)
    await watch_log({})
    await acts(1)
    await watch_log({})
    [head] = await list_heads(Login.WEB)
    last = await last_look(Login.WEB)
    assert last.found.head == head.head
    assert (last.found.rows, last.found.misfit) == (3, None)


async def test_a_day_on_which_the_log_is_broken_has_no_head(database, caplog):
    await acts(3)
    await past_the_triggers("DELETE FROM audit.event WHERE number = 2")
    await watch_log({})
    assert "the audit log is broken after row 1 (missing)" in caplog.text
    assert await list_heads(Login.WEB) == []
    assert (await last_look(Login.WEB)).found.misfit is Misfit.MISSING


async def test_old_pieces_go_whole_and_the_chain_goes_on_from_what_they_ended_with(database):
    today = datetime.now(UTC).date()
    await acts(4)
    old = await verify_log(Login.WORKER)
    await keep_head(today - timedelta(days=3 * 366), old, now=NOON)
    await acts(3)
    await keep_head(today - timedelta(days=300), await verify_log(Login.WORKER), now=NOON)
    await acts(2)
    await forget_old_log({"settings": Settings(log_years=2)})
    rows = await fetch(Login.WORKER, "SELECT number FROM audit.event ORDER BY number")
    assert [row["number"] for row in rows] == [5, 6, 7, 8, 9]
    [dropped] = await fetch(Login.WORKER, "SELECT number, hash, rows FROM audit.dropped")
    assert (dropped["number"], dropped["hash"], dropped["rows"]) == (4, old.head.hash, 4)
    found = await verify_log(Login.WORKER)
    assert (found.head.number, found.rows, found.misfit) == (9, 5, None)
    # nothing is left to drop, and the heads that others kept still hold
    await forget_old_log({"settings": Settings(log_years=1)})
    assert len(await list_heads(Login.WORKER)) == 2
    assert (await verify_log(Login.WORKER, kept=await list_heads(Login.WORKER))).misfit is None


async def test_what_is_younger_than_a_year_is_dropped_by_nobody(database):
    await acts(2)
    await watch_log({})
    [head] = await list_heads(Login.WORKER)
    with pytest.raises(asyncpg.RaiseError, match="more than a year ago"):
        await fetch(Login.WORKER, "SELECT audit.drop_until($1)", head.day)
    with pytest.raises(asyncpg.RaiseError, match="more than a year ago"):
        await fetch(
            Login.MIGRATOR,
            "INSERT INTO audit.dropped (number, hash, until, rows, dropped_at)"
            " VALUES (1, '', '2020-01-01', 1, now())",
        )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(Login.WEB, "SELECT audit.drop_until('2020-01-01')")


def test_whole_months_go_when_they_are_as_old_as_the_log_is_kept():
    assert last_day_to_go(date(2026, 11, 29), years=5) == date(2021, 10, 31)
    assert last_day_to_go(date(2024, 2, 29), years=1) == date(2023, 1, 31)


async def test_the_command_says_the_first_row_that_does_not_fit(database):
    await acts(3)
    await watch_log({})
    kept = await list_heads(Login.WORKER)
    told: list[str] = []
    assert await verify_and_tell(kept, as_json=False, echo=told.append) == 0
    assert told[0].startswith("the log is whole: 3 rows, the last is number 3 with the hash ")
    await past_the_triggers("UPDATE audit.event SET subject = 'b' WHERE number = 2")
    assert await verify_and_tell(kept, as_json=False, echo=told.append) == 5
    assert "row 2 says something else than it did when it was written" in told[1]
    assert await verify_and_tell((), as_json=True, echo=told.append) == 5
    facts = json.loads(told[2])
    assert (facts["whole"], facts["first_misfit"], facts["misfit"]) == (False, 2, "changed")
