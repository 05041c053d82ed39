-- A version that was released never changes and is never deleted, and it is released by somebody else
-- than whoever last changed it, as it was sent to review. Run after every migration.
CREATE OR REPLACE FUNCTION asking.keep_released() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- who wrote and released it is forgotten with the log of that (asking/forget_actors.py)
    IF TG_OP = 'UPDATE' AND OLD.state = 'released'
        AND greatest(OLD.changed_at, OLD.released_at) < now() - interval '1 year'
        AND NEW.changed_actor IN (OLD.changed_actor, '') AND NEW.released_actor IN (OLD.released_actor, '')
        AND to_jsonb(NEW) - 'changed_actor' - 'released_actor'
            = to_jsonb(OLD) - 'changed_actor' - 'released_actor' THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'released' THEN
        RAISE EXCEPTION 'a released version never changes';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.state = 'released' AND (
        OLD.state <> 'review' OR NEW.files <> OLD.files OR NEW.changed_by <> OLD.changed_by
        OR NEW.released_by IS NULL OR NEW.hash = ''
        OR NOT accounts.are_two(OLD.changed_by, NEW.released_by)
    ) THEN
        RAISE EXCEPTION 'a version is released by a second person, as it was sent to review';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep_released BEFORE UPDATE OR DELETE ON asking.instrument_version
    FOR EACH ROW EXECUTE FUNCTION asking.keep_released();
CREATE OR REPLACE FUNCTION asking.begin_unreleased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a version begins as a draft';
END $$;
CREATE OR REPLACE TRIGGER begin_unreleased BEFORE INSERT ON asking.instrument_version
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION asking.begin_unreleased();
