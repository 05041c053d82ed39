from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-29T05:33:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Take along what events were called in columns by language"

_FILL = """
UPDATE events.event SET text = (
    SELECT jsonb_object_agg(language, words)
    FROM (VALUES ('nb', text_nb), ('nn', text_nn), ('en', text_en)) AS told (language, words)
    WHERE words <> ''
) WHERE text = '{}' AND (text_nb <> '' OR text_nn <> '' OR text_en <> '')
"""


async def fill():
    await engine_finder().run_ddl(_FILL)


async def nothing():
    # the columns were written all the time, and the new one goes with the migration before
    pass


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="events", description=DESCRIPTION
    )
    manager.add_raw(fill)
    manager.add_raw_backwards(nothing)
    return manager
