from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

ID = "2026-11-30T04:05:33:225464"
VERSION = "1.38.0"
DESCRIPTION = (
    "Hold the versions of several instruments that a wave asks beside the newest"
)


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="asking", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="Wave",
        tablename="wave",
        column_name="overlap",
        db_column_name="overlap",
        params={"length": 200},
        old_params={"length": 20},
        column_class=Varchar,
        old_column_class=Varchar,
        schema="asking",
    )

    return manager
