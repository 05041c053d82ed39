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
