-- Where a mail goes that somebody asked to see. The worker sends mail and may not read accounts: it sees
-- the address of those who wait for such a mail, and no password. Run after every migration.
CREATE OR REPLACE VIEW accounts.trial_reader AS
    SELECT a.id, a.email FROM accounts.account a
    WHERE a.active AND EXISTS (
        SELECT FROM asking.trial_mail t WHERE t.account = a.id AND t.state = 'due');
