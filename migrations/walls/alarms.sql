-- Where mails about alarms go. The worker sends mail and may not read accounts: it sees the address of
-- administrators who asked for them, and no password. Run after every migration.
CREATE OR REPLACE VIEW accounts.alarm_reader AS
    SELECT a.id, a.email, r.language FROM accounts.account a
    JOIN asking.alarm_reader r ON r.account = a.id
    WHERE a.active AND a.role = 'admin';
