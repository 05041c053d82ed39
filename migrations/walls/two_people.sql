-- Whether two accounts count as two people where two must agree (docs/adr/0109). For 14 days an account
-- counts as one with the account that gave it its role on a page, and so with whoever else that one gave
-- theirs; unless the two, and whoever gave them their roles, are all that has been here for 14 days.
-- Run after every migration.
CREATE OR REPLACE FUNCTION accounts.are_two(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE hand(side, account) AS (
        VALUES (1, one), (2, other)
        UNION
        SELECT h.side, a.given_by FROM hand h JOIN accounts.account a ON a.id = h.account
        WHERE a.given_by IS NOT NULL AND a.given_at > now() - interval '14 days'
    )
    SELECT coalesce(one <> other, false) AND (
        NOT EXISTS (SELECT FROM hand x JOIN hand y USING (account) WHERE x.side = 1 AND y.side = 2)
        -- closed ones and those of another role too: who gives roles must not make the others vanish
        OR NOT EXISTS (SELECT FROM accounts.account a
            WHERE a.created_at <= now() - interval '14 days'
                AND a.id NOT IN (SELECT account FROM hand))
    )
$$;
