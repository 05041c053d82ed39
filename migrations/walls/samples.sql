-- The planner keeps up to a hundred values of each column that ANALYZE samples, also once their rows
-- are deleted and their table is written anew: of one that is empty by then, for ever. So it samples
-- nothing that names people, is in their words or is what they answered, nor who had a credential, who
-- was written to twice and whose reminder came back. Run after every migration.
ALTER TABLE asking.person ALTER COLUMN number SET STATISTICS 0,
    ALTER COLUMN email SET STATISTICS 0,
    ALTER COLUMN mobile SET STATISTICS 0;
ALTER TABLE asking.directory_person ALTER COLUMN external_id SET STATISTICS 0,
    ALTER COLUMN user_name SET STATISTICS 0;
ALTER TABLE asking.register_upload ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE asking.unit_link_act ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE asking.invitation ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE asking.credential ALTER COLUMN invitation SET STATISTICS 0;
ALTER TABLE asking.outbox ALTER COLUMN invitation SET STATISTICS 0;
ALTER TABLE asking.letter_request ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE asking.told_returned ALTER COLUMN outbox SET STATISTICS 0,
    ALTER COLUMN address SET STATISTICS 0;
ALTER TABLE asking.trial_mail ALTER COLUMN mobile SET STATISTICS 0;
ALTER TABLE asking.wave_act ALTER COLUMN file_name SET STATISTICS 0,
    ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE asking.campaign_act ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE asking.pilot ALTER COLUMN remarks SET STATISTICS 0;
ALTER TABLE accounts.account ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE accounts.identity ALTER COLUMN issuer SET STATISTICS 0,
    ALTER COLUMN subject SET STATISTICS 0;
ALTER TABLE accounts.notice ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE accounts.invitation ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE asking.alarm_letter ALTER COLUMN address SET STATISTICS 0;
ALTER TABLE events.event ALTER COLUMN text SET STATISTICS 0,
    ALTER COLUMN text_nb SET STATISTICS 0,
    ALTER COLUMN text_nn SET STATISTICS 0,
    ALTER COLUMN text_en SET STATISTICS 0;
ALTER TABLE counting.hand_over ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE counting.response ALTER COLUMN answers SET STATISTICS 0;
ALTER TABLE comments.quarantine ALTER COLUMN text SET STATISTICS 0;
ALTER TABLE comments.released ALTER COLUMN text SET STATISTICS 0;
-- samples of before go as a column is given the type that it has; not where a view reads the column,
-- which addresses of accounts are alone
DO $$
DECLARE kept record;
BEGIN
    FOR kept IN
        SELECT attrelid::regclass AS place, a.attname AS name,
            format_type(atttypid, atttypmod) AS kind
        FROM pg_stats s JOIN pg_attribute a ON a.attname = s.attname
            AND attrelid = format('%I.%I', schemaname, tablename)::regclass
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND attstattarget = 0
            AND NOT EXISTS (SELECT 1 FROM pg_depend JOIN pg_rewrite r ON r.oid = objid
                WHERE refobjid = attrelid AND refobjsubid = attnum) LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', kept.place, kept.name, kept.kind);
    END LOOP;
END $$;
