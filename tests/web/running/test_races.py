"""Two at once: who is too late reads why, in their own language, and nothing is done twice."""

import re
from datetime import timedelta

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.acts import acts_of
from survey_app.asking.campaigns.queries import find_wave
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import TODAY, open_wave
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, again, planned, second, send, work

ENGLISH = "UPDATE accounts.account SET language = 'en'"


def hidden(text):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))


def filled(text):
    form = text.partition('id="plan"')[2]
    said = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', form))
    for name in ("form", "invite"):
        box = form.partition(f'name="{name}"')[2].partition("</select>")[0]
        said[name] = re.search(r'value="([^"]+)"\s+selected', box)[1]
    return {name: value for name, value in said.items() if name != "do"}


async def opened_meanwhile():
    bind_worker()
    await open_wave(today=clock.today(), now=clock.now())
    bind_web()


@pytest.fixture
async def third(hr, sign_in):
    """Another of HR, beside the one who asks and the second who approves."""
    await sign_in(Role.HR, "hr3@example.org")
    await again(hr, "hr@example.org")
    return hr


async def test_of_two_who_approve_at_once_the_later_one_reads_that_it_is_done(third):
    await send(third, "open")
    await second(third)
    seen = hidden((await third.get(f"{WAVE}/open")).text)
    await again(third, "hr3@example.org")
    other = hidden((await third.get(f"{WAVE}/open")).text)
    assert seen["id"] == other["id"]
    first = await third.post(f"{WAVE}/open", data=other | {"step": "confirm"})
    assert first.status_code == 200
    await again(third, "hr2@example.org")
    late = hidden((await third.get("/waves/new?form=verdipuls.k1")).text)
    seen["csrf"] = late["csrf"]
    for work_is_done in (False, True):
        if work_is_done:
            await work()
        reply = await third.post(f"{WAVE}/open", data=seen | {"step": "confirm"})
        assert reply.status_code == 409
        approved = "Det er alt godkjent av hr3@example.org, "
        assert approved in reply.text
        assert re.search(approved + r"\d+\.\s\w+ \d{4} kl\.\s\d\d\.\d\d\.", reply.text)
    [act] = (await acts_of(Login.WEB, [(await find_wave(Login.WEB, "vp-1")).id])).popitem()[1]
    assert act.state == "done"


async def test_who_presses_approve_twice_is_led_on_as_after_the_first_time(hr):
    await send(hr, "open")
    await second(hr)
    form = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "confirm"}
    for _ in range(2):
        reply = await hr.post(f"{WAVE}/open", data=form, follow_redirects=False)
        assert (reply.status_code, reply.headers["location"]) == (303, CAMPAIGN_PAGE)
    await work()
    reply = await hr.post(f"{WAVE}/open", data=form, follow_redirects=False)
    assert reply.status_code == 303
    events = await fetch(
        Login.MIGRATOR, "SELECT actor FROM audit.event WHERE action = 'open confirmed'"
    )
    assert [event["actor"] for event in events] == ["hr2@example.org"]


async def test_who_approves_what_nobody_approved_in_time_reads_that(hr):
    await send(hr, "open")
    await second(hr)
    form = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "confirm"}
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET asked_at = asked_at - interval '15 days'")
    reply = await hr.post(f"{WAVE}/open", data=form)
    assert reply.status_code == 409
    assert "Ingen godkjente det innen fristen." in reply.text


async def test_who_approves_what_was_taken_back_reads_that(hr):
    await send(hr, "open")
    await second(hr)
    seen = hidden((await hr.get(f"{WAVE}/open")).text)
    await again(hr, "hr@example.org")
    await send(hr, "open", step="withdraw")
    await second(hr)
    mine = hidden((await hr.get("/waves/new?form=verdipuls.k1")).text)
    data = seen | {"csrf": mine["csrf"], "step": "confirm"}
    reply = await hr.post(f"{WAVE}/open", data=data)
    assert reply.status_code == 409
    assert "Det er tatt tilbake i mellomtiden" in reply.text


async def test_who_says_no_twice_is_led_to_the_campaign_and_noted_once(hr):
    await send(hr, "open")
    await second(hr)
    form = hidden((await hr.get(f"{WAVE}/open")).text) | {"step": "withdraw"}
    to = f"{WAVE}/open"
    replies = [await hr.post(to, data=form, follow_redirects=False) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in replies] == [
        (303, "/campaigns/verdipuls")
    ] * 2
    noted = "SELECT 1 FROM audit.event WHERE action = 'open declined'"
    assert len(await fetch(Login.MIGRATOR, noted)) == 1


@pytest.mark.parametrize("act", ["remind", "close", "cancel"])
async def test_who_asks_of_a_wave_that_went_on_meanwhile_reads_where_it_stands(hr, act):
    await opened_meanwhile()
    form = hidden((await hr.get(f"{WAVE}/{act}")).text)
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'counted'")
    reply = await hr.post(f"{WAVE}/{act}", data=form | {"reason": "x"})
    assert reply.status_code == 409
    assert "Målingen har nå tilstanden «Talt opp»." in reply.text
    assert await fetch(Login.WEB, "SELECT 1 FROM asking.wave_act") == []


async def test_a_plan_that_another_changed_meanwhile_is_not_written_over(hr):
    form = filled((await hr.get(f"{WAVE}/plan")).text)
    await planned(hr, f"{WAVE}/plan", reminder_days="6", anyway="yes")
    await work()
    reply = await hr.post(f"{WAVE}/plan", data=form | {"reminder_days": "7", "anyway": "yes"})
    assert reply.status_code == 422
    assert "Noen andre har endret planen i mellomtiden." in reply.text
    assert 'value="7"' in reply.text
    await work()
    assert list((await find_wave(Login.WEB, "vp-1")).reminder_days) == [6]
    # saved once more, it is meant
    again_ = filled(reply.text)
    await hr.post(f"{WAVE}/plan", data=again_ | {"reminder_days": "7", "anyway": "yes"})
    await work()
    assert list((await find_wave(Login.WEB, "vp-1")).reminder_days) == [7]


async def test_of_two_plans_at_once_the_first_stands_and_the_other_is_told(hr):
    for days in ("6", "7"):
        await planned(hr, f"{WAVE}/plan", reminder_days=days, anyway="yes")
    await work()
    assert list((await find_wave(Login.WEB, "vp-1")).reminder_days) == [6]
    text = (await hr.get(CAMPAIGN_PAGE)).text
    assert "Planen ble ikke lagret" in text
    assert "Noen andre har endret planen i mellomtiden." in text


async def test_a_plan_saved_after_the_wave_was_opened_says_so(hr):
    form = filled((await hr.get(f"{WAVE}/plan")).text)
    await opened_meanwhile()
    reply = await hr.post(f"{WAVE}/plan", data=form)
    assert reply.status_code == 409
    assert "Målingen har nå tilstanden «Åpen»." in reply.text


async def test_days_moved_after_the_wave_was_closed_say_so(hr):
    await opened_meanwhile()
    csrf = hidden((await hr.get(f"{WAVE}/dates")).text)["csrf"]
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed'")
    later = (clock.today() + timedelta(days=30)).isoformat()
    form = {"csrf": csrf, "reason": "x", "closes_on": later}
    reply = await hr.post(f"{WAVE}/dates", data=form)
    assert reply.status_code == 409
    assert "Stengt, telles opp" in reply.text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", "Målingen vp-1 er ikke et utkast lenger."),
        ("nn", "Målinga vp-1 er ikkje eit utkast lenger."),
        ("en", "The survey vp-1 is no longer a draft."),
    ],
)
async def test_what_the_worker_was_too_late_with_is_told_in_the_reader_s_language(
    hr, language, told
):
    await planned(hr, f"{WAVE}/plan", reminder_days="6", anyway="yes")
    await opened_meanwhile()
    await work()
    text = (await hr.get(f"{CAMPAIGN_PAGE}?lang={language}")).text
    assert told in text
    assert "cannot change any more" not in text


async def test_a_reminder_of_a_wave_that_is_not_open_has_a_reason_with_a_name(hr):
    await opened_meanwhile()
    for act in ("remind", "close"):
        await send(hr, act, reason="x")
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'cancelled'")
    await work()
    rows = await fetch(Login.WORKER, "SELECT outcome FROM asking.wave_act")
    assert [row["outcome"] for row in rows] == ['[["STATE", {"state": "cancelled"}]]'] * 2


async def test_a_mistake_of_the_plan_is_told_in_the_reader_s_language(hr):
    days = {"opens_on": 3, "closes_on": 23, "results_on": 37}
    later = {name: (clock.today() + TODAY.resolution * n).isoformat() for name, n in days.items()}
    reply = await planned(hr, f"{WAVE}/next", anyway="yes", **later)
    assert reply.status_code == 303
    await opened_meanwhile()
    await fetch(Login.WORKER, "UPDATE asking.wave SET opens_on = opens_on + 9")
    await work()
    for language, told in (
        ("nb", "Målingen ville åpne før en som alt har åpnet."),
        ("en", "The survey would open before one that has"),
    ):
        text = (await hr.get(f"{CAMPAIGN_PAGE}?lang={language}")).text
        assert told in text
        assert "would open before a wave" not in text


async def test_whoever_changes_a_plan_that_waits_to_be_opened_is_told_what_becomes_of_it(hr):
    told = "Noen har bedt om å åpne målingen med planen slik den er."
    assert told not in (await hr.get(f"{WAVE}/plan")).text
    await send(hr, "open")
    assert told in (await hr.get(f"{WAVE}/plan")).text
    await planned(hr, f"{WAVE}/plan", reminder_days="6", anyway="yes")
    await work()
    assert told not in (await hr.get(f"{WAVE}/plan")).text
