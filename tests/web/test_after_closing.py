"""What those who were asked are told once a survey takes no more answers, also by hand."""

from datetime import timedelta

import pytest

from survey_app.asking.campaigns.queries import RETRACTED
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.numbers import short_date
from tests.asking_builders import CAMPAIGN, import_campaign
from tests.builders_answering import an_open_wave, some_answers

KEY = "verdipuls-2026-k2"
THANKS = f"/answer/thanks?survey={KEY}&lang=nb"


@pytest.fixture(autouse=True)
def _read_at_once(monkeypatch):
    for room in ("results_fate", "surveys"):
        monkeypatch.setattr(f"survey_app.answering.{room}.FRESH", 0.0)


@pytest.fixture
async def wave(web, settings):
    wave = await an_open_wave(settings)
    await fetch(Login.WORKER, "UPDATE asking.campaign SET release = '00:00'")
    await plan()
    sent = await web.post(f"/answer/{wave.tokens[0]}", data=some_answers(), follow_redirects=False)
    assert sent.status_code == 303
    return wave


async def plan(*, state="open", last=5, results=20):
    day = clock.today()
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = $1, closes_on = $2, results_on = $3, progress_step = $4",
        "published" if state == RETRACTED else state,
        day + timedelta(days=last),
        day + timedelta(days=results),
        state,
    )


async def text(web, path):
    return " ".join((await web.get(path)).text.split())


def in_days(number):
    return " ".join(short_date(clock.today() + timedelta(days=number), "nb").split())


async def test_thanks_do_not_say_that_a_survey_is_open_that_was_closed_by_hand(web, wave):
    assert f"Undersøkelsen er åpen til <strong>{in_days(5)}</strong>" in await text(web, THANKS)
    await plan(state="closed")
    thanks = await text(web, THANKS)
    assert "Svarene dine er sendt inn." in thanks
    assert "Undersøkelsen er avsluttet." in thanks
    assert f"Resultatene kommer <strong>{in_days(20)}</strong>" in thanks
    assert "er åpen til" not in thanks
    # the receipt is worth most now
    assert 'id="receipt"' in thanks


async def test_thanks_tell_the_days_of_a_survey_that_was_extended(web, wave):
    await text(web, THANKS)
    await plan(last=9, results=30)
    thanks = await text(web, THANKS)
    assert f"Undersøkelsen er åpen til <strong>{in_days(9)}</strong>" in thanks
    assert in_days(30) in thanks


async def test_whoever_was_thanked_learns_that_a_survey_was_stopped(web, wave):
    await plan(state="cancelled")
    thanks = await text(web, THANKS)
    assert "Undersøkelsen ble stoppet før svarene ble talt opp." in thanks
    assert "Det kommer ingen resultater" in thanks
    assert "Resultatene kommer" not in thanks


@pytest.mark.parametrize(
    ("state", "results", "told"),
    [
        ("closed", 20, "Resultatene kommer <strong>"),
        ("closed", -1, "Resultatene skulle kommet <strong>"),
        ("counted", 20, "For få svarte til at vi kan vise tall."),
        ("published", -1, "Svarene er talt opp, og det vi kan vise, er lagt fram."),
        ("published", 0, "Svarene er talt opp, og det vi kan vise, er lagt fram."),
        ("retracted", -1, "det var feil i tallene, så de er trukket tilbake."),
        # figures wait for their day
        ("published", 20, "Resultatene kommer <strong>"),
    ],
)
async def test_links_and_thanks_of_a_closed_survey_say_what_becomes_of_results(
    web, wave, state, results, told
):
    await plan(state=state, last=-3, results=results)
    for path in (
        THANKS,
        f"/answer/closed?survey={KEY}&lang=nb",
        f"/answer/{wave.tokens[1]}?lang=nb",
    ):
        page = await text(web, path)
        assert told in page
        said = ("Resultatene ", "For få svarte", "Svarene er talt opp")
        assert sum(page.count(one) for one in said) == 1


async def test_results_that_wait_for_another_wave_s_are_not_said_to_come_on_a_day_that_has_passed(
    web, wave
):
    bind_worker()
    await import_campaign(CAMPAIGN.replace('"verdipuls"', '"another"'))
    bind_web()
    await plan(state="published", last=-3, results=-1)
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET results_on = $1, sequence = 0 WHERE key = 'vp-1'",
        clock.today() + timedelta(days=9),
    )
    await fetch(Login.WORKER, "UPDATE asking.campaign SET release = '00:00'")
    thanks = await text(web, THANKS)
    assert f"Resultatene skulle kommet <strong>{in_days(-1)}</strong>" in thanks
    assert "Resultatene kommer" not in thanks


async def test_only_whose_results_are_open_to_all_is_told_that_they_are(web, wave):
    await fetch(Login.WORKER, "UPDATE asking.campaign SET population = 'candidates'")
    thanks = await text(web, THANKS)
    assert f"Resultatene kommer <strong>{in_days(20)}</strong>" in thanks
    assert "åpne data" not in thanks
    await plan(state="published", last=-3, results=-1)
    assert "Se resultatene" not in await text(web, THANKS)
    await fetch(Login.WORKER, "UPDATE asking.campaign SET population = 'open'")
    assert "Se resultatene" in await text(web, THANKS)
    await plan()
    assert "Tallene blir åpne data." in await text(web, THANKS)
