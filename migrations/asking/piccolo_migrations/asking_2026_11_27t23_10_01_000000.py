from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-27T23:10:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "Mark the waves that are open now: their form said so until this version"


async def mark_open_waves():
    # personal links, and the key with those who run the system: there the form of grade A said that
    # nobody can see the answers
    await engine_finder().run_ddl(
        "UPDATE asking.wave SET promised_more = true"
        " WHERE state = 'open' AND invite <> 'open' AND trustees = '[]'::jsonb"
    )


async def nothing():
    # the column goes with the migration before
    pass


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="asking", description=DESCRIPTION
    )
    manager.add_raw(mark_open_waves)
    manager.add_raw_backwards(nothing)
    return manager
