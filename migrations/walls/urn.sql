-- The urn: sealed ballots of one length, a partition per wave, and nothing else.
-- No key, no time, no sequence (anonymity-design.md 4.1, 4.2); emptied in one batch and dropped.
CREATE TABLE IF NOT EXISTS counting.urn (
    wave uuid NOT NULL,
    ballot bytea NOT NULL
) PARTITION BY LIST (wave);

-- Receipts of credentials that were used: a second ballot on the same one finds its place taken.
CREATE TABLE IF NOT EXISTS counting.spent (
    wave uuid NOT NULL,
    receipt bytea NOT NULL,
    CONSTRAINT spent_once UNIQUE (wave, receipt)
) PARTITION BY LIST (wave);

-- What is on the shelf stays as it is: a correction is a new row (design.md 8.8).
CREATE OR REPLACE FUNCTION publications.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'publications are immutable: write a corrected one beside it';
END $$;
CREATE OR REPLACE TRIGGER immutable BEFORE UPDATE OR DELETE ON publications.publication
    FOR EACH ROW EXECUTE FUNCTION publications.refuse_change();
CREATE OR REPLACE TRIGGER immutable BEFORE UPDATE OR DELETE ON publications.estimate
    FOR EACH ROW EXECUTE FUNCTION publications.refuse_change();
CREATE OR REPLACE TRIGGER immutable BEFORE UPDATE OR DELETE ON publications.wave_record
    FOR EACH ROW EXECUTE FUNCTION publications.refuse_change();
