"""What is asked of the database when somebody sends: one statement, whichever way they answer."""

import asyncio
from contextlib import asynccontextmanager

from survey_app.answering.surveys import find_open_link
from survey_app.shared.database import Login, connection
from tests.builders_answering import without_pools


@asynccontextmanager
async def listened():
    """Lend a connection as ``web``, and what returns the statements asked by it since the last."""
    asked: list[str] = []

    async def asked_since() -> list[str]:
        await asyncio.sleep(0)  # the driver tells in the loop's next round
        told, asked[:] = [*asked], []
        return told

    with without_pools():
        async with connection(Login.WEB) as link:
            with link.query_logger(lambda one: asked.append(one.query)):
                yield link, asked_since


async def test_the_wave_of_a_ballot_is_found_by_one_statement(opened):
    wave, _, _ = opened
    async with listened() as (link, asked_since):
        found = await find_open_link(link, wave.key)
        assert len(await asked_since()) == 1
    assert found.id == wave.id
    assert not found.pilot
