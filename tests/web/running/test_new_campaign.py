"""A campaign is made on a page in an empty installation, as a draft, from a form that is there."""

import asyncio
import contextvars
import html
import re
from dataclasses import replace
from uuid import uuid4

import pytest

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.campaign_acts import ask_of_campaign
from survey_app.asking.campaigns.queries import find_campaign, list_campaigns, list_waves
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running import new_campaign_routes
from survey_app.running.carry_out_campaigns import carry_out_campaign_acts
from survey_app.running.new_campaign import population_of
from survey_app.shared import clock
from survey_app.shared.database import Login, engine, fetch
from tests.asking_builders import import_people
from tests.web.running.desk import again, work
from tests.web.running.test_texts import filled

FORMS = load_library().forms
NEEDED = {
    "purpose.nb": "Lære hvordan det går",
    "purpose.nn": "Lære korleis det går",
    "legal_basis": "GDPR artikkel 6 nr. 1 f",
    "sender": "HR <hr@example.org>",
    "contact": "hr@example.org",
}


async def made(client, form="verdipuls.k1", **fields):
    address = f"/waves/new?form={form}"
    page = (await client.get(address)).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    box = page.partition('name="invite"')[2].partition("</select>")[0]
    sent = filled(page.partition("<main")[2]) | {
        "csrf": csrf,
        "invite": re.search(r'value="([^"]+)"', box)[1],
    }
    return await client.post(address, data=sent | fields, follow_redirects=False)


async def carried_out():
    bind_worker()
    await carry_out_campaign_acts({})
    bind_web()


async def test_communications_are_not_told_that_a_campaign_of_the_staff_comes(web, sign_in):
    hr = await sign_in(Role.HR)
    await made(hr, key="puls", anyway="yes", **NEEDED)
    assert "Den første kampanjen lages nå." in (await hr.get("/")).text
    desk = await sign_in(Role.COMMUNICATIONS)
    for page in ("/", "/campaigns"):
        shown = (await desk.get(page)).text
        assert "lages nå" not in shown
        assert "Lag den første kampanjen" in shown


async def test_a_first_campaign_is_made_approved_and_opened_from_pages_alone(web, sign_in):
    bind_worker()
    await import_people()
    bind_web()
    await sign_in(Role.HR, "hr2@example.org")
    hr = await sign_in(Role.HR)
    assert 'href="/waves/new"' in (await hr.get("/campaigns")).text
    assert 'href="/waves/new?form=verdipuls.k1"' in (await hr.get("/waves/new")).text
    today = clock.today()
    days = {
        name: (today + today.resolution * after).isoformat()
        for name, after in (("opens_on", 0), ("closes_on", 20), ("results_on", 30))
    }
    reply = await made(hr, key="puls", anyway="yes", **NEEDED, **days)
    assert reply.headers["location"] == "/campaigns"
    page = (await hr.get("/campaigns")).text
    # of several that are made at once each is told by its name
    assert "Kampanjen lages nå" in page
    assert "Kortnavn: puls" in page
    for page in ("/", "/campaigns"):
        assert "Lag den første kampanjen" not in (await hr.get(page)).text
    assert "Den første kampanjen lages nå." in (await hr.get("/")).text
    await carried_out()
    [wave] = await list_waves(Login.WORKER, "puls")
    assert (wave.key, wave.state, wave.invite) == (f"puls-{today}", "draft", "everybody")
    for step in ({}, {"step": "confirm"}):
        page = (await hr.get(f"/waves/{wave.key}/open")).text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        await hr.post(f"/waves/{wave.key}/open", data=hidden | step)
        await again(hr, "hr2@example.org")
    await work()
    assert [wave.state for wave in await list_waves(Login.WORKER)] == ["open"]
    assert "15 spørsmål" in await pulse_to_begin_with(hr)  # the next wave has something behind it


async def test_communications_is_led_to_a_first_campaign_whatever_stands_of_staff(web, sign_in):
    hr = await sign_in(Role.HR)
    await made(hr, key="puls")
    await carried_out()
    assert "Lag den første kampanjen" not in (await hr.get("/")).text
    communications = await sign_in(Role.COMMUNICATIONS)
    page = (await communications.get("/")).text
    assert 'href="/waves/new">Lag den første kampanjen' in page
    assert "Registeret" not in page
    await made(communications, next(form for form in FORMS if FORMS[form].population == "public"))
    await carried_out()
    assert "Lag den første kampanjen" not in (await communications.get("/")).text


async def pulse_to_begin_with(hr):
    page = (await hr.get("/waves/new")).text
    return page.partition("/waves/new?form=verdipuls.k1")[2].partition("</li>")[0]


async def test_the_forms_to_begin_with_say_how_many_questions_a_first_wave_has(web, sign_in):
    hr = await sign_in(Role.HR)
    # of its fifteen, one asks how the pulse before was followed up
    assert "14 spørsmål" in await pulse_to_begin_with(hr)


async def test_every_form_makes_a_draft_as_its_page_suggests(web, sign_in):
    hr = await sign_in(Role.HR)
    for form in FORMS:
        assert (await made(hr, form)).status_code == 303
    await carried_out()
    campaigns = {one.form: one for one in await list_campaigns(Login.WORKER)}
    assert set(campaigns) == set(FORMS)
    for form, campaign in campaigns.items():
        assert campaign.population == population_of(FORMS[form])
        # waves of one campaign of staff may ask any of four forms
        own = FORMS[form].title["nn"]
        assert campaign.title["nn"] == ("Verdipuls" if form.startswith("verdipuls.") else own)
        [wave] = await list_waves(Login.WORKER, campaign.key)
        assert (wave.state, wave.form) == ("draft", form)


async def test_every_mistake_stands_by_its_field_and_nothing_is_lost(web, sign_in):
    hr = await sign_in(Role.HR)
    reply = await made(
        hr,
        key="Min Kampanje",
        opens_on="2020-01-07",
        closes_on="2020-01-08",
        results_on="",
        reminder_days="to",
        retention_days="0",
        sender="HR",
        **{"title.nn": "", "purpose.nb": "Et formål"},
    )
    assert reply.status_code == 422
    page = html.unescape(reply.text)
    listed = set(re.findall(r'<a href="#([\w.]+)">', page.partition("<form method")[0]))
    assert listed >= {
        "key", "opens_on", "results_on", "retention_days", "sender", "title.nn",
    }  # fmt: skip
    for field in listed:
        assert f'id="{field}"' in page
        assert f'id="{field}-wrong"' in page
    assert "Et formål" in page
    assert 'value="Min Kampanje"' in page
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.campaign_act") == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("retention_days", "9999999999999", "Vi kan ikke lese"),
        ("retention_days", "9" * 4301, "Vi kan ikke lese"),
        ("retention_days", "2000000", "Det kan være høyst 36500 dager"),
        ("reminder_days", "9" * 4301, "Skriv påminnelsene som dager"),
        ("opens_on", "9999-12-01", "Året må være fra 2000 til 2100"),
        ("closes_on", "2027-02-29", "Vi kan ikke lese '2027-02-29' her"),
        ("discussed_on", "0001-01-01", "Året må være fra 2000 til 2100"),
        ("closes_on", "2099-01-01", "åpen i høyst 366 dager"),
        ("results_on", "2099-01-01", "høyst 183 dager etter at målingen er stengt"),
        ("title.nb", "x" * 201, "Bruk høyst 200 tegn"),
        ("key", "new", "adressen til en side"),
        ("key", "", "Dette mangler"),
        ("invite", "", "Dette mangler"),
    ],
    ids=range(13),
)
async def test_what_no_calendar_and_no_column_holds_is_told_by_its_field(
    web, sign_in, field, value, sentence
):
    reply = await made(await sign_in(Role.HR), anyway="yes", **NEEDED | {field: value})
    page = html.unescape(reply.text)
    assert reply.status_code == 422
    assert sentence in page.partition(f'id="{field}-wrong"')[2].partition("</p>")[0]


async def test_what_nobody_sees_in_a_text_is_taken_out_and_a_title_is_one_line(web, sign_in):
    title = "Puls\r\nBcc: x@example.org\u202e\u200b\0"
    await made(await sign_in(Role.HR), key="puls", **NEEDED, **{"title.nb": title})
    await carried_out()
    campaign = await find_campaign(Login.WORKER, "puls")
    assert campaign.title["nb"] == "Puls Bcc: x@example.org"


async def test_a_form_that_is_sent_twice_makes_one_campaign_and_says_so(web, sign_in):
    hr = await sign_in(Role.HR)
    for _ in range(2):
        await made(hr, key="puls", **NEEDED)
    await carried_out()
    assert "Kampanjen ble ikke laget" not in (await hr.get("/campaigns")).text
    assert await find_campaign(Login.WORKER, "puls")


async def test_a_form_that_is_sent_twice_in_the_same_moment_is_kept_once(database):
    def sent():
        told = {"account": str(uuid4()), "actor": "hr@example.org", "now": clock.now()}
        return ask_of_campaign("puls", "new", "key = 'puls'", **told)

    async with engine(Login.WEB).transaction():
        await sent()
        # by another process, which sees nothing of the transaction that is open here
        second = asyncio.create_task(sent(), context=contextvars.Context())
        done, _ = await asyncio.wait([second], timeout=0.3)
        assert not done
    await second
    assert len(await fetch(Login.WORKER, "SELECT FROM asking.campaign_act")) == 1


async def test_what_cannot_be_carried_out_holds_up_nothing_that_comes_after(web, sign_in):
    hr = await sign_in(Role.HR)
    await made(hr, key="puls", **NEEDED)
    await carried_out()
    again = "UPDATE asking.campaign_act SET state = 'asked', act = 'texts', content = 'broken'"
    await fetch(Login.WORKER, again)
    await made(hr, key="nyere", anyway="yes", **NEEDED)
    await carried_out()
    assert await find_campaign(Login.WORKER, "nyere")
    page = (await hr.get("/campaigns/puls")).text
    assert "Noe gikk galt hos oss, og ingenting er endret" in page


async def test_a_key_that_is_taken_is_told_before_and_after(web, sign_in):
    hr = await sign_in(Role.HR)
    await made(hr, key="puls", **NEEDED)
    await made(hr, key="puls", **NEEDED | {"contact": "post@example.org"})
    await carried_out()
    assert (await find_campaign(Login.WORKER, "puls")).contact == "hr@example.org"
    page = (await hr.get("/campaigns")).text
    assert "Kampanjen ble ikke laget" in page
    assert "En annen kampanje heter allerede" in page
    reply = await made(hr, key="puls")
    assert reply.status_code == 422
    assert 'href="#key"' in reply.text
    assert 'value="verdipuls-k1"' in (await hr.get("/waves/new?form=verdipuls.k1")).text


async def test_communications_make_campaigns_of_the_public_alone(web, sign_in):
    reader = await sign_in(Role.COMMUNICATIONS)
    page = (await reader.get("/waves/new")).text
    assert "form=omdomme" in page
    assert "form=verdipuls" not in page
    assert (await reader.get("/waves/new?form=verdipuls.k1")).status_code == 403
    # everybody sees what the public says: there is nothing to choose
    assert 'name="open_results"' not in (await reader.get("/waves/new?form=omdomme.open")).text
    assert (await made(reader, "omdomme.open")).status_code == 303
    await carried_out()
    [campaign] = await list_campaigns(Login.WORKER)
    page = (await reader.get(f"/campaigns/{campaign.key}")).text
    assert "Alle kan se dem på sidene med åpne resultater." in page


async def test_communications_ask_the_stakeholders_whose_answers_they_read(web, sign_in):
    reader = await sign_in(Role.COMMUNICATIONS)
    # where they look for what stakeholders answered, a way leads to asking them
    empty = (await reader.get("/reputation/stakeholders")).text
    assert 'href="/waves/new#h-stakeholders"' in empty
    assert "form=interessent.sam" in (await reader.get("/waves/new")).text
    reply = await made(reader, "interessent.sam", invite="list", **NEEDED)
    assert reply.status_code == 303
    await carried_out()
    [campaign] = await list_campaigns(Login.WORKER)
    assert campaign.population == "stakeholders"
    assert (await reader.get(f"/campaigns/{campaign.key}")).status_code == 200
    # candidates are asked by HR
    assert (await reader.get("/waves/new?form=kandidat")).status_code == 403


async def test_who_reads_of_stakeholders_and_asks_nobody_is_led_to_no_campaign(web, sign_in):
    reader = await sign_in(Role.ANALYST)
    assert "/waves/new" not in (await reader.get("/reputation/stakeholders")).text
    assert 'href="/reputation/stakeholders"' in (await reader.get("/reputation")).text


async def test_a_form_that_is_not_there_is_not_found(web, sign_in):
    hr = await sign_in(Role.HR)
    assert (await hr.get("/waves/new?form=borte")).status_code == 404


async def test_a_form_of_one_minute_takes_one_minute(web, sign_in, monkeypatch):
    library = load_library()
    short = replace(FORMS["verdipuls.k1"], minutes=1)
    asked = replace(library, forms={**FORMS, short.id: short})
    monkeypatch.setattr(new_campaign_routes, "load_library", lambda: asked)
    text = " ".join((await (await sign_in(Role.HR)).get("/waves/new")).text.split())
    assert "omtrent 1 minutt" in text
    assert "1 minutter" not in text


async def test_a_mistake_of_one_field_is_told_once(web, sign_in):
    reply = await made(await sign_in(Role.HR), key="Puls Høst", **NEEDED)
    assert reply.status_code == 422
    assert reply.text.count('href="#key"') == 1
