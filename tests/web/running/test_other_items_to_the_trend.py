"""A scale gets a question on the pages, and its trend goes on: from the draft to what readers see.

Everybody is asked the old and the new items in one wave. Pages, approvals, answers and jobs are
those of an installation. The new question gets lower answers than the others, so that figures held
beside each other as they are would tell a fall that is none.
"""

import re
from datetime import timedelta

import numpy as np
import pytest
from lxml import html

from survey_app.asking.campaigns.queries import find_wave, list_waves
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing import jobs
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import open_wave
from tests.builders_answering import opened, some_answers
from tests.shown import text_of
from tests.web.running.authoring_desk import BASE, begun, sends
from tests.web.running.desk import again, second, work
from tests.web.running.test_both_wordings import box, fields

CORE, NEW = "NYT-kjerne", "vp.nyt.6"
WORDS = {
    "text.nb": "Her får nye ideer en sjanse.",
    "text.nn": "Her får nye idear ein sjanse.",
    "text.en": "New ideas get a chance here.",
}
ASKED = ("try.1", "try.3", "apn.1", "apn.4", "nyt.1", "nyt.3")


def said(reply):
    return text_of(html.fromstring(reply.text))


async def page_of(client, address):
    return said(await client.get(address))


async def does(client, wave, act, **sent):
    address = f"/waves/{wave}/{act}"
    page = (await client.get(address)).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return await client.post(address, data=hidden | sent, follow_redirects=False)


async def released_with_a_question_more(hr):
    """HR writes version 2 with one question more in a core scale; a second person releases it."""
    await begun(hr)
    hint = await page_of(hr, f"{BASE}/add?after=vp.nyt.3")
    assert "Kurven fortsetter bare hvis alle får både de gamle og de nye spørsmålene" in hint
    added = await sends(hr, f"{BASE}/add?after=vp.nyt.3", f"{BASE}/add", id=NEW, scale=CORE)
    form = f"{BASE}/edit?item={NEW}&amp;order=verdipuls.k1"
    statement = {"statements": ["verdi.nytenking.1"]}
    await sends(hr, added.headers["location"], form, **WORDS, **statement)
    cost = await page_of(hr, f"{BASE}/measures")
    assert "Ingen måling som har hatt den, kan sammenlignes med denne versjonen." in cost
    review, decide = f"{BASE}/review", f"{BASE}/review?order=verdipuls.k1"
    # called as beside its figures, with as many questions as the version has
    told = "Kulturindeks (7 spørsmål) 1 nytt Kurven brytes, hvis ikke alle får"
    assert told in await page_of(hr, review)
    await sends(hr, review, decide, act="send")
    await second(hr)
    assert "Det velges i planen for målingen." in await page_of(hr, review)
    await sends(hr, review, decide, act="release")
    told = await page_of(hr, review)
    assert "er frigitt" in told
    assert "Planlegg den som neste måling i kampanjen dere har." in told
    await again(hr, "hr@example.org")


async def planned(hr, overlap):
    """HR plans the next wave from today on, and asks both or the new items alone."""
    sent = fields(await hr.get("/waves/vp-1/next")) | {"anyway": "yes", "overlap": overlap}
    for name, days in (("opens_on", 0), ("closes_on", 14), ("results_on", 28)):
        sent[name] = (clock.today() + timedelta(days=days)).isoformat()
    await does(hr, "vp-1", "next", **sent)
    await work()
    [wave] = [one for one in await list_waves(Login.WEB) if one.key != "vp-1"]
    return wave.key


async def weeks_pass(weeks):
    days = 7 * weeks
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave SET opens_on = opens_on - $1::int, closes_on = closes_on - $1::int,"
        " results_on = results_on - $1::int",
        days,
    )


async def test_a_version_with_a_question_more_is_released_and_the_plan_says_what_it_does(
    own_content, hr
):
    bind_worker()
    await open_wave()
    bind_web()
    await weeks_pass(12)
    await released_with_a_question_more(hr)
    choice = box((await hr.get("/waves/vp-1/next")).text)
    assert "Skalaen «Nytenking, kjerne» har andre spørsmål enn da den ble målt sist" in choice
    assert "Kommet til: Her får nye ideer en sjanse." in choice
    wave = await planned(hr, "")
    # whoever opens it learns that the curves begin anew, and where to mend that
    asked = await page_of(hr, f"/waves/{wave}/open")
    assert "Noen er endret siden sist, og kurvene som bygger på dem, begynner på nytt." in asked
    assert f'href="/waves/{wave}/plan#overlap"' in (await hr.get(f"/waves/{wave}/open")).text
    plan = fields(await hr.get(f"/waves/{wave}/plan"))
    await does(hr, wave, "plan", **plan, anyway="yes", overlap="v1")
    await work()
    asked = await page_of(hr, f"/waves/{wave}/open")
    assert "Alle får både spørsmålene som er nye i en skala, og dem som er tatt ut av den." in asked
    assert "begynner på nytt" not in asked


class Staff:
    """People who answer as they did; the new question gets lower answers than the others."""

    def __init__(self):
        rng = np.random.default_rng(3)
        felt = 3.4 + 0.9 * rng.standard_normal((60, 1)) + 0.5 * rng.standard_normal((60, 7))
        felt[:, -1] -= 0.6
        self.steps = np.clip(np.round(felt), 1, 5).astype(int)

    def answers(self, person, *more):
        names = (*(f"vp.{one}" for one in ASKED), *more)
        said = zip(names, self.steps[person], strict=False)
        return some_answers("verdipuls.k1") | {name: str(step) for name, step in said}


async def held(hr, settings, wave, staff, *more):
    """Two of HR open a wave; everybody answers; it is closed and published."""
    await again(hr, "hr@example.org")
    await does(hr, wave, "open")
    await second(hr)
    await does(hr, wave, "open", step="confirm")
    await work()
    for person, token in enumerate((await opened(settings, wave)).tokens):
        sent = staff.answers(person, *more)
        reply = await hr.post(f"/answer/{token}", data=sent, follow_redirects=False)
        assert reply.headers["location"].startswith("/answer/thanks")
    await does(hr, wave, "close")
    await work()
    bind_worker()
    await jobs.finish_due_waves({})
    bind_web()
    assert (await find_wave(Login.WEB, wave)).state == "published"
    await again(hr, "hr@example.org")


@pytest.mark.slow
async def test_the_trend_goes_on_over_the_wave_that_asked_both_sets(
    own_content, hr, settings, monkeypatch
):
    monkeypatch.setattr(jobs, "settings", lambda: settings)
    staff = Staff()
    await held(hr, settings, "vp-1", staff)
    await weeks_pass(12)
    await released_with_a_question_more(hr)
    wave = await planned(hr, "v1")
    await held(hr, settings, wave, staff, NEW)

    form = await page_of(hr, f"/questionnaires/verdipuls.k1?wave={wave}")
    assert form.count("Her får nye ideer en sjanse.") == 1
    for address in ("/culture", f"/culture?wave={wave}&index={CORE}"):
        told = await page_of(hr, address)
        assert re.search(
            r"Da svarte alle på både de gamle og de nye. Med de nye er tallet \d+,\d poeng lavere "
            r"\(± \d,\d\). Det er regnet inn, så tallene før og etter kan sammenlignes.",
            told,
        )
        assert "Tallene før og etter kan ikke sammenlignes" not in told
        # where everybody answers alike, nothing tells how sure it is (docs/adr/0202)
        assert re.search(r"Nytenking \(3 spørsmål\) \d+ \([\d–]+\) Usikkert siden", told)
