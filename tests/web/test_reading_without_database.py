"""Who reads or runs while the database is away is told when to come again, in their language."""

import httpx
import pytest
from lxml import html

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock, queue
from survey_app.shared.away import is_away
from survey_app.shared.database import connect
from tests.in_process import in_process
from tests.one_app import the_app

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
PASSWORD = "a long enough password"
HEADINGS = {
    "nb": "Siden kan ikke vises akkurat nå",
    "nn": "Sida kan ikkje visast akkurat no",
    "en": "The page cannot be shown just now",
}


@pytest.fixture
async def served(database, redis, settings):
    """Return clients of the application, one after another; one may reach no database."""

    def client(*, away=False):
        queue.configure(redis.url)
        connect(dict.fromkeys(database, NOWHERE) if away else database)
        bind_web()
        return in_process(the_app(settings), settings.base_url)

    yield client
    await queue.close()
    connect(database)


async def signed_in(web, language):
    """Return the cookies of somebody who has looked at a page."""
    bind_worker()
    account = {"email": "hr@example.org", "password": PASSWORD}
    await create_account(role=Role.HR, unit="", language=language, now=clock.now(), **account)
    bind_web()
    await web.post("/sign-in", data=account)
    assert (await web.get("/account")).status_code == 200
    return httpx.Cookies(web.cookies)


def told(reply):
    page = html.fromstring(reply.text)
    return page.findtext(".//h1"), reply.status_code, reply.headers.get("retry-after")


@pytest.mark.parametrize("language", HEADINGS)
async def test_a_reader_is_told_in_the_language_of_the_account_and_is_signed_in_again_afterwards(
    served, language
):
    async with served() as web:
        cookies = await signed_in(web, language)
    async with served(away=True) as web:
        web.cookies = cookies
        for path in ("/", "/account", "/culture"):
            reply = await web.get(path)
            assert told(reply) == (HEADINGS[language], 503, "60"), path
            assert "/sign-in" not in reply.text
        sent = await web.post("/language", data={"language": "en"})
        assert told(sent) == (HEADINGS[language], 503, "60")
    async with served() as web:
        web.cookies = cookies
        assert (await web.get("/account")).status_code == 200


async def test_whoever_reads_without_an_account_is_told_in_the_language_of_the_address(served):
    async with served(away=True) as web:
        for language, heading in HEADINGS.items():
            reply = await web.get("/results", params={"lang": language})
            assert told(reply) == (heading, 503, "60")


async def test_a_program_is_told_as_its_errors_are(served):
    asked = {"Authorization": "Bearer some-token"}
    kinds = {
        "/api/v1/publications": "application/problem+json",
        "/scim/v2/Users": "application/scim+json",
    }
    async with served(away=True) as web:
        for path, kind in kinds.items():
            reply = await web.get(path, headers=asked)
            assert (reply.status_code, reply.headers["retry-after"]) == (503, "60"), path
            assert reply.headers["content-type"].startswith(kind)


def test_a_file_that_is_not_there_is_a_fault_of_ours(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "none").read_bytes()
    assert not is_away(caught.value)
    assert is_away(ConnectionRefusedError(111, "refused"))
