-- a used link stays used until the urn is emptied: web may mark, never unmark
CREATE OR REPLACE FUNCTION asking.keep_mark() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user = trim(both '"' from '{web}') THEN
        RAISE EXCEPTION 'a used link cannot be made unused';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep_mark BEFORE UPDATE OF marked ON asking.invitation
    FOR EACH ROW WHEN (OLD.marked AND NOT NEW.marked) EXECUTE FUNCTION asking.keep_mark();
CREATE OR REPLACE TRIGGER keep_mark BEFORE UPDATE OF marked ON asking.card
    FOR EACH ROW WHEN (OLD.marked AND NOT NEW.marked) EXECUTE FUNCTION asking.keep_mark();
