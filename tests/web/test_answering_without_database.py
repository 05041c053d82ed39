"""Who answers while the database is away is told when to come again, and fills nothing in twice."""

import pytest
from lxml import html

from survey_app.shared import queue
from survey_app.shared.database import connect
from tests.answering_site import OPEN
from tests.builders_answering import an_open_page, an_open_wave, some_answers
from tests.in_process import in_process
from tests.one_app import the_app
from tests.plain_form import hidden_of

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


@pytest.fixture
async def served(database, redis, settings):
    """Return clients of the application, one after another; one may reach no database."""

    def client(*, away=False):
        queue.configure(redis.url)
        connect(dict.fromkeys(database, NOWHERE) if away else database)
        return in_process(the_app(settings))

    yield client
    await queue.close()
    connect(database)


def told(reply):
    page = html.fromstring(reply.text)
    return page.findtext(".//h1"), reply.status_code, reply.headers.get("retry-after")


def chosen(reply):
    page = html.fromstring(reply.text)
    return {one.get("name"): one.get("value") for one in page.iterfind(".//input[@checked]")}


async def test_a_page_that_cannot_be_shown_says_when_to_come_again(settings, served):
    wave = await an_open_wave(settings)
    async with served(away=True) as web:
        for path in (f"/answer/{wave.tokens[0]}", f"/open/{wave.key}", f"/stop/{wave.tokens[0]}"):
            heading = "Siden kan ikke vises akkurat nå"
            assert told(await web.get(path)) == (heading, 503, "60"), path
        english = await web.get(f"/answer/{wave.tokens[0]}?lang=en")
        assert "wait a minute and reload" in english.text


@pytest.mark.parametrize("invited", [True, False])
async def test_a_form_that_is_sent_comes_back_filled_in_and_counts_once_it_is_sent_again(
    settings, served, invited
):
    wave = await an_open_wave(settings, **({} if invited else OPEN))
    path = f"/answer/{wave.tokens[0]}" if invited else f"/open/{wave.key}"
    given = some_answers() if invited else some_answers("omdomme.open")
    async with served() as web:
        await web.get(path)
        hidden = await hidden_of(web, wave.tokens[0]) if invited else an_open_page(settings, wave)
    async with served(away=True) as web:
        back = await web.post(path, data=given | hidden, follow_redirects=False)
        assert told(back)[1:] == (503, "60")
        assert "Det du har fylt ut, står her fortsatt" in back.text
        held = chosen(back)
        assert held
        assert held.items() <= given.items()
    async with served() as web:
        sent = await web.post(path, data=given | hidden, follow_redirects=False)
        assert sent.headers["location"].startswith("/answer/thanks")


async def test_a_form_that_nobody_here_knows_is_sent_again_by_loading_the_page(settings, served):
    wave = await an_open_wave(settings)
    async with served(away=True) as web:
        reply = await web.post(f"/answer/{wave.tokens[0]}", data=some_answers())
        assert told(reply) == ("Svaret er ikke sendt inn ennå", 503, "60")
