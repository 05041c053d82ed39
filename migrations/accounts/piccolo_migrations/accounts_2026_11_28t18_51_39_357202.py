from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.engine import engine_finder

ID = "2026-11-28T18:51:39:357202"
VERSION = "1.38.0"
DESCRIPTION = "Let the code of a language have three letters"


async def make_way():
    # PostgreSQL changes no column that a view shows; `migrate` makes the views anew with the walls
    await engine_finder().run_ddl("DROP VIEW IF EXISTS actions.owner, subscriptions.reader")


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="accounts", description=DESCRIPTION
    )
    manager.add_raw(make_way)
    manager.add_raw_backwards(make_way)

    manager.alter_column(
        table_class_name="Account",
        tablename="account",
        column_name="language",
        db_column_name="language",
        params={"length": 3},
        old_params={"length": 2},
        column_class=Varchar,
        old_column_class=Varchar,
        schema="accounts",
    )

    return manager
