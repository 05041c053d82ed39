-- What is done to comments goes through these functions: web may call them, and has no other way to
-- change a text, release it or count. Each answers whether it was done. Run after every migration.
-- The search path is fixed, temporary types last: nobody can put a table or type in the way.
-- whoever left HR since is none of the two any more
CREATE OR REPLACE FUNCTION comments.is_keeper(who uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM comments.keeper k JOIN accounts.account a ON a.id = k.account
        WHERE k.account = who AND a.active AND a.role = 'hr')
$$;

-- the masked text replaces the other: what a mask hides is in no row any more
CREATE OR REPLACE FUNCTION comments.mask(comment uuid, who uuid, before text, after text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE comments.quarantine q SET text = after, masked_by = who
        WHERE q.id = comment AND q.text = before AND q.gone_by IS NULL AND comments.is_keeper(who);
    RETURN FOUND;
END $$;

-- whoever masked it, or saw to it that there was nothing to mask, cannot release it
CREATE OR REPLACE FUNCTION comments.release(comment uuid, who uuid, seen text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    WITH gone AS (
        DELETE FROM comments.quarantine q
        WHERE q.id = comment AND q.text = seen AND q.gone_by IS NULL AND q.masked_by IS NOT NULL
            AND accounts.are_two(q.masked_by, who) AND comments.is_keeper(who) AND comments.is_keeper(q.masked_by)
        RETURNING q.wave, q.text
    )
    INSERT INTO comments.released (id, wave, text)
        SELECT gen_random_uuid(), gone.wave, gone.text FROM gone;
    RETURN FOUND;
END $$;

-- what is held back or removed is seen by nobody from now on, and the night deletes it: until then it
-- may be brought back by whoever did it, and by nobody else: who was worried has the last word
CREATE OR REPLACE FUNCTION comments.hold(comment uuid, who uuid)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE of_wave uuid;
BEGIN
    UPDATE comments.quarantine q SET gone_by = who
        WHERE q.id = comment AND q.gone_by IS NULL AND comments.is_keeper(who)
        RETURNING q.wave INTO of_wave;
    UPDATE comments.wave w SET held = held + 1 WHERE w.wave = of_wave;
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION comments.unhold(comment uuid, who uuid)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE of_wave uuid;
BEGIN
    UPDATE comments.quarantine q SET gone_by = NULL
        WHERE q.id = comment AND q.gone_by = who AND comments.is_keeper(who)
        RETURNING q.wave INTO of_wave;
    UPDATE comments.wave w SET held = held - 1 WHERE w.wave = of_wave;
    RETURN FOUND;
END $$;

-- gone for all readers; the answer is the key of the wave, or nothing
CREATE OR REPLACE FUNCTION comments.remove(comment uuid, who uuid)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE of_wave uuid; of_key text;
BEGIN
    UPDATE comments.released r SET gone_by = who WHERE r.id = comment AND r.gone_by IS NULL
        RETURNING r.wave INTO of_wave;
    UPDATE comments.wave w SET removed = removed + 1 WHERE w.wave = of_wave
        RETURNING w.key INTO of_key;
    RETURN of_key;
END $$;

CREATE OR REPLACE FUNCTION comments.bring_back(comment uuid, who uuid)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE of_wave uuid; of_key text;
BEGIN
    UPDATE comments.released r SET gone_by = NULL WHERE r.id = comment AND r.gone_by = who
        RETURNING r.wave INTO of_wave;
    UPDATE comments.wave w SET removed = removed - 1 WHERE w.wave = of_wave
        RETURNING w.key INTO of_key;
    RETURN of_key;
END $$;

-- the tables without their dead rows; the worker asks for it each night and owns neither of them
CREATE OR REPLACE FUNCTION comments.write_anew()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CLUSTER comments.quarantine USING quarantine_pkey;
    CLUSTER comments.released USING released_pkey;
END $$;

REVOKE ALL ON FUNCTION comments.write_anew(), comments.is_keeper(uuid), comments.mask(uuid, uuid, text, text),
    comments.release(uuid, uuid, text), comments.hold(uuid, uuid), comments.unhold(uuid, uuid), comments.remove(uuid, uuid),
    comments.bring_back(uuid, uuid) FROM PUBLIC;
