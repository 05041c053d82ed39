"""Blind credentials from the server's side: name and answers in two requests that share nothing."""

import asyncio
import hashlib
import json
import re

import pytest
from litestar.testing import AsyncTestClient
from redis.asyncio import Redis

from survey_app.answering import credential as signing
from survey_app.app import create_ballot_app
from survey_app.asking.invitations import credential_keys, issue_credential
from survey_app.asking.invitations.tokens import token_for
from survey_app.counting.urn import spent
from survey_app.counting.urn.lock import lock_number
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connection, fetch
from tests.blind_client import (
    Credential,
    ask_to_sign,
    b64url,
    finalize,
    fresh,
    get_credential,
    group_key,
    send_ballot,
    unb64url,
)
from tests.builders_answering import an_open_wave, some_answers, without_pools
from tests.urn_reading import change, marks, urn_of

ACCEPTED = b'{"outcome":"accepted"}'


async def groups_of(settings, wave) -> dict[str, str]:
    """The group of each token."""
    rows = await fetch(Login.WORKER, "SELECT * FROM asking.invitation WHERE wave = $1", wave.id)
    secret = settings.secret()
    return {token_for(secret, wave.id, row["pid"], 0): row["domain"] for row in rows}


@pytest.fixture
async def opened(web, settings):
    """An open wave, one token of it and that token's group."""
    wave = await an_open_wave(settings)
    groups = await groups_of(settings, wave)
    return wave, wave.tokens[0], groups[wave.tokens[0]]


async def a_credential(web, opened) -> Credential:
    wave, token, group = opened
    return await get_credential(web, wave.key, group, token)


async def receipts(wave) -> list[str]:
    async with connection(Login.WORKER) as link:
        return await spent.read_receipts(link, wave.id)


async def post(web, path, body):
    content = body if isinstance(body, bytes) else json.dumps(body)
    return await web.post(path, content=content, headers={"content-type": "text/plain"})


# -- the credential -------------------------------------------------------------------------------


async def test_a_credential_marks_the_link_and_holds_no_answer(web, settings, opened):
    wave, _, _ = opened
    await a_credential(web, opened)
    assert await marks(wave) == 1
    assert (await urn_of(settings, wave))[1] == ()
    assert await receipts(wave) == []


async def test_what_is_kept_of_a_credential_is_a_hash_and_a_blind_signature(web, opened):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    reply = await ask_to_sign(web, token, kept)
    [row] = await fetch(Login.WORKER, "SELECT * FROM asking.credential")
    assert set(row) == {"id", "invitation", "wave", "blinded_hash", "blind_signature"}
    assert row["blinded_hash"] == hashlib.sha256(kept.blinded).digest()
    assert row["blind_signature"] == unb64url(reply.json()["signature"])


async def test_a_lost_reply_is_given_again_and_another_request_is_refused(web, opened):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    first = await ask_to_sign(web, token, kept)
    again = await ask_to_sign(web, token, kept)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    other = await ask_to_sign(web, token, fresh(await group_key(web, wave.key, group)))
    assert (other.status_code, other.json()) == (409, {"outcome": "used"})


async def test_a_link_used_by_the_plain_form_gets_no_credential(web, opened):
    wave, token, group = opened
    await web.post(f"/answer/{token}", data=some_answers(), follow_redirects=False)
    reply = await ask_to_sign(web, token, fresh(await group_key(web, wave.key, group)))
    assert (reply.status_code, reply.json()) == (409, {"outcome": "used"})


async def test_a_link_with_a_credential_takes_no_plain_form(web, settings, opened):
    wave, token, _ = opened
    await a_credential(web, opened)
    reply = await web.post(f"/answer/{token}", data=some_answers(), follow_redirects=False)
    assert reply.headers["location"].startswith("/answer/used?")
    assert (await urn_of(settings, wave))[1] == ()


@pytest.mark.parametrize(
    ("prepare", "status", "outcome"),
    [
        ("UPDATE asking.wave SET state = 'closed'", 410, "closed"),
        ("UPDATE asking.wave SET state = 'published'", 410, "closed"),
        ("UPDATE asking.invitation SET withdrawn = true", 404, "unknown"),
        ("UPDATE asking.invitation SET generation = 1", 404, "unknown"),
        ("DELETE FROM asking.invitation", 404, "unknown"),
        ("DELETE FROM asking.credential_key", 404, "unknown"),
        ("UPDATE asking.credential_key SET sealed_private = decode('00', 'hex')", 503, "failed"),
        ("ALTER TABLE asking.credential RENAME TO gone", 503, "failed"),
    ],
)
async def test_a_link_that_gets_no_credential_says_why(web, opened, prepare, status, outcome):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    await change(prepare)
    reply = await ask_to_sign(web, token, kept)
    assert (reply.status_code, reply.json()) == (status, {"outcome": outcome})
    assert await marks(wave) == 0


async def test_a_retry_after_closing_gets_nothing(web, opened):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    await ask_to_sign(web, token, kept)
    await change("UPDATE asking.wave SET state = 'closed'")
    assert (await ask_to_sign(web, token, kept)).json() == {"outcome": "closed"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"blinded=4",
        {},
        [],
        {"blinded": 4},
        {"blinded": "*" * 342},
        {"blinded": b64url(bytes(255))},
        {"blinded": b64url(bytes(257))},
        {"blinded": b64url(b"\xff" * 256)},
        {"blinded": b64url(bytes(256)) + "=="},
    ],
)
async def test_what_cannot_be_signed_marks_nothing(web, opened, body):
    wave, token, _ = opened
    reply = await post(web, f"/answer/{token}/credential", body)
    assert (reply.status_code, reply.json()) == (422, {"outcome": "unreadable"})
    assert await marks(wave) == 0


async def test_a_signature_that_came_out_wrong_marks_nothing(web, opened, monkeypatch, caplog):
    from survey_app.asking.errors import SigningFailed

    def miscalculate(*_):
        raise SigningFailed

    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    monkeypatch.setattr(issue_credential, "blind_sign", miscalculate)
    reply = await ask_to_sign(web, token, kept)
    assert (reply.status_code, reply.json()) == (503, {"outcome": "failed"})
    assert "did not verify" in caplog.text
    assert token not in caplog.text
    monkeypatch.undo()
    assert await marks(wave) == 0
    assert (await ask_to_sign(web, token, kept)).status_code == 200


async def test_a_key_that_was_used_is_not_taken_apart_again(web, settings, opened):
    wave, token, group = opened
    await a_credential(web, opened)
    [other] = [one for one, its in (await groups_of(settings, wave)).items() if its == group][1:2]
    await change("UPDATE asking.credential_key SET sealed_private = decode('00', 'hex')")
    assert (await get_credential(web, wave.key, group, other)).group == group
    await change("UPDATE asking.wave SET state = 'closed'")
    await ask_to_sign(web, token, fresh(await group_key(web, wave.key, group)))
    # the first who comes too late lets this process forget the keys
    assert (wave.id, group) not in signing._ring(settings)._kept


# -- the ballot -----------------------------------------------------------------------------------


async def test_a_ballot_is_sealed_with_the_group_that_its_signature_proves(web, settings, opened):
    wave, _, group = opened
    credential = await a_credential(web, opened)
    reply = await send_ballot(web, credential, some_answers())
    assert (reply.status_code, reply.content) == (200, ACCEPTED)
    _, [ballot] = await urn_of(settings, wave)
    assert ballot.domain == group
    assert 4 in ballot.answers
    assert await receipts(wave) == [credential.receipt]


async def test_a_repeat_gets_the_same_bytes_and_is_not_counted(web, settings, opened):
    wave, _, _ = opened
    credential = await a_credential(web, opened)
    first = await send_ballot(web, credential, some_answers())
    again = await send_ballot(web, credential, some_answers(code="1"))
    assert first.content == again.content == ACCEPTED
    assert first.headers.raw == again.headers.raw
    _, [ballot] = await urn_of(settings, wave)
    assert 4 in ballot.answers
    assert len(await receipts(wave)) == 1


async def test_a_repeat_is_as_durable_as_a_first_ballot(web, opened):
    # a repeat that waited for no disk would come back sooner, and tell that it was one
    credential = await a_credential(web, opened)
    position = "SELECT pg_current_wal_flush_lsn() - '0/0' AS flushed"
    for _ in range(3):
        [before] = await fetch(Login.MIGRATOR, position)
        assert (await send_ballot(web, credential, some_answers())).content == ACCEPTED
        [after] = await fetch(Login.MIGRATOR, position)
        assert after["flushed"] > before["flushed"]


async def test_a_ballot_tells_and_learns_nothing_but_one_word(web, opened):
    web.cookies.set("barometer_session", "somebody-is-signed-in")
    reply = await send_ballot(web, await a_credential(web, opened), some_answers())
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in reply.headers


async def test_a_browser_on_another_host_may_ask_first(web):
    reply = await web.options(
        "/ballot",
        headers={"origin": "https://svar.example.org", "access-control-request-method": "POST"},
    )
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "POST"
    assert reply.headers["access-control-allow-headers"] == "content-type"


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


async def test_an_empty_ballot_counts_as_an_empty_form_does(web, settings, opened):
    wave, _, _ = opened
    assert (await send_ballot(web, await a_credential(web, opened), {})).content == ACCEPTED
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


async def test_padding_makes_no_difference(web, settings, opened):
    wave, _, _ = opened
    credential = await a_credential(web, opened)
    body = json.loads(credential.ballot(some_answers())) | {"pad": "x" * 3000}
    assert (await post(web, "/ballot", body)).content == ACCEPTED
    assert len((await urn_of(settings, wave))[1]) == 1


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


async def test_a_ballot_that_could_not_be_kept_can_be_sent_again(web, settings, opened, caplog):
    wave, _, _ = opened
    credential = await a_credential(web, opened)
    await change(f"ALTER TABLE counting.urn DETACH PARTITION counting.urn_{wave.id.hex}")
    reply = await send_ballot(web, credential, some_answers())
    assert (reply.status_code, reply.json()) == (503, {"outcome": "failed"})
    assert "a ballot was not taken: CheckViolationError" in caplog.text
    # the receipt went back with the ballot: both or neither
    assert await receipts(wave) == []
    await change(
        f"ALTER TABLE counting.urn ATTACH PARTITION counting.urn_{wave.id.hex}"
        f" FOR VALUES IN ('{wave.id}')"
    )
    assert (await send_ballot(web, credential, some_answers())).content == ACCEPTED
    assert len((await urn_of(settings, wave))[1]) == 1


async def test_a_wave_that_is_emptied_while_a_ballot_comes_is_closed_to_it(live, settings):
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
        await asyncio.sleep(0.3)
        assert not ballot.done()
        assert not issue.done()
        await emptying.execute("UPDATE asking.wave SET state = 'counted' WHERE id = $1", wave.id)
        await issue_credential.forget(emptying, wave.id)
        await credential_keys.forget(emptying, wave.id)
        await spent.take_down(emptying, wave.id)
        await emptying.execute(f"DROP TABLE counting.urn_{wave.id.hex}")
        await transaction.commit()
        assert (await ballot).json() == {"outcome": "closed"}
        assert (await issue).json() == {"outcome": "closed"}
    assert await marks(wave) == 1
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.credential") == []
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.credential_key") == []


async def test_somebody_screened_out_is_counted_and_leaves_no_answers(web, settings):
    from survey_app.asking.invitations.sample import Drawn
    from tests.builders_answering import a_public_wave

    wave = await a_public_wave(settings, [Drawn("03", "1", "1", "nb")] * 12, form="omdomme")
    inside, outside = [await get_credential(web, wave.key, "", token) for token in wave.tokens[:2]]
    first = await send_ballot(web, inside, some_answers("omdomme", **{"om.fil.2": "7"}))
    second = await send_ballot(web, outside, some_answers("omdomme", **{"om.fil.2": "6"}))
    assert first.content == second.content == ACCEPTED
    _, ballots = await urn_of(settings, wave, "omdomme", frozenset({""}))
    assert {ballot.domain for ballot in ballots} == {""}


async def test_an_open_link_has_no_credentials(web, settings):
    wave = await an_open_wave(
        settings, "open", form="omdomme.open", population="open", kind="open", invite="open"
    )
    assert (await web.get(f"/keys/{wave.key}.json")).json()["groups"] == []
    reply = await send_ballot(web, Credential(wave.key, "", bytes(64), bytes(256)), {})
    assert (reply.status_code, reply.json()) == (404, {"outcome": "unknown"})


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


async def test_ballots_are_taken_without_redis(web, opened):
    credential = await a_credential(web, opened)
    queue.configure("unix:///nowhere/redis.sock")
    assert (await send_ballot(web, credential, {})).content == ACCEPTED


# -- the key list ---------------------------------------------------------------------------------


async def test_the_key_list_is_served_as_it_was_written_and_for_good(web, opened):
    wave, _, _ = opened
    [row] = await fetch(Login.WORKER, "SELECT * FROM asking.wave WHERE id = $1", wave.id)
    web.cookies.set("barometer_session", "somebody-is-signed-in")
    reply = await web.get(f"/keys/{wave.key}.json")
    assert reply.content == row["key_list"]
    assert hashlib.sha256(reply.content).hexdigest() == row["key_list_hash"]
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["etag"] == f'"{row["key_list_hash"]}"'
    assert "set-cookie" not in reply.headers
    again = await web.get(
        f"/keys/{wave.key}.json", headers={"if-none-match": reply.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    await change("UPDATE asking.wave SET state = 'published'")
    assert (await web.get(f"/keys/{wave.key}.json")).content == reply.content


@pytest.mark.parametrize("name", ["draft.json", "no-such-wave.json", "draft", ".json", "å.json"])
async def test_a_wave_that_has_not_opened_has_no_key_list(web, database, name):
    from survey_app.installation.tables import bind_web, bind_worker
    from tests.builders_answering import a_draft

    bind_worker()
    await a_draft("draft")
    bind_web()
    reply = await web.get(f"/keys/{name}")
    assert (reply.status_code, reply.json()) == (404, {"outcome": "unknown"})
    assert reply.headers["cache-control"] == "no-store"


# -- a host of its own ----------------------------------------------------------------------------


async def test_the_host_for_ballots_takes_ballots_and_knows_nobody(web, settings, opened):
    wave, token, _ = opened
    credential = await a_credential(web, opened)
    app = create_ballot_app(Settings(data_dir=settings.data_dir), own_services=False)
    paths = {re.sub(r"\{[^}]*\}", "{}", route.path) for route in app.routes}
    assert paths == {"/ballot", "/keys/{}", "/health/live", "/health/ready"}
    with without_pools():
        async with AsyncTestClient(app, base_url="http://urne.example.org") as urn_host:
            assert (await urn_host.get(f"/answer/{token}")).status_code == 404
            assert (await urn_host.get("/health/ready")).status_code == 200
            assert (await urn_host.get(f"/keys/{wave.key}.json")).status_code == 200
            assert (await send_ballot(urn_host, credential, some_answers())).content == ACCEPTED
    assert len((await urn_of(settings, wave))[1]) == 1


def test_ballots_go_where_the_settings_say():
    base, answers, ballots = (f"https://{one}.example.org" for one in ("www", "svar", "urne"))
    assert Settings(base_url=base).balloting_url == ""
    assert Settings(base_url=base, answer_url=answers).balloting_url == answers
    both = Settings(base_url=base, answer_url=answers, ballot_url=ballots)
    assert both.balloting_url == ballots
