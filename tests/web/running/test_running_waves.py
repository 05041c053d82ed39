"""Waves opened, reminded, closed, cancelled on pages: said before, and by two where it counts."""

import re
from datetime import datetime, time, timedelta

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.act_words import SENTENCES
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.reasons import Against
from survey_app.counting.urn import keys
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.carry_out import APART, carry_out_acts
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.numbers import long_date, short_date, time_of_day
from tests.asking_builders import (
    CAMPAIGN,
    TODAY,
    import_campaign,
    import_people,
    register,
)
from tests.builders_publication import words
from tests.one_app import the_app
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, again, coming, opened, second, send, work


async def state():
    return (await find_wave(Login.WORKER, "vp-1")).state


async def test_one_asks_another_approves_and_the_wave_opens(hr):
    page = (await hr.get(f"{WAVE}/open")).text
    assert "Når den er åpnet, kan ingen endre spørsmål" in page
    reply = await send(hr, "open")
    assert reply.headers["location"] == CAMPAIGN_PAGE
    assert "venter på godkjenning" in (await hr.get(CAMPAIGN_PAGE)).text
    await work()
    assert await state() == "draft"
    await second(hr)
    page = (await hr.get(f"{WAVE}/open")).text
    assert "hr@example.org har bedt om dette" in page
    await send(hr, "open", step="confirm")
    await work()
    assert await state() == "open"
    (event,) = await fetch(
        Login.MIGRATOR, "SELECT actor FROM audit.event WHERE action = 'wave opened'"
    )
    assert event["actor"] == "hr@example.org"


async def test_a_wave_opens_in_a_process_of_its_own_and_once_more_where_that_was_stopped(hr):
    await send(hr, "open")
    await second(hr)
    await send(hr, "open", step="confirm")
    taken = []

    async def stopped(act):
        taken.append(act)
        return "it took too long"

    due = "UPDATE asking.wave_act SET due_at = now(), started_at = now() - interval '1 hour'"
    for _ in range(2):
        await fetch(Login.WORKER, due)
        bind_worker()
        await carry_out_acts({APART: stopped})
        bind_web()
        assert "åpnes nå" in words(await hr.get(CAMPAIGN_PAGE))
    [act] = await fetch(Login.WORKER, "SELECT id FROM asking.wave_act")
    assert taken == [act["id"], act["id"]]


async def test_who_asked_cannot_approve(hr):
    await send(hr, "open")
    reply = await send(hr, "open", step="confirm")
    assert reply.status_code == 422
    assert "En annen må godkjenne" in reply.text
    await work()
    assert await state() == "draft"


async def test_what_is_asked_can_be_taken_back_and_refused(hr):
    await send(hr, "open")
    await send(hr, "open", step="withdraw")
    assert "venter på godkjenning" not in (await hr.get(CAMPAIGN_PAGE)).text
    await send(hr, "open")
    await second(hr)
    await send(hr, "open", step="withdraw")
    await work()
    assert await state() == "draft"


async def test_a_wave_that_could_not_open_says_why(web, sign_in):
    bind_worker()
    await import_campaign(coming(CAMPAIGN))
    bind_web()
    await sign_in(Role.HR, "hr2@example.org")
    hr = await sign_in(Role.HR)
    # told where it is planned and asked for, before two people have approved it in vain
    for empty, told in ((True, "Er registeret lastet inn?"), (False, "Det er 1 i registeret.")):
        if not empty:
            bind_worker()
            await import_people(register({"nord-1": 1}))
            bind_web()
        assert told in (await hr.get(f"{WAVE}/plan")).text
        page = (await hr.get(f"{WAVE}/open")).text
        assert told in page
        assert "Åpne «" in page
    await opened(hr)
    assert await state() == "draft"
    page = (await hr.get(CAMPAIGN_PAGE)).text
    assert "ble ikke åpnet" in page
    assert "Det er 1 i registeret. Det må være minst 15" in page
    assert "åpner etter planen" not in " ".join((await hr.get("/")).text.split())


async def test_a_campaign_without_a_purpose_says_so_on_the_page(web, sign_in):
    bind_worker()
    await import_people()
    await import_campaign(re.sub(r"purpose = .*\n", "", coming(CAMPAIGN)))
    bind_web()
    page = (await (await sign_in(Role.HR)).get(f"{WAVE}/open")).text
    assert "Målingen kan ikke åpnes ennå" in page
    assert "Formålet mangler" in page


async def test_who_opens_a_main_wave_reads_whether_it_was_discussed_with_the_unions(web, sign_in):
    bind_worker()
    await import_people()
    told = coming(CAMPAIGN).replace("verdipuls.k1", "verdipuls.main")
    await import_campaign(told)
    bind_web()
    hr = await sign_in(Role.HR)
    page = (await hr.get(f"{WAVE}/open")).text
    assert "En hovedmåling drøftes med dem før den åpner." in page
    assert 'href="/campaigns/verdipuls/texts#discussed_on"' in page
    bind_worker()
    await import_campaign(
        told.replace("[[waves]]", "", 1).replace(
            'key = "vp-1"', 'discussed_on = 2026-01-12\n[[waves]]\nkey = "vp-1"'
        )
    )
    bind_web()
    page = words(await hr.get(f"{WAVE}/open"))
    assert "12. januar 2026" in page
    assert "Ikke bekreftet." not in page


async def test_an_open_link_promises_no_reminders(hr):
    bind_worker()
    await import_campaign(
        coming(CAMPAIGN).replace('"verdipuls"', '"kandidater"').replace("vp-1", "ka-1")
        .replace("verdipuls.k1", "kandidat").replace('"staff"', '"candidates"')
        .replace("everybody", "open")
    )  # fmt: skip
    bind_web()
    assert "<dt>Påminnelser</dt>" not in (await hr.get("/waves/ka-1/open")).text
    assert "<dt>Påminnelser</dt>" in (await hr.get(f"{WAVE}/open")).text


async def test_who_shall_hold_the_keys_is_asked_of_the_next_wave_that_is_not_approved(hr):
    second_wave = coming(CAMPAIGN.split("[[waves]]")[1], 100).replace("vp-1", "vp-2")
    bind_worker()
    await import_campaign(f"{coming(CAMPAIGN)}\n[[waves]]{second_wave}")
    bind_web()
    assert "Antall svar er fra midnatt" not in (await hr.get("/campaigns")).text

    async def asked():
        return re.findall(r'href="/waves/(vp-\d)/keys"', (await hr.get(CAMPAIGN_PAGE)).text)

    assert await asked() == ["vp-1"]
    await send(hr, "open")
    assert await asked() == ["vp-1"]
    await second(hr)
    await send(hr, "open", step="confirm")
    assert await asked() == ["vp-2"]


async def test_a_reminder_and_closing_take_one_person(hr):
    await opened(hr)
    await send(hr, "remind")
    await work()
    assert (await fetch(Login.WORKER, "SELECT state FROM asking.wave_act WHERE act = 'remind'"))[0][
        "state"
    ] == "done"
    await send(hr, "close")
    await work()
    assert await state() == "closed"


async def test_a_reminder_whose_button_is_pressed_twice_goes_out_once(hr):
    await opened(hr)
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'sent'")
    form = (await hr.get(f"{WAVE}/remind")).text
    assert "Den kommer i stedet for den som er planlagt" in form
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    for _ in range(2):
        await hr.post(f"{WAVE}/remind", data=hidden)
    assert len(await fetch(Login.WORKER, "SELECT 1 FROM asking.wave_act WHERE act = 'remind'")) == 1
    await work()
    sent = "SELECT DISTINCT kind FROM asking.outbox WHERE kind <> 'invitation'"
    assert [row["kind"] for row in await fetch(Login.WORKER, sent)] == ["reminder-1"]
    day = " ".join(short_date(clock.today(), "nb").split())
    assert f"Sendt {day}. Planlagt" in words(await hr.get(CAMPAIGN_PAGE))
    page = (await hr.get(f"{WAVE}/remind")).text
    assert "Påminnelsen kan ikke sendes nå" in page
    assert "Vent et døgn" in page
    await hr.post(f"{WAVE}/remind", data=hidden)
    await work()
    assert "Vent et døgn" in (await hr.get(CAMPAIGN_PAGE)).text
    assert [row["kind"] for row in await fetch(Login.WORKER, sent)] == ["reminder-1"]


async def test_cancelling_an_open_wave_takes_two_and_a_reason(hr):
    await opened(hr)
    long = " ".join(["feil utvalg"] * 42)
    for reason, told in (("", "Skriv hvorfor."), ("\u200b", "Skriv hvorfor."), (long, "500 tegn")):
        reply = await send(hr, "cancel", reason=reason)
        assert reply.status_code == 422
        assert told in reply.text
        assert f">{reason}</textarea>" in reply.text
    await send(hr, "cancel", reason="feil\r\nutvalg")
    await work()
    assert await state() == "open"
    [act] = await fetch(Login.WORKER, "SELECT reason FROM asking.wave_act WHERE act = 'cancel'")
    assert act["reason"] == "feil utvalg"
    await again(hr, "hr@example.org")
    await send(hr, "cancel", step="confirm")
    await work()
    assert await state() == "cancelled"


async def test_a_cancelling_that_would_destroy_another_file_than_the_key_says_so(hr, settings):
    await opened(hr)
    path = keys.key_file(settings.key_folder, (await find_wave(Login.WORKER, "vp-1")).id)
    path.write_bytes(bytes(range(32)))
    await send(hr, "cancel", reason="feil utvalg")
    await again(hr, "hr@example.org")
    await send(hr, "cancel", step="confirm")
    await work()
    assert (await state(), path.read_bytes()) == ("open", bytes(range(32)))
    told = words(await hr.get(CAMPAIGN_PAGE))
    assert "er en annen eller kan ikke leses" in told
    assert str(path) not in told


async def test_a_cancelling_that_closing_overtook_waits_for_nobody(hr):
    await opened(hr)
    await send(hr, "cancel", reason="feil utvalg")
    assert "venter på en til" in words(await hr.get(CAMPAIGN_PAGE))
    await send(hr, "close")
    await work()
    assert "venter på en til" not in words(await hr.get(CAMPAIGN_PAGE))
    await again(hr, "hr@example.org")
    assert "Avlysningen" not in words(await hr.get("/"))


async def test_who_asked_to_cancel_reads_that_another_said_no(hr):
    await opened(hr)
    await send(hr, "cancel", reason="feil utvalg")
    await again(hr, "hr@example.org")
    await send(hr, "cancel", step="withdraw")
    told = words(await hr.get(CAMPAIGN_PAGE))
    assert re.search(r"Avlysningen av \S.* ble ikke godkjent hr2@example.org ba om det", told)
    assert await state() == "open"


async def test_a_no_to_cancelling_is_told_over_a_weekend_and_not_for_as_long_as_a_no_to_opening(hr):
    await send(hr, "open")
    await second(hr)
    await send(hr, "open", step="withdraw")
    day = "UPDATE asking.wave_act SET confirmed_at = confirmed_at - interval '1 day'"
    for _ in range(4):
        assert "ble ikke åpnet" in words(await hr.get(CAMPAIGN_PAGE))
        await fetch(Login.WORKER, day)
    await again(hr, "hr@example.org")
    await opened(hr)
    await send(hr, "cancel", reason="feil utvalg")
    await again(hr, "hr@example.org")
    await send(hr, "cancel", step="withdraw")
    for _ in range(3):
        assert "ble ikke godkjent" in words(await hr.get(CAMPAIGN_PAGE))
        await fetch(Login.WORKER, day)
    assert "ble ikke godkjent" not in words(await hr.get(CAMPAIGN_PAGE))


async def test_a_draft_is_cancelled_by_one(hr):
    await send(hr, "cancel", reason="flyttes")
    await work()
    assert await state() == "cancelled"


async def test_a_wave_that_is_approved_late_keeps_the_staff_s_fourteen_days(hr):
    await send(hr, "open")
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET opens_on = opens_on - 3, closes_on = closes_on - 3",
    )
    await second(hr)
    page = (await hr.get(f"{WAVE}/open")).text
    assert "Ansatte må ha minst 14 dager, og nå er det 12 igjen." in page
    await send(hr, "open", step="confirm")
    assert "Det er godkjent, men går ikke" in (await hr.get(f"{WAVE}/open")).text
    await work()
    assert await state() == "draft"
    assert "nå er det 12 igjen" in (await hr.get(CAMPAIGN_PAGE)).text


async def test_an_approved_wave_opens_on_its_first_morning(web, sign_in):
    bind_worker()
    await import_people()
    later = (clock.today() + TODAY.resolution * 3).isoformat()
    await import_campaign(coming(CAMPAIGN, 3))
    bind_web()
    await sign_in(Role.HR, "hr2@example.org")
    hr = await sign_in(Role.HR)
    await opened(hr)
    assert await state() == "draft"
    (row,) = await fetch(Login.WORKER, "SELECT due_at, state FROM asking.wave_act")
    assert row["due_at"].astimezone(clock.OSLO).isoformat()[:16] == f"{later}T08:00"
    assert "åpner" in (await hr.get(CAMPAIGN_PAGE)).text
    # with its hour, where it is told and where it is looked over
    moment = f"{long_date(row['due_at'], 'nb')} {time_of_day(row['due_at'], 'nb')}"
    for page in (CAMPAIGN_PAGE, f"{WAVE}/open"):
        assert " ".join(moment.split()) in words(await hr.get(page))


async def test_a_worker_killed_after_opening_finds_it_open(hr):
    await opened(hr)
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave_act SET state = 'running', started_at = now() - interval '1 hour'",
    )
    await work()
    (row,) = await fetch(Login.WORKER, "SELECT state FROM asking.wave_act")
    assert (row["state"], await state()) == ("done", "open")


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPRESENTATIVE, Role.ANALYST])
async def test_those_who_only_read_do_nothing_with_waves(campaign, web, sign_in, role):
    await sign_in(role)
    assert (await web.get(f"{WAVE}/open")).status_code == 403


async def test_communications_do_nothing_with_waves_of_staff(campaign, sign_in):
    reader = await sign_in(Role.COMMUNICATIONS)
    assert (await reader.get(f"{WAVE}/cancel")).status_code == 403


async def test_only_what_is_known_can_be_asked_for(hr):
    assert (await hr.get(f"{WAVE}/archive")).status_code == 404


@pytest.mark.parametrize("act", ["publish", "withhold"])
async def test_of_a_wave_that_nothing_holds_back_there_is_nothing_to_decide(hr, act):
    reply = await hr.get(f"{WAVE}/{act}", follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/campaigns/verdipuls")


def test_every_reason_has_a_sentence():
    assert set(SENTENCES) == set(Against)


async def test_before_eight_on_its_first_day_a_wave_is_not_said_to_open_at_once(hr, monkeypatch):
    eight = datetime.combine(clock.today(), time(8), clock.OSLO)
    monkeypatch.setattr("survey_app.running.routes.now", lambda: eight - timedelta(seconds=1))
    assert "Den åpner den første dagen klokka 8" in (await hr.get(f"{WAVE}/open")).text
    monkeypatch.setattr("survey_app.running.routes.now", lambda: eight)
    assert "Den åpner så snart den er godkjent" in (await hr.get(f"{WAVE}/open")).text


async def test_whoever_reminds_in_quiet_hours_reads_when_it_goes_and_that_it_has_not_gone(
    hr, settings, monkeypatch
):
    await opened(hr)
    tomorrow = datetime.combine(clock.today() + timedelta(days=1), time(5), clock.OSLO)
    evening = tomorrow - timedelta(hours=9)
    monkeypatch.setattr("survey_app.running.routes.now", lambda: evening)
    told = "når de stille timene eller dagene er over."
    assert told not in words(await hr.get(f"{WAVE}/remind"))
    resting = settings.model_copy(update={"quiet_hours": "19-5"})
    monkeypatch.setattr(the_app(settings).state, "settings", resting)
    leaves = f"{long_date(tomorrow, 'nb')} {time_of_day(tomorrow, 'nb')}"
    said = f"Den går ut {leaves}, {told}".replace("\xa0", " ")
    assert said in words(await hr.get(f"{WAVE}/remind"))


async def test_a_survey_that_opens_in_quiet_hours_says_that_its_invitations_wait(
    hr, settings, monkeypatch
):
    told = "Invitasjonene sendes når de stille timene eller dagene er over."
    assert told not in words(await hr.get(f"{WAVE}/open"))
    monkeypatch.setattr(
        the_app(settings).state, "settings", settings.model_copy(update={"quiet_hours": "0-24"})
    )
    assert told in words(await hr.get(f"{WAVE}/open"))
