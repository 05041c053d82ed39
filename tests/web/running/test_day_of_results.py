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
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'closed'")
    assert f"{day}: resultatene fra" in await told(hr, "/")
    assert f"Neste publisering er {day}." in await told(hr, "/results")


@pytest.mark.parametrize("release", ["at once", "09:00"])
async def test_results_that_wait_for_their_day_are_told_of_and_no_others(hr, release):
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET release = $1", release)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published'")
    waits = release == "09:00"
    assert ("resultatene fra" in await told(hr, "/")) == waits
    assert ("Neste publisering er" in await told(hr, "/results")) == waits


async def test_of_results_that_came_at_once_the_day_of_the_plan_is_told_no_more(hr):
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET release = 'at once'")
    pages = (CAMPAIGN_PAGE, f"/campaigns?year={clock.today().year}")
    for page in pages:
        assert "Er lagt fram" not in await told(hr, page)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published'")
    for page in pages:
        assert "Resultater: Er lagt fram" in await told(hr, page)


async def test_of_results_that_are_there_and_wait_for_another_wave_s_its_day_is_told(hr):
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET release = 'at once'")
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published'")
    later = clock.today() + TODAY.resolution * 20
    await fetch(
        Login.MIGRATOR,
        "WITH other AS (INSERT INTO asking.campaign SELECT (jsonb_populate_record(c,"
        " jsonb_build_object('id', gen_random_uuid(), 'key', 'other', 'release', '09:00'))).*"
        " FROM asking.campaign c RETURNING id)"
        " INSERT INTO asking.wave SELECT (jsonb_populate_record(w, jsonb_build_object("
        " 'id', gen_random_uuid(), 'key', 'before', 'sequence', w.sequence - 1,"
        " 'campaign', other.id,"
        " 'results_on', $1::date))).* FROM asking.wave w, other",
        later,
    )
    for page in (CAMPAIGN_PAGE, f"/campaigns?year={clock.today().year}"):
        assert "Er lagt fram" not in await told(hr, page)
        assert f"Resultater: {plain(short_date(later, 'nb'))}" in await told(hr, page)


async def test_of_a_wave_that_is_cancelled_no_day_of_results_is_told(hr):
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'cancelled'")
    for page in (CAMPAIGN_PAGE, f"/campaigns?year={clock.today().year}"):
        assert "Resultater: Ingen, målingen er avlyst" in await told(hr, page)


async def test_of_a_wave_that_too_few_answered_no_results_are_told_to_come(hr):
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'counted'")
    assert "resultatene fra" not in await told(hr, "/")
    assert "Neste publisering er" not in await told(hr, "/results")
    page = await told(hr, CAMPAIGN_PAGE)
    assert "For få svar" in page
    assert "Resultater: Ingen, for få svarte" in page
    # one that could not be counted to the end is tried again
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.wave_work (wave, tried_at, problem, kind)"
        " SELECT id, $1, 'no room', 'stopped' FROM asking.wave",
        clock.now(),
    )
    assert "resultatene fra" in await told(hr, "/")
    assert "For få" not in await told(hr, CAMPAIGN_PAGE)


async def test_a_wave_of_one_day_is_open_on_that_day(hr):
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET closes_on = opens_on")
    rows = await fetch(Login.MIGRATOR, "SELECT opens_on FROM asking.wave")
    day = plain(long_date(rows[0]["opens_on"], "nb"))
    page = await told(hr, CAMPAIGN_PAGE)
    assert day in page
    assert f"til {day}" not in page
