-- What the database does when somebody sends, each in one round: it waits for the wave's lock, looks
-- whether the wave is open, and writes. Each has the rights of its caller (web), and no more: it may
-- mark, and put into the urn what it never sees again (anonymity-design.md 4.3). The lock comes before
-- any statement that names the urn, since emptying, which holds it alone, drops a part of that table;
-- and each statement sees what was committed by then. Run after every migration.

-- The plain form's crossing (anonymity-design.md 5, grade B): the link is marked and the ballot put into
-- the urn, both or neither. Of two who send at once the second finds nothing left to mark. This and the
-- next two are all that name both sides (tests/architecture/test_anonymity_lint.py).
CREATE OR REPLACE FUNCTION asking.hand_in(
    lock bigint, letter uuid, its_generation integer, its_wave uuid, sealed bytea
) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock);
    UPDATE asking.invitation i SET marked = true FROM asking.wave w
        WHERE i.id = letter AND i.generation = its_generation AND NOT i.marked AND NOT i.withdrawn
        AND w.id = i.wave AND w.state = 'open';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO counting.urn (wave, ballot) VALUES (its_wave, sealed);
    RETURN true;
END $$;

-- The same, where the form told of which wave and unit it is: the link's code proves the wave, and all
-- else is held against its row here. Nothing is done where one thing is otherwise, or where the wave or
-- its campaign was written since the form was put together (their xmin): then it is looked up.
CREATE OR REPLACE FUNCTION asking.hand_in_as_told(
    lock bigint, letter bytea, its_generation integer, its_wave uuid, its_domain text, its_version text,
    sealed bytea
) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock);
    UPDATE asking.invitation i SET marked = true
        FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign
        WHERE i.pid = letter AND i.wave = its_wave AND i.generation = its_generation
        AND i.domain = coalesce(its_domain, i.domain) AND NOT i.marked AND NOT i.withdrawn
        AND w.id = its_wave AND w.state = 'open'
        AND w.xmin::text || '.' || c.xmin::text = its_version;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO counting.urn (wave, ballot) VALUES (its_wave, sealed);
    RETURN true;
END $$;

-- The same by a card. As many cards of a domain count as there are people without an invitation of their
-- own: who sends at the same time waits, or two would both be the last.
CREATE OR REPLACE FUNCTION asking.hand_in_by_card(
    lock bigint, drawn uuid, its_domain text, its_wave uuid, sealed bytea
) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock);
    PERFORM pg_advisory_xact_lock(hashtextextended('card/' || its_wave::text || '/' || its_domain, 0::bigint));
    UPDATE asking.card c SET marked = true FROM asking.wave w
        WHERE c.id = drawn AND NOT c.marked AND w.id = c.wave AND w.state = 'open'
        AND (SELECT count(*) FROM asking.card o
            WHERE o.wave = c.wave AND o.domain = c.domain AND o.marked)
        < (SELECT sum(people) FROM asking.card_pile p
            WHERE p.wave = c.wave AND p.domain = c.domain);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO counting.urn (wave, ballot) VALUES (its_wave, sealed);
    RETURN true;
END $$;

-- A credential (grade A): the link is marked and what was signed is kept for a retry. Returned is what may
-- be handed out: this signature, else the one that was kept for the same blinded message, else nothing.
CREATE OR REPLACE FUNCTION asking.keep_credential(
    lock bigint, letter uuid, its_generation integer, its_wave uuid, credential uuid, digest bytea,
    signature bytea
) RETURNS bytea LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock);
    UPDATE asking.invitation i SET marked = true FROM asking.wave w
        WHERE i.id = letter AND i.generation = its_generation AND NOT i.marked AND NOT i.withdrawn
        AND w.id = i.wave AND w.state = 'open';
    IF FOUND THEN
        INSERT INTO asking.credential (id, invitation, wave, blinded_hash, blind_signature)
            VALUES (credential, letter, its_wave, digest, signature);
        RETURN signature;
    END IF;
    RETURN asking.kept_credential(letter, digest);
END $$;

-- What was signed before for the same blinded message, while the wave is open.
CREATE OR REPLACE FUNCTION asking.kept_credential(letter uuid, digest bytea) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.blind_signature FROM asking.credential c
        JOIN asking.invitation i ON i.id = c.invitation JOIN asking.wave w ON w.id = i.wave
        WHERE c.invitation = letter AND c.blinded_hash = digest AND w.state = 'open'
$$;

-- A ballot with a credential, or by an open link: its receipt and the ballot, both or neither. A repeat
-- does the same, and takes its ballot back, so that neither what the database does nor how long it takes
-- tells the two apart; it is told that its ballot is there, as the first was. A pilot has an urn as a
-- wave has.
CREATE OR REPLACE FUNCTION counting.cast_ballot(lock bigint, its_wave uuid, its_receipt bytea, sealed bytea)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE is_first boolean;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock);
    IF NOT EXISTS (SELECT FROM asking.wave WHERE id = its_wave AND state = 'open')
        AND NOT EXISTS (SELECT FROM asking.pilot WHERE id = its_wave AND state = 'open') THEN
        RETURN false;
    END IF;
    BEGIN
        INSERT INTO counting.spent (wave, receipt) VALUES (its_wave, its_receipt) ON CONFLICT DO NOTHING;
        is_first := FOUND;
        INSERT INTO counting.urn (wave, ballot) VALUES (its_wave, sealed);
        IF NOT is_first THEN
            RAISE SQLSTATE 'BA001';
        END IF;
    EXCEPTION WHEN SQLSTATE 'BA001' THEN
        NULL;  -- the ballot is gone again, and the receipt stays as it was
    END;
    RETURN true;
END $$;

-- Whether the ballot of a receipt has come; null where the wave is not open. Receipts cannot be read, so
-- one is written, and taken back. The lock keeps the wave open meanwhile, or one that has closed would
-- look like a ballot that has come.
CREATE OR REPLACE FUNCTION counting.is_spent(lock bigint, its_wave uuid, its_receipt bytea)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE is_new boolean;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock);
    IF NOT EXISTS (SELECT FROM asking.wave WHERE id = its_wave AND state = 'open') THEN
        RETURN NULL;
    END IF;
    BEGIN
        INSERT INTO counting.spent (wave, receipt) VALUES (its_wave, its_receipt) ON CONFLICT DO NOTHING;
        is_new := FOUND;
        RAISE SQLSTATE 'BA001';
    EXCEPTION WHEN SQLSTATE 'BA001' THEN
        NULL;
    END;
    RETURN NOT is_new;
END $$;
REVOKE ALL ON FUNCTION asking.hand_in(bigint, uuid, integer, uuid, bytea),
    asking.hand_in_as_told(bigint, bytea, integer, uuid, text, text, bytea),
    asking.hand_in_by_card(bigint, uuid, text, uuid, bytea),
    asking.keep_credential(bigint, uuid, integer, uuid, uuid, bytea, bytea),
    asking.kept_credential(uuid, bytea), counting.cast_ballot(bigint, uuid, bytea, bytea),
    counting.is_spent(bigint, uuid, bytea) FROM PUBLIC;
