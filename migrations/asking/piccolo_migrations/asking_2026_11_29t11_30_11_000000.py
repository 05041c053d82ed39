from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-29T11:30:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "Draw which quarter of their panel everybody is in"


async def draw_quarters():
    engine = engine_finder()
    # counted on from one panel to the next, so that halves, quarters, sixths and twelfths of a unit
    # are even, from a quarter that chance begins with
    await engine.run_ddl(
        "WITH first AS MATERIALIZED (SELECT id, floor(random() * 4)::int AS quarter"
        " FROM asking.unit),"
        " drawn AS (SELECT p.id, (first.quarter + row_number() OVER"
        " (PARTITION BY p.unit ORDER BY p.active DESC, p.panel, random())) % 4 AS quarter"
        " FROM asking.person p JOIN first ON first.id = p.unit)"
        " UPDATE asking.person p SET quarter = drawn.quarter FROM drawn WHERE drawn.id = p.id"
    )
    # whom the version before takes into the register meanwhile
    await engine.run_ddl(
        "ALTER TABLE asking.person ALTER COLUMN quarter SET DEFAULT floor(random() * 4)::smallint"
    )


async def nothing():
    # the column goes with the migration before
    pass


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="asking", description=DESCRIPTION
    )
    manager.add_raw(draw_quarters)
    manager.add_raw_backwards(nothing)
    return manager
