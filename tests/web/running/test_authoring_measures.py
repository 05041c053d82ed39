"""What a change of a scale costs stands on its page: which waves can still be compared."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from questionnaires.canonical import content_hash
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.overlap import both_wordings
from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.authoring.series import SeriesReach, reach_of, said_reach
from survey_app.shared.database import Login, fetch
from tests.asking_builders import CAMPAIGN, import_campaign, import_people
from tests.web.running.authoring_desk import BASE, begun, draft, form_of
from tests.web.running.desk import coming

MEASURES = f"{BASE}/measures"


@pytest.fixture
async def hr(own_content, sign_in):
    client = await sign_in(Role.HR)
    await begun(client)
    return client


@pytest.fixture
async def asked(own_content, web):
    """A wave that has asked its form, as it is today."""
    bind_worker()
    await import_people()
    await import_campaign(coming(CAMPAIGN))
    [wave] = await fetch(Login.MIGRATOR, "SELECT id, form FROM asking.wave LIMIT 1")
    questionnaire = load_library().questionnaire(wave["form"])
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.questionnaire (hash, content) VALUES ($1, $2)",
        content_hash(questionnaire),
        questionnaire.to_json(),
    )
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave SET questionnaire = $2, state = 'published' WHERE id = $1",
        wave["id"],
        content_hash(questionnaire),
    )
    bind_web()


async def does(hr, scale, act, item):
    page = (await hr.get(MEASURES)).text
    sent = form_of(page, MEASURES) | {"scale": scale, "act": act, "item": item}
    return await hr.post(MEASURES, data=sent, follow_redirects=False)


def of_index(page, title):
    row = re.search(rf'<th scope="row">{title}</th>(.*?)</tr>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", row[1]).split())


async def test_waves_can_be_compared_until_a_scale_has_other_questions(asked, hr):
    page = (await hr.get(MEASURES)).text
    before = of_index(page, "Kulturindeks, kjerne")
    assert "Kurven fortsetter. 1 måling har hatt den, og kan sammenlignes" in before
    reply = await does(hr, "NYT-kjerne", "add", "vp.nyt.2")
    assert reply.headers["location"] == f"{MEASURES}#scale-NYT-kjerne"
    page = (await hr.get(MEASURES)).text
    after = of_index(page, "Kulturindeks, kjerne")
    assert "Kurven brytes, hvis ikke alle får både de gamle og de nye spørsmålene" in after
    assert "Ingen måling som har hatt den, kan sammenlignes med denne versjonen." in after
    assert "Kurven fortsetter." in of_index(page, "Ambassadør")
    await does(hr, "NYT-kjerne", "take", "vp.nyt.2")
    page = (await hr.get(MEASURES)).text
    assert of_index(page, "Kulturindeks, kjerne") == before


async def test_a_curve_that_a_version_before_broke_is_not_said_to_go_on(asked, hr):
    [wave] = await fetch(Login.MIGRATOR, "SELECT form FROM asking.wave WHERE state = 'published'")
    as_now = load_library().questionnaire(wave["form"])
    words = as_now.item("vp.amb.1").text["nb"].encode()
    then = Questionnaire.from_json(as_now.to_json().replace(words, b"Anbefaler du oss?"))
    for statement in (
        "INSERT INTO asking.questionnaire (hash, content) VALUES ($1, $2)",
        "UPDATE asking.wave SET questionnaire = $1 WHERE state = 'published' AND $2 <> ''::bytea",
    ):
        await fetch(Login.MIGRATOR, statement, content_hash(then), then.to_json())
    ambassador = of_index((await hr.get(MEASURES)).text, "Ambassadør")
    assert "Kurven fortsetter" not in ambassador
    assert "Denne versjonen endrer den ikke, men det gjorde en tidligere versjon." in ambassador
    assert "Ingen måling som har hatt den, kan sammenlignes med denne versjonen." in ambassador


async def test_a_small_scale_and_one_that_points_one_way_are_remarked_on(hr):
    page = (await hr.get(MEASURES)).text
    core = page[page.index('id="scale-TRY-kjerne"') : page.index('id="scale-APN-kjerne"')]
    assert "Skalaen har under tre spørsmål." in core
    whole = page[page.index('id="scale-TRY"') : page.index('id="scale-APN"')]
    assert "Alle spørsmålene i skalaen peker samme vei." in whole


async def test_what_the_check_says_stands_there_too(hr):
    assert "Må rettes" not in (await hr.get(MEASURES)).text
    await does(hr, "AMB", "add", "om.til.1")  # which staff are not asked
    page = (await hr.get(MEASURES)).text
    assert "Indeksen AMB: ikke ett skjema stiller alle spørsmålene i den." in page


@pytest.mark.parametrize(
    ("scale", "act", "item", "sentence"),
    [
        ("AMB", "take", "vp.amb.1", "Skalaen må ha minst ett spørsmål."),
        ("AMB", "take", "", "Velg et spørsmål først."),
        ("XYZ", "add", "vp.amb.1", "Skalaen finnes ikke i denne versjonen."),
        ("AMB", "add", "bg.rolle", "Spørsmålet finnes ikke lenger i denne versjonen."),
        ("AMB", "add", "vp.hen.1", "Spørsmålet finnes ikke lenger i denne versjonen."),
    ],
)
async def test_what_cannot_be_done_is_said(hr, scale, act, item, sentence):
    before = await draft()
    reply = await does(hr, scale, act, item)
    assert (reply.status_code, sentence in reply.text) == (422, True)
    assert await draft() == before


@pytest.mark.parametrize(
    ("waves", "told"), [(1, "1 måling"), (2, "Begge målingene"), (3, "Alle 3 målingene")]
)
def test_how_many_waves_can_be_compared_is_said_as_people_count(waves, told):
    said = said_reach(SeriesReach(waves, waves, ""), "nb")
    assert said.startswith(f"{told} ")


def test_a_wave_that_asked_both_versions_counts_and_is_told_as_what_links():
    library = load_library()
    new = library.questionnaire("verdipuls.main")
    then = replace(new.item("vp.apn.1"), version=0, text={"nb": "Da", "nn": "Då", "en": "Then"})
    old = replace(new, items=tuple(then if one.id == then.id else one for one in new.items))
    waves = [
        (SimpleNamespace(key=name, overlap=overlap, labels={"name": {"nb": name}}), asked)
        for name, overlap, asked in (("B", "v1", both_wordings(old, new)), ("A", "", old))
    ]
    reach = reach_of(["KI", "SIK"], waves, library, "nb")
    assert reach["SIK"] == SeriesReach(2, 2, "")
    assert said_reach(reach["KI"], "nb") == (
        "1 av 2 målinger som har hatt den, spør som denne versjonen. «B» stilte også det gamle, så"
        " tallene fra før kan være knyttet til."
    )
    assert reach_of(["KI"], waves[1:], library, "nb")["KI"] == SeriesReach(1, 0, "A")
