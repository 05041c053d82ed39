"""Health tells the truth, part by part, and no part that is away takes out what can do without."""

import asyncio

import pytest
from redis import Redis

from survey_app.app import create_ballot_app
from survey_app.shared import queue
from survey_app.shared.database import Login, connect, fetch
from tests.builders_answering import an_open_wave, some_answers
from tests.in_process import in_process
from tests.one_app import the_app

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


async def _asked(web, address="/health/ready"):
    reply = await web.get(address)
    return reply.status_code, reply.json()["parts"]


async def test_a_whole_installation_is_ready_but_for_its_worker(web):
    told = {"database": "ok", "schema": "ok", "shelf": "ok", "queue": "ok"}
    told |= {"worker": "has not been heard of", "mail": "ok"}
    assert await _asked(web) == (200, told)
    assert await _asked(web, "/health/ready/reading") == (200, told)


async def test_a_worker_that_lives_is_heard_of(web, redis):
    with Redis(unix_socket_path=str(redis.socket)) as box:
        box.set(queue.WORKER, "1")
        assert (await _asked(web))[1]["worker"] == "ok"
        box.delete(queue.WORKER)


async def test_an_empty_database_and_an_old_schema_are_not_ready(web, database):
    await fetch(Login.MIGRATOR, "DELETE FROM migration WHERE app_name = 'audit'")
    status, parts = await _asked(web)
    assert (status, parts["database"]) == (503, "ok")
    assert "barometer migrate" in parts["schema"]
    await fetch(Login.MIGRATOR, "DROP TABLE migration")
    assert (await _asked(web))[0] == 503


@pytest.fixture
async def without(database, redis, settings):
    """A client of the application that reaches some services nowhere."""

    def made(**away: str):
        connect({**database, **{Login[name]: url for name, url in away.items() if name != "redis"}})
        queue.configure(away.get("redis", redis.url))
        return in_process(the_app(settings))

    yield made
    await queue.close()
    queue.configure(redis.url)


async def test_readers_replica_that_is_away_leaves_answering_ready(without):
    async with without(READER=NOWHERE) as web:
        status, parts = await _asked(web)
        assert (status, parts["database"], parts["shelf"]) == (200, "ok", "does not answer")
        assert (await _asked(web, "/health/ready/reading"))[0] == 503


async def test_a_queue_that_is_away_leaves_answering_ready_and_answers_are_taken(without, settings):
    wave = await an_open_wave(settings)
    async with without(redis="redis://127.0.0.1:9/0") as web:
        status, parts = await _asked(web)
        assert (status, parts["queue"], parts["worker"]) == (200, *["does not answer"] * 2)
        assert (await _asked(web, "/health/ready/reading"))[0] == 503
        assert (await web.get(f"/answer/{wave.tokens[0]}")).status_code == 200
        reply = await web.post(
            f"/answer/{wave.tokens[0]}", data=some_answers(), follow_redirects=False
        )
        assert reply.headers["location"].startswith("/answer/thanks")


async def test_a_database_that_is_away_is_told_and_the_process_lives(without):
    async with without(WEB=NOWHERE) as web:
        status, parts = await _asked(web)
        assert (status, parts["database"], parts["schema"]) == (503, *["does not answer"] * 2)
        assert parts["queue"] == "ok"
        assert (await web.get("/health/live")).status_code == 200


async def test_a_database_that_does_not_reply_is_not_waited_for(without):
    async def silent(_reader, _writer):
        await asyncio.sleep(600)

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with without(READER=f"postgresql://nobody@127.0.0.1:{port}/nothing") as web:
        assert (await _asked(web))[1]["shelf"] == "does not answer"
    server.close()


async def test_a_host_that_takes_ballots_alone_has_no_shelf_and_no_queue(database, settings):
    app = create_ballot_app(settings, own_services=False)
    async with in_process(app) as web:
        assert await _asked(web) == (200, {"database": "ok", "schema": "ok"})
