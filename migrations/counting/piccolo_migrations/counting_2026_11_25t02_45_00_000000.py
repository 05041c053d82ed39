from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-25T02:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Drop the background sums: they would put role and tenure back on single rows"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="counting", description=DESCRIPTION
    )

    manager.drop_table(
        class_name="BackgroundCell",
        tablename="background_cell",
        schema="counting",
    )

    return manager
