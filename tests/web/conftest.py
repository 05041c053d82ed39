"""The whole application over real PostgreSQL and Redis, without a network in between."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from redis import Redis

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared import clock, queue
from tests.builders_answering import a_draft, an_agency
from tests.in_process import InProcess, in_process
from tests.live_server import free_port, serving
from tests.one_app import the_app
from tests.one_loop import _function_scoped_runner
from tests.shown import show

__all__ = ["_function_scoped_runner"]

PASSWORD = "a long enough password"


@pytest.fixture(scope="session")
def settings(data_dir) -> Settings:
    return Settings(
        data_dir=data_dir,
        base_url="http://testserver.local",
        secret_key="for tests only, and long enough there",
    )


@pytest.fixture
async def web(database, redis, settings) -> AsyncIterator[InProcess]:
    """A client for the application; the process is bound as `web`, as in production."""
    queue.configure(redis.url)
    with Redis.from_url(redis.url) as client:
        client.flushdb()  # tries to sign in are counted for a quarter of an hour
    app = the_app(settings)
    bind_web()
    async with in_process(app, settings.base_url) as client:
        client.event_hooks["response"].append(show)
        yield client


@pytest.fixture
async def live(database, redis, settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client over real HTTP, for what happens at the same time."""
    queue.configure(redis.url)
    app = the_app(settings)
    limits = httpx.Limits(max_connections=100)
    async with (
        serving(app, free_port()) as address,
        httpx.AsyncClient(
            # it meets no certificate, and reading those of the machine takes longer than a page
            base_url=address,
            timeout=120,
            limits=limits,
            event_hooks={"response": [show]},
            verify=False,
        ) as client,
    ):
        yield client


@pytest.fixture
def sign_in(web):
    """Sign the client in with a role: `await sign_in(Role.HR)`."""

    async def signed_in(role: Role, *, unit: str = "", language: str = "nb"):
        email = f"{role.value}@example.org"
        bind_worker()
        if role in UNIT_ROLES and not unit:
            unit = "unit-1"
        await create_account(
            email=email,
            role=role,
            password=PASSWORD,
            unit=unit,
            language=language,
            now=clock.now(),
        )
        bind_web()
        reply = await web.post(
            "/sign-in", data={"email": email, "password": PASSWORD}, follow_redirects=False
        )
        assert reply.status_code == 303, reply.text
        return web

    return signed_in


@pytest.fixture
async def draft(web):
    """A staff wave `two` that nobody has opened."""
    bind_worker()
    await an_agency()
    await a_draft("two")
    bind_web()
    return web


@pytest.fixture
async def desk(draft, sign_in):
    """The page as HR has it; what is posted there carries its form's token."""
    web = await sign_in(Role.HR)

    async def post(path="", **data):
        page = (await web.get("/waves/two/keys")).text
        token = page.partition('name="csrf" value="')[2].partition('"')[0]
        return await web.post(f"/waves/two/keys{path}", data={"csrf": token, **data})

    return post
