-- Whether two accounts count as two people where two must agree (docs/adr/0109). Two addresses of one
-- mailbox (somebody@, somebody+2@) never do. For 14 days an account
-- counts as one with the account that gave it its role on a page, and so with whoever else that one gave
-- theirs; unless the two, and whoever gave them their roles, are all that has been here for 14 days.
-- Run after every migration.

-- An account and those who stand behind it: who gave it its role, who gave them theirs, and so on.
CREATE OR REPLACE FUNCTION accounts.hand_of(one uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE hand(account) AS (
        VALUES (one)
        UNION
        SELECT a.given_by FROM hand h JOIN accounts.account a ON a.id = h.account
        WHERE a.given_by IS NOT NULL AND a.given_at > now() - interval '14 days'
    )
    SELECT account FROM hand
$$;

CREATE OR REPLACE FUNCTION accounts.are_two(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(one <> other, false) AND NOT EXISTS (
        SELECT FROM accounts.account a JOIN accounts.account b ON b.id = other
        WHERE a.id = one
            AND regexp_replace(a.email, '[+][^@]*@', '@') = regexp_replace(b.email, '[+][^@]*@', '@')
    ) AND (
        NOT EXISTS (SELECT accounts.hand_of(one) INTERSECT SELECT accounts.hand_of(other))
        -- closed ones and those of another role too: who gives roles must not make the others vanish
        OR NOT EXISTS (SELECT FROM accounts.account a
            WHERE a.created_at <= now() - interval '14 days'
                AND a.id NOT IN (SELECT accounts.hand_of(one) UNION SELECT accounts.hand_of(other)))
    )
$$;
