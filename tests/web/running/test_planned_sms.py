"""Text messages on pages: planned, read beforehand, and looked after when they did not arrive."""

import json
import re

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.delivery.gateway_rest import gateway_rest
from survey_app.asking.people.uploads import COLUMN
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.send_trials import send_text_trials
from survey_app.settings import Settings
from survey_app.settings import settings as of_this_process
from survey_app.shared.database import Login, fetch
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave, register
from tests.builders_publication import words
from tests.sms_gateway import a_gateway
from tests.web.running.desk import WAVE, coming, work

PLAN = f"{WAVE}/plan"
NUMBERED = (
    "UPDATE asking.person SET email = '', mobile = CASE number WHEN 'sor-1.9' THEN ''"
    " ELSE '+479123450' || right(number, 1) END WHERE number LIKE 'sor-1._'"
)


@pytest.fixture
def settings(settings, monkeypatch):
    """An installation that sends text messages."""
    monkeypatch.setenv("BAROMETER_SMS_SENDER", "Verdipuls")
    of_this_process.cache_clear()
    yield settings.model_copy(update={"sms_sender": "Verdipuls"})
    of_this_process.cache_clear()


@pytest.fixture
async def planned(hr):
    """Nine with a number and one without, and nobody of them with an address."""
    bind_worker()
    await fetch(Login.WORKER, NUMBERED)
    bind_web()
    return hr


def fields(page):
    """Read a form as it is filled in."""
    said = dict(re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', page))
    chosen = re.findall(r'name="(\w+)">.*?<option\s+value="([^"]*)"\s+selected', page, re.DOTALL)
    return {**said, **dict(chosen)}


async def save(client, **more):
    page = (await client.get(PLAN)).text
    said = {k: v for k, v in fields(page).items() if k not in {"sms", "cards", "anyway", "lang"}}
    wanted = {"form": "verdipuls.k1", "invite": "everybody", "anyway": "yes", **more}
    reply = await client.post(PLAN, data=said | wanted)
    assert "Planen er ikke lagret" not in reply.text, words(reply)
    await work()


async def test_a_plan_says_whom_text_messages_reach_and_who_still_gets_nothing(planned):
    text = words(await planned.get(PLAN))
    assert "9 ansatte har et eget mobilnummer i registeret" in text
    assert "SMS-leverandøren ser numrene og lenkene" in text
    assert "10 ansatte kan ikke nås på e-post" in text
    await save(planned, sms="yes")
    bind_worker()
    [wave] = await fetch(Login.WORKER, "SELECT sms, cards FROM asking.wave WHERE key = 'vp-1'")
    bind_web()
    assert wave == {"sms": True, "cards": False}
    text = words(await planned.get(PLAN))
    assert "9 av dem har et eget mobilnummer og blir invitert med SMS." in text
    assert "De andre teller med i enheten sin, men får ingen invitasjon." in text
    assert "Fengsel Sor-1 1 12" in text


async def test_what_a_text_message_says_is_read_beforehand_with_how_many_it_goes_as(planned):
    await save(planned, sms="yes")
    text = words(await planned.get(f"{WAVE}/preview?lang=nn"))
    assert "Invitasjonen på SMS" in text
    assert "Verdipuls frå kriminalomsorga: Sei kva du meiner" in text
    assert re.search(r"\. Han er på \d{3} teikn og blir send som 2 SMS-ar", text)
    assert "/answer/eksempel" in text
    assert "Ikkje fleire påminningar" in text


async def test_a_trial_goes_to_the_number_that_was_written_and_the_number_goes_with_it(
    planned, settings
):
    await save(planned, sms="yes")
    page = f"{WAVE}/preview"
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await planned.get(page)).text)[1]
    said = {"csrf": csrf, "shown": "en", "by": "sms"}
    wrong = await planned.post(page, data=said | {"mobile": "22 05 00 00"})
    assert wrong.status_code == 422
    assert "Skriv et mobilnummer" in words(wrong)
    reply = await planned.post(page, data=said | {"mobile": "412 34 567"})
    assert "The text message comes in a moment" in words(reply)
    with a_gateway() as gateway:
        bind_worker()
        chosen = Settings(**settings.model_dump(exclude_unset=True) | gateway.settings())
        gateway.script = [429]
        await send_text_trials({"settings": chosen})
        # the gateway says how long it wants to be left alone, and real messages wait with them
        await send_text_trials({"settings": chosen})
        assert (len(gateway.requests), gateway_rest.holds) == (1, True)
        gateway_rest.begin(0.0)
        for _ in range(2):
            await send_text_trials({"settings": chosen})
        rows = await fetch(Login.WORKER, "SELECT kind, state, mobile FROM asking.trial_mail")
        bind_web()
    assert [one["to"] for one in gateway.texts] == ["+4741234567"] * 2
    assert all(one["text"].startswith("Test: ") for one in gateway.texts)
    assert all("/answer/eksempel" in one["text"] for one in gateway.texts)
    assert {tuple(row.values()) for row in rows} == {
        ("sms-invitation", "sent", ""), ("sms-reminder", "sent", ""),
    }  # fmt: skip


async def test_where_no_text_messages_are_sent_a_plan_does_not_speak_of_them(
    planned, settings, monkeypatch
):
    monkeypatch.setattr(type(settings), "sends_sms", property(lambda _: False))
    assert "SMS" not in words(await planned.get(PLAN))
    assert "SMS" not in words(await planned.get(f"{WAVE}/preview"))


async def test_numbers_that_were_refused_are_told_to_be_mended(web, sign_in):
    bind_worker()
    await import_people()
    await fetch(Login.WORKER, NUMBERED)
    await import_campaign(coming(CAMPAIGN) + "sms = true\n")
    await open_wave()
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET state = CASE channel WHEN 'sms' THEN 'failed' ELSE 'sent' END,"
        " problem = CASE channel WHEN 'sms' THEN 'sms 422' ELSE '' END, sent_at = now()",
    )
    bind_web()
    hr = await sign_in(Role.HR)
    text = words(await hr.get(f"{WAVE}/failed"))
    assert "9 invitasjoner kom ikke fram" in text
    assert "SMS-leverandøren godtok ikke nummeret: 9" in text
    assert re.search(r"\+4791234500 \w", text)
    shown = words(await hr.get("/campaigns/verdipuls"))
    assert "De er invitert med SMS til et eget mobilnummer" in shown
    bind_worker()
    # on the first page each kind is counted by its own name, lost or waiting
    assert "9 SMS-er kom ikke fram." in words(await hr.get("/"))
    assert "e-poster kom ikke fram" not in words(await hr.get("/"))
    bind_worker()
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET state = 'failed' WHERE id IN (SELECT id FROM asking.outbox"
        " WHERE channel = 'email' LIMIT 2)",
    )
    bind_web()
    home = words(await hr.get("/"))
    assert "2 e-poster kom ikke fram. 9 SMS-er kom ikke fram." in home
    stuck = (
        "UPDATE asking.outbox SET state = 'due', due_at = now() - interval '1 hour',"
        " problem = 'server 421'"
    )
    await fetch(Login.MIGRATOR, stuck)
    home = words(await hr.get("/"))
    assert "9 SMS-er står i kø." in home
    [mails] = await fetch(
        Login.MIGRATOR,
        "SELECT count(*) AS n FROM asking.outbox WHERE channel = 'email' AND kind = 'invitation'",
    )
    assert f"{mails['n']} e-poster står i kø." in home
    await fetch(Login.MIGRATOR, "UPDATE asking.outbox SET problem = '', state = 'sent'")
    await fetch(Login.MIGRATOR, f"{stuck} WHERE channel = 'sms'")
    assert "e-poster står i kø" not in words(await hr.get("/"))
    bind_worker()
    due = "UPDATE asking.outbox SET state = 'due', problem = $1 WHERE channel = 'sms'"
    await fetch(Login.WORKER, due, "server 429")
    bind_web()
    shown = words(await hr.get("/campaigns/verdipuls"))
    assert "SMS-leverandøren tar ikke imot nå (429)" in shown
    assert "Utsendingen står stille" not in shown
    bind_worker()
    await fetch(Login.WORKER, due.replace("'due',", "'due', due_at = now(),"), "")
    bind_web()
    assert "9 invitasjoner er på vei ut" in words(await hr.get("/campaigns/verdipuls"))


async def test_hr_s_own_file_gives_numbers_and_nobody_reads_them_on_the_page(hr):
    rows = [
        f"{cells[1]};{cells[5] if at else ''};912 34 {500 + at};{cells[7]}"
        for at, line in enumerate(register().splitlines()[6:])
        if (cells := line.split(","))[0] == "person"
    ]
    content = "Ansattnummer;E-post;Mobil;Enhetskode\n" + "\n".join(rows) + "\n"
    page = (await hr.get("/people/import")).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    files = {"file": ("ansatte.csv", content.encode(), "text/csv")}
    reply = await hr.post("/people/import", data={"csrf": csrf}, files=files)
    text = words(reply)
    assert "Mobilnummer, for SMS til dem uten egen e-postadresse = «Mobil»" in text
    assert "1 har nytt mobilnummer" in text or "Kan nås på SMS 1." in text
    assert "91234" not in text.replace(" ", "")
    [upload] = await fetch(Login.WEB, "SELECT fields FROM asking.register_upload")
    assert not any("mobile" in name for name in json.loads(upload["fields"]) if COLUMN in name)
