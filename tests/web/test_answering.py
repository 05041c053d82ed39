"""The personal link, from the mail to the thanks."""

import pytest

from survey_app.counting.urn import keys
from survey_app.counting.urn.unseal import read_urn, unseal
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import an_open_wave, some_answers


async def test_a_form_that_was_thanked_for_is_in_the_urn(web, settings):
    wave = await an_open_wave(settings)
    page = await web.get(f"/answer/{wave.tokens[0]}")
    assert page.status_code == 200, page.text
    reply = await web.post(f"/answer/{wave.tokens[0]}", data=some_answers(), follow_redirects=False)
    assert reply.status_code == 303, reply.text
    assert reply.headers["location"].startswith("/answer/thanks?")
    async with connection(Login.WORKER) as link:
        assert len(await read_urn(link, wave.id)) == 1
