from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-29T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Chain the rows that the log has, the oldest first"

HASH = """
CREATE OR REPLACE FUNCTION audit.hash_of(former bytea, one audit.event, place bigint)
RETURNS bytea LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(former || convert_to(string_agg(
        octet_length(convert_to(part, 'UTF8')) || ':' || part || ',', '' ORDER BY at), 'UTF8'))
    FROM unnest(ARRAY[
        place::text, one.id::text,
        to_char(one.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        one.actor, one.action, one.subject, one.facts::text
    ]) WITH ORDINALITY AS parts (part, at)
$$"""
CHAIN = """
DO $$
DECLARE
    one audit.event;
    former bytea := decode(repeat('00', 32), 'hex');
    place bigint := 0;
BEGIN
    FOR one IN SELECT * FROM audit.event ORDER BY at, id LOOP
        place := place + 1;
        UPDATE audit.event SET number = place, before = former,
            hash = audit.hash_of(former, one, place) WHERE id = one.id RETURNING hash INTO former;
    END LOOP;
END $$"""
BACK = (
    "DROP TRIGGER IF EXISTS chain ON audit.event",
    "DROP TRIGGER IF EXISTS keep_event ON audit.event",
    "DROP TRIGGER IF EXISTS keep_log ON audit.event",
    "DROP FUNCTION IF EXISTS audit.chain(), audit.keep_event(), audit.drop_until(date)",
    "DROP FUNCTION IF EXISTS audit.append(uuid)",
    "DROP FUNCTION IF EXISTS audit.hash_of(bytea, audit.event, bigint)",
    "UPDATE audit.event SET number = NULL, before = NULL, hash = NULL",
)


async def chain():
    await engine_finder().run_ddl(HASH)
    await engine_finder().run_ddl(CHAIN)


async def unchain():
    for statement in BACK:
        await engine_finder().run_ddl(statement)


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="audit", description=DESCRIPTION
    )
    manager.add_raw(chain)
    manager.add_raw_backwards(unchain)
    return manager
