"""Migrations go forwards and backwards on a database that holds something."""

from __future__ import annotations

import asyncio
import functools
import os
import time
import uuid

import asyncpg
import pytest

from survey_app.accounts.change_account import set_active
from survey_app.accounts.create_account import check_password, create_account
from survey_app.accounts.roles import Role
from survey_app.accounts.second_step.keep import take_second_step_away
from survey_app.installation.at_work import beats_of_others
from survey_app.installation.health import Dependency, examine_parts
from survey_app.installation.migrate import migrate_backwards, run_migrations
from survey_app.installation.migrated import ensure_migrated
from survey_app.installation.patience import MigrationError
from survey_app.installation.schema_state import (
    APPS,
    SchemaError,
    migration_ids,
    refuse_strange_schema,
    schema_mark,
    schema_state,
)
from survey_app.installation.tables import bind_worker
from survey_app.shared import queue
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import NOW, an_open_wave
from tests.new_migration import main as write_migration
from tests.side_by_side import TABLE, Version, next_version

PASSWORD = "a long enough password"


@pytest.fixture
async def filled(database, settings):
    await an_open_wave(settings)
    return database


@pytest.fixture
def settings(data_dir):
    from survey_app.settings import Settings

    return Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")


async def _rows(schema: str) -> dict[str, int]:
    tables = await fetch(
        Login.MIGRATOR,
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE nspname = $1 AND relkind IN ('r', 'p') ORDER BY relname",
        schema,
    )
    counted = {}
    for table in tables:
        name = table["relname"]
        [row] = await fetch(Login.MIGRATOR, f'SELECT count(*) FROM {schema}."{name}"')
        counted[name] = row["count"]
    return counted


@pytest.mark.parametrize(
    ("app", "says"), [("", "Say more"), ("action", "Say more"), ("actions", "")]
)
def test_a_migration_of_no_tables_or_of_nothing_said_is_refused_with_how_to_ask(app, says):
    with pytest.raises(
        SystemExit, match=r"make migration APP=actions SAY=.* one of .*actions, asking"
    ):
        write_migration(app, says)


async def test_migrating_again_changes_nothing_in_a_full_database(filled):
    before = {schema: await _rows(schema) for schema in APPS}
    await run_migrations(filled)
    assert before == {schema: await _rows(schema) for schema in APPS}
    assert before["asking"]["invitation"] == 40


@pytest.mark.parametrize("app", APPS)
async def test_each_migration_can_be_taken_back_and_run_again(filled, app):
    others = {schema: await _rows(schema) for schema in APPS if schema != app}
    tables = set(await _rows(app))
    for migration in reversed(migration_ids(app)):
        await migrate_backwards(app, migration)
    assert not {name for name in await _rows(app) if not name.startswith(("urn", "spent"))}
    # what the other schemas hold is untouched: nothing hangs on another schema's rows
    assert others == {schema: await _rows(schema) for schema in APPS if schema != app}
    await run_migrations(filled)
    assert tables <= set(await _rows(app))
    ran = await fetch(Login.MIGRATOR, "SELECT name FROM migration WHERE app_name = $1", app)
    assert tuple(sorted(row["name"] for row in ran)) == migration_ids(app)


async def test_what_a_migration_writes_itself_is_written_where_it_runs(database):
    """Another database was migrated in this process before: the template of this one."""
    proof = "2026-11-28T04:01:00:000000"
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.counter (public_key, proof, seen_at) VALUES ($1, $1, now())",
        b"key",
    )
    later = [one for one in migration_ids("asking") if one >= proof]
    for migration in reversed(later):
        await migrate_backwards("asking", migration)
    await run_migrations(database)
    assert not (await _rows("asking"))["counter"]


async def test_nobody_is_asked_after_an_upgrade_to_decide_of_a_survey_that_too_few_answered(
    database,
):
    """Versions before counted such a survey and let what was seen of it stand, for good."""
    few, enough, uncounted = waves = [uuid.uuid4() for _ in range(3)]
    for wave in waves:
        await fetch(
            Login.MIGRATOR,
            "INSERT INTO asking.arrival_alarm (id, signs, decision, due_at, problem)"
            " VALUES ($1, '{}', 'publish', now(), '')",
            wave,
        )
    for wave, too_few in ((few, True), (enough, False)):
        await fetch(
            Login.MIGRATOR,
            "INSERT INTO counting.wave_record (wave, content, response_set_hash)"
            " VALUES ($1, jsonb_build_object('too_few', $2::boolean), 'sha256:x')",
            wave,
            too_few,
        )
    await migrate_backwards("counting", "2026-11-30T14:36:00:000000")
    await run_migrations(database)
    left = await fetch(Login.MIGRATOR, "SELECT id FROM asking.arrival_alarm")
    assert {row["id"] for row in left} == {enough, uncounted}


async def test_an_account_whose_letters_were_stored_apart_from_their_marks_still_signs_in(database):
    bind_worker()
    for email in ("p\u00e5l@example.org", "g\u00e5rd@example.org"):
        await create_account(email=email, role=Role.HR, password=PASSWORD, unit="", language="nb",
                             now=NOW)  # fmt: skip
    apart = "UPDATE accounts.account SET email = normalize(email, NFD) WHERE email LIKE $1"
    await fetch(Login.MIGRATOR, apart, "%l@%")
    assert await check_password("p\u00e5l@example.org", PASSWORD) is None
    await migrate_backwards("accounts", "2026-11-30T12:40:00:000000")
    await run_migrations(database)
    bind_worker()
    for email in ("p\u00e5l@example.org", "pa\u030al@example.org", "g\u00e5rd@example.org"):
        assert await check_password(email, PASSWORD) is not None


async def test_of_two_accounts_that_differ_by_loose_marks_alone_each_keeps_its_own_address(
    database,
):
    bind_worker()
    written = ["pa\u030al@example.org", "p\u00e5l@example.org"]
    for email in written:
        await create_account(email=f"{len(email)}@example.org", role=Role.HR, password=PASSWORD,
                             unit="", language="nb", now=NOW)  # fmt: skip
        await fetch(
            Login.MIGRATOR,
            "UPDATE accounts.account SET email = $1 WHERE email = $2",
            email,
            f"{len(email)}@example.org",
        )
    await migrate_backwards("accounts", "2026-11-30T12:40:00:000000")
    await run_migrations(database)
    kept = await fetch(Login.MIGRATOR, "SELECT email FROM accounts.account")
    assert {row["email"] for row in kept} == set(written)
    # an administrator who closes the one that cannot sign in closes that one
    bind_worker()
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO accounts.second_step (id, account, sealed, last_step, since)"
        " SELECT gen_random_uuid(), id, '', 0, $1 FROM accounts.account",
        NOW.date(),
    )
    await take_second_step_away(written[0], now=NOW)
    kept = await fetch(Login.MIGRATOR, "SELECT email FROM accounts.second_step s"
                       " JOIN accounts.account a ON a.id = s.account")  # fmt: skip
    assert [row["email"] for row in kept] == written[1:]
    await set_active(written[0], active=False, now=NOW)
    active = await fetch(Login.MIGRATOR, "SELECT email FROM accounts.account WHERE active")
    assert [row["email"] for row in active] == written[1:]
    told = await fetch(Login.MIGRATOR, "SELECT DISTINCT email FROM accounts.notice")
    assert [row["email"] for row in told] == written[:1]


async def test_a_database_of_the_agencys_own_is_never_migrated_by_another_command(database):
    await fetch(Login.MIGRATOR, OLDER)
    with pytest.raises(SchemaError, match="run barometer migrate"):
        await ensure_migrated(database, embedded=False)
    assert (await schema_state()).missing


OLDER = "DELETE FROM migration WHERE app_name = 'audit'"
NEWER = "INSERT INTO migration (name, app_name, ran_on) VALUES ('2199-01-01', 'asking', now())"
OTHER_WALLS = "COMMENT ON SCHEMA asking IS 'walls of another day'"
BEFORE_THE_GRANT = "REVOKE SELECT ON migration FROM web, reader, worker"
STRANGE = {
    OLDER: (
        rf"older than this programme \({len(migration_ids('audit'))} migrations have not run,"
        " first audit .*: run barometer"
    ),
    NEWER: "newer than this programme .*first asking 2199-01-01.*: install the version that",
    OTHER_WALLS: "the rights of another version of this programme: run barometer migrate",
    BEFORE_THE_GRANT: "the rights of another version of this programme: run barometer migrate",
    "DROP TABLE migration": "older than this programme",
}


@pytest.mark.parametrize("login", [Login.WEB, Login.READER, Login.WORKER])
@pytest.mark.parametrize("change", STRANGE)
async def test_no_login_works_on_a_database_of_another_version(database, login, change):
    await refuse_strange_schema(login)
    await fetch(Login.MIGRATOR, change)
    with pytest.raises(SchemaError, match=STRANGE[change]):
        await refuse_strange_schema(login)


@pytest.mark.parametrize("change", [OLDER, OTHER_WALLS, BEFORE_THE_GRANT])
async def test_migrating_makes_an_older_database_known(database, change):
    await fetch(Login.MIGRATOR, change)
    if change == OLDER:
        await fetch(Login.MIGRATOR, "DROP SCHEMA audit CASCADE")
    await run_migrations(database)
    assert (await schema_state(Login.WEB)).current


async def test_a_version_that_a_newer_schema_still_serves_goes_on(database):
    await fetch(Login.MIGRATOR, NEWER)
    await fetch(
        Login.MIGRATOR, f"COMMENT ON SCHEMA asking IS 'schema sha256:newer {schema_mark()}'"
    )
    await refuse_strange_schema(Login.WEB)
    assert "still lets this one work: install it here" in (await schema_state(Login.WEB)).note
    assert (await examine_parts(Login.WEB)).parts[Dependency.SCHEMA] == "ok"
    # and it does not migrate what it does not know
    with pytest.raises(SchemaError, match="newer than this programme"):
        await run_migrations(database)
    await fetch(Login.MIGRATOR, "COMMENT ON SCHEMA asking IS 'schema sha256:newer'")
    with pytest.raises(SchemaError, match="newer than this programme"):
        await refuse_strange_schema(Login.WEB)
    assert (await examine_parts(Login.WEB)).parts[Dependency.SCHEMA] != "ok"


async def test_what_the_version_before_needs_is_left_until_none_of_it_is_at_work(
    database, redis, tmp_path
):
    given = {**_environment(database, tmp_path), "BAROMETER_REDIS_URL": redis.url}
    newer = Version(next_version(tmp_path / "next"), given, tmp_path / "log")
    before = schema_mark()
    at_work = await asyncpg.connect(database[Login.WEB])  # names no version
    try:
        done = newer.barometer("migrate")
        assert "of another version at work: web: what it needs is left" in done.stdout, done.stderr
        assert await _there(TABLE)
        assert (await schema_state()).marks[1:] == (before,)
        # what it was given stays, too, and what was added is there
        await at_work.execute("DELETE FROM asking.version_comment")
        await fetch(Login.MIGRATOR, "SELECT more FROM asking.wave")
    finally:
        await at_work.close()
    assert newer.barometer("migrate").stdout == "migrated\n"
    assert not await _there(TABLE)
    assert before not in (await schema_state()).marks


async def test_a_queue_that_refuses_us_is_not_one_that_is_away(redis):
    queue.configure(redis.url.replace("unix://", "unix://nobody:wrong@"))
    try:
        assert "refuses the password or user" in " ".join(await beats_of_others())
    finally:
        await queue.close()


async def test_the_version_that_works_goes_on_while_it_is_migrated_again_and_where_that_fails(
    database,
):
    seen = []

    async def look(_link, *, fails=False):
        seen.append((await examine_parts(Login.WEB)).parts[Dependency.SCHEMA])
        await refuse_strange_schema(Login.WEB)  # nor is a process refused that starts just now
        if fails and len(seen) > 1:
            raise MigrationError("a table has been in use")
        return ()

    with pytest.raises(MigrationError):
        await run_migrations(database, others=functools.partial(look, fails=True))
    assert (await examine_parts(Login.WEB)).parts[Dependency.SCHEMA] == "ok"
    assert not (await run_migrations(database, others=look)).others
    assert seen == ["ok"] * 4
    assert (await schema_state()).marks == (schema_mark(),)


async def test_migrating_makes_nobody_wait_who_answers(filled):
    """It lets everybody go first who wants a table that somebody holds, and comes back."""
    changed = "UPDATE asking.invitation SET opted_out = opted_out WHERE generation >= 0"
    async with connection(Login.WORKER) as first, connection(Login.WORKER) as second:
        held = first.transaction()
        await held.start()
        await first.execute(changed)
        migrating = asyncio.create_task(run_migrations(filled))
        longest = 0.0
        for _ in range(12):
            begun = time.monotonic()
            await second.execute(changed.replace(">=", "<"))
            longest = max(longest, time.monotonic() - begun)
            await asyncio.sleep(0.1)
        assert not migrating.done()
        await held.rollback()
    assert not (await migrating).others
    assert longest < 1  # the server would by now look for two that wait for each other


async def test_an_index_that_was_broken_off_is_made_anew(database):
    broken = "asking.outbox_due"
    await fetch(
        Login.MIGRATOR,
        f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{broken}'::regclass",
    )
    await run_migrations(database)
    [found] = await fetch(
        Login.MIGRATOR,
        f"SELECT indisvalid FROM pg_index WHERE indexrelid = '{broken}'::regclass",
    )
    assert found["indisvalid"]


async def _there(table: str) -> bool:
    [row] = await fetch(Login.MIGRATOR, "SELECT to_regclass($1) IS NOT NULL AS there", table)
    return bool(row["there"])


async def test_a_database_of_a_newer_programme_is_left_as_it_is(database):
    await fetch(Login.MIGRATOR, NEWER)
    await fetch(Login.MIGRATOR, OTHER_WALLS)
    for bring_here in (run_migrations(database), ensure_migrated(database, embedded=True)):
        with pytest.raises(SchemaError, match="newer than this programme"):
            await bring_here
    assert not (await schema_state()).walls_stand


@pytest.mark.parametrize("part", ["web", "worker"])
async def test_neither_web_nor_worker_starts_on_a_database_of_another_version(
    database, redis, tmp_path, warm, part
):
    await fetch(Login.MIGRATOR, OLDER)
    process = await asyncio.create_subprocess_exec(
        *(warm.executable, "-m", "survey_app.cli", part),
        env={**os.environ, **_environment(database, tmp_path), "BAROMETER_REDIS_URL": redis.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == 2
    assert b"older than this programme" in told
    assert told.count(b"\n") == 1


def _environment(database, folder):
    return {
        "BAROMETER_DATA_DIR": str(folder / "data"),
        "BAROMETER_DATABASE_URL": database[Login.MIGRATOR],
        **{f"BAROMETER_DATABASE_URL_{one.name}": database[one] for one in list(Login)[1:]},
    }
