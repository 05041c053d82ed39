-- The table without its dead rows; the worker asks for it each night and does not own it. Run after
-- every migration.
CREATE OR REPLACE FUNCTION events.write_anew()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CLUSTER events.event USING event_pkey;
END $$;
REVOKE ALL ON FUNCTION events.write_anew() FROM PUBLIC;
