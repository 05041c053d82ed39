from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-30T19:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Let pages say why an opening that waited was taken back"


async def forwards():
    # the right to it comes with the walls, which are raised after every migration: a programme that
    # needs it does not start beside the walls of before
    return MigrationManager(
        migration_id=ID, app_name="asking", description=DESCRIPTION
    )
