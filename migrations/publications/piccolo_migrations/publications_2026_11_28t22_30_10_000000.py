from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-28T22:30:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "Lay the questionnaires of earlier publications beside them"

# until publication format 5 a publication named the questionnaire that was asked, and did not say
# what stood behind each measure; the wave's own questionnaire tells
_FILL = """
DO $$ BEGIN
IF to_regclass('asking.questionnaire') IS NULL OR to_regclass('asking.wave') IS NULL THEN
    RETURN;
END IF;
EXECUTE $fill$
INSERT INTO publications.asked (questionnaire, content)
SELECT q.hash, q.content FROM asking.questionnaire q WHERE EXISTS (
    SELECT FROM publications.publication p WHERE p.head ->> 'questionnaire' = q.hash
)
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
