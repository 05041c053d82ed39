-- The worker makes and drops partitions of the urn. Only where it does not own them yet: giving a table
-- away waits for all who use it.
DO $$
DECLARE part regclass;
BEGIN
    FOR part IN SELECT c.oid FROM pg_class c
        WHERE c.oid IN ('counting.urn'::regclass, 'counting.spent'::regclass)
            AND pg_get_userbyid(c.relowner) <> trim(both '"' from '{worker}') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {worker}', part);
    END LOOP;
END $$;
