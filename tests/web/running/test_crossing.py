"""Two browsers on one wave: nobody does what they did not see, and nothing is lost in silence."""

import asyncio
import re
from datetime import timedelta

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.about_person import acts_by
from survey_app.asking.campaigns.campaign_acts import ask_of_campaign
from survey_app.asking.campaigns.queries import find_wave
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.builders_publication import words
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, again, second, send, work
from tests.web.running.test_races import filled, hidden, opened_meanwhile

FIRST, SECOND = "hr@example.org", "hr2@example.org"


async def states(act):
    rows = await fetch(
        Login.WORKER,
        "SELECT state FROM asking.wave_act WHERE act = $1 ORDER BY asked_at",
        act,
    )
    return [row["state"] for row in rows]


async def as_(web, email, form, address):
    """Send a form that stood in the browser of somebody else, who signed in after that."""
    await again(web, email)
    csrf = hidden((await web.get("/waves/new?form=verdipuls.k1")).text)["csrf"]
    return await web.post(address, data=form | {"csrf": csrf}, follow_redirects=False)


async def plan_form(web, **fields):
    return filled((await web.get(f"{WAVE}/plan")).text) | {"anyway": "yes"} | fields


async def approved_later(hr):
    await send(hr, "open")
    await second(hr)
    await send(hr, "open", step="confirm")
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET due_at = due_at + interval '1 day'")
    await again(hr, FIRST)


async def test_whoever_saves_a_plan_while_others_approve_is_told_and_takes_nothing_back(hr):
    form = await plan_form(hr, reminder_days="6")
    await approved_later(hr)
    reply = await as_(hr, FIRST, form, f"{WAVE}/plan")
    assert reply.status_code == 422
    assert "Åpningen av målingen er godkjent i mellomtiden." in reply.text
    assert "To har godkjent at målingen åpner med planen slik den er." in reply.text
    assert 'value="6"' in reply.text
    await work()
    assert await states("open") == ["confirmed"]
    # saved once more, it is meant
    meant = filled(reply.text) | {"reminder_days": "6", "anyway": "yes"}
    assert (await as_(hr, FIRST, meant, f"{WAVE}/plan")).status_code == 303
    await work()
    assert await states("open") == ["withdrawn"]


async def test_whoever_saves_a_plan_while_its_opening_is_asked_for_is_told(hr):
    form = await plan_form(hr, reminder_days="6")
    await second(hr)
    await send(hr, "open")
    reply = await as_(hr, FIRST, form, f"{WAVE}/plan")
    assert reply.status_code == 422
    assert "hr2@example.org har bedt om å åpne målingen i mellomtiden." in reply.text


async def test_nobody_approves_while_another_plan_is_being_written(hr):
    await send(hr, "open")
    await second(hr)
    approving = hidden((await hr.get(f"{WAVE}/open")).text)
    await again(hr, FIRST)
    assert (await hr.post(f"{WAVE}/plan", data=await plan_form(hr, reminder_days="6"))).is_success
    reply = await as_(hr, SECOND, approving | {"step": "confirm"}, f"{WAVE}/open")
    assert reply.status_code == 409
    assert "hr@example.org har bedt om noe annet for målingen i mellomtiden." in reply.text
    # nor on a page that shows it
    fresh = await hr.get(f"{WAVE}/open")
    told = "En ny plan for målingen lagres akkurat nå."
    assert told in fresh.text
    reply = await as_(hr, SECOND, hidden(fresh.text) | {"step": "confirm"}, f"{WAVE}/open")
    assert (reply.status_code, told in reply.text) == (409, True)
    await work()
    assert await states("open") == ["withdrawn"]
    assert (await find_wave(Login.WEB, "vp-1")).state == "draft"


async def test_nobody_asks_to_open_while_texts_are_being_written(hr):
    form = hidden((await hr.get(f"{WAVE}/open")).text)
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.account WHERE email = $1", FIRST)
    await ask_of_campaign(
        "verdipuls", "texts", "x", account=str(row["id"]), actor=FIRST, now=clock.now()
    )
    reply = await as_(hr, FIRST, form, f"{WAVE}/open")
    assert reply.status_code == 409
    assert "Nye tekster for målingen lagres akkurat nå." in reply.text
    assert await states("open") == []


async def test_who_says_no_to_what_was_approved_meanwhile_reads_that_and_takes_nothing_back(hr):
    await send(hr, "open")
    own = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "withdraw"}
    await second(hr)
    await send(hr, "open", step="confirm")
    reply = await as_(hr, FIRST, own, f"{WAVE}/open")
    assert reply.status_code == 409
    assert "Det er alt godkjent av hr2@example.org" in reply.text
    assert await states("open") == ["confirmed"]
    # who sees that it is approved may still take it back
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET due_at = due_at + interval '1 day'")
    await send(hr, "open", step="withdraw")
    assert await states("open") == ["withdrawn"]


async def test_who_asked_is_told_that_another_said_no_and_all_others_to_ask_again(hr):
    await send(hr, "open")
    await second(hr)
    form = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "withdraw"}
    for _ in range(2):  # the button pressed twice
        reply = await hr.post(f"{WAVE}/open", data=form, follow_redirects=False)
        assert (reply.status_code, reply.headers["location"]) == (303, CAMPAIGN_PAGE)
    assert await states("open") == ["declined"]
    logged = await fetch(
        Login.MIGRATOR, "SELECT actor FROM audit.event WHERE action = 'open declined'"
    )
    assert [row["actor"] for row in logged] == [SECOND]
    page = (await hr.get("/")).text
    assert "En annen sa nei" not in page
    assert "noen må be om det på nytt" in page
    await again(hr, FIRST)
    page = (await hr.get("/")).text
    assert "En annen sa nei til å åpne <strong>" in page
    assert "1 ting venter på deg" in page
    told = words(await hr.get(CAMPAIGN_PAGE))
    assert "ble ikke åpnet" in told
    assert f"{FIRST} ba om det, og {SECOND} sa nei" in told
    await send(hr, "open")
    assert "sa nei" not in words(await hr.get(CAMPAIGN_PAGE))
    assert "sa nei" not in (await hr.get("/")).text


async def test_what_is_held_of_who_said_no_tells_when_they_did(hr):
    await send(hr, "open")
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET asked_at = asked_at - interval '1 day'")
    await second(hr)
    await send(hr, "open", step="withdraw")
    [row] = await fetch(Login.WORKER, "SELECT confirmed_by, confirmed_at FROM asking.wave_act")
    [told] = await acts_by(row["confirmed_by"], SECOND)
    assert (told["act"], told["at"]) == ("open declined", row["confirmed_at"])


async def test_who_approves_what_a_third_said_no_to_reads_who_it_was(hr, sign_in):
    await sign_in(Role.HR, "hr3@example.org")
    await again(hr, FIRST)
    await send(hr, "open")
    await again(hr, "hr3@example.org")
    approval = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "confirm"}
    await second(hr)
    await send(hr, "open", step="withdraw")
    reply = await as_(hr, "hr3@example.org", approval, f"{WAVE}/open")
    assert reply.status_code == 409
    assert f"{SECOND} sa nei til det" in words(reply)
    assert await states("open") == ["declined"]


async def test_what_two_approved_is_said_to_open_now_once_its_hour_has_come(hr):
    await approved_later(hr)
    assert "åpnes nå" not in words(await hr.get(CAMPAIGN_PAGE))
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET due_at = confirmed_at")
    told = words(await hr.get(CAMPAIGN_PAGE))
    assert "åpnes nå Vi prøver først hele veien" in told
    assert "Se over eller angre" not in told
    # nor does its row offer what comes too late
    page = (await hr.get(CAMPAIGN_PAGE)).text
    assert f'href="{WAVE}/preview"' in page
    for act in ("open", "plan", "cancel"):
        assert f'href="{WAVE}/{act}"' not in page


async def test_what_is_being_carried_out_is_not_said_to_be_taken_back(hr):
    await approved_later(hr)
    form = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "withdraw"}
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET state = 'running'")
    reply = await as_(hr, FIRST, form, f"{WAVE}/open")
    assert reply.status_code == 409
    assert await states("open") == ["running"]
    assert not await fetch(
        Login.MIGRATOR, "SELECT 1 FROM audit.event WHERE action = 'open withdrawn'"
    )


@pytest.mark.parametrize("act", ["open", "cancel"])
async def test_asked_for_in_the_same_moment_it_waits_once(hr, act):
    if act == "cancel":
        await opened_meanwhile()
    form = hidden((await hr.get(f"{WAVE}/{act}")).text) | {"reason": "x"}
    replies = await asyncio.gather(*(hr.post(f"{WAVE}/{act}", data=form) for _ in range(4)))
    assert {reply.status_code for reply in replies} == {200}
    assert await states(act) == ["proposed"]


async def test_an_opening_that_is_approved_is_not_asked_for_anew_beside_it(hr):
    form = hidden((await hr.get(f"{WAVE}/open")).text)
    await approved_later(hr)
    reply = await as_(hr, SECOND, form, f"{WAVE}/open")
    assert reply.status_code == 409
    assert await states("open") == ["confirmed"]


@pytest.mark.parametrize("act", ["remind", "close", "cancel"])
async def test_who_acts_on_days_that_another_moved_meanwhile_is_told(hr, act):
    await opened_meanwhile()
    form = hidden((await hr.get(f"{WAVE}/{act}")).text) | {"reason": "x"}
    await second(hr)
    later = (clock.today() + timedelta(days=20)).isoformat()
    await send(hr, "dates", closes_on=later, reason="Mange er på kurs", anyway="yes")
    for work_is_done, told in (
        (False, "hr2@example.org har bedt om noe annet for målingen i mellomtiden."),
        (True, "Noen andre har endret planen i mellomtiden."),
    ):
        if work_is_done:
            await work()
        reply = await as_(hr, FIRST, form, f"{WAVE}/{act}")
        assert (reply.status_code, told in reply.text) == (409, True), act
    assert await states(act) == []


async def test_of_two_who_move_days_the_later_one_does_not_move_the_first_one_s_back(hr):
    await opened_meanwhile()
    page = (await hr.get(f"{WAVE}/dates")).text
    form = hidden(page) | dict(re.findall(r'name="(\w+_on|reminder_days)"\s+value="([^"]*)"', page))
    await second(hr)
    later = (clock.today() + timedelta(days=20)).isoformat()
    await send(hr, "dates", closes_on=later, reason="Mange er på kurs", anyway="yes")
    await work()
    said = {"reminder_days": "5", "reason": "Påske", "anyway": "yes"}
    reply = await as_(hr, FIRST, form | said, f"{WAVE}/dates")
    assert reply.status_code == 409
    assert "Noen andre har endret planen i mellomtiden." in reply.text
    await work()
    wave = await find_wave(Login.WEB, "vp-1")
    assert (wave.closes_on.isoformat(), list(wave.reminder_days)) == (later, [4, 10])


async def test_days_whose_button_is_pressed_twice_move_once(hr):
    await opened_meanwhile()
    later = (clock.today() + timedelta(days=20)).isoformat()
    said = {"closes_on": later, "reason": "x", "anyway": "yes"}
    form = hidden((await hr.get(f"{WAVE}/dates")).text) | said
    for _ in range(2):
        reply = await hr.post(f"{WAVE}/dates", data=form, follow_redirects=False)
        assert (reply.status_code, reply.headers["location"]) == (303, CAMPAIGN_PAGE)
    assert await states("dates") == ["confirmed"]


async def test_a_plan_whose_button_is_pressed_twice_is_saved_once(hr):
    form = await plan_form(hr, reminder_days="6")
    for _ in range(2):
        reply = await hr.post(f"{WAVE}/plan", data=form, follow_redirects=False)
        assert (reply.status_code, reply.headers["location"]) == (303, CAMPAIGN_PAGE)
    assert await states("plan") == ["confirmed"]


async def test_of_two_who_plan_the_next_wave_with_one_first_day_the_later_writes_over_nothing(hr):
    first = filled((await hr.get(f"{WAVE}/next")).text) | {"anyway": "yes"}
    for email, days in ((FIRST, "4, 10"), (SECOND, "6")):
        reply = await as_(hr, email, first | {"reminder_days": days}, f"{WAVE}/next")
        assert reply.status_code == 303
    await work()
    [kept] = await fetch(Login.WORKER, "SELECT reminder_days FROM asking.wave WHERE key <> 'vp-1'")
    assert kept["reminder_days"] == [4, 10]
    # of the wave that it is like: its own plan stands, and to try again leads to no change of it
    assert (await states("plan"), await states("next")) == ([], ["done", "refused"])
    page = (await hr.get(CAMPAIGN_PAGE)).text
    assert f'href="{WAVE}/next">Prøv igjen</a>' in " ".join(page.split()).replace("> ", ">")
    assert "Den neste målingen etter" in (await hr.get("/")).text
    assert "En annen plan med samme første dag ble lagret i mellomtiden." in page
