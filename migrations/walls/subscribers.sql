-- Who is told of new figures, and what they may see. The worker sends mail and may not read accounts:
-- it sees those who asked for it, and no password. Run after every migration.
CREATE OR REPLACE VIEW subscriptions.reader AS
    SELECT a.id, a.email, a.role, a.unit FROM accounts.account a
    WHERE a.active AND EXISTS (SELECT FROM subscriptions.subscription s WHERE s.account = a.id);
