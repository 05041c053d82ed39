from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-30T14:36:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Forget what was seen of open surveys that too few answered for two to decide"


async def drop_alarms():
    # since then counting drops them itself (survey_app/publishing/closing/count_urn.py)
    await engine_finder().run_ddl(
        "DELETE FROM asking.arrival_alarm a USING counting.wave_record r"
        " WHERE r.wave = a.id AND (r.content->>'too_few')::boolean"
    )


async def nothing():
    # nobody could decide anything of them
    pass


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="counting", description=DESCRIPTION
    )
    manager.add_raw(drop_alarms)
    manager.add_raw_backwards(nothing)
    return manager
