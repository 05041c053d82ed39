from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

ID = "2026-11-28T18:51:37:912297"
VERSION = "1.38.0"
DESCRIPTION = "Let the code of a language have three letters"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="asking", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="Person",
        tablename="person",
        column_name="language",
        db_column_name="language",
        params={"length": 3},
        old_params={"length": 2},
        column_class=Varchar,
        old_column_class=Varchar,
        schema="asking",
    )

    manager.alter_column(
        table_class_name="Invitation",
        tablename="invitation",
        column_name="language",
        db_column_name="language",
        params={"length": 3},
        old_params={"length": 2},
        column_class=Varchar,
        old_column_class=Varchar,
        schema="asking",
    )

    return manager
