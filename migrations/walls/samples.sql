-- The planner keeps up to a hundred values of each column that ANALYZE samples, also once their rows
-- are deleted and their table is written anew: of one that is empty by then, for ever. So it samples
-- nothing that names people, is in their words or is what they answered, nor who was invited, had a
-- credential, was written to twice and whose reminder came back. Samples of before go once these
-- statements have run (survey_app/installation/walls.py). Run after every migration.
ALTER TABLE asking.person ALTER COLUMN number SET STATISTICS 0,
    ALTER COLUMN email SET STATISTICS 0,
    ALTER COLUMN mobile SET STATISTICS 0;
ALTER TABLE asking.directory_person ALTER COLUMN external_id SET STATISTICS 0,
    ALTER COLUMN user_name SET STATISTICS 0;
ALTER TABLE asking.register_upload ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE asking.unit_link_act ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE asking.invitation ALTER COLUMN email SET STATISTICS 0,
    ALTER COLUMN person SET STATISTICS 0;
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
