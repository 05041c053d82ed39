"""Ballots that are refused: unreadable, forged, too late, too many."""

import asyncio
import json

import pytest
from redis.asyncio import Redis

from survey_app.asking.invitations import credential_keys, issue_credential
from survey_app.counting.urn import spent
from survey_app.counting.urn.lock import lock_number
from survey_app.shared.database import Login, connection, fetch
from tests.blind_client import (
    Credential,
    ask_to_sign,
    finalize,
    fresh,
    get_credential,
    group_key,
    send_ballot,
    unb64url,
)
from tests.builders_answering import an_open_wave, some_answers
from tests.urn_reading import change, marks, urn_of
from tests.web.credentials.sending import ACCEPTED, a_credential, groups_of, post, receipts


async def test_a_code_that_is_not_offered_spends_nothing(web, settings, opened):
    wave, _, _ = opened
    credential = await a_credential(web, opened)
    for answers in ({"vp.try.1": "17"}, {"vp.try.1": ["1", "2"]}, {"vp.try.1": 4}, {"x": [["1"]]}):
        reply = await send_ballot(web, credential, answers)
        assert (reply.status_code, reply.json()) == (422, {"outcome": "unreadable"})
    assert await receipts(wave) == []
    # and the credential is still good
    assert (await send_ballot(web, credential, some_answers())).content == ACCEPTED
    assert len((await urn_of(settings, wave))[1]) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b"a=1", b'{"wave":1}'])
async def test_a_body_that_is_no_ballot_is_unreadable(web, opened, body):
    reply = await post(web, "/ballot", body)
    assert (reply.status_code, reply.json()) == (422, {"outcome": "unreadable"})


async def test_a_body_larger_than_any_ballot_is_refused(web, opened):
    credential = await a_credential(web, opened)
    body = json.loads(credential.ballot({})) | {"pad": "x" * 70_000}
    reply = await post(web, "/ballot", body)
    assert (reply.status_code, reply.json()) == (422, {"outcome": "unreadable"})


async def test_forged_foreign_and_changed_credentials_count_nothing(web, settings, opened):
    wave, token, group = opened
    other = await an_open_wave(settings, "verdipuls-2026-k4", form="verdipuls.k4")
    credential = await get_credential(web, wave.key, group, token)
    elsewhere = next(iter({"nord-1", "sor-1"} - {group}))
    flipped = bytes([credential.signature[0] ^ 1]) + credential.signature[1:]
    forgeries = [
        Credential(wave.key, group, credential.message, flipped),
        Credential(wave.key, group, bytes(64), credential.signature),
        Credential(wave.key, group, credential.message[:63], credential.signature),
        Credential(wave.key, group, credential.message, b""),
        Credential(wave.key, elsewhere, credential.message, credential.signature),
        Credential(other.key, group, credential.message, credential.signature),
    ]
    for forgery in forgeries:
        reply = await send_ballot(web, forgery, some_answers())
        assert (reply.status_code, reply.json()) == (403, {"outcome": "forged"})
    assert await receipts(wave) == await receipts(other) == []
    assert (await urn_of(settings, wave))[1] == ()
    assert (await send_ballot(web, credential, some_answers())).content == ACCEPTED


async def test_a_blind_signature_is_no_credential(web, opened):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    blind = unb64url((await ask_to_sign(web, token, kept)).json()["signature"])
    reply = await send_ballot(web, Credential(wave.key, group, kept.message, blind), {})
    assert reply.status_code == 403
    good = Credential(wave.key, group, kept.message, finalize(kept, blind))
    assert (await send_ballot(web, good, {})).content == ACCEPTED


@pytest.mark.parametrize("state", ["closed", "counted", "published"])
async def test_a_ballot_that_comes_too_late_is_told_so(web, opened, state):
    wave, _, _ = opened
    credential = await a_credential(web, opened)
    await change("UPDATE asking.wave SET state = $1", state)
    reply = await send_ballot(web, credential, some_answers())
    assert (reply.status_code, reply.json()) == (410, {"outcome": "closed"})
    assert await receipts(wave) == []


async def test_a_wave_that_is_emptied_while_answers_come_is_closed_to_them(live, settings):
    wave = await an_open_wave(settings)
    group = (await groups_of(settings, wave))[wave.tokens[0]]
    credential = await get_credential(live, wave.key, group, wave.tokens[0])
    kept = fresh(await group_key(live, wave.key, group))
    async with connection(Login.WORKER) as emptying:
        transaction = emptying.transaction()
        await transaction.start()
        await emptying.execute("SELECT pg_advisory_xact_lock($1)", lock_number(wave.id))
        ballot = asyncio.create_task(send_ballot(live, credential, some_answers()))
        issue = asyncio.create_task(ask_to_sign(live, wave.tokens[1], kept))
        form = asyncio.create_task(
            live.post(f"/answer/{wave.tokens[2]}", data=some_answers(), follow_redirects=False)
        )
        await asyncio.sleep(0.3)
        assert not any(one.done() for one in (ballot, issue, form))
        await emptying.execute("UPDATE asking.wave SET state = 'counted' WHERE id = $1", wave.id)
        await issue_credential.forget(emptying, wave.id)
        await credential_keys.forget_credential_keys(emptying, wave.id)
        await spent.take_down_receipts(emptying, wave.id)
        await emptying.execute(f"DROP TABLE counting.urn_{wave.id.hex}")
        await transaction.commit()
        assert (await ballot).json() == {"outcome": "closed"}
        assert (await issue).json() == {"outcome": "closed"}
        assert (await form).headers["location"].startswith("/answer/closed?")
    assert await marks(wave) == 1
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.credential") == []
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.credential_key") == []


async def test_unknown_waves_groups_and_links_are_slowed_down_together(web, opened, redis):
    wave, _, group = opened
    credential = await a_credential(web, opened)
    async with Redis.from_url(redis.url) as box:
        await box.flushdb()
        statuses = []
        for at in range(66):
            wrong = [
                Credential("no-such-wave", group, bytes(64), b""),
                Credential(wave.key, "no-such-unit", bytes(64), b""),
            ]
            if at % 3 < 2:
                reply = await send_ballot(web, wrong[at % 3], {})
            else:
                reply = await ask_to_sign(
                    web, "a" * 34, fresh(await group_key(web, wave.key, group))
                )
            statuses.append(reply.status_code)
        assert statuses == [404] * 60 + [429] * 6
        assert reply.json() == {"outcome": "busy"}
        # a genuine one is never slowed down: whole prisons share one address
        assert (await send_ballot(web, credential, {})).content == ACCEPTED
        await box.flushdb()
