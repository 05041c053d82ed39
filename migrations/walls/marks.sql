-- Tables that held marks, without their dead rows; the worker asks for it and owns none of them. Each
-- on its own, so that nobody waits for more than one. Run after every migration.
CREATE OR REPLACE FUNCTION asking.write_anew(which text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE which
        WHEN 'invitation' THEN CLUSTER asking.invitation USING invitation_pkey;
        WHEN 'card' THEN CLUSTER asking.card USING card_pkey;
        WHEN 'credential' THEN CLUSTER asking.credential USING credential_pkey;
        WHEN 'outbox' THEN CLUSTER asking.outbox USING outbox_pkey;
        WHEN 'told_returned' THEN CLUSTER asking.told_returned USING told_returned_pkey;
    END CASE;
END $$;

-- the write-ahead log so far, which the server then removes where nothing else holds on to it
CREATE OR REPLACE FUNCTION asking.let_go_of_the_log()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CHECKPOINT;
    PERFORM pg_switch_wal();
    CHECKPOINT;
END $$;
REVOKE ALL ON FUNCTION asking.write_anew(text), asking.let_go_of_the_log() FROM PUBLIC;

-- the planner's statistics outlive rows and tables that are written anew: who had a credential, who
-- was written to twice, and whose reminder came back
ALTER TABLE asking.credential ALTER COLUMN invitation SET STATISTICS 0;
ALTER TABLE asking.outbox ALTER COLUMN invitation SET STATISTICS 0;
ALTER TABLE asking.told_returned ALTER COLUMN outbox SET STATISTICS 0,
    ALTER COLUMN address SET STATISTICS 0;
-- those of before go as a column is given the type that it has
DO $$
DECLARE kept record;
BEGIN
    FOR kept IN
        SELECT attrelid::regclass AS place, attname AS name, format_type(atttypid, atttypmod) AS kind
        FROM pg_attribute JOIN pg_stats USING (attname)
        WHERE schemaname = 'asking' AND attrelid = format('asking.%I', tablename)::regclass
            AND attstattarget = 0 LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', kept.place, kept.name, kept.kind);
    END LOOP;
END $$;
