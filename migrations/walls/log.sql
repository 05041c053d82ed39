-- The audit log is added to and nothing else, by whatever login: each row carries the hash of the one
-- before, and none is changed or taken out but whole pieces whose time is over (docs/adr/0110). Run
-- after every migration. What is hashed is told once more in survey_app/audit/chain.py, by which the log
-- is verified: a function here that was exchanged hides nothing.
CREATE OR REPLACE FUNCTION audit.hash_of(former bytea, one audit.event, place bigint)
RETURNS bytea LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(former || convert_to(string_agg(
        octet_length(convert_to(part, 'UTF8')) || ':' || part || ',', '' ORDER BY at), 'UTF8'))
    FROM unnest(ARRAY[
        place::text, one.id::text,
        to_char(one.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        one.actor, one.action, one.subject, one.facts::text
    ]) WITH ORDINALITY AS parts (part, at)
$$;

-- As the transaction ends: whoever waits here holds all else that they need, so nobody waits for them
-- while they wait for nobody. The lock goes with the transaction, when the row can be seen.
CREATE OR REPLACE FUNCTION audit.append(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    former record;
BEGIN
    PERFORM pg_advisory_xact_lock(7310424207);
    SELECT number, hash INTO former FROM audit.event
        WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT number, hash INTO former FROM audit.dropped ORDER BY number DESC LIMIT 1;
    END IF;
    IF NOT FOUND THEN
        SELECT 0::bigint AS number, decode(repeat('00', 32), 'hex') AS hash INTO former;
    END IF;
    UPDATE audit.event e SET number = former.number + 1, before = former.hash,
        hash = audit.hash_of(former.hash, e, former.number + 1) WHERE e.id = one;
END $$;
CREATE OR REPLACE FUNCTION audit.chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM audit.append(NEW.id);
    RETURN NULL;
END $$;

DO $$
DECLARE
    is_first boolean := NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgrelid = 'audit.event'::regclass AND tgname = 'chain');
    one uuid;
BEGIN
    DROP TRIGGER IF EXISTS chain ON audit.event;
    -- a row that comes with its number, from a backup, keeps it
    CREATE CONSTRAINT TRIGGER chain AFTER INSERT ON audit.event DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.number IS NULL) EXECUTE FUNCTION audit.chain();
    -- What a process of the version before wrote after the rows were chained and before now, while
    -- the trigger above waited for it: else the log would never again be called whole. Once: what
    -- stands beside the chain later was written past it.
    IF is_first THEN
        FOR one IN SELECT id FROM audit.event WHERE number IS NULL ORDER BY at, id LOOP
            PERFORM audit.append(one);
        END LOOP;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION audit.keep_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.number <= (SELECT max(number) FROM audit.dropped) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.number IS NULL AND NEW.number IS NOT NULL
        AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.subject, NEW.facts)
        IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.subject, OLD.facts) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is added to and never changed';
END $$;
CREATE OR REPLACE TRIGGER keep_event BEFORE UPDATE OR DELETE ON audit.event
    FOR EACH ROW EXECUTE FUNCTION audit.keep_event();

CREATE OR REPLACE FUNCTION audit.keep_log() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is added to and never changed';
END $$;
CREATE OR REPLACE TRIGGER keep_log BEFORE TRUNCATE ON audit.event
    FOR EACH STATEMENT EXECUTE FUNCTION audit.keep_log();
CREATE OR REPLACE TRIGGER keep_head BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.head
    FOR EACH STATEMENT EXECUTE FUNCTION audit.keep_log();
CREATE OR REPLACE TRIGGER keep_dropped BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.dropped
    FOR EACH STATEMENT EXECUTE FUNCTION audit.keep_log();

-- A piece may go a year after its last day at the earliest, as it was verified, and with its end kept.
CREATE OR REPLACE FUNCTION audit.keep_recent() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.until > current_date - 365 OR NOT EXISTS (
        SELECT FROM audit.head h WHERE h.day = NEW.until AND h.misfit = ''
            AND h.number = NEW.number AND h.hash = NEW.hash
    ) THEN
        RAISE EXCEPTION 'of the audit log only verified pieces of more than a year ago are dropped';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep_recent BEFORE INSERT ON audit.dropped
    FOR EACH ROW EXECUTE FUNCTION audit.keep_recent();

-- Drop what lies before a day's end; returns how many rows. Deleting is nobody's but this function's.
CREATE OR REPLACE FUNCTION audit.drop_until(last date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    piece record;
    held bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7310424207);
    SELECT day, number, hash INTO piece FROM audit.head
        WHERE day <= last AND misfit = '' ORDER BY day DESC LIMIT 1;
    SELECT count(*) INTO held FROM audit.event WHERE number <= piece.number;
    IF held = 0 THEN
        RETURN 0;
    END IF;
    INSERT INTO audit.dropped (number, hash, until, rows, dropped_at)
        VALUES (piece.number, piece.hash, piece.day, held, clock_timestamp());
    DELETE FROM audit.event WHERE number <= piece.number;
    RETURN held;
END $$;
REVOKE ALL ON FUNCTION audit.chain(), audit.append(uuid), audit.drop_until(date) FROM PUBLIC;
