"""Migrations go forwards and backwards on a database that holds something."""

from __future__ import annotations

import pytest

from survey_app.installation.migrate import (
    APPS,
    MigrationError,
    ensure_migrated,
    migrate,
    migrate_backwards,
    migration_ids,
)
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave


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


async def test_migrating_again_changes_nothing_in_a_full_database(filled):
    before = {schema: await _rows(schema) for schema in APPS}
    await migrate(filled)
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
    await migrate(filled)
    assert tables <= set(await _rows(app))
    ran = await fetch(Login.MIGRATOR, "SELECT name FROM migration WHERE app_name = $1", app)
    assert sorted(row["name"] for row in ran) == migration_ids(app)


async def test_a_database_of_the_agencys_own_is_never_migrated_by_another_command(database):
    await fetch(Login.MIGRATOR, "DELETE FROM migration WHERE app_name = 'audit'")
    with pytest.raises(MigrationError, match="run barometer migrate first"):
        await ensure_migrated(database, embedded=False)
