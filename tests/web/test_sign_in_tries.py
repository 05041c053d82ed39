"""Guessing is slowed down, and nobody is locked out by another: networks, accounts, browsers."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from litestar.datastructures import State
from redis.asyncio import Redis

from survey_app.accounts import create_account as accounts
from survey_app.accounts import hashing, sessions, tries
from survey_app.accounts.note_signing_in import MOST_REFUSED, SIGN_IN_REFUSED
from survey_app.accounts.roles import Role
from survey_app.audit.record import record
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock, queue
from survey_app.shared.database import Login
from survey_app.shared.limits import LONGEST
from tests.one_app import the_app

PASSWORD, HOME = "a long enough password", "198.51.100.1"
HR, LEADER = "hr@example.org", "leader@example.org"


@dataclass
class Browsers:
    """Browsers in front of a proxy, each with its own cookies."""

    client: httpx.AsyncClient
    box: Redis
    jars: dict[str, httpx.Cookies] = field(default_factory=dict)

    async def post(self, password=PASSWORD, *, email=HR, network=HOME, browser="", language="nb"):
        jar = self.jars.setdefault(browser, httpx.Cookies()) if browser else httpx.Cookies()
        self.client.cookies = jar
        reply = await self.client.post(
            "/sign-in",
            params={"lang": language},
            data={"email": email, "password": password},
            headers={"X-Forwarded-For": network},
        )
        if browser:
            self.jars[browser].update(reply.cookies)
        return reply

    async def status(self, *arguments, **more) -> int:
        return (await self.post(*arguments, **more)).status_code


@pytest.fixture
async def browsers(live, settings, redis) -> AsyncIterator[Browsers]:
    app = the_app(settings)
    proxied = settings.model_validate({**settings.model_dump(), "trusted_proxies": "127.0.0.1"})
    app.state = State({**app.state.dict(), "settings": proxied})
    bind_worker()
    for email in (HR, LEADER):
        await accounts.create_account(
            email=email, role=Role.HR, password=PASSWORD, unit="", language="nb", now=clock.now()
        )
    bind_web()
    async with Redis.from_url(redis.url) as box:
        await box.flushdb()
        yield Browsers(live, box)


async def test_a_browser_that_has_signed_in_before_gets_in_whatever_others_try(browsers):
    assert await browsers.status(browser="own") == 303
    wrong = [await browsers.status("a wrong password") for _ in range(20)]
    assert wrong == [401] * 5 + [429] * 15
    # from the very address that guesses, and from another
    assert await browsers.status(browser="own") == 303
    assert await browsers.status(browser="own", network="198.51.100.2") == 303
    # its own guesses are slowed down too
    wrong = [await browsers.status("a wrong password", browser="own") for _ in range(12)]
    assert wrong == [401] * 10 + [429] * 2


async def test_passwords_are_guessed_slowly_also_where_somebody_empties_redis(
    browsers, monkeypatch
):
    async def emptied(_counts):
        return 0

    assert await browsers.status(browser="own") == 303
    monkeypatch.setattr("survey_app.accounts.routes.take_room", emptied)

    async def refused(whose):
        then = clock.now() - timedelta(minutes=7)
        await record(Login.WEB, now=then, actor="system", action=SIGN_IN_REFUSED, subject=whose)

    for at in range(MOST_REFUSED[SIGN_IN_REFUSED]):
        await refused(HR if at else LEADER)
    assert await browsers.status("a wrong password") == 401
    # that one is written down after its reply, and may be still to come
    await refused(HR)
    # the oldest that counts was seven minutes ago: until it is forgotten, and no longer
    slowed = await browsers.post("a wrong password")
    assert slowed.status_code == 429
    assert 170 < int(slowed.headers["retry-after"]) <= 180
    assert "Vent 3 minutter" in slowed.text
    assert await browsers.status(email=" HR@example.org") == 429
    # other accounts, and the owner's own browser, go on
    assert await browsers.status(email=LEADER) == 303
    assert await browsers.status(browser="own") == 303


async def test_one_network_keeps_nobody_from_signing_in_elsewhere(browsers):
    for _ in range(20):
        await browsers.status("a wrong password")
    assert await browsers.status(network="198.51.100.2") == 303


async def test_one_password_at_many_accounts_is_slowed_down(browsers):
    tried = [
        await browsers.post("Sommeren2026!", email=f"somebody{at}@example.org") for at in range(40)
    ]
    assert [reply.status_code for reply in tried] == [401] * 30 + [429] * 10
    assert 0 < int(tried[-1].headers["retry-after"]) <= tries.NETWORK.each
    assert "Vent 1 minutt og" in tried[-1].text
    # the accounts have lost nothing by it
    assert await browsers.status(network="198.51.100.2") == 303


async def test_many_networks_at_one_account_are_slowed_down_and_its_owner_is_not(browsers):
    assert await browsers.status(browser="own") == 303
    guessed = [await browsers.status("wrong", network=f"203.0.113.{at}") for at in range(40)]
    assert guessed == [401] * 10 + [429] * 30
    assert await browsers.status(browser="own", network="203.0.113.7") == 303
    assert await browsers.status(email=LEADER, network="203.0.113.7") == 303
    # a cookie of one account is worth nothing at another
    assert await browsers.status("wrong", email=LEADER, browser="own", network="203.0.113.7") == 401
    names = [name for name in browsers.jars["own"] if "browser" in name]
    assert len(names) == 1


async def test_what_has_been_slowed_down_goes_on_after_a_while(browsers):
    for _ in range(6):
        await browsers.status("wrong")
    assert await browsers.status() == 429
    async for name in browsers.box.scan_iter("limits:sign-in-*"):
        # as if so much time had gone by
        await browsers.box.pexpire(name, await browsers.box.pttl(name) - 120_000)
    assert await browsers.status() == 303


async def test_who_signs_in_with_the_right_password_is_not_counted(browsers):
    assert {await browsers.status() for _ in range(tries.NETWORK.most + 5)} == {303}
    assert [name async for name in browsers.box.scan_iter("limits:sign-in-*")] == []


async def test_of_tries_no_address_no_account_and_no_time_is_kept(browsers):
    for at in range(3):
        await browsers.status("wrong", network=f"203.0.113.{at}")
    names = [name async for name in browsers.box.scan_iter("limits:sign-in-*")]
    assert len(names) == 3 + 3 + 1
    for name in names:
        assert b"203.0.113" not in name
        assert b"example.org" not in name
        assert await browsers.box.get(name) == b""
        assert 0 < await browsers.box.ttl(name) <= LONGEST


async def test_pages_do_not_wait_for_a_password_that_is_being_checked(browsers, monkeypatch):
    begun, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    class Slow:
        def verify(self, *_):
            loop.call_soon_threadsafe(begun.set)
            return go_on.wait(60)

    monkeypatch.setattr(accounts, "_hasher", Slow())
    asked = asyncio.create_task(browsers.post())
    await begun.wait()
    assert (await browsers.client.get("/promise")).status_code == 200
    assert not asked.done()
    go_on.set()
    assert (await asked).status_code == 303


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Mange logger inn"), ("nn", "Mange loggar inn"), ("en", "Many people are signing in")],
)
async def test_whoever_comes_when_the_queue_is_full_is_asked_to_come_again(
    browsers, monkeypatch, language, words
):
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(hashing, "_room", full)
    for _ in range(tries.NETWORK_AT_ACCOUNT.most + 1):
        reply = await browsers.post(language=language)
        assert reply.status_code == 503
        assert reply.headers["retry-after"] == "5"
        assert words in reply.text
    # it was no try, so it is not counted as one
    full.release()
    assert await browsers.status() == 303
    assert full.acquire(blocking=False)


async def test_without_redis_nobody_signs_in_and_the_page_says_whose_fault_it_is(
    browsers, settings
):
    queue.configure("unix:///nowhere/redis.sock")
    reply = await browsers.post()
    assert reply.status_code == 503
    assert "Feilen er vår" in reply.text
    assert reply.headers["retry-after"] == "60"
    # whoever is signed in, and cannot be seen to be, is told so before the password
    name = sessions.cookie_name(secure=settings.secure_cookies)
    replies = [
        await browsers.client.get("/sign-in?next=/culture", headers={"cookie": f"{brought}=any"})
        for brought in (name, "another")
    ]
    assert [reply.status_code for reply in replies] == [503, 200]
    assert ['notice problems" role' in reply.text for reply in replies] == [True, False]
    assert ["Du må logge inn" in reply.text for reply in replies] == [False, True]


async def test_a_body_larger_than_any_form_is_not_hashed(browsers):
    assert await browsers.status("x" * 20_000) == 413
