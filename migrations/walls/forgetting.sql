-- What goes when its time is over, in schemas that the worker does not write: it may ask for it through
-- these functions alone, and the database refuses what is too new. Run after every migration.

-- Closed accounts, with who their owners are at the provider and what they sign in with; links that open
-- nothing any more; tokens of programs. A closed account stays for 30 days at least: until then it counts among those who are here
-- (two_people.sql), and who closed it by mistake opens it again.
CREATE OR REPLACE FUNCTION accounts.forget(
    closed_until date, links_until timestamptz, tokens_until date,
    OUT accounts bigint, OUT links bigint, OUT tokens bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- closed or opened by a process of a version that did not note it
    UPDATE accounts.account a SET closed_on = current_date WHERE NOT a.active AND a.closed_on IS NULL;
    UPDATE accounts.account a SET closed_on = NULL WHERE a.active AND a.closed_on IS NOT NULL;
    DELETE FROM accounts.account a
        WHERE NOT a.active AND a.closed_on <= least(closed_until, current_date - 30);
    GET DIAGNOSTICS accounts = ROW_COUNT;
    DELETE FROM accounts.invitation i
        WHERE least(i.used_at, i.withdrawn_at, i.ends_at) <= least(links_until, now() - interval '1 day');
    GET DIAGNOSTICS links = ROW_COUNT;
    DELETE FROM asking.alarm_reader r
        WHERE NOT EXISTS (SELECT FROM accounts.account a WHERE a.id = r.account);
    DELETE FROM accounts.api_token t WHERE t.expires_on <= least(tokens_until, current_date - 30);
    GET DIAGNOSTICS tokens = ROW_COUNT;
END $$;

-- Subscriptions of accounts that are gone, with their letters; and letters that went out long ago: what
-- is published is told of for two weeks, so that none is sent again.
CREATE OR REPLACE FUNCTION subscriptions.forget(
    sent_until timestamptz, OUT subscriptions bigint, OUT letters bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM subscriptions.subscription s
        WHERE NOT EXISTS (SELECT FROM accounts.account a WHERE a.id = s.account);
    GET DIAGNOSTICS subscriptions = ROW_COUNT;
    DELETE FROM subscriptions.letter l WHERE l.state <> 'due'
        AND coalesce(l.sent_at, l.due_at) <= least(sent_until, now() - interval '30 days');
    GET DIAGNOSTICS letters = ROW_COUNT;
END $$;
REVOKE ALL ON FUNCTION accounts.forget(date, timestamptz, date), subscriptions.forget(timestamptz)
    FROM PUBLIC;
