"""Reminders of actions over real SMTP: to the owner, once, before the due date and on it."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from survey_app.accounts.tables import Account
from survey_app.actions.draft import ActionDraft
from survey_app.actions.jobs import remind_of_actions
from survey_app.actions.queries import find_action
from survey_app.actions.remind import queue_reminders, send_reminders
from survey_app.actions.states import ActionState
from survey_app.actions.write_action import change_action
from survey_app.asking.errors import MailServerDown
from survey_app.reading.actions.jobs import send_action_mail, still_sees
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.actions_builders import DRAFT, NOW, TODAY, an_action, an_owner
from tests.asking_builders import import_campaign, import_people
from tests.live_server import free_port

BASE = "https://barometer.example.org"
LATER = NOW + timedelta(hours=5)


@pytest.fixture
async def campaign(database):
    await import_people()
    await import_campaign()


def mails(tmp_path):
    files = sorted((tmp_path / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


async def send(url, now=LATER):
    return await send_reminders(url, base_url=BASE, sees=still_sees, clock=lambda: now)


async def states():
    rows = await fetch(Login.WORKER, "SELECT state, problem FROM actions.reminder")
    return Counter((row["state"], row["problem"]) for row in rows)


async def made(**changed):
    """An action made long before, so that both its reminders come."""
    owner = changed.pop("owner", None) or await an_owner()
    return await an_action(owner, now=NOW - timedelta(days=90), **changed)


async def test_the_owner_is_reminded_a_week_before_and_on_the_day_each_once(
    campaign, sink, tmp_path
):
    action = await made(due_on=TODAY + timedelta(days=7))
    for days in (*range(9), *range(9)):
        day = TODAY + timedelta(days=days)
        now = NOW + timedelta(days=days)
        await queue_reminders(today=day, now=now)
        await send(sink.url, now + timedelta(hours=5))
    first, second = sorted(mails(tmp_path), key=lambda mail: mail["Date"].datetime)
    assert first["To"] == second["To"] == "owner@example.org"
    assert first["From"] == "HR <hr@example.org>"
    assert first["Subject"] == "Tiltak med frist om en uke: 19.\u00a0mai 2026"
    assert second["Subject"] == "Tiltak med frist i dag: 19.\u00a0mai 2026"
    for half in ("plain", "html"):
        body = first.get_body((half,)).get_content()
        assert f"{BASE}/actions/{action}" in body
        assert "Ledermøtet skriver tre linjer" in body


async def test_nothing_is_sent_before_the_morning(campaign, sink, tmp_path):
    await made(due_on=TODAY)
    midnight = datetime(2026, 5, 11, 22, 5, tzinfo=UTC)
    assert await queue_reminders(today=TODAY, now=midnight) == 1
    assert await send(sink.url, midnight) == 0
    assert await send(sink.url, LATER) == 1


@pytest.mark.parametrize("state", [ActionState.DONE, ActionState.DROPPED])
async def test_what_has_ended_is_not_reminded_of(campaign, sink, tmp_path, state):
    await made(due_on=TODAY, state=state, reason="Vi fikk ikke midler.")
    assert await queue_reminders(today=TODAY, now=NOW) == 0


async def test_an_action_that_ends_or_moves_after_queueing_sends_nothing(campaign, sink, tmp_path):
    owner = await an_owner()
    for changed in ({"state": ActionState.DONE}, {"due_on": TODAY + timedelta(days=60)}):
        action = await made(owner=owner, due_on=TODAY)
        await queue_reminders(today=TODAY, now=NOW)
        draft = ActionDraft(**{**DRAFT, "due_on": TODAY, **changed})
        stored = await find_action(action)
        await change_action(stored, draft, owner, version=1, mine=False, now=NOW)
    assert await send(sink.url) == 0
    assert await states() == {("cancelled", ""): 2}


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ({"unit": "nord-1"}, 0),  # leads another unit
        ({"unit": "nord-1,ost-6"}, 1),
        ({"role": "analyst", "unit": ""}, 0),
        ({"role": "hr", "unit": ""}, 1),
    ],
)
async def test_whoever_does_not_see_the_unit_any_more_is_told_nothing_of_its_actions(
    campaign, sink, then, told
):
    owner = await an_owner()
    await made(owner=owner, due_on=TODAY)
    await queue_reminders(today=TODAY, now=NOW)
    await Account.update(then).where(Account.id == owner.account)
    assert await send(sink.url) == told
    gone = {("cancelled", "owner sees it no more"): 1}
    assert await states() == ({("sent", ""): 1} if told else gone)


async def test_a_new_due_date_is_reminded_of_anew(campaign, sink, tmp_path):
    owner = await an_owner()
    action = await made(owner=owner, due_on=TODAY)
    await queue_reminders(today=TODAY, now=NOW)
    await send(sink.url)
    draft = ActionDraft(**{**DRAFT, "due_on": TODAY + timedelta(days=30)})
    await change_action(await find_action(action), draft, owner, version=1, mine=False, now=NOW)
    later = TODAY + timedelta(days=30)
    await queue_reminders(today=later, now=NOW + timedelta(days=30))
    assert await send(sink.url, LATER + timedelta(days=30)) == 1


async def test_whoever_takes_over_is_reminded_in_their_own_language(campaign, sink, tmp_path):
    owner = await an_owner()
    action = await made(owner=owner, due_on=TODAY)
    hr = await an_owner("hr@example.org", language="en")
    draft = ActionDraft(**{**DRAFT, "due_on": TODAY})
    await change_action(await find_action(action), draft, hr, version=1, mine=True, now=NOW)
    await queue_reminders(today=TODAY, now=NOW)
    await send(sink.url)
    [mail] = mails(tmp_path)
    assert mail["To"] == "hr@example.org"
    assert mail["Subject"] == "Action due today: 12\u00a0May 2026"


async def test_an_account_that_is_closed_gets_no_mail(campaign, sink, tmp_path):
    await made(due_on=TODAY)
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET active = false")
    await queue_reminders(today=TODAY, now=NOW)
    assert await send(sink.url) == 0
    assert await states() == {("cancelled", "no active owner"): 1}


async def test_a_mail_server_that_is_away_loses_nothing(campaign, sink, tmp_path):
    await made(due_on=TODAY)
    await queue_reminders(today=TODAY, now=NOW)
    with pytest.raises(MailServerDown):
        await send(f"smtp://127.0.0.1:{free_port()}")
    assert await states() == {("due", ""): 1}
    assert await send(sink.url) == 1


async def test_two_workers_and_a_cancelled_one_send_one_mail(campaign, sink, tmp_path):
    owner = await an_owner()
    for _ in range(30):
        await made(owner=owner, due_on=TODAY)
    await queue_reminders(today=TODAY, now=NOW)
    worker = asyncio.create_task(send(sink.url))
    # not after so many seconds: on a quick machine all are sent by then
    while not mails(tmp_path) and not worker.done():  # noqa: ASYNC110 - another thread writes
        await asyncio.sleep(0.001)
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    await asyncio.gather(send(sink.url), send(sink.url))
    assert len({mail["Message-ID"] for mail in mails(tmp_path)}) == len(mails(tmp_path)) == 30


async def test_the_nightly_job_and_the_sweep_do_the_same_with_ids_alone(
    campaign, sink, tmp_path, data_dir
):
    await made(due_on=clock.today(), starts_on=date(2025, 1, 1))
    await remind_of_actions({})
    await fetch(Login.WORKER, "UPDATE actions.reminder SET due_at = '2026-01-01'")
    await send_action_mail({"settings": Settings(data_dir=data_dir, smtp_url=sink.url)})
    assert len(mails(tmp_path)) == 1
