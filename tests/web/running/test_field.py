"""The page of a wave in the field: days, what is usual, the forecast, and nothing about a few."""

from datetime import timedelta

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.asking.campaigns.nights import NightCount, nights_of, write_nights
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.writing import writing
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from survey_app.waves.stop_answers import stop_answers
from tests.asking_builders import CAMPAIGN, NOW, TODAY, import_campaign, import_people, open_wave
from tests.builders_publication import words

KEYS = ("vp-1", "vp-2", "vp-3", "vp-4")
BETWEEN = timedelta(days=84)
WAVES = CAMPAIGN.partition("[[waves]]")[0] + "".join(
    f"""
[[waves]]
key = "{key}"
invite = "everybody"
opens_on = {TODAY + at * BETWEEN}
closes_on = {TODAY + at * BETWEEN + timedelta(days=14)}
results_on = {TODAY + at * BETWEEN + timedelta(days=28)}
reminder_days = [4, 10]
"""
    for at, key in enumerate(KEYS)
)


@pytest.fixture
async def fourth(web):
    """Three waves that ended, night by night, and one that has been open for four days."""
    bind_worker()
    await import_people()
    await import_campaign(WAVES)
    for at, key in enumerate(KEYS):
        await open_wave(key, today=TODAY + at * BETWEEN, now=NOW + at * BETWEEN)
        wave = await find_wave(Login.WORKER, key)
        days = 15 if key != "vp-4" else 4
        counts = [min(50, 10 + at + 5 * day) for day in range(days)]
        async with writing() as link:
            await write_nights(
                link,
                wave.id,
                [NightCount(wave.opens_on + timedelta(days=d), n) for d, n in enumerate(counts)],
            )
        if key != "vp-4":
            await fetch(
                Login.WORKER, "UPDATE asking.wave SET state = 'published' WHERE key = $1", key
            )
    bind_web()


async def test_an_open_wave_is_held_against_the_usual_with_a_forecast_and_a_reminder_s_days(
    fourth, sign_in
):
    web = await sign_in(Role.HR)
    text = words(await web.get("/waves/vp-4"))
    # 28 of 60 by the fourth day; 26 on average in the three before, which all ended at 50 of 60
    assert "47 % har svart. Det vanlige etter like lang tid er 43 %" in text
    assert "Prognosen er 8" in text
    assert "Prognosen bygger på de 3 siste målingene" in text
    # what a reminder gives may be more or less than nothing: no figure is told of it
    assert "I de tre dagene fra en påminnelse" in text
    assert "kan vi ikke si ut fra så få målinger. Send en påminnelse" in text
    assert "prosentpoeng" not in text
    assert text.count("talt ") >= 4
    assert "Tallene som tabell" in text


async def test_of_a_sample_the_page_names_the_rate_and_what_is_in_it(fourth, sign_in):
    await fetch(Login.WORKER, "UPDATE asking.wave SET invite = 'sample' WHERE key = 'vp-4'")
    await fetch(Login.WORKER, "UPDATE asking.campaign SET population = 'public'")
    web = await sign_in(Role.COMMUNICATIONS)
    text = words(await web.get("/waves/vp-4"))
    assert "47 % av 60 inviterte" in text
    assert "AAPORs svarprosent RR2" in text
    assert "Per fylke" in text


async def test_communications_sees_no_wave_of_staff_and_leaders_none_at_all(fourth, sign_in):
    web = await sign_in(Role.COMMUNICATIONS)
    assert (await web.get("/waves/vp-4")).status_code == 403
    web = await sign_in(Role.LEADER)
    assert (await web.get("/waves/vp-4")).status_code == 403


async def test_a_wave_that_is_not_open_has_its_campaign_s_page(fourth, sign_in):
    web = await sign_in(Role.HR)
    reply = await web.get("/waves/vp-1", follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/campaigns/verdipuls")


async def test_a_night_is_counted_once_in_steps_and_the_last_day_at_closing(web, sign_in):
    bind_worker()
    await import_people()
    await import_campaign()
    await open_wave()
    wave = await find_wave(Login.WORKER, "vp-1")

    async def told():
        return [
            (n.day - TODAY, n.answered) for n in (await nights_of(Login.WORKER, [wave.id]))[wave.id]
        ]

    async def answer(number):
        await fetch(
            Login.WORKER,
            "UPDATE asking.invitation SET marked = true WHERE id IN"
            " (SELECT id FROM asking.invitation WHERE NOT marked LIMIT $1)",
            number,
        )

    day = timedelta(days=1)
    await answer(4)
    await refresh_live_counts(TODAY)
    assert await told() == []
    await answer(4)
    await refresh_live_counts(TODAY + day)
    await answer(20)
    await refresh_live_counts(TODAY + day)
    await answer(2)
    assert await told() == [(day, 8)]
    shown = await fetch(Login.WORKER, "SELECT answered FROM asking.wave_domain WHERE code = ''")
    assert [row["answered"] for row in shown] == [8]
    await refresh_live_counts(TODAY + 2 * day)
    await answer(3)
    await refresh_live_counts(TODAY + 3 * day)
    # three more since the night before: not told
    assert await told() == [(day, 8), (2 * day, 30), (3 * day, 30)]
    await answer(5)
    await stop_answers("vp-1", now=NOW + 4 * day)
    assert (await told())[-1] == (4 * day, 38)
    bind_web()
