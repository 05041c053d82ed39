"""Who answers waits for nobody who runs, however many wait for one another; nor the other way."""

import asyncio
import contextlib
import re
import time

import pytest
from lxml import html

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock, queue
from survey_app.shared.database import LOCK_SECONDS, Login, connect, connection, fetch
from tests.builders_answering import an_open_wave
from tests.in_process import in_process
from tests.one_app import the_app

ACCOUNT = {"email": "admin@example.org", "password": "a long enough password"}
MANY = 20
SOON = 5
BUSY = {
    "nb": "Det er opptatt akkurat nå",
    "nn": "Det er opptatt akkurat no",
    "en": "It is busy just now",
}


@pytest.fixture
async def served(database, redis, settings):
    """Return how to serve an application that waits for locks for so long."""

    name = (await fetch(Login.MIGRATOR, "SELECT current_database() AS name"))[0]["name"]
    role = f'ALTER ROLE web IN DATABASE "{name}"'

    @contextlib.asynccontextmanager
    async def serve(patience="10s"):
        queue.configure(redis.url)
        await fetch(Login.MIGRATOR, f"{role} SET lock_timeout = '{patience}'")
        connect(database)
        bind_worker()
        await create_account(role=Role.ADMIN, unit="", language="nb", now=clock.now(), **ACCOUNT)
        wave = await an_open_wave(settings)
        bind_web()
        async with in_process(the_app(settings), settings.base_url) as web:
            await web.post("/sign-in", data=ACCOUNT)
            web.wave = wave
            page = await web.get("/account")
            web.csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
            yield web

    yield serve
    await queue.close()
    connect(database)
    await fetch(Login.MIGRATOR, f"{role} RESET lock_timeout")


async def choose(web, language):
    """Send what changes the row of an account."""
    return await web.post("/language", data={"csrf": web.csrf, "language": language})


@contextlib.asynccontextmanager
async def held(sql):
    """Hold what the statement locks."""
    async with connection(Login.MIGRATOR) as link, link.transaction():
        await link.execute(sql)
        yield


@contextlib.asynccontextmanager
async def waiting(ask):
    """Let many ask for what is held, and give them up in the end."""
    asked = [asyncio.create_task(ask()) for _ in range(MANY)]
    done, _ = await asyncio.wait(asked, timeout=0.7)
    assert not done
    yield asked
    for one in asked:
        one.cancel()
    await asyncio.gather(*asked, return_exceptions=True)


async def test_forms_are_shown_while_many_who_run_wait_for_what_another_holds(served):
    async with served() as web, held("LOCK TABLE accounts.account IN SHARE MODE"):
        # before, eight that waited held every connection that the process has
        async with waiting(lambda: choose(web, "nn")):
            took = []
            for path in [f"/answer/{web.wave.tokens[n]}" for n in range(MANY)]:
                began = time.monotonic()
                async with asyncio.timeout(SOON):
                    assert (await web.get(path)).status_code == 200
                took.append(time.monotonic() - began)
            assert (await web.get("/health/ready")).status_code == 200
        assert sorted(took)[-2] < 1


async def test_those_who_run_are_served_while_many_who_answer_wait(served):
    async with served() as web, held("LOCK TABLE asking.invitation IN ACCESS EXCLUSIVE MODE"):
        token = web.wave.tokens[0]
        async with waiting(lambda: web.get(f"/answer/{token}")), asyncio.timeout(SOON):
            assert (await web.get("/account")).status_code == 200


@pytest.mark.parametrize("language", BUSY)
async def test_who_waits_for_long_is_told_that_it_is_busy_and_nothing_is_half_done(
    served, language
):
    async with served("300ms") as web:
        await choose(web, language)
        async with held("LOCK TABLE accounts.account IN SHARE MODE"):
            reply = await choose(web, "en")
        page = html.fromstring(reply.text)
        assert (reply.status_code, page.findtext(".//h1")) == (503, BUSY[language])
        assert reply.headers["retry-after"] == "60"
        assert (await fetch(Login.MIGRATOR, "SELECT language FROM accounts.account")) == [
            {"language": language}
        ]
        async with held("LOCK TABLE asking.invitation IN ACCESS EXCLUSIVE MODE"):
            form = await web.get(f"/answer/{web.wave.tokens[0]}")
        assert (form.status_code, form.headers["retry-after"]) == (503, "60")
        # and once it is let go, all goes on
        assert (await choose(web, "en")).status_code == 200


async def test_every_page_waits_for_a_lock_no_longer_than_ten_seconds(database):
    (role,) = await fetch(
        Login.MIGRATOR, "SELECT rolconfig FROM pg_roles WHERE rolname = $1", Login.WEB.value
    )
    assert f"lock_timeout={LOCK_SECONDS}s" in role["rolconfig"]
