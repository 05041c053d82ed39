-- What no version that is at work needs any more: run together with grants.sql, in one transaction, once
-- none of the version before is left (docs/adr/0126). Nobody is without their rights in between.
REVOKE ALL ON ALL TABLES IN SCHEMA asking, counting, publications, accounts, audit, actions, events,
    earlier, comments, subscriptions FROM PUBLIC, {web}, {reader}, {worker};
REVOKE ALL ON SCHEMA asking, counting, publications, accounts, audit, actions, events,
    earlier, comments, subscriptions FROM PUBLIC, {web}, {reader}, {worker};
