-- Indexes beside those of Piccolo's tables, each made while others read and write. Run after every
-- migration; a name is never used again for another index.
CREATE INDEX CONCURRENTLY IF NOT EXISTS estimate_trend
    ON publications.estimate (measure, level, domain, publication);
CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_due ON asking.outbox (due_at) WHERE state = 'due';
CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_due_by_channel ON asking.outbox (channel, due_at)
    WHERE state = 'due';
CREATE INDEX CONCURRENTLY IF NOT EXISTS invitation_wave ON asking.invitation (wave);
-- of two who hand over at once the second finds the place taken
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS hand_over_step ON counting.hand_over (wave, step);
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS key_holder_place ON asking.key_holder (wave, place);
CREATE INDEX CONCURRENTLY IF NOT EXISTS response_wave ON counting.response (wave);
CREATE INDEX CONCURRENTLY IF NOT EXISTS quarantine_wave ON comments.quarantine (wave);
CREATE INDEX CONCURRENTLY IF NOT EXISTS released_wave ON comments.released (wave);
