-- Where the owner of an open action is reminded. The worker sends mail and may not read accounts: it
-- sees the addresses of those who are due a reminder, as what they sign in, so that nobody is told of
-- a unit that they have left, and no password. Run after every migration.
CREATE OR REPLACE VIEW actions.owner AS
    SELECT a.id, a.email, a.language, a.role, a.unit FROM accounts.account a
    WHERE a.active AND EXISTS (
        SELECT FROM actions.action t WHERE t.owner = a.id AND t.state IN ('planned', 'under_way'));
