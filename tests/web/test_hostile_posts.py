"""Programs of five kinds post to an open survey while people answer: `tests/attack/open_survey`."""

import pytest
from litestar.datastructures import State
from redis import Redis

from survey_app.answering.rush import CROWD
from survey_app.waves import arrivals
from tests.attack.open_survey import AT_ONCE, KINDS, SLUG, WAVE, a_round
from tests.builders_answering import an_open_wave
from tests.one_app import the_app


@pytest.fixture(autouse=True)
def by_day(monkeypatch):
    """At night fewer forms are many."""
    monkeypatch.setattr(arrivals, "NIGHT", range(0))


async def attacked(live, redis, settings, kind, **size):
    """Let a kind of program post beside people."""
    with Redis.from_url(redis.url) as client:
        client.flushdb()
    await an_open_wave(settings, SLUG, **WAVE)
    app = the_app(settings)
    proxied = settings.model_validate({**settings.model_dump(), "trusted_proxies": "127.0.0.1"})
    app.state = State({**app.state.dict(), "settings": proxied})
    return await a_round(live.base_url.port, kind, **size)


async def test_the_same_bytes_count_once_and_nobody_who_answers_meanwhile_is_lost(
    live, redis, settings
):
    told = await attacked(live, redis, settings, KINDS[0], posts=120, people=4)
    assert set(told.statuses) <= {303, 429}
    assert told.counted == 1
    assert (told.at_once, told.lost) == (4, 0)


async def test_one_network_counts_as_a_crowd_and_the_prison_beside_it_does_not_wait(
    live, redis, settings
):
    told = await attacked(live, redis, settings, KINDS[1], posts=140, people=4)
    # the first few at once may each be counted under a key of their own (shared/memory_key.py)
    assert told.counted <= CROWD.most + AT_ONCE + told.seconds / CROWD.each
    assert set(told.statuses) == {303, 429}
    assert (told.at_once, told.lost) == (4, 0)
