-- Who may do what. {web}, {reader} and {worker} are filled in with the logins of the installation.
-- Run after every migration, so that a new table is walled in from its first minute. Rights are added
-- here alone; revoke.sql takes away.
-- each login sees which migrations have run: none works on a database that its programme does not know
GRANT SELECT ON public.migration TO {web}, {reader}, {worker};

-- web: its own side; of the answers side it may drop a ballot and its receipt, and see neither
GRANT USAGE ON SCHEMA asking, accounts, audit, actions, events, counting TO {web};
GRANT SELECT ON ALL TABLES IN SCHEMA asking TO {web};
GRANT UPDATE (marked, opted_out) ON asking.invitation TO {web};
GRANT UPDATE (marked) ON asking.card TO {web};
GRANT INSERT ON asking.credential TO {web};
GRANT EXECUTE ON FUNCTION asking.hand_in(bigint, uuid, integer, uuid, bytea),
    asking.hand_in_as_told(bigint, bytea, integer, uuid, text, text, bytea),
    asking.hand_in_by_card(bigint, uuid, text, uuid, bytea),
    asking.keep_credential(bigint, uuid, integer, uuid, uuid, bytea, bytea),
    asking.kept_credential(uuid, bytea), counting.cast_ballot(bigint, uuid, bytea, bytea),
    counting.is_spent(bigint, uuid, bytea) TO {web};
-- a register that was uploaded and looked over on a page: the worker carries it out
GRANT INSERT, DELETE ON asking.register_upload TO {web};
-- what the agency's directory tells of people: the worker brings it into the register
GRANT INSERT ON asking.directory_person TO {web};
GRANT UPDATE (user_name, external_id, language, department, active, deleted, changed_at, inactive_since,
    state, region, released) ON asking.directory_person TO {web};
-- how often staff is asked, decided on a page: each decision stays
GRANT INSERT ON asking.agency_limits TO {web};
-- administrators who want to be told by mail of what is wrong: theirs to start and to stop
GRANT INSERT, DELETE ON asking.alarm_reader TO {web};
-- what somebody wants done with a wave: asked, confirmed by a second person, taken back
GRANT INSERT ON asking.wave_act TO {web};
GRANT UPDATE (state, confirmed_by, confirmed_at, due_at, outcome) ON asking.wave_act TO {web};
-- where a unit goes on, decided anew: the worker carries it out
GRANT INSERT ON asking.unit_link_act TO {web};
-- last year's waves copied to a new year: no waves, so that nothing can be sent from them
GRANT INSERT, DELETE ON asking.wave_proposal TO {web};
GRANT UPDATE (opens_on, closes_on, results_on, asked_by, actor, made_at, planned_as) ON asking.wave_proposal TO {web};
-- what somebody writes of a campaign: the worker carries it out
GRANT INSERT ON asking.campaign_act TO {web};
-- a version of an instrument while it is written; once released, a trigger keeps it (versions.sql)
GRANT INSERT, DELETE ON asking.instrument_version TO {web};
GRANT UPDATE (state, files, saved, changed_at, changed_by, changed_actor, sent_at, reason, released_at,
    released_by, released_actor, hash) ON asking.instrument_version TO {web};
-- what is said of its questions until then
GRANT INSERT, DELETE ON asking.version_comment TO {web};
GRANT UPDATE (answer, answered_at, answered_actor) ON asking.version_comment TO {web};
-- a pilot of a draft: asked for and ended on a page, opened, counted and deleted by the worker
GRANT INSERT (id, draft, instrument, version, form, code, state, asked_by, actor, asked_at, closes_on, contact, population,
    questionnaire, content, sealing_proof, figures, remarks) ON asking.pilot TO {web};
GRANT UPDATE (state) ON asking.pilot TO {web};
-- a mail that somebody wants to see first: to their own address, which the worker looks up
GRANT INSERT ON asking.trial_mail TO {web};
-- mails that came back, as a program tells: the worker notes them
GRANT INSERT ON asking.told_returned TO {web};
GRANT UPDATE (state, fields, seen, confirmed_at) ON asking.register_upload TO {web};
-- an address that works again after mail came back from it; nothing else of a person is written here
GRANT UPDATE (undelivered) ON asking.person TO {web};
-- letters that somebody asks for on a page: sealed to a worker, which seals them to the session
GRANT INSERT, DELETE ON asking.letter_request TO {web};
GRANT UPDATE (state, content) ON asking.letter_request TO {web};
GRANT SELECT ON ALL TABLES IN SCHEMA accounts TO {web};
-- an administrator opens, changes and closes accounts on pages; the night deletes those closed long ago
GRANT INSERT ON accounts.account, accounts.identity TO {web};
GRANT UPDATE (password, language, role, unit, active, closed_on, last_seen_on, given_by, given_at)
    ON accounts.account TO {web};
GRANT INSERT, UPDATE ON accounts.invitation TO {web};
-- a second step is its owner's to set up and to take away; what it seals is opened with the secret alone
GRANT INSERT, DELETE ON accounts.second_step, accounts.recovery_code TO {web};
GRANT UPDATE (last_step) ON accounts.second_step TO {web};
GRANT INSERT, DELETE ON accounts.passkey TO {web};
GRANT UPDATE (sign_count, last_used_on) ON accounts.passkey TO {web};
GRANT INSERT ON accounts.notice TO {web};
-- a function is everybody's to call unless it is taken away
REVOKE ALL ON FUNCTION accounts.are_two(uuid, uuid), accounts.hand_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.are_two(uuid, uuid) TO {web}, {worker};
GRANT EXECUTE ON FUNCTION accounts.hand_of(uuid) TO {web};
-- the log is added to and read, and nobody changes it: who writes a row does not say where it stands
GRANT SELECT ON audit.event, audit.head TO {web};
GRANT INSERT (id, at, actor, action, subject, facts) ON audit.event TO {web};
-- what is done about findings: written, changed and never deleted; reminders are the worker's
GRANT SELECT, INSERT, UPDATE ON actions.action TO {web};
-- what happened: taken away by a mark, since it counts among what was tried on the figures
GRANT SELECT, INSERT, UPDATE ON events.event TO {web};
GRANT INSERT ON counting.urn, counting.spent TO {web};
-- key holders: asked by HR, and their keys received; of a closed wave sealed ballots go out to them,
-- and come back with one seal less, in an order of theirs: the urn itself is read by nobody here
GRANT INSERT, DELETE ON asking.key_holder TO {web};
GRANT UPDATE (link_hash, public_key, compared, trouble, proof) ON asking.key_holder TO {web};
GRANT SELECT, INSERT, DELETE ON counting.hand_over TO {web};

-- that what ballots are sealed to was exchanged: said by whoever sees it first, and taken back by nobody
GRANT INSERT ON asking.sealing_alarm TO {web};

-- who wants to be told of new figures: theirs to start and to stop; letters are the worker's
GRANT USAGE ON SCHEMA subscriptions TO {web};
GRANT SELECT, INSERT, DELETE ON subscriptions.subscription TO {web};
-- what was published elsewhere, uploaded on a page: whole sources go in and out, none is changed;
-- the day and time tell whether somebody else has renewed one meanwhile
GRANT USAGE ON SCHEMA earlier TO {web};
GRANT SELECT (key, imported_at), INSERT, DELETE ON earlier.source TO {web};

-- comments: read here, changed through functions alone (comments.sql); the code book grows by versions
GRANT USAGE ON SCHEMA comments TO {web};
GRANT SELECT ON comments.wave, comments.quarantine, comments.released, comments.keeper,
    comments.code_book TO {web};
GRANT INSERT ON comments.code_book TO {web};
GRANT EXECUTE ON FUNCTION comments.is_keeper(uuid), comments.mask(uuid, uuid, text, text), comments.release(uuid, uuid, text),
    comments.hold(uuid, uuid), comments.unhold(uuid, uuid), comments.remove(uuid, uuid),
    comments.bring_back(uuid, uuid) TO {web};

-- reader: the shelf, and what was published elsewhere
GRANT USAGE ON SCHEMA publications, earlier TO {reader};
GRANT SELECT ON ALL TABLES IN SCHEMA publications, earlier TO {reader};

-- worker: sends, empties, counts, publishes
GRANT USAGE ON SCHEMA asking, counting, publications, audit, actions TO {worker};
GRANT CREATE ON SCHEMA counting TO {worker};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA asking TO {worker};
GRANT SELECT, INSERT, DELETE ON counting.response, counting.hand_over TO {worker};
GRANT SELECT, INSERT, UPDATE, DELETE ON counting.wave_record, counting.wave_table TO {worker};
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA publications TO {worker};
GRANT INSERT (id, at, actor, action, subject, facts) ON audit.event TO {worker};
-- each day it looks whether the log is whole, and drops what is old, by a function alone
GRANT SELECT ON audit.event, audit.head, audit.dropped TO {worker};
GRANT INSERT ON audit.head TO {worker};
GRANT EXECUTE ON FUNCTION audit.drop_until(date) TO {worker};
-- a source is replaced whole, so nothing of it is ever updated
GRANT USAGE ON SCHEMA earlier TO {worker};
GRANT SELECT, INSERT, DELETE ON earlier.source TO {worker};
-- of accounts the worker sees whom it writes to about one, and no password
GRANT USAGE ON SCHEMA accounts TO {worker};
GRANT SELECT, UPDATE (state, problem, attempts, due_at, sent_at) ON accounts.invitation TO {worker};
GRANT SELECT ON accounts.trial_reader, accounts.alarm_reader TO {worker};
-- and what is closed, used or over for long it deletes by a function alone
GRANT EXECUTE ON FUNCTION accounts.forget(date, timestamptz, date) TO {worker};
GRANT SELECT, UPDATE (state, problem, attempts, due_at, sent_at), DELETE ON accounts.notice TO {worker};
GRANT SELECT ON actions.action, actions.owner TO {worker};
GRANT SELECT, INSERT, UPDATE ON actions.reminder TO {worker};
-- letters tell what pages tell, events among it
GRANT USAGE ON SCHEMA subscriptions, events TO {worker};
GRANT SELECT ON subscriptions.subscription, subscriptions.reader, events.event TO {worker};
GRANT SELECT, INSERT, UPDATE ON subscriptions.letter TO {worker};
GRANT EXECUTE ON FUNCTION subscriptions.forget(timestamptz) TO {worker};
-- comments go in when an urn is emptied and away when their day has come: their words are not read
GRANT USAGE ON SCHEMA comments TO {worker};
GRANT SELECT, INSERT, UPDATE, DELETE ON comments.wave TO {worker};
GRANT INSERT, DELETE ON comments.quarantine TO {worker};
GRANT DELETE ON comments.released TO {worker};
GRANT SELECT (wave, gone_by) ON comments.quarantine, comments.released TO {worker};
-- each night, so that words which were deleted or masked lie in no file
GRANT EXECUTE ON FUNCTION comments.write_anew(), events.write_anew() TO {worker};
-- and when an urn is emptied, so that marks do
GRANT EXECUTE ON FUNCTION asking.write_anew(text), asking.let_go_of_the_log() TO {worker};

-- revoke.sql takes an owner's rights too
GRANT ALL ON counting.urn, counting.spent TO {worker};
DO $$
DECLARE part regclass;
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits
        WHERE inhparent IN ('counting.urn'::regclass, 'counting.spent'::regclass) LOOP
        EXECUTE format('GRANT ALL ON %s TO {worker}', part);
    END LOOP;
END $$;
