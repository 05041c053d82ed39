"""Waves of one month are told apart: the one that is planned later is called by its day."""

import pytest

from survey_app.asking.campaigns.campaign_toml import campaign_file_of, write_campaign
from survey_app.asking.campaigns.queries import find_campaign, list_waves
from survey_app.shared.database import Login, fetch
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave

pytestmark = pytest.mark.usefixtures("database")
SECOND = """
[[waves]]
key = "vp-2"
invite = "everybody"
opens_on = 2026-05-21
closes_on = 2026-06-04
results_on = 2026-06-18
"""
# the public's, that names nothing of staff's
OTHER = CAMPAIGN.replace('"verdipuls"', '"annen"', 1).replace('"vp-1"', '"annen-1"')


async def names(form="name", language="nb"):
    rows = await list_waves(Login.WORKER)
    return {wave.key: wave.labels[form][language].replace("\xa0", " ") for wave in rows}


async def as_written():
    row, waves = await find_campaign(Login.WORKER, "verdipuls"), await list_waves(Login.WORKER)
    return write_campaign(campaign_file_of(row, waves))


async def test_the_second_wave_of_a_month_is_called_by_its_day():
    await import_campaign(CAMPAIGN + SECOND)
    assert await names() == {"vp-1": "Mai 2026, kortmåling", "vp-2": "21. mai 2026, kortmåling"}
    assert (await names("since", "nn"))["vp-2"] == "sidan 21. mai 2026"
    assert (await names("in", "en"))["vp-2"] == "in the survey of 21 May 2026"
    assert (await names("in"))["vp-1"] == "i mai 2026"
    assert (await names("short"))["vp-2"] == "21. mai"


async def test_one_of_another_campaign_of_the_same_people_is_too():
    await import_campaign()
    await import_campaign(OTHER)
    assert await names() == {"vp-1": "Mai 2026, kortmåling", "annen-1": "12. mai 2026, kortmåling"}


THIRD = SECOND.replace("vp-2", "vp-3")


async def test_those_that_open_on_one_day_are_numbered_and_keep_their_numbers():
    text = CAMPAIGN + SECOND + THIRD
    await import_people()
    await import_campaign(text)
    assert (await names())["vp-2"] == "21. mai 2026, kortmåling"
    assert (await names())["vp-3"] == "21. mai 2026 (2), kortmåling"
    assert (await names("since", "nn"))["vp-3"] == "sidan 21. mai 2026 (2)"
    assert (await names("short"))["vp-3"] == "21. mai (2)"
    written = await as_written()
    assert "labels" not in written
    assert not (await import_campaign(text)).waves
    await open_wave("vp-3")
    assert not (await import_campaign(text)).waves
    assert not (await import_campaign(written)).waves
    # of another campaign of the same people
    days = OTHER.replace("2026-05-12", "2026-05-21").replace("2026-05-26", "2026-06-04")
    await import_campaign(days)
    assert (await names())["annen-1"] == "21. mai 2026 (3), kortmåling"


async def test_the_same_file_again_changes_nothing_also_once_they_are_open():
    await import_people()
    await import_campaign(CAMPAIGN + SECOND)
    before = await names()
    assert not (await import_campaign(CAMPAIGN + SECOND)).waves
    await open_wave()
    assert not (await import_campaign(CAMPAIGN + SECOND)).waves
    assert await names() == before


async def test_a_name_that_a_wave_was_opened_with_stays_however_it_came():
    await import_people()
    await import_campaign()
    await open_wave()
    await import_campaign(CAMPAIGN + SECOND)
    assert (await names())["vp-1"] == "Mai 2026, kortmåling"
    # opened by a version that told waves of a month not apart
    for key in ("vp-1", "vp-2"):
        await fetch(
            Login.MIGRATOR,
            "UPDATE asking.wave SET state = 'open', labels ="
            " (SELECT labels FROM asking.wave WHERE key = 'vp-1') WHERE key = $1",
            key,
        )
    assert not (await import_campaign(CAMPAIGN + SECOND)).waves
    assert set((await names()).values()) == {"Mai 2026, kortmåling"}


async def test_a_wave_that_is_alone_again_has_its_month():
    await import_campaign(CAMPAIGN + SECOND)
    later = SECOND.replace("2026-05-21", "2026-09-01").replace("2026-06-04", "2026-09-15")
    await import_campaign(CAMPAIGN + later.replace("2026-06-18", "2026-09-29"))
    assert (await names())["vp-2"] == "September 2026, kortmåling"


async def test_what_an_agency_calls_a_wave_itself_stays():
    own = 'labels = { name = { nb = "Etter omstillingen", nn = "Etter", en = "After" } }\n'
    await import_campaign(CAMPAIGN + SECOND + own)
    assert (await names())["vp-2"] == "Etter omstillingen"
    assert (await names("short"))["vp-2"] == "21. mai"


async def test_the_file_that_a_campaign_is_written_as_names_neither():
    await import_campaign(CAMPAIGN + SECOND)
    text = await as_written()
    assert "labels" not in text
    assert not (await import_campaign(text)).waves
