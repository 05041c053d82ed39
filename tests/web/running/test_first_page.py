"""The first page says what is open and what waits for whom, and nothing that is small."""

import re

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.numbers import long_date
from tests.asking_builders import CAMPAIGN, TODAY, import_campaign, open_wave
from tests.web.running.desk import again, coming, second, send, work
from tests.web.running.test_races import filled, hidden


async def first_page(client):
    return " ".join((await client.get("/")).text.split())


async def test_an_empty_installation_says_what_comes_first_and_to_whom(web, sign_in):
    await sign_in(Role.ADMIN)
    page = await first_page(web)
    assert "Ingen måling er åpen, og 3 ting venter på deg" in page
    for told in ("Registeret er tomt", "HR trenger to kontoer", "Ingen måling er planlagt"):
        assert told in page
    await sign_in(Role.COMMUNICATIONS)
    page = await first_page(web)
    assert "Registeret er tomt" not in page


async def test_what_one_asks_for_waits_for_another_and_is_gone_when_it_is_done(hr):
    page = await first_page(hr)
    assert "Ingen måling er åpen, og 1 ting venter på deg" in page
    assert "ingen har bedt om det ennå" in page
    await send(hr, "open", step="ask")
    page = await first_page(hr)
    assert "og ingenting venter på deg" in page
    assert "venter på at en annen godkjenner åpningen" in page
    await second(hr)
    page = await first_page(hr)
    assert "og 1 ting venter på deg" in page
    assert "skal godkjennes av en til" in page
    assert 'href="/waves/vp-1/open"' in page
    await send(hr, "open", step="confirm")
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET due_at = $1", clock.now())
    page = await first_page(hr)
    assert "åpnes nå" in page
    assert "åpner etter planen" not in page
    await work()
    page = await first_page(hr)
    assert "åpnes nå" not in page
    assert "1 måling er åpen" in page
    assert "Vises ikke ennå" in page


async def test_where_several_campaigns_have_waves_each_stands_with_its_campaign(hr):
    # of one campaign the name of its wave says enough
    page = await first_page(hr)
    assert re.search(r": [^:<(]+, kortmåling åpner etter planen", page)
    bind_worker()
    for form, population in (("kandidat", "candidates"), ("interessent.off", "stakeholders")):
        own = coming(CAMPAIGN).replace('"verdipuls"', f'"{population}"').replace("vp-1", population)
        own = own.replace("verdipuls.k1", form).replace("Verdipuls", population.title())
        await import_campaign(
            own.replace('"staff"', f'"{population}"').replace("everybody", "open")
        )
    bind_web()
    page = await first_page(hr)
    for title in ("Candidates", "Stakeholders"):
        assert re.search(rf"<strong>[^<]+, årsmåling \({title}\)</strong>", page)
        # all that open on that day are told, and not one of them
        assert re.search(rf": [^:<(]+, årsmåling \({title}\) åpner etter planen", page)
    # nor does a month and a kind say of whom the third is
    assert re.search(r": [^:<(]+, kortmåling \(Verdipuls\) åpner etter planen", page)


async def test_an_opening_that_was_taken_back_or_not_approved_in_time_is_asked_for_again(hr):
    await send(hr, "open", step="ask")
    await send(hr, "open", step="withdraw")
    assert "og noen må be om det på nytt" in await first_page(hr)
    await send(hr, "open", step="ask")
    assert "på nytt" not in await first_page(hr)
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET asked_at = asked_at - interval '15 days'")
    assert "og noen må be om det på nytt" in await first_page(hr)
    # nobody can open it once its days are over
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET opens_on = opens_on - 60, closes_on = closes_on - 60",
    )
    page = await first_page(hr)
    assert "ble ikke åpnet, og siste dag var" in page
    assert 'href="/waves/vp-1/plan"' in page
    assert "be om åpning" not in page


async def test_an_approval_that_a_change_takes_back_is_told_at_once_however_far_its_day(hr):
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET opens_on = opens_on + 60, closes_on = closes_on + 60,"
        " results_on = results_on + 60",
    )
    page = await first_page(hr)
    assert "planlagt åpnet" not in page
    # nobody has approved it yet
    assert re.search(r": [^:<]+ åpner\s+etter planen", page)
    await send(hr, "open", step="ask")
    await second(hr)
    await send(hr, "open", step="confirm")
    page = (await hr.get("/waves/vp-1/plan")).text
    assert "To har godkjent at målingen åpner med planen slik den er." in page
    assert "Noen har bedt om å åpne" not in page
    meant = filled(page) | {"csrf": hidden(page)["csrf"], "reminder_days": "6", "anyway": "yes"}
    assert (await hr.post("/waves/vp-1/plan", data=meant)).status_code == 200
    await work()
    changed = "Planen, tekstene eller nøkkelholderne er endret siden noen ba om det"
    assert changed in await first_page(hr)
    await again(hr, "hr@example.org")
    assert changed in await first_page(hr)
    # asked for anew, and taken back by whoever asked: they know
    await send(hr, "open", step="ask")
    assert changed not in await first_page(hr)
    await send(hr, "open", step="withdraw")
    page = await first_page(hr)
    assert "planlagt åpnet" not in page
    # nobody has approved it yet
    assert re.search(r": [^:<]+ åpner\s+etter planen", page)
    # nobody approved it in time, and nobody said so
    await send(hr, "open", step="ask")
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET asked_at = asked_at - interval '15 days'")
    assert "og noen må be om det på nytt" in await first_page(hr)


async def test_leaders_see_dates_and_their_unit_s_count_only_where_it_is_told(hr, sign_in):
    await send(hr, "open", step="ask")
    await second(hr)
    await send(hr, "open", step="confirm")
    # while it is opened it comes, to those who read of nothing that is under way
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET due_at = $1", clock.now())
    await sign_in(Role.LEADER)
    page = await first_page(hr)
    assert "åpner etter planen" in page
    assert "åpnes nå" not in page
    await work()
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT code, invited FROM asking.wave_domain WHERE level = 'unit' ORDER BY position",
    )
    unit = rows[0]["code"]
    bind_worker()
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave_domain SET answered = 20 WHERE level = 'agency'",
    )
    bind_web()
    await fetch(
        Login.MIGRATOR,
        "UPDATE accounts.account SET unit = $1 WHERE email = 'leader@example.org'",
        unit,
    )
    page = await first_page(hr)
    assert "er åpen til" in page
    assert "20 av " in page
    assert "er for lite til å vises ennå" in page
    await fetch(Login.MIGRATOR, "UPDATE asking.wave_domain SET answered = 8 WHERE code = $1", unit)
    page = await first_page(hr)
    assert f"minst 8 av {rows[0]['invited']}." in page
    # of two that they lead both are told
    both = ",".join(row["code"] for row in rows[:2])
    await fetch(
        Login.MIGRATOR,
        "UPDATE accounts.account SET unit = $1 WHERE email = 'leader@example.org'",
        both,
    )
    page = await first_page(hr)
    assert f"minst 8 av {rows[0]['invited']}." in page
    assert page.count("er for lite til å vises ennå") == 1
    assert "venter på deg" not in page


async def test_mails_that_did_not_arrive_are_told_with_their_number(hr):
    await send(hr, "open", step="ask")
    await second(hr)
    await send(hr, "open", step="confirm")
    await work()
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.outbox SET state = 'failed' WHERE id IN"
        " (SELECT id FROM asking.outbox WHERE kind = 'invitation' LIMIT 3)",
    )
    # what somebody confirmed and that came to nothing stands before what went in part
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.register_upload (id, uploaded_at, account, actor, file_name, content,"
        " fields, seen, state, counts, confirmed_at) SELECT gen_random_uuid(), now(), id, email,"
        " '', '', '{}', '', 'changed', '{}', now() FROM accounts.account WHERE email LIKE 'hr2%'",
    )
    page = await first_page(hr)
    assert re.search("Se over på nytt.*3 e-poster kom ikke fram", page)
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.outbox SET problem = 'server 421' WHERE id ="
        " (SELECT id FROM asking.outbox WHERE state = 'due' LIMIT 1)",
    )
    assert "Utsendingen av" in await first_page(hr)


async def test_the_day_that_is_told_is_that_of_the_wave_that_the_results_wait_for(hr, sign_in):
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET release = '09:00'")
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.wave SELECT (jsonb_populate_record(w, jsonb_build_object("
        " 'id', gen_random_uuid(), 'key', 'vp-2', 'sequence', w.sequence + 1))).*"
        " FROM asking.wave w",
    )
    far, near = ((clock.today() + TODAY.resolution * days) for days in (150, 20))
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET results_on = $1 WHERE key = 'vp-1'", far)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET results_on = $1 WHERE key = 'vp-2'", near)
    # who asks to open it, and who approves, is told before anybody is invited
    day, own = (" ".join(long_date(one, "nb").split()) for one in (far, near))
    opening = " ".join((await hr.get("/waves/vp-2/open")).text.split())
    assert "De blir sammenlignet med" in opening
    assert re.search(f"<dt>Resultater</dt> ?<dd>{day}</dd>", opening)
    assert "De blir sammenlignet med" not in (await hr.get("/waves/vp-1/open")).text
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'closed' WHERE key = 'vp-2'")
    assert f"{day}: resultatene fra" in await first_page(hr)
    assert own not in await first_page(hr)
    # not opened: nobody knows yet that anything comes on that day
    assert "Neste publisering er" not in (await hr.get("/results")).text
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'closed' WHERE key = 'vp-1'")
    told = " ".join((await hr.get("/results")).text.split())
    assert f"Neste publisering er {day}." in told


async def test_a_far_day_of_results_that_holds_up_later_ones_is_told_and_can_be_moved(hr, sign_in):
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET release = '09:00'")
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET results_on = current_date + 150")
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.wave SELECT (jsonb_populate_record(w, jsonb_build_object("
        " 'id', gen_random_uuid(), 'key', 'vp-2', 'sequence', w.sequence + 1,"
        " 'opens_on', current_date + 40, 'closes_on', current_date + 60,"
        " 'results_on', current_date + 70))).* FROM asking.wave w",
    )
    page = await first_page(hr)
    assert "må vente til" in page
    assert 'href="/waves/vp-1/plan">Flytt resultatdagen' in page
    [campaign] = await fetch(Login.MIGRATOR, "SELECT key FROM asking.campaign")
    told = (await hr.get(f"/campaigns/{campaign['key']}")).text
    assert "De blir sammenlignet med" in told
    assert 'href="/waves/vp-1/plan">' in told
    # of a wave that is closed the day moves until its figures are computed
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'closed' WHERE key = 'vp-1'")
    page = await first_page(hr)
    assert 'href="/waves/vp-1/dates">Flytt resultatdagen' in page
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published' WHERE key = 'vp-1'")
    page = await first_page(hr)
    assert "Flytt resultatdagen" not in page
    assert "som de blir sammenlignet med" in page
    assert "kan ikke flyttes" in (await hr.get(f"/campaigns/{campaign['key']}")).text
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET results_on = current_date + 70")
    assert "sammenlignet med" not in await first_page(hr)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("counted", ": for få svarte til at vi kan vise tall, så det kommer ingen resultater."),
        ("cancelled", " er avlyst, så det kommer ingen resultater."),
    ],
)
async def test_that_no_results_come_is_told_to_who_was_told_of_their_day(hr, sign_in, state, told):
    end = f"UPDATE asking.wave SET state = '{state}'"
    # of one that was never open nobody expects any
    await fetch(Login.MIGRATOR, end)
    assert told not in await first_page(hr)
    bind_worker()
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'draft'")
    await open_wave(today=clock.today(), now=clock.now())
    await fetch(Login.MIGRATOR, end)
    bind_web()
    for role in (Role.HR, Role.LEADER, Role.REPRESENTATIVE):
        await sign_in(role, f"{role.value}3@example.org")
        assert told in await first_page(hr), role
    await sign_in(Role.COMMUNICATIONS)
    assert told not in await first_page(hr)
    # two weeks after that day nobody waits for them any more
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET results_on = current_date - 15")
    await again(hr, "hr@example.org")
    assert told not in await first_page(hr)
