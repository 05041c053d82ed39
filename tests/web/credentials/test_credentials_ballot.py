"""The ballot: what is taken, what is refused, and that neither tells anybody who sent it."""

import json

from survey_app.shared import queue
from survey_app.shared.database import Login, fetch
from tests.blind_client import (
    Credential,
    get_credential,
    send_ballot,
)
from tests.builders_answering import an_open_wave, some_answers
from tests.urn_reading import change, urn_of
from tests.web.credentials.sending import ACCEPTED, a_credential, post, receipts


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


async def test_an_empty_ballot_counts_as_an_empty_form_does(web, settings, opened):
    wave, _, _ = opened
    assert (await send_ballot(web, await a_credential(web, opened), {})).content == ACCEPTED
    assert len((await urn_of(settings, wave))[1]) == 1


async def test_padding_makes_no_difference(web, settings, opened):
    wave, _, _ = opened
    credential = await a_credential(web, opened)
    body = json.loads(credential.ballot(some_answers())) | {"pad": "x" * 3000}
    assert (await post(web, "/ballot", body)).content == ACCEPTED
    assert len((await urn_of(settings, wave))[1]) == 1


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


async def test_ballots_are_taken_without_redis(web, opened):
    credential = await a_credential(web, opened)
    queue.configure("unix:///nowhere/redis.sock")
    assert (await send_ballot(web, credential, {})).content == ACCEPTED
