"""An open survey takes a form once, from its own page, and not faster than anybody reads."""

import asyncio
import re
import time
from html import unescape

import pytest
from litestar.datastructures import State
from redis import Redis

from survey_app.answering import form_token
from survey_app.answering.rush import CROWD
from survey_app.shared import queue
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import an_open_page, an_open_wave, some_answers
from tests.one_app import the_app
from tests.passing_time import let_pass
from tests.urn_reading import change

OPEN = {"form": "omdomme.open", "population": "open", "kind": "open", "invite": "open"}
PAGE = "/open/apen"
STALE = "Skjemaet har stått åpent lenge"


@pytest.fixture
async def wave(web, settings):
    return await an_open_wave(settings, "apen", **OPEN)


def answers(**more):
    return some_answers("omdomme.open", **{"om.fil.2": "6", "om.fil.3": "6", **more})


async def in_the_urn():
    return (await fetch(Login.WORKER, "SELECT count(*) FROM counting.urn"))[0]["count"]


async def send(web, fields, **headers):
    return await web.post(PAGE, data=fields, headers=headers, follow_redirects=False)


def token_in(reply) -> dict[str, str]:
    [token] = re.findall(r'<input type="hidden" name="form" value="([^"]+)">', reply.text)
    return {form_token.FIELD: token}


async def test_each_page_carries_a_token_of_its_own_that_is_as_long_as_any(web, wave):
    tokens = [token_in(await web.get(PAGE))["form"] for _ in range(3)]
    assert len(set(tokens)) == 3
    assert {len(one) for one in tokens} == {form_token.TOKEN_LENGTH}
    # over the wire it is compressed as every page is
    assert (await web.get(PAGE)).headers["content-encoding"] == "gzip"


async def test_a_page_is_counted_once_however_often_it_is_sent(web, settings, wave):
    fields = answers() | an_open_page(settings, wave)
    for _ in range(20):
        reply = await send(web, fields)
        assert (reply.status_code, reply.headers["location"][:14]) == (303, "/answer/thanks")
    assert await in_the_urn() == 1


async def test_of_many_that_send_one_page_at_once_one_is_counted(live, settings):
    wave = await an_open_wave(settings, "apen", **OPEN)
    fields = answers() | an_open_page(settings, wave)
    replies = await asyncio.gather(*(send(live, fields) for _ in range(20)))
    assert {reply.status_code for reply in replies} == {303}
    assert await in_the_urn() == 1


async def test_a_page_sent_twice_at_once_is_thanked_for_only_when_it_is_in_the_urn(live, settings):
    wave = await an_open_wave(settings, "apen", **OPEN)
    fields = answers() | an_open_page(settings, wave)
    waiting = (
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        # the other waits for the receipt of this one
        " AND wait_event = 'relation' AND query LIKE '%counting.cast_ballot%'"
    )
    async with connection(Login.MIGRATOR) as holding:
        await holding.execute("BEGIN; LOCK TABLE counting.urn IN ACCESS EXCLUSIVE MODE")
        sent = {asyncio.create_task(send(live, fields)) for _ in range(2)}
        thanked, _ = await asyncio.wait(sent, timeout=3)
        assert not thanked
        # the first breaks, and the second takes its place
        [first] = await fetch(Login.MIGRATOR, waiting)
        await holding.execute(f"SELECT pg_terminate_backend({first['pid']})")
        [failed] = (await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED, timeout=30))[0]
        assert failed.result().status_code == 503
        await holding.execute("COMMIT")
    assert sorted([(await one).status_code for one in sent]) == [303, 503]
    assert await in_the_urn() == 1
    # who was told that it failed sends the same page again
    assert (await send(live, fields)).status_code == 303
    assert await in_the_urn() == 1


@pytest.mark.parametrize("what", ["none", "forged", "of another wave", "too old", "no token"])
async def test_a_form_without_a_page_of_ours_comes_back_filled_in_with_one(
    web, settings, wave, monkeypatch, what
):
    other = await an_open_wave(settings, "another", **OPEN)
    mine = an_open_page(settings, wave)["form"]
    token = {
        "none": {},
        "forged": {"form": mine[:-3] + ("AAA" if mine[-3:] != "AAA" else "BBB")},
        "of another wave": an_open_page(settings, other),
        "too old": an_open_page(settings, wave, seconds=form_token.LONGEST + 60),
        "no token": {"form": "hello"},
    }[what]
    reply = await send(web, answers() | token)
    assert reply.status_code == 422
    assert STALE in unescape(reply.text)
    assert reply.text.count(" checked") > 20
    assert await in_the_urn() == 0
    let_pass(monkeypatch, form_token.LEAST)
    assert (await send(web, answers() | token_in(reply))).status_code == 303
    assert await in_the_urn() == 1


async def test_nobody_reads_so_fast_and_who_sends_again_is_taken(web, wave, monkeypatch):
    begun = time.monotonic()
    page = token_in(await web.get(PAGE))
    reply = await send(web, answers() | page)
    assert time.monotonic() - begun < form_token.LEAST
    assert reply.status_code == 422
    assert "raskere enn noen rekker å lese det" in unescape(reply.text)
    # the page grows older with the person, and does not begin anew
    assert token_in(reply) == page
    let_pass(monkeypatch, form_token.LEAST)
    assert (await send(web, answers() | page)).status_code == 303


async def test_who_had_the_page_before_the_clock_was_set_back_does_not_wait_until_it_catches_up(
    web, settings, wave
):
    fields = answers() | an_open_page(settings, wave, seconds=-3600)
    for _ in range(2):
        reply = await send(web, fields)
        assert (reply.status_code, reply.headers["location"][:14]) == (303, "/answer/thanks")
    assert await in_the_urn() == 1


async def test_a_page_of_a_host_whose_clock_is_seconds_ahead_is_no_older_for_it(
    web, settings, wave
):
    reply = await send(web, answers() | an_open_page(settings, wave, seconds=-5))
    assert reply.status_code == 422
    assert "raskere enn noen rekker å lese det" in unescape(reply.text)


async def test_a_field_that_only_programs_see_is_emptied_and_asked_about(web, settings, wave):
    fields = answers() | an_open_page(settings, wave)
    reply = await send(web, fields | {"website": "https://spam.example"})
    assert reply.status_code == 422
    assert "Et felt som skal stå tomt" in unescape(reply.text)
    assert "spam.example" not in reply.text
    assert await in_the_urn() == 0
    assert (await send(web, fields | {"website": ""})).status_code == 303


async def test_a_form_that_could_not_be_taken_is_taken_later_from_the_same_page(
    web, settings, wave
):
    fields = answers() | an_open_page(settings, wave)
    await change(f"ALTER TABLE counting.urn DETACH PARTITION counting.urn_{wave.id.hex}")
    assert (await send(web, fields)).status_code == 503
    await change(
        f"ALTER TABLE counting.urn ATTACH PARTITION counting.urn_{wave.id.hex}"
        f" FOR VALUES IN ('{wave.id}')"
    )
    assert (await send(web, fields)).status_code == 303
    assert await in_the_urn() == 1


async def test_a_flood_from_one_network_waits_and_the_others_do_not(live, settings):
    wave = await an_open_wave(settings, "apen", **OPEN)
    app = the_app(settings)
    proxied = settings.model_validate({**settings.model_dump(), "trusted_proxies": "127.0.0.1"})
    app.state = State({**app.state.dict(), "settings": proxied})

    async def post(network):
        fields = answers() | an_open_page(settings, wave)
        return await send(live, fields, **{"X-Forwarded-For": network})

    statuses = [(await post("198.51.100.9")).status_code for _ in range(CROWD.most + 20)]
    assert statuses.count(303) <= CROWD.most + 3
    slowed = await post("198.51.100.9")
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "60")
    assert "uvanlig mange svar" in unescape(slowed.text)
    assert slowed.text.count(" checked") > 20
    assert (await post("198.51.100.8")).status_code == 303


async def test_without_redis_an_open_survey_still_takes_answers_once(web, settings, wave):
    queue.configure("unix:///nowhere/redis.sock")
    fields = answers() | an_open_page(settings, wave)
    assert [(await send(web, fields)).status_code for _ in range(2)] == [303, 303]
    assert await in_the_urn() == 1


async def test_nothing_of_the_page_is_kept_but_two_hashes_of_its_number(web, redis, settings, wave):
    page = an_open_page(settings, wave, seconds=3600)
    await send(web, answers() | page)
    with Redis.from_url(redis.url) as client:
        [name] = client.scan_iter("form:*")
        kept, left = client.get(name), client.ttl(name)
    assert page["form"] not in name.decode()
    assert kept == b""
    # it goes when the page would be too old, so it does not tell when it was sent
    assert abs(left - (form_token.LONGEST - 3600)) < 30
    # and what stands beside the urn is another hash, which that time cannot be joined to
    [beside] = await fetch(Login.WORKER, "SELECT receipt FROM counting.spent")
    assert beside["receipt"].hex() not in name.decode()
