"""How exact a wave will be: said on its plan, and to whoever approves it, before it is sent."""

import math
import re
from datetime import date, timedelta
from html import unescape

import pytest

from questionnaires.content import SETTING
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.people.panels import called_panel
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.numbers import long_date
from tests.asking_builders import (
    CAMPAIGN,
    import_campaign,
    import_people,
    open_wave,
    register,
)
from tests.builders_publication import public_series, put_on_shelf, staff_series
from tests.shown import text_of
from tests.split_form import FORM as SPLIT
from tests.split_form import WITHOUT_AN_INDEX, a_split_agency, with_split_form
from tests.web.running.desk import WAVE, coming, second, send, work

PUBLIC = (
    CAMPAIGN.replace('"staff"', '"public"')
    .replace('form = "verdipuls.k1"', 'form = "omdomme"')
    .replace('key = "verdipuls"', 'key = "omdomme"')
    .replace('key = "vp-1"', 'key = "om-1"')
    .replace('invite = "everybody"\n', "")
    .replace("reminder_days = [4, 10]\n", "")
)


@pytest.fixture
async def published(hr):
    bind_worker()
    await put_on_shelf(*staff_series(), *public_series())
    bind_web()
    return hr


def words(reply):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reply.text)).split())


def box(page):
    from lxml import html

    [found] = html.fromstring(page).xpath("//*[@id='slik']")
    return text_of(found)


async def test_the_plan_says_how_exact_the_wave_will_be_and_what_is_assumed(published):
    said = box((await published.get(f"{WAVE}/plan")).text)
    assert re.search(r"Hele etaten ±\d+,\d poeng Omtrent \d+ svar fra 60 inviterte", said)
    assert re.search(r"En endring på \d+,\d poeng oppdages i 8 av 10 tilfeller\.", said)
    assert re.search(r"Enheter med egne tall \d av 2", said)
    assert "like stor andel svarer som i målingen Mai 2026, kortmåling" in said


async def test_the_plan_says_how_much_wider_pages_show_it_for_those_who_do_not_answer(published):
    said = box((await published.get(f"{WAVE}/plan")).text)
    points = re.search(
        r"Hele etaten ±(\d+,\d) poeng .* kan ligge inntil 6 poeng fra dem, og blir omtrent"
        r" ±(\d+,\d) poeng",
        said,
    )
    assert points, said
    chance, shown = (float(one.replace(",", ".")) for one in points.groups())
    rate = float(re.search(r"60 inviterte \((\d+)", said)[1]) / 100
    assert shown == pytest.approx(math.hypot(chance, 6 * (1 - rate)), abs=0.15)
    page = words(await published.get("/campaigns/verdipuls"))
    assert "kan ligge inntil 6 poeng fra dem, og blir omtrent" in page


async def test_asking_fewer_is_reckoned_anew_before_it_is_saved(published):
    page = (await published.get(f"{WAVE}/plan")).text
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    fields = {"csrf": token, "do": "recount", "form": "verdipuls.k1", "invite": "panel:A"}
    reply = await published.post(f"{WAVE}/plan", data=fields | {"opens_on": "2027-02-09"})
    assert reply.status_code == 200
    # a third of 34 and of 26, to the nearest below or above
    assert re.search(r"fra (19|20|21) inviterte", box(reply.text))
    # nothing was saved
    assert "fra 60 inviterte" in box((await published.get(f"{WAVE}/plan")).text)


async def test_whoever_approves_sees_the_same(published):
    before = box((await published.get(f"{WAVE}/open")).text)
    await send(published, "open")
    await second(published)
    page = (await published.get(f"{WAVE}/open")).text
    assert "Godkjenn og sett i gang" in page
    assert box(page) == before
    assert "inviterte" in before


async def test_a_first_wave_says_what_it_assumes_and_promises_no_change(hr):
    said = box((await hr.get(f"{WAVE}/plan")).text)
    assert "Ingen tidligere måling er publisert" in said
    assert "50 % svarer" in said
    assert "oppdages i 8 av 10" not in said
    assert "tar også høyde for dem som ikke svarer, og er bredere" in said


async def test_where_every_unit_gets_figures_nothing_is_said_of_others(campaign, sign_in):
    """Of 200 in each of two units a hundred answer, at half of them."""
    hr = await sign_in(Role.HR)
    assert "De andre får færre enn 10 svar" in box((await hr.get(f"{WAVE}/plan")).text)
    bind_worker()
    await import_people(register({"nord-1": 200, "sor-1": 200}))
    bind_web()
    said = box((await hr.get(f"{WAVE}/plan")).text)
    assert "Enheter med egne tall 2 av 2" in said
    assert "De andre" not in said


async def test_a_survey_of_the_public_is_planned_by_its_main_groups(published, sign_in):
    bind_worker()
    await import_campaign(coming(PUBLIC))
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    said = box((await published.get("/waves/om-1/plan")).text)
    assert "Omtrent 1 982 svar fra 7 400 inviterte" in said.replace("\xa0", " ")
    assert "Til den er her, regner vi med like mange som i målingen" in said
    assert "Den mest usikre gruppen" in said
    assert "Enheter med egne tall" not in said
    outlook = words(await published.get("/campaigns/omdomme")).split("Hva neste måling kan vise")[1]
    assert "Hele befolkningen" in outlook
    assert "Hele etaten" not in outlook


async def test_a_first_survey_of_the_public_says_how_many_to_invite_before_anybody_draws_them(
    hr, sign_in
):
    """500 answers of equal weight take 1.3 times as many; a fourth answers: 650 of 2,600."""
    bind_worker()
    await import_campaign(coming(PUBLIC))
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    for page in ("plan", "open"):
        said = box((await hr.get(f"/waves/om-1/{page}")).text).replace("\xa0", " ")
        assert "2 600 inviterte Omtrent så mange må inviteres." in said
        assert "Det trengs omtrent 650 svar før noe blir vist" in said
        assert "Ingen tidligere måling er publisert. Vi går derfor ut fra at 25 % svarer" in said
    page = (await hr.get("/waves/om-1/open")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    file = {"file": ("utvalg.csv", b"county,age,gender\n" + b"03,1,2\n" * 420)}
    await hr.post("/waves/om-1/open", data=hidden, files=file)
    said = box((await hr.get("/waves/om-1/open")).text).replace("\xa0", " ")
    assert "Ingen tall Omtrent 105 svar fra 420 inviterte (25 %)" in said
    assert "må omtrent 2 600 inviteres" in said
    assert "±" not in said


async def test_after_a_survey_that_too_few_answered_the_next_is_planned_from_how_many_did(
    hr, sign_in
):
    """Of 1,000 answered 130: 650 answers take 5,000 invited."""
    [last] = public_series()[-1:]
    last["response"] |= {"invited": 1000, "answers": 130}
    for one in last["estimates"]:
        one.update(dict.fromkeys(("n", "mean", "se", "low", "high", "n_eff"), None))
        one["status"] = "suppressed_primary"
    bind_worker()
    await put_on_shelf(last)
    await import_campaign(coming(PUBLIC))
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    said = box((await hr.get("/waves/om-1/plan")).text).replace("\xa0", " ")
    assert "5 000 inviterte Omtrent så mange må inviteres." in said
    assert "svarte for få til at noe ble vist. Vi går derfor ut fra at 13 % svarer" in said
    assert "Ingen tidligere måling er publisert" not in said


async def test_a_sample_too_small_to_be_shown_promises_no_figure_and_says_how_many_to_invite(
    published, sign_in
):
    bind_worker()
    await import_campaign(coming(PUBLIC))
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    page = (await published.get("/waves/om-1/open")).text
    # nobody knows by themselves that an age is written as the number of its group
    assert "1 (18–29 år), 2 (30–44 år), 3 (45–59 år)" in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    drawn = "county,age,gender,language\n" + "03,1,2,nb\n" * 40
    file = {"file": ("utvalg.csv", drawn.encode())}
    await published.post("/waves/om-1/open", data=hidden, files=file)
    waits = await published.get("/waves/om-1/open")
    # nobody else reads the file again: who approves it sees how many it names, and from where
    assert "Inviteres Brev: 40, til 1 av 15 fylker." in words(waits)
    said = box(waits.text).replace("\xa0", " ")
    # 40 * 1982 / 7400 answer; of equal weight are 1982 / 1.1, so that 500 take 550 answers, and
    # 550 * 7400 / 1982 = 2054 letters
    assert "Ingen tall Omtrent 11 svar fra 40 inviterte" in said
    assert "Til den er her" not in said
    assert "omtrent 550 svar før noe blir vist" in said
    assert "må omtrent 2 100 inviteres" in said
    assert "±" not in said
    assert "oppdages i 8 av 10" not in said


async def test_the_plan_says_how_often_people_are_asked_and_what_is_too_often(published):
    assert re.search(
        r"Ganger i \d{4} 1 av høyst 3", box((await published.get(f"{WAVE}/plan")).text)
    )
    # another of the same people two weeks after the draft is opened
    bind_worker()
    await open_wave(today=clock.today(), now=clock.now())
    bind_web()
    page = (await published.get(f"{WAVE}/next")).text
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    days = [(clock.today() + timedelta(days=days)).isoformat() for days in (28, 42)]
    fields = {"csrf": token, "do": "recount", "form": "verdipuls.k1", "invite": "everybody"}
    fields |= {"opens_on": days[0], "closes_on": days[1]}
    page = (await published.post(f"{WAVE}/next", data=fields)).text
    assert "Målingen kan ikke åpnes slik den er planlagt" in page
    assert "Det må være minst 8 uker mellom" in page
    # and on that day it may
    words = " ".join(page.split())
    [(last, earliest)] = re.findall(
        r"har siste dag ([^<]+?)\. Det må .*? kan denne tidligst åpne ([^<]+?)\.<", words
    )
    [row] = await fetch(Login.WEB, "SELECT closes_on FROM asking.wave WHERE state = 'open'")
    day = row["closes_on"] + timedelta(weeks=8)
    assert (last, earliest) == tuple(
        " ".join(long_date(one, "nb").split()) for one in (row["closes_on"], day)
    )
    then = {"opens_on": day.isoformat(), "closes_on": (day + timedelta(days=14)).isoformat()}
    page = (await published.post(f"{WAVE}/next", data=fields | then)).text
    assert "tidligst åpne" not in page


async def test_a_sample_is_planned_on_the_page(published):
    page = (await published.get(f"{WAVE}/plan")).text
    hidden = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page)[1], "form": "verdipuls.k1"}
    days = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]
        for name in ("opens_on", "closes_on", "results_on")
    }
    said = hidden | days | {"invite": "proportional", "size": "30", "anyway": "yes"}
    asked = await published.post(f"{WAVE}/plan", data=said | {"do": "recount"})
    assert "fra 30 inviterte" in box(asked.text)
    too_many = await published.post(f"{WAVE}/plan", data=said | {"do": "recount", "size": "90"})
    assert "høyst 60" in too_many.text
    no_number = await published.post(f"{WAVE}/plan", data=said | {"size": ""})
    assert "Skriv hvor mange som skal trekkes" in no_number.text
    await published.post(f"{WAVE}/plan", data=said)
    await work()
    assert (await find_wave(Login.WORKER, "vp-1")).invite == "proportional:30"
    again = (await published.get(f"{WAVE}/plan")).text
    assert 'value="proportional" selected' in again
    assert 'name="size" value="30"' in again


async def test_a_split_form_says_what_each_module_gets_before_it_is_chosen(
    hr, monkeypatch, tmp_path
):
    with_split_form(monkeypatch, tmp_path)
    plain = box((await hr.get(f"{WAVE}/plan")).text)
    assert "moduler" not in plain
    token = re.search(r'name="csrf" value="([^"]+)"', (await hr.get(f"{WAVE}/plan")).text)[1]
    fields = {"csrf": token, "do": "recount", "form": SPLIT, "invite": "everybody"}
    reply = await hr.post(f"{WAVE}/plan", data=fields | {"opens_on": "2027-02-09"})
    said = box(reply.text)
    whole = re.search(r"Hele etaten ±(\d+,\d) poeng Omtrent (\d+) svar fra 60", said)
    each = re.search(r"Hver av 2 moduler ±(\d+,\d) poeng Omtrent (\d+) svar på hver", said)
    assert int(each[2]) * 2 == int(whole[2])
    wide, narrow = (float(one[1].replace(",", ".")) for one in (each, whole))
    # of 60 people 30 answer, 15 each: sqrt(1/15 - 1/60) beside sqrt(1/30 - 1/60), and fewer degrees
    assert wide / narrow == pytest.approx(3**0.5, rel=0.1)
    assert "av 2 enheter får egne tall for det en modul spør om" in said
    assert "færre enn 5 har svart på en av modulene" in said


async def test_of_an_index_that_lies_in_several_modules_the_plan_says_that_it_is_not_shown(
    hr, monkeypatch, tmp_path
):
    with_split_form(monkeypatch, tmp_path)
    page = (await hr.get(f"{WAVE}/plan")).text
    fields = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page)[1], "do": "recount"}
    fields |= {"form": SPLIT, "invite": "everybody", "opens_on": "2027-02-09"}
    assert "Målingen får ingen tall" not in (await hr.post(f"{WAVE}/plan", data=fields)).text
    content = a_split_agency(tmp_path / "spread", WITHOUT_AN_INDEX)
    monkeypatch.setenv(SETTING, str(content))
    said = words(await hr.post(f"{WAVE}/plan", data=fields))
    assert "Målingen får ingen tall for «" in said
    assert "ingen får mer enn én av dem" in said


async def test_rotating_panels_are_planned_on_the_page_and_their_turn_is_filled_in(published):
    page = (await published.get(f"{WAVE}/plan")).text
    hidden = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page)[1], "form": "verdipuls.k1"}
    days = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]
        for name in ("opens_on", "closes_on", "results_on")
    }
    said = hidden | days | {"invite": "rotation", "panels": "3", "at_once": "2", "anyway": "yes"}
    recounted = box((await published.post(f"{WAVE}/plan", data=said | {"do": "recount"})).text)
    assert re.search(r"fra (39|40|41) inviterte", recounted)
    assert "Roterende paneler 2 av 3, runde 1" in recounted
    assert "En ansatt blir spurt i 2 runder på rad. Så går det 1 runde" in recounted
    none = await published.post(f"{WAVE}/plan", data=said | {"at_once": "3"})
    assert none.status_code == 422
    assert "færre enn det er paneler" in none.text
    await published.post(f"{WAVE}/plan", data=said)
    await work()
    assert (await find_wave(Login.WORKER, "vp-1")).invite == "rotation:2/3:1"
    # the draft keeps its turn, and the next wave has the one after it
    assert "2 av 3, runde 1" in box((await published.get(f"{WAVE}/plan")).text)
    assert "2 av 3, runde 2" in box((await published.get(f"{WAVE}/next")).text)


async def test_a_turn_that_would_ask_the_same_people_in_the_same_season_is_left_out(published):
    def half(turn, **when):
        return coming(CAMPAIGN, **when).replace('"everybody"', f'"rotation:1/2:{turn}"')

    second_half = half(2, after=90).replace('"vp-1"', '"vp-2"')
    bind_worker()
    await import_campaign(half(1) + second_half[second_half.index("[[waves]]") :])
    bind_web()
    page = (await published.get(f"{WAVE}/next")).text
    assert "1 av 2, runde 4" in box(page)
    assert "Samme tid i fjor" not in page
    names = ("csrf", "form", "opens_on", "closes_on", "results_on")
    said = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]+)"', page)[1]
        for name in names
        if name != "form"
    }
    said |= {"form": "verdipuls.k1", "invite": "rotation", "panels": "2", "at_once": "1"}
    said |= {"same_season": "yes", "anyway": "yes"}
    kept = (await published.post(f"{WAVE}/next", data=said | {"do": "recount"})).text
    assert "1 av 2, runde 3" in box(kept)
    assert "Samme tid i fjor De samme ble spurt" in box(kept)
    # letters move by themselves: where somebody moves them too, the same people are asked again
    bind_worker()
    [before] = await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET invite = 'panel:A' WHERE key = 'vp-1' RETURNING opens_on",
    )
    bind_web()
    years = before["opens_on"].year, date.fromisoformat(said["opens_on"]).year
    for letter in "AB":
        asked = {"do": "recount", "invite": f"panel:{letter}"}
        found = box((await published.post(f"{WAVE}/next", data=said | asked)).text)
        told = called_panel("A", years[0]) == called_panel(letter, years[1])
        assert ("De samme ble spurt" in found) is told
    # what was kept is kept when the draft is looked at again
    bind_worker()
    await fetch(Login.WORKER, "UPDATE asking.wave SET invite = 'rotation:1/2:1' WHERE key = 'vp-1'")
    bind_web()
    await published.post(f"{WAVE}/next", data=said)
    await work()
    [draft] = await fetch(Login.WORKER, "SELECT key FROM asking.wave WHERE invite LIKE '%:3'")
    again = (await published.get(f"/waves/{draft['key']}/plan")).text
    assert re.search(r'name="same_season"[^>]*checked', again)
    assert "1 av 2, runde 3" in box(again)


async def test_a_plan_tells_how_many_are_asked_again_and_reckons_with_it(published):
    last, pulse = staff_series()[-1]["wave"]["key"], (await published.get(f"{WAVE}/plan")).text
    earlier = CAMPAIGN[CAMPAIGN.index("[[waves]]") :].replace('"vp-1"', f'"{last}"')
    bind_worker()
    await import_campaign(coming(CAMPAIGN) + earlier.replace('"everybody"', '"rotation:2/3:1"'))
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = 'published', opened_at = now() WHERE key = $1",
        last,
    )
    bind_web()
    token = re.search(r'name="csrf" value="([^"]+)"', pulse)[1]
    fields = {"csrf": token, "do": "recount", "form": "verdipuls.k1"}
    fields |= {"opens_on": "2027-02-09", "closes_on": "2027-02-23"}

    async def told(**more):
        return box((await published.post(f"{WAVE}/plan", data=fields | more)).text)

    half = await told(invite="rotation", panels="3", at_once="2")
    assert "2 av 3, runde 2" in half
    assert "ble 50 % også spurt i målingen Mai 2026, kortmåling" in half.replace("\xa0", " ")
    others = await told(invite="rotation", panels="3", at_once="1")
    assert re.search(r"Av dem som blir spurt nå, ble \d+ % også spurt", others.replace("\xa0", " "))
    # as many again are asked of a sample, whose people nobody knows: less is found
    drawn = await told(invite="proportional", size="40")
    assert "også spurt" not in drawn
    found = [
        float(re.search(r"En endring på (\d+,\d) poeng", one)[1].replace(",", "."))
        for one in (half, drawn)
    ]
    assert found[0] < found[1]


async def test_a_plan_reckons_changes_from_the_wave_that_comes_before_it(published):
    """The last one published is not what the planned one will be compared with."""
    page = (await published.get(f"{WAVE}/plan")).text
    assert "Endringer er regnet fra målingen Mai 2026, kortmåling." in box(page)
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    day = clock.today() + timedelta(days=120)
    fields = {"csrf": token, "do": "recount", "form": "verdipuls.k1", "invite": "panel:A"}
    fields |= {"opens_on": day.isoformat()}

    async def smallest(invite):
        earlier = CAMPAIGN[CAMPAIGN.index("[[waves]]") :].replace('"vp-1"', '"vp-0"')
        earlier = coming(earlier, after=60).replace('"everybody"', f'"{invite}"')
        bind_worker()
        await import_campaign(coming(CAMPAIGN, after=120) + earlier)
        bind_web()
        said = box((await published.post(f"{WAVE}/plan", data=fields)).text)
        assert "slik vi venter at den blir: Den er ikke publisert ennå." in said
        assert "Endringer er regnet fra målingen Mai 2026" not in said
        return float(re.search(r"En endring på (\d+,\d) poeng", said)[1].replace(",", "."))

    # fewer who are asked before tell less of a change
    assert await smallest("everybody") < await smallest("panel:B")
    # one that is planned like a draft is measured from it
    assert "slik vi venter at den blir" in box((await published.get("/waves/vp-0/next")).text)


async def test_figures_that_wait_for_their_day_are_those_that_a_plan_is_measured_from(published):
    """A wave is published when it is counted, and shows nobody anything before its day."""
    earlier = CAMPAIGN[CAMPAIGN.index("[[waves]]") :].replace('"vp-1"', '"vp-0"')
    bind_worker()
    await import_campaign(coming(CAMPAIGN, after=120) + coming(earlier, after=60))
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'published' WHERE key = 'vp-0'")
    bind_web()
    assert "slik vi venter at den blir" in box((await published.get(f"{WAVE}/plan")).text)


@pytest.mark.parametrize("invite", ["proportional:9", "rotation:1/12:1"])
async def test_too_few_of_a_region_are_told_before_anybody_approves(hr, invite):
    bind_worker()
    await import_people(register({"nord-1": 34, "nord-2": 24, "sor-1": 24}))
    await fetch(Login.WORKER, "UPDATE asking.wave SET invite = $1", invite)
    wave = await find_wave(Login.WORKER, "vp-1")
    with pytest.raises(OpeningRefused) as refused:
        await open_wave(today=clock.today(), now=clock.now())
    bind_web()
    [told] = say_reasons(refused.value.reasons, "nb")
    assert told.startswith("Bare 2 inviteres der svarene ville fått koden «sor»")
    for act in ("plan", "open"):
        assert told in unescape((await hr.get(f"/waves/{wave.key}/{act}")).text)
    assert 'type="submit"' not in (await hr.get(f"{WAVE}/open")).text.partition("<h1>")[2]
