"""Cards made on a page: how many of each unit, made by the worker, fetched once by who asked."""

import re

import pypdfium2
import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.serve_holders import serve_holders
from survey_app.running.make_requested_letters import make_requested_letters
from survey_app.shared.database import Login, fetch
from tests.builders_answering import a_draft, an_agency, some_answers, without_pools
from tests.cards import a_wave_with_cards, codes
from tests.letters import still_open


@pytest.fixture
async def hr(web, settings, sign_in, monkeypatch):
    """Signed in, a wave with cards open, and a worker that says that it is there."""
    monkeypatch.setattr("survey_app.running.make_requested_letters.settings", lambda: settings)
    web.wave = await a_wave_with_cards(settings, {"nord-1": 3, "sor-1": 1})
    await still_open()
    bind_worker()
    with without_pools():
        await serve_holders(settings.secret())
    bind_web()
    return await sign_in(Role.HR)


async def send(web, page, **fields):
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get(page)).text)[1]
    return await web.post(page, data={"csrf": token} | fields, follow_redirects=False)


async def work():
    bind_worker()
    try:
        with without_pools():
            await make_requested_letters({})
    finally:
        bind_web()


async def test_the_first_page_says_that_cards_are_to_be_made_until_they_are(hr, settings):
    page = f"/waves/{hr.wave.key}/cards"
    first = " ".join((await hr.get("/")).text.split())
    assert "er åpen, og ingen kort er laget.</strong> De som skal ha kort, kan ikke" in first
    assert f'href="{page}"' in first
    await send(hr, page, language="nb")
    await work()
    assert "ingen kort er laget" not in (await hr.get("/")).text


async def test_whoever_moves_the_days_reads_that_printed_cards_have_the_old_one(hr):
    moving = " ".join((await hr.get(f"/waves/{hr.wave.key}/dates")).text.split())
    assert "Kort som er skrevet ut, har den gamle fristen, men kan brukes til den nye." in moving


async def test_cards_are_ordered_made_and_fetched_once(hr, settings):
    page = f"/waves/{hr.wave.key}/cards"
    shown = " ".join((await hr.get(page)).text.split())
    assert "Skriv ut 48 kort, del ut 4" in shown
    assert "Ingen kan hindre at noen bruker to kort" in shown
    assert "4 ansatte har ingen egen e-postadresse." in shown
    # cards are not for those who get a text message
    await fetch(Login.WORKER, "UPDATE asking.wave SET sms = true")
    shown = " ".join((await hr.get(page)).text.split())
    assert "4 ansatte har verken egen e-postadresse eller eget mobilnummer." in shown
    reply = await send(hr, page, language="nn")
    address = reply.headers["location"]
    assert "Kortene blir laget" in (await hr.get(address)).text
    await work()
    page = (await hr.get(address)).text
    assert "Kortene er klare" in page
    # the file is a download, and the page that stays asks by itself how things are then
    assert f'hx-get="{address}" hx-trigger="submit delay:3s"' in " ".join(page.split())
    file = await send(hr, address)
    assert file.headers["content-disposition"].endswith(f'"{hr.wave.key}-cards-nn.pdf"')
    document = pypdfium2.PdfDocument(file.content)
    assert len(document) == 2 * (1 + 3)
    assert "Kortet har ikkje namn" in " ".join(document[1].get_textpage().get_text_range().split())
    assert "Filen er hentet" in (await hr.get(address)).text
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT action, facts::text AS facts FROM audit.event"
        " WHERE action LIKE 'cards%' ORDER BY at",
    )
    assert [row["action"] for row in rows] == ["cards asked", "cards made", "cards fetched"]
    [request] = await fetch(Login.MIGRATOR, "SELECT * FROM asking.letter_request")
    assert bytes(request["content"]) == b""
    printed = [code for pile in (await codes(settings, hr.wave)).values() for code in pile]
    assert not any(code in row["facts"] for row in rows for code in printed)
    assert "Bestilling" not in (await hr.get(f"/waves/{hr.wave.key}/letters")).text


async def test_the_page_says_the_same_whether_cards_are_used_or_not(hr, settings):
    page = f"/waves/{hr.wave.key}/cards"
    before = re.sub(r'value="[^"]+"', "", (await hr.get(page)).text)
    [code, *_] = (await codes(settings, hr.wave))["sor-1"]
    form = (await hr.post("/kode", data={"code": code}, follow_redirects=False)).headers["location"]
    await hr.post(form, data=some_answers() | {"lang": "nb"})
    assert re.sub(r'value="[^"]+"', "", (await hr.get(page)).text) == before


async def test_a_draft_says_when_its_cards_can_be_made(web, sign_in, settings):
    bind_worker()
    await an_agency()
    await a_draft()
    await fetch(Login.WORKER, "UPDATE asking.wave SET cards = true")
    bind_web()
    client = await sign_in(Role.HR)
    text = (await client.get("/waves/verdipuls-2026-k2/cards")).text
    assert "Kortene kan lages når målingen er åpen" in text
    assert 'name="csrf"' not in text.partition("<main")[2]


async def test_cards_of_a_survey_that_was_closed_by_hand_are_to_be_shredded_now(hr):
    page = f"/waves/{hr.wave.key}/cards"
    assert "Makuler kortene som er igjen etter" in " ".join((await hr.get(page)).text.split())
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed', closed_at = now()")
    shown = " ".join((await hr.get(page)).text.split())
    assert "Målingen er ikke åpen lenger, og kortene virker ikke" in shown
    assert "Makuler kortene som er igjen." in shown
    assert "Skriv ut 48 kort" not in shown


async def test_past_the_last_day_no_cards_are_made_though_it_has_not_closed_yet(hr):
    page = f"/waves/{hr.wave.key}/cards"
    token = re.search(r'name="csrf" value="([^"]+)"', (await hr.get(page)).text)[1]
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET closes_on = current_date - 2")
    sent = await hr.post(page, data={"csrf": token, "language": "nb"}, follow_redirects=False)
    shown = " ".join(sent.text.split())
    assert (sent.status_code, "Målingen stenges av seg selv om litt" in shown) == (200, True)
    assert f'href="/waves/{hr.wave.key}/dates"' in shown
    assert "Lag kortene" not in shown
    assert await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.letter_request") == []


async def test_who_is_not_hr_makes_no_cards(hr, sign_in):
    client = await sign_in(Role.COMMUNICATIONS)
    assert (await client.get(f"/waves/{hr.wave.key}/cards")).status_code in {403, 404}


async def test_the_plan_says_who_gets_cards_and_what_is_not_known_of_them(web, sign_in):
    bind_worker()
    await an_agency()
    await a_draft()
    await fetch(Login.WORKER, "UPDATE asking.person SET email = '' WHERE number LIKE 'nord-1-1%'")
    bind_web()
    client = await sign_in(Role.HR)
    page = "/waves/verdipuls-2026-k2/plan"
    text = " ".join((await client.get(page)).text.split())
    assert "får ingen invitasjon" in text
    form = dict.fromkeys(("reminder_days", "overlap", "size"), "") | {
        "form": "verdipuls.k2", "invite": "everybody", "opens_on": "2026-05-12",
        "closes_on": "2026-05-29", "results_on": "2026-06-12", "cards": "yes", "do": "recount",
    }  # fmt: skip
    text = " ".join((await send(client, page, **form)).text.split())
    assert "De blir invitert med kort" in text
    assert "Vi vet ikke om kort blir brukt like ofte som e-post" in text
    assert "11 ansatte kan ikke" in text
    assert "fra 40 inviterte" in text or "Slik blir det" not in text
