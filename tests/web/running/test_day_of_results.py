"""Pages of those who run waves tell the day of results as those who are asked are told it."""

import re

import pytest

from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.numbers import long_date, short_date
from tests.asking_builders import TODAY
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, second, send, work


def plain(text):
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


async def told(client, address):
    return plain((await client.get(address)).text)


@pytest.mark.parametrize(("release", "earlier"), [("at once", " eller før"), ("09:00", "")])
async def test_results_that_may_come_before_their_day_are_told_so_wherever_the_day_stands(
    hr, release, earlier
):
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET release = $1", release)
    on = clock.today() + TODAY.resolution * 28
    day, short = (plain(f"{said(on, 'nb')}{earlier}") for said in (long_date, short_date))
    tables = {f"{WAVE}/open": f"Resultater {day}", CAMPAIGN_PAGE: f"Resultater: {day}"}
    tables[f"/campaigns?year={clock.today().year}"] = f"Resultater: {short}"
    for address, words in tables.items():
        page = await told(hr, address)
        assert words in page
        assert ("eller før" in page) == bool(earlier)
    await send(hr, "open")
    await second(hr)
    await send(hr, "open", step="confirm")
    await work()
    for address in ("/", CAMPAIGN_PAGE):
        assert f"Resultatene kommer {day}." in await told(hr, address)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'counted'")
    assert f"{day}: resultatene fra" in await told(hr, "/")
