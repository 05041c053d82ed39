"""Sending over real SMTP: each exactly once, whatever is killed or wiped in the middle."""

import asyncio
import sys
import time
from collections import Counter
from datetime import date, timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from questionnaires.loader import load_library
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.delivery import jobs
from survey_app.asking.delivery.mail_server import MailServer, Verdict
from survey_app.asking.delivery.queries import delivery_state
from survey_app.asking.delivery.send_due import send_by, send_due
from survey_app.asking.delivery.sink import start_sink
from survey_app.asking.errors import MailServerDown
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.asking_builders import (
    CAMPAIGN,
    NOW,
    an_open_wave,
    import_campaign,
    import_people,
    open_wave,
)
from tests.sent_mail import BASE, SECRET, mails, outbox, send


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


async def test_a_mail_promises_results_for_the_day_on_which_they_can_come(database, sink, tmp_path):
    on_its_day = CAMPAIGN.replace("[[waves]]", 'release = "09:00"\n\n[[waves]]')
    far = on_its_day.replace("results_on = 2026-06-09", "results_on = 2026-11-03")
    near = """
[[waves]]
key = "vp-2"
invite = "everybody"
opens_on = 2026-07-28
closes_on = 2026-08-11
results_on = 2026-08-25
"""
    await import_people()
    await import_campaign(far + near)
    await open_wave("vp-2")
    # they are compared with those of vp-1, and wait for them
    assert (await find_wave(Login.WORKER, "vp-2")).results_on == date(2026, 11, 3)
    await send(sink.url)
    [told] = {
        line
        for mail in mails(tmp_path)
        for line in mail.get_body(("plain",)).get_content().splitlines()
        if "Resultatene legges fram" in line
    }
    assert "3. november" in told.replace("\xa0", " ")


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
    for there in (5, 15, 25):
        worker = asyncio.create_task(send(sink.url))
        # not after so many seconds: on a quick machine all are sent by then
        while len(mails(tmp_path)) < there and not worker.done():  # noqa: ASYNC110 - from a thread
            await asyncio.sleep(0.001)
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
from datetime import datetime
from questionnaires.loader import load_library
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_by, send_due
from survey_app.shared.database import Login, connect

async def work(database, smtp, at):
    connect({Login.WORKER: database})
    async with MailServer(smtp) as server:
        await send_due(server, load_library().messages, secret=b"a secret of the installation",
                       base_url="https://x.example",
                       clock=lambda: datetime.fromisoformat(at))

asyncio.run(work(*sys.argv[1:]))
"""


async def test_a_worker_killed_outright_misses_nobody_and_repeats_one_mail_at_most(
    database, sink, tmp_path
):
    await an_open_wave()
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, database[Login.WORKER], sink.url, NOW.isoformat()
    )
    while not list((tmp_path / "mail").glob("*.eml")):
        assert worker.returncode is None
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

    channel, unreachable, at_once, if_lost = "email", "no address", 2, ""

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
    database, sink, tmp_path, monkeypatch
):
    monkeypatch.setattr(jobs, "now", lambda: NOW)
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


async def test_in_quiet_hours_nothing_is_sent_and_nothing_is_held_up(
    database, sink, tmp_path, monkeypatch
):
    monkeypatch.setattr(jobs, "now", lambda: NOW)
    await an_open_wave()
    wave = await find_wave(Login.WORKER, "vp-1")
    all_day = Settings(smtp_url=sink.url, data_dir=tmp_path, quiet_hours="0-24")
    monkeypatch.setattr("survey_app.asking.delivery.queries.settings", lambda: all_day)
    await jobs.send_due_mail({"settings": all_day})
    assert mails(tmp_path) == []
    state = await delivery_state(Login.WORKER, wave.id, now=NOW)
    assert (state.waiting, state.resting, state.held_up) == (60, True, False)
    await jobs.send_due_mail({"settings": Settings(smtp_url=sink.url, data_dir=tmp_path)})
    assert len(mails(tmp_path)) == 60


async def test_no_more_than_so_many_are_handed_over_in_a_minute(database, sink):
    drawn = await an_open_wave()
    begun = time.monotonic()
    async with MailServer(sink.url) as server:
        await send_due(
            server, load_library().messages, secret=SECRET, base_url=BASE,
            clock=lambda: NOW + timedelta(minutes=9), most=5, per_minute=600,
        )  # fmt: skip
    assert time.monotonic() - begun >= 5 * 0.1
    # what waits as others go is held up by nothing
    for minutes, held_up in ((10, False), (12, True)):
        state = await delivery_state(Login.WEB, drawn.wave, now=NOW + timedelta(minutes=minutes))
        assert (state.sent, state.waiting, state.held_up) == (5, 55, held_up)


async def test_no_address_and_no_link_is_logged_or_queued(database, sink, caplog, redis):
    caplog.set_level("DEBUG")
    await an_open_wave()
    await send(sink.url)
    await jobs.nightly({})
    assert "@example.org" not in caplog.text
    assert "/answer/" not in caplog.text


async def test_jobs_may_run_twice_and_leave_the_same_state(database, sink, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "now", lambda: NOW)
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
