-- The planner's statistics would keep what an event was called, also once it is taken away.
-- Run after every migration.
ALTER TABLE events.event ALTER COLUMN text SET STATISTICS 0,
    ALTER COLUMN text_nb SET STATISTICS 0,
    ALTER COLUMN text_nn SET STATISTICS 0,
    ALTER COLUMN text_en SET STATISTICS 0;

-- the table without its dead rows; the worker asks for it each night and does not own it
CREATE OR REPLACE FUNCTION events.write_anew()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CLUSTER events.event USING event_pkey;
END $$;
REVOKE ALL ON FUNCTION events.write_anew() FROM PUBLIC;
