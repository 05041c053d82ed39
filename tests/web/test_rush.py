"""While forms of an open survey come faster than people send them, pages work or wait a little."""

import re
import time
from datetime import timedelta
from html import unescape

import pytest
from litestar.datastructures import State
from redis import Redis

from survey_app.answering.proof_of_work import FIELD, is_done, zeros_at
from survey_app.answering.rush import WITHOUT_WORK
from survey_app.shared import clock
from survey_app.waves.arrivals import (
    BY_DAY,
    BY_NIGHT,
    MOST,
    OF_ONE_NETWORK,
    WINDOW,
    arrivals_of,
    count_arrival,
)
from tests.attack.open_survey import SLUG, WAVE, in_the_urn, worked
from tests.builders_answering import an_open_page, an_open_wave, some_answers
from tests.one_app import the_app

PAGE = f"/open/{SLUG}"
SORRY = "Det kommer uvanlig mange svar akkurat nå"


@pytest.fixture
async def wave(live, redis, settings):
    with Redis.from_url(redis.url) as client:
        client.flushdb()
    proxied = settings.model_validate({**settings.model_dump(), "trusted_proxies": "127.0.0.1"})
    app = the_app(settings)
    app.state = State({**app.state.dict(), "settings": proxied})
    return await an_open_wave(settings, SLUG, **WAVE)


def answers(**more):
    return some_answers("omdomme.open", **{"om.fil.2": "6", "om.fil.3": "6", **more})


async def many(wave, number=8 * BY_DAY, now=None):
    """Let so many forms come, each from a network of its own."""
    for one in range(number):
        told = await count_arrival(wave.id, f"{one}", hasty=False, now=now or clock.now())
    return told


async def test_normally_a_page_computes_nothing(live, wave):
    page = (await live.get(PAGE)).text
    assert "work.js" not in page
    assert "data-zeros" not in page


async def test_the_faster_forms_come_the_more_a_page_computes(live, wave):
    asked = []
    for _ in range(4):
        await many(wave, 3 * BY_DAY)
        [zeros] = re.findall(r'data-zeros="(\d+)"', (await live.get(PAGE)).text)
        asked.append(int(zeros))
    assert asked == sorted(asked)
    assert asked[0] < asked[-1] <= zeros_at(MOST)


async def test_a_page_that_has_worked_is_taken_at_once_and_one_that_has_not_a_little_later(
    live, settings, wave
):
    told = await many(wave)
    young = an_open_page(settings, wave, seconds=5)
    reply = await live.post(PAGE, data=answers() | young, follow_redirects=False)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")
    assert SORRY in unescape(reply.text)
    assert reply.text.count(" checked") > 20
    assert await in_the_urn() == 0
    work = {FIELD: worked(young["form"], zeros_at(told.level))}
    assert (
        await live.post(PAGE, data=answers() | young | work, follow_redirects=False)
    ).is_redirect
    # without script: the same page, a minute later
    old = an_open_page(settings, wave, seconds=65)
    assert (await live.post(PAGE, data=answers() | old, follow_redirects=False)).is_redirect
    assert await in_the_urn() == 2


async def test_what_one_page_computed_is_of_no_use_to_another(settings, wave):
    one, other = (an_open_page(settings, wave)["form"] for _ in range(2))
    proof = worked(one, zeros_at(3))
    assert is_done(one, proof, 3)
    assert not is_done(other, proof, 3)
    assert not is_done(one, proof[:-4], 3)
    assert not is_done(one, "", 1)


async def test_a_prison_without_script_behind_one_address_is_taken_bit_by_bit(live, settings, wave):
    await many(wave)
    waiting = [answers() | an_open_page(settings, wave, seconds=65) for _ in range(15)]
    replies = [await live.post(PAGE, data=one, follow_redirects=False) for one in waiting]
    assert [one.status_code for one in replies[: WITHOUT_WORK.most]] == [303] * WITHOUT_WORK.most
    held = replies[-1]
    assert held.status_code == 429
    assert held.text.count(" checked") > 20
    # and whoever has script there does not wait for those who have none
    page = an_open_page(settings, wave, seconds=5)
    work = {FIELD: worked(page["form"], zeros_at(MOST))}
    sent = await live.post(PAGE, data=answers() | page | work, follow_redirects=False)
    assert sent.status_code == 303


async def test_one_network_alone_makes_nobody_work(wave):
    for _ in range(300):
        told = await count_arrival(wave.id, "a prison", hasty=False, now=clock.now())
    assert (told.forms, told.counted, told.level) == (300, OF_ONE_NETWORK, 0)
    assert told.largest == 300


async def test_what_is_usual_for_a_survey_is_not_many_and_a_flood_is_not_usual(wave):
    # windows that have not been yet, so that Redis keeps them
    begins = clock.now() + timedelta(days=1)
    noon = begins.replace(hour=11, minute=0, second=0, microsecond=0)
    lively = [await many(wave, 40, noon + timedelta(seconds=WINDOW * at)) for at in range(30)]
    assert lively[0].level > 0
    later = noon + timedelta(seconds=WINDOW * 31)
    assert (await arrivals_of(wave.id, now=later)).limit > BY_DAY
    flood = [await many(wave, 900, later + timedelta(seconds=WINDOW * at)) for at in range(3)]
    assert flood[-1].level >= 3


async def test_at_night_fewer_are_many(wave):
    night = (clock.now() + timedelta(days=1)).replace(hour=1, minute=0)
    assert (await many(wave, BY_NIGHT, night)).level == 1


async def test_redis_holds_no_address_and_no_time_of_anybody(live, redis, settings, wave):
    page = answers() | an_open_page(settings, wave)
    headers = {"X-Forwarded-For": "198.51.100.77"}
    assert (await live.post(PAGE, data=page, headers=headers, follow_redirects=False)).is_redirect
    with Redis.from_url(redis.url) as client:
        names = [one.decode() for one in client.scan_iter("*arrivals*")]
        [told] = [client.hgetall(one) for one in names if one.startswith("arrivals:")]
        ends = [client.expiretime(one) for one in names]
    assert len(names) == 2
    assert not any("198.51" in one for one in names)
    assert set(told) == {b"window", b"forms", b"hasty", b"counted", b"largest"}
    assert int(told[b"window"]) == int(time.time() // WINDOW)
    # what ends, ends on the edge of a window
    assert [one % WINDOW for one in ends] == [0, 0]
