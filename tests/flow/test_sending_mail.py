"""Sending over real SMTP: each exactly once, whatever is killed or wiped in the middle."""

import asyncio
import sys
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import asyncpg
import pytest
from redis.asyncio import Redis

from questionnaires.loader import load_library
from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.delivery import jobs
from survey_app.asking.delivery.clean_up import forget_invitations, forget_reminders
from survey_app.asking.delivery.commands import remind_named
from survey_app.asking.delivery.failed import Cause, cause_of
from survey_app.asking.delivery.mail_server import MailServer, Verdict
from survey_app.asking.delivery.queries import delivery_state
from survey_app.asking.delivery.remind import queue_due_reminders, remind_wave
from survey_app.asking.delivery.send_due import send_by, send_due
from survey_app.asking.delivery.sink import start_sink
from survey_app.asking.errors import MailServerDown, ReminderRefused
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.mail_headers import new_mail
from tests.asking_builders import (
    CAMPAIGN,
    NOW,
    TODAY,
    an_open_wave,
    import_campaign,
    import_people,
    open_wave,
    register,
)

SECRET = b"a secret of the installation"
BASE = "https://svar.example.org"


@pytest.fixture
def sink(tmp_path):
    running = start_sink(tmp_path / "mail")
    yield running
    running.stop()


def mails(tmp_path):
    files = sorted((tmp_path / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


async def send(url, *, now=NOW, most=None, reports_to=None, connections=1):
    async with MailServer(url, connections) as server:
        return await sends_by(server, now=now, most=most, reports_to=reports_to)


async def sends_by(server, *, now, most=None, reports_to=None):
    return await send_due(
        server,
        load_library().messages,
        secret=SECRET,
        base_url=BASE,
        clock=lambda: now,
        most=most,
        reports_to=reports_to,
    )


async def outbox(kind="invitation"):
    rows = await fetch(
        Login.WORKER,
        "SELECT state, attempts, problem, due_at, sent_at FROM asking.outbox WHERE kind = $1",
        kind,
    )
    return rows, Counter(row["state"] for row in rows)


async def test_sixty_people_get_one_mail_each(database, sink, tmp_path):
    await an_open_wave()
    tally = await send(sink.url)
    assert tally.sent == 60
    received = mails(tmp_path)
    assert len({mail["To"] for mail in received}) == len(received) == 60
    links = {
        word
        for mail in received
        for word in mail.get_body(("plain",)).get_content().split()
        if word.startswith(f"{BASE}/answer/")
    }
    assert len(links) == 60
    _, states = await outbox()
    assert states == {"sent": 60}


async def test_an_address_that_the_server_takes_no_letters_of_holds_up_nobody(
    database, sink, tmp_path
):
    await an_open_wave()
    odd = {"nord-1.0": "kåre@example.org", "nord-1.1": "kari\x7f@example.org"}
    for number, address in odd.items():
        await fetch(
            Login.WORKER, "UPDATE asking.person SET email = $2 WHERE number = $1", number, address
        )
    tally = await send(sink.url)
    assert (tally.sent, tally.failed) == (58, 2)
    rows, _ = await outbox()
    assert sorted(row["problem"] for row in rows if row["state"] == "failed") == ["5.1.3", "5.6.7"]
    assert len(mails(tmp_path)) == 58


async def test_a_worker_cancelled_in_the_middle_misses_nobody_and_sends_nobody_twice(
    database, redis, sink, tmp_path
):
    await an_open_wave()
    for pause in (0.03, 0.05, 0.04):
        worker = asyncio.create_task(send(sink.url))
        await asyncio.sleep(pause)
        worker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await worker
        client = Redis.from_url(redis.url)
        await client.flushall()
        await client.aclose()
    _, states = await outbox()
    assert 0 < states["sent"] < 60
    assert states["sent"] == len(mails(tmp_path))
    await send(sink.url)
    assert Counter(mail["To"] for mail in mails(tmp_path)).most_common(1)[0][1] == 1
    assert len(mails(tmp_path)) == 60


WORKER = """
import asyncio, sys
from questionnaires.loader import load_library
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_by, send_due
from survey_app.shared.clock import now
from survey_app.shared.database import Login, connect

async def work(database, smtp):
    connect({Login.WORKER: database})
    async with MailServer(smtp) as server:
        await send_due(server, load_library().messages, secret=b"a secret of the installation",
                       base_url="https://x.example",
                       clock=now)

asyncio.run(work(*sys.argv[1:]))
"""


async def test_a_worker_killed_outright_misses_nobody_and_repeats_one_mail_at_most(
    database, sink, tmp_path
):
    await an_open_wave()
    # on the real clock the wave has closed long ago, but its state says open: that counts
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, database[Login.WORKER], sink.url
    )
    while not list((tmp_path / "mail").glob("*.eml")):  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(0.005)
    worker.kill()
    await worker.wait()
    _, states = await outbox()
    assert states["due"] > 0
    await send(sink.url)
    copies = Counter(mail["To"] for mail in mails(tmp_path))
    assert len(copies) == 60
    assert copies.total() <= 61
    # a second copy has the same id, so that mail programs can show it once
    assert len({mail["Message-ID"].partition("@")[0] for mail in mails(tmp_path)}) == 60


async def test_three_workers_at_once_send_each_mail_once(database, sink, tmp_path):
    await an_open_wave()
    tallies = await asyncio.gather(*(send(sink.url) for _ in range(3)))
    assert sum(tally.sent for tally in tallies) == len(mails(tmp_path)) == 60


async def test_a_database_that_lends_few_connections_slows_sending_and_stops_nothing(
    database, sink, tmp_path
):
    await an_open_wave()
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT datname, (SELECT count(*) FROM pg_stat_activity a WHERE a.datname = d.datname)"
        " FROM pg_database d WHERE datname = current_database()",
    )
    try:
        await fetch(
            Login.MIGRATOR,
            f'ALTER DATABASE "{row["datname"]}" CONNECTION LIMIT {row["count"] + 1}',
        )
        tally = await send(sink.url, connections=20)
    finally:
        await fetch(Login.MIGRATOR, f'ALTER DATABASE "{row["datname"]}" CONNECTION LIMIT -1')
    assert tally.sent == len(mails(tmp_path)) == 60


class Misread:
    """A carrier whose answer the database does not take."""

    channel, unreachable, at_once = "email", "no address", 2

    def write(self, claim, now):
        return self.hand_over

    async def hand_over(self):
        return Verdict.NEVER, "longer than its column" * 20


async def test_what_the_database_refuses_on_one_of_several_lanes_is_told_as_itself(database):
    await an_open_wave()
    # and not as a group, which nobody who waits for it knows
    with pytest.raises(asyncpg.StringDataRightTruncationError):
        await send_by(Misread(), secret=SECRET, clock=lambda: NOW)
    assert (await outbox())[1] == {"due": 60}


async def test_without_a_mail_server_nothing_is_lost_and_the_state_is_clear(
    database, sink, tmp_path
):
    drawn = await an_open_wave()
    url = sink.url
    sink.stop()
    with pytest.raises(MailServerDown, match="everything waits"):
        await send(url)
    context = {"settings": Settings(smtp_url=url, data_dir=tmp_path)}
    await jobs.send_due_mail(context)
    state = await delivery_state(Login.WORKER, drawn.wave, now=NOW + timedelta(minutes=5))
    assert (state.sent, state.waiting, state.held_up) == (0, 60, True)
    assert state.server == "SMTPConnectError"
    rows, _ = await outbox()
    assert {row["attempts"] for row in rows} == {0}
    again = start_sink(tmp_path / "mail")
    try:
        assert (await send(again.url)).sent == 60
    finally:
        again.stop()
    state = await delivery_state(Login.WORKER, drawn.wave, now=NOW + timedelta(minutes=5))
    assert (state.sent, state.waiting, state.held_up, state.server) == (60, 0, False, "")


async def test_an_installation_without_a_mail_server_says_so(database, tmp_path):
    drawn = await an_open_wave()
    await jobs.send_due_mail({"settings": Settings(data_dir=tmp_path)})
    state = await delivery_state(Login.WORKER, drawn.wave, now=NOW)
    assert state.server == "not set"


class Moody:
    """A server that refuses some addresses for good and others for now."""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("p1."):
            return "550 no such mailbox p1@example.org"
        if address.startswith("p2.") and not getattr(self, "calm", False):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"


async def test_a_refused_address_fails_and_a_busy_one_is_tried_again(
    database, tmp_path, monkeypatch
):
    from survey_app.asking.delivery.sink import Sink

    moody = Moody()
    monkeypatch.setattr(Sink, "handle_RCPT", moody.handle_RCPT, raising=False)
    monkeypatch.setattr(
        Sink, "handle_RCPT", lambda _self, *args: moody.handle_RCPT(*args), raising=False
    )
    running = start_sink(tmp_path / "mail")
    try:
        await an_open_wave()
        tally = await send(running.url)
        assert (tally.sent, tally.failed, tally.later) == (54, 3, 3)
        rows, states = await outbox()
        assert states == {"sent": 54, "failed": 3, "due": 3}
        # the server's code alone: its words hold addresses
        assert Counter(row["problem"] for row in rows) == {"": 54, "550": 3, "451": 3}
        assert {row["due_at"] for row in rows if row["state"] == "due"} == {
            NOW + timedelta(minutes=1)
        }
        assert (await send(running.url)).handled == 0
        moody.calm = True
        assert (await send(running.url, now=NOW + timedelta(minutes=2))).sent == 3
    finally:
        running.stop()


async def test_a_mail_goes_to_the_address_as_it_is_written_or_to_nobody(tmp_path, monkeypatch):
    from survey_app.asking.delivery.sink import Sink

    asked, told = [], []

    async def noted(_self, _server, _session, envelope, address, _options):
        asked.append(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    monkeypatch.setattr(Sink, "handle_RCPT", noted, raising=False)
    running = start_sink(tmp_path / "mail")
    try:
        async with MailServer(running.url) as server:
            # a parser of heads sees a group with somebody else in it
            for written in ("all:boss@example.org;", "P1 <p1@example.org>", "p2@example.org"):
                mail = new_mail()
                mail["From"], mail["To"] = "hr@example.org", written
                mail.set_content("hei")
                told.append((await server.send(mail))[0])
    finally:
        running.stop()
    assert asked == ["p1@example.org", "p2@example.org"]
    assert told == [Verdict.NEVER, Verdict.ACCEPTED, Verdict.ACCEPTED]


async def another_open_wave():
    """Of another campaign, asked of the same people a second later."""
    await import_campaign(
        CAMPAIGN.replace('"verdipuls"', '"kultur"')
        .replace('"vp-1"', '"kultur-1"')
        .replace("verdipuls.k1", "verdipuls.k2")
        .replace("hr@example.org>", "kultur@example.org>")
    )
    await open_wave("kultur-1", form="verdipuls.k2", spare=False, now=NOW + timedelta(seconds=1))


async def test_a_mail_that_cannot_be_written_holds_up_no_other(database, sink, caplog):
    first = await an_open_wave()
    await another_open_wave()
    await fetch(
        Login.WORKER,
        "UPDATE asking.questionnaire SET content = '{}' WHERE hash ="
        " (SELECT questionnaire FROM asking.wave WHERE id = $1)",
        first.wave,
    )
    assert (await send(sink.url, now=NOW + timedelta(seconds=1))).sent == 60
    rows, states = await outbox()
    assert states == {"sent": 60, "due": 60}
    assert {row["problem"] for row in rows if row["state"] == "due"} == {"not written"}
    assert "a mail cannot be written: unexpected UnreadableError at" in caplog.text
    assert "@example.org" not in caplog.text


async def test_a_sender_that_the_server_refuses_holds_up_its_own_campaign_alone(
    database, tmp_path, monkeypatch
):
    from survey_app.asking.delivery.sink import Sink

    async def choosy(_self, _server, _session, envelope, address, options):
        if address.startswith("hr@"):
            return "553 5.7.1 not yours"
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    monkeypatch.setattr(Sink, "handle_MAIL", choosy, raising=False)
    running = start_sink(tmp_path / "mail")
    try:
        await an_open_wave()
        await another_open_wave()
        assert (await send(running.url, now=NOW + timedelta(seconds=1))).sent == 60
        rows, states = await outbox()
        assert states == {"sent": 60, "due": 60}
        assert {row["problem"] for row in rows if row["state"] == "due"} == {"sender 553"}
        assert cause_of("sender 553") is Cause.SENDER_REFUSED
    finally:
        running.stop()


async def test_all_mail_waits_where_the_address_for_reports_is_refused(
    database, tmp_path, monkeypatch
):
    from survey_app.asking.delivery.sink import Sink

    async def choosy(*_args):
        return "553 5.7.1 not yours"

    monkeypatch.setattr(Sink, "handle_MAIL", choosy, raising=False)
    running = start_sink(tmp_path / "mail")
    try:
        await an_open_wave()
        # it is the installation's, and no fault of any campaign or address
        with pytest.raises(MailServerDown, match="everything waits"):
            await send(running.url, reports_to="retur@example.org")
        rows, states = await outbox()
        assert states == {"due": 60}
        assert {(row["attempts"], row["problem"]) for row in rows} == {(0, "")}
    finally:
        running.stop()


async def test_a_busy_address_has_failed_after_the_last_wait(database, tmp_path, monkeypatch):
    from survey_app.asking.delivery.sink import Sink

    async def busy(*_args):
        return "451 later"

    monkeypatch.setattr(Sink, "handle_RCPT", busy, raising=False)
    running = start_sink(tmp_path / "mail")
    try:
        await an_open_wave()
        for day in range(8):
            await send(running.url, now=NOW + timedelta(days=day))
    finally:
        running.stop()
    _, states = await outbox()
    assert states == {"failed": 60}


async def test_reminders_go_only_to_those_who_have_not_answered_and_did_not_say_stop(
    database, sink, tmp_path
):
    await an_open_wave()
    await send(sink.url)
    await mark(40)
    await opt_out(5)
    day = TODAY + timedelta(days=4)
    morning = NOW + timedelta(days=4)
    assert await queue_due_reminders(today=TODAY + timedelta(days=3), now=NOW) == {}
    assert await queue_due_reminders(today=day, now=morning) == {"vp-1": 15}
    assert await queue_due_reminders(today=day, now=morning) == {}
    # one of them answers before the mail leaves
    await mark(41)
    tally = await send(sink.url, now=morning)
    assert (tally.sent, tally.cancelled) == (14, 1)
    reminders = [mail for mail in mails(tmp_path) if "Påminnelse" in mail["Subject"]]
    assert len({mail["To"] for mail in reminders}) == 14


async def test_a_campaign_may_remind_everybody_so_that_nobody_learns_who_answered(database, sink):
    await an_open_wave()
    await fetch(Login.WORKER, "UPDATE asking.campaign SET remind_everybody = true")
    await send(sink.url)
    await mark(40)
    assert await remind_wave("vp-1", now=NOW) == 60
    assert (await send(sink.url)).sent == 60


async def test_nobody_is_reminded_of_an_invitation_that_never_arrived(database):
    await an_open_wave()
    assert await remind_wave("vp-1", now=NOW) == 0


async def test_at_most_three_reminders_are_sent(database, sink):
    await an_open_wave()
    await send(sink.url)
    for day in range(3):
        assert await remind_wave("vp-1", now=NOW + timedelta(days=day)) == 60
    with pytest.raises(ReminderRefused, match="had 3 reminders"):
        await remind_wave("vp-1", now=NOW + timedelta(days=3))


async def test_how_many_wait_for_a_reminder_is_told_nowhere(database, sink):
    drawn = await an_open_wave()
    await send(sink.url)
    await mark(41)
    assert await remind_wave("vp-1", now=NOW) == 19
    state = await delivery_state(Login.WORKER, drawn.wave, now=NOW)
    assert (state.sent, state.waiting, state.reminding) == (60, 0, True)
    await send(sink.url)
    assert not (await delivery_state(Login.WORKER, drawn.wave, now=NOW)).reminding


async def test_the_command_that_reminds_tells_no_number(database, sink, monkeypatch):
    await an_open_wave()
    await send(sink.url)
    await mark(41)
    monkeypatch.setattr("survey_app.asking.delivery.commands.now", lambda: NOW)
    told = []
    await remind_named("vp-1", told.append)
    assert told[0] == "the reminders are due and leave with the worker"
    assert not any(sign.isdigit() for line in told for sign in line)


async def test_a_reminder_follows_another_after_a_day_at_the_earliest(database, sink):
    await an_open_wave()
    await send(sink.url)
    assert await remind_wave("vp-1", now=NOW) == 60
    with pytest.raises(ReminderRefused, match="let a day pass"):
        await remind_wave("vp-1", now=NOW + timedelta(hours=23))
    assert await remind_wave("vp-1", now=NOW + timedelta(hours=24)) == 60


async def test_nothing_is_sent_for_a_wave_that_has_closed(database, sink, tmp_path):
    await an_open_wave()
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed', closed_at = $1", NOW)
    tally = await send(sink.url)
    assert (tally.sent, tally.cancelled) == (0, 60)
    assert mails(tmp_path) == []


async def test_invitations_and_outbox_are_deleted_thirty_days_after_closing(database, sink):
    await an_open_wave()
    await send(sink.url)
    await remind_wave("vp-1", now=NOW)
    assert await forget_invitations(now=NOW + timedelta(days=400)) == 0
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'published', closed_at = $1", NOW)
    # who was reminded tells who had not answered: that goes at once
    assert await forget_reminders() == 60
    assert await forget_invitations(now=NOW + timedelta(days=29)) == 0
    assert await forget_invitations(now=NOW + timedelta(days=29, seconds=1)) == 60
    rows, _ = await outbox()
    assert rows == []


async def test_counts_of_the_whole_are_shown_from_k_and_of_units_by_steps(database):
    await an_open_wave()
    await mark(3, unit="nord-1")
    await refresh_live_counts(TODAY)
    assert await shown() == {"": None, "nord": None, "nord-1": None, "nord-2+sor-1": None}
    await mark(29, unit="nord-1")
    await mark(9, unit="nord-2+sor-1")
    await refresh_live_counts(TODAY + timedelta(days=1))
    # of 34 five at least have not answered, whatever the other unit's 5 to 9 are
    assert await shown() == {"": 38, "nord": 36, "nord-1": 25, "nord-2+sor-1": 5}


async def test_of_more_units_each_is_told_by_steps_and_again_when_enough_have_come(database):
    sizes = {f"nord-{n}": 40 for n in range(1, 7)}
    await import_people(register(sizes))
    await import_campaign()
    await open_wave()
    for n in range(1, 7):
        await mark(10 + n, unit=f"nord-{n}")
    await refresh_live_counts(TODAY)
    first = await shown()
    assert first == {"": 81, "nord": 82, **dict.fromkeys(list(sizes)[:4], 10), "nord-5": 15,
                     "nord-6": 15}  # fmt: skip
    # one more in nord-4, and four in nord-1: one unit's step would tell of the one
    await mark(15, unit="nord-4")
    await mark(15, unit="nord-1")
    await refresh_live_counts(TODAY + timedelta(days=1))
    assert await shown() == first | {"": 86}
    for n in range(1, 7):
        await mark(22, unit=f"nord-{n}")
    await refresh_live_counts(TODAY + timedelta(days=2))
    assert await shown() == {"": 132, "nord": 132, **dict.fromkeys(sizes, 20)}


async def test_in_quiet_hours_nothing_is_sent_and_nothing_is_held_up(
    database, sink, tmp_path, monkeypatch
):
    await an_open_wave()
    wave = await find_wave(Login.WORKER, "vp-1")
    all_day = Settings(smtp_url=sink.url, data_dir=tmp_path, quiet_hours="0-24")
    monkeypatch.setattr("survey_app.asking.delivery.queries.settings", lambda: all_day)
    await jobs.send_due_mail({"settings": all_day})
    assert mails(tmp_path) == []
    state = await delivery_state(Login.WORKER, wave.id, now=clock.now())
    assert (state.waiting, state.resting, state.held_up) == (60, True, False)
    await jobs.send_due_mail({"settings": Settings(smtp_url=sink.url, data_dir=tmp_path)})
    assert len(mails(tmp_path)) == 60


async def test_no_more_than_so_many_are_handed_over_in_a_minute(database, sink):
    await an_open_wave()
    begun = time.monotonic()
    async with MailServer(sink.url) as server:
        await send_due(
            server, load_library().messages, secret=SECRET, base_url=BASE,
            clock=lambda: NOW, most=5, per_minute=600,
        )  # fmt: skip
    assert time.monotonic() - begun >= 5 * 0.1


async def test_no_address_and_no_link_is_logged_or_queued(database, sink, caplog, redis):
    caplog.set_level("DEBUG")
    await an_open_wave()
    await send(sink.url)
    await jobs.nightly({})
    assert "@example.org" not in caplog.text
    assert "/answer/" not in caplog.text


async def shown():
    rows = await fetch(Login.WORKER, "SELECT code, answered FROM asking.wave_domain")
    return {row["code"]: row["answered"] for row in rows}


async def mark(number, unit=None):
    await fetch(
        Login.WORKER,
        "UPDATE asking.invitation SET marked = true WHERE id IN ("
        " SELECT id FROM asking.invitation WHERE $2::text IS NULL OR domain = $2"
        " ORDER BY id LIMIT $1)",
        number,
        unit,
    )


async def opt_out(number):
    await fetch(
        Login.WORKER,
        "UPDATE asking.invitation SET opted_out = true WHERE id IN ("
        " SELECT id FROM asking.invitation ORDER BY id DESC LIMIT $1)",
        number,
    )


async def test_jobs_may_run_twice_and_leave_the_same_state(database, sink, tmp_path):
    await an_open_wave()
    context = {"settings": Settings(smtp_url=sink.url, data_dir=tmp_path)}
    for _ in range(2):
        await jobs.send_due_mail(context)
        await jobs.remind_due(context)
        await jobs.nightly(context)
    assert len(mails(tmp_path)) == 60
    rows = await fetch(Login.WORKER, "SELECT kind, count(*) AS n FROM asking.outbox GROUP BY kind")
    # the wave's last day has passed on the real clock: nobody is reminded any more
    assert rows == [{"kind": "invitation", "n": 60}]
