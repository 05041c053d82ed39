from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-28T02:45:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "Mark the places whose figures hold answers from other units"

# until record format 3 the few answers of a small unit were stored under another one: in its region
# or, where that had none, elsewhere. A unit's own region is no stranger to it.
_FILL = """
DO $$ BEGIN
IF to_regclass('counting.wave_record') IS NULL OR to_regclass('asking.wave_domain') IS NULL THEN
    RETURN;
END IF;
EXECUTE $fill$
WITH moved AS (
    SELECT r.wave, own.code, own.parent, own.kind, m.value AS home
    FROM counting.wave_record r, jsonb_each_text(r.content -> 'moved') m
    JOIN asking.wave_domain own ON own.level = 'unit' AND own.code = m.key
    WHERE own.wave = r.wave AND coalesce((r.content ->> 'format')::int, 1) < 3
), homes AS (
    SELECT moved.*, home.level AS home_level, home.parent AS home_parent, home.kind AS home_kind
    FROM moved JOIN asking.wave_domain home
    ON home.wave = moved.wave AND home.code = moved.home AND home.level IN ('unit', 'region')
)
INSERT INTO publications.foreign_answers (id, wave, level, domain)
SELECT gen_random_uuid(), wave, level, domain FROM (
    SELECT wave, 'unit' AS level, home AS domain FROM homes
    WHERE home_level = 'unit' AND home <> code
    UNION SELECT wave, 'region', home_parent FROM homes
    WHERE home_level = 'unit' AND home_parent <> parent
    UNION SELECT wave, 'region', home FROM homes
    WHERE home_level = 'region' AND home <> parent
    UNION SELECT wave, 'unit_type', home_kind FROM homes
    WHERE home_level = 'unit' AND home_kind <> kind
) found
$fill$;
END $$
"""


async def fill():
    await engine_finder().run_ddl(_FILL)


async def nothing():
    # the table goes with the migration before
    pass


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="publications", description=DESCRIPTION
    )
    manager.add_raw(fill)
    manager.add_raw_backwards(nothing)
    return manager
