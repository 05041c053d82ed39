"""Workers that derive and send reminders in the same seconds: one each, and one a day."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta

import pytest

from questionnaires.loader import load_library
from survey_app.asking.delivery.mail_server import Verdict
from survey_app.asking.delivery.outbox import claim_next, hold_lost, note
from survey_app.asking.delivery.remind import queue_due_reminders
from survey_app.asking.delivery.send_due import SmsCarrier, send_by
from survey_app.shared.database import Login, connection, fetch
from tests.asking_builders import NOW, TODAY, an_open_wave
from tests.sent_mail import BASE, SECRET, outbox, send

SECOND = NOW + timedelta(days=10)


async def waits_for_a_lock():
    rows = await fetch(Login.MIGRATOR, "SELECT 1 FROM pg_locks WHERE NOT granted")
    return bool(rows)


async def until_it_waits_or_sends(task, begun):
    # a lock of the database tells no event
    while not (task.done() or begun.is_set() or await waits_for_a_lock()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def one_person(channel):
    """Leave one of the invited, whose first reminder has waited until now."""
    await fetch(
        Login.WORKER,
        "DELETE FROM asking.invitation WHERE id <> (SELECT min(id::text)::uuid"
        " FROM asking.invitation)",
    )
    for table in ("invitation", "outbox"):
        await fetch(Login.WORKER, f"UPDATE asking.{table} SET channel = $1", channel)
    await fetch(
        Login.WORKER,
        "UPDATE asking.person SET mobile = '+4791234567'"
        " WHERE id = (SELECT person FROM asking.invitation)",
    )


class SlowServer(asyncio.Protocol):
    """As much of a mail server as taking mails takes; it answers the first when it is let."""

    begun: asyncio.Event
    may_end: asyncio.Event
    taken: list

    def connection_made(self, transport):
        self.transport, self.text = transport, False
        transport.write(b"220 ready\r\n")

    def data_received(self, data):
        for line in data.decode().splitlines():
            if self.text and line != ".":
                continue
            if line == ".":
                self.text = False
                self.taken.append(line)
                self.begun.set()
                self.answering = asyncio.ensure_future(self.answer())
                continue
            self.text = line == "DATA"
            reply = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye"}
            self.transport.write(f"{reply.get(line[:4], '250 OK')}\r\n".encode())

    async def answer(self):
        await self.may_end.wait()
        self.transport.write(b"250 OK\r\n")


class SlowGateway:
    """Takes text messages, and answers when it is let."""

    def __init__(self, begun, may_end, taken):
        self.begun, self.may_end, self.taken = begun, may_end, taken

    async def send(self, message):
        self.taken.append(message.key)
        self.begun.set()
        await self.may_end.wait()
        return Verdict.ACCEPTED, ""


@contextlib.asynccontextmanager
async def a_slow_way(channel, repeats, begun, may_end, taken):
    """Give what sends one message now, as each worker does."""
    if channel == "sms":
        gateway = SlowGateway(begun, may_end, taken)
        carrier = SmsCarrier(gateway, load_library().messages, BASE, knows_repeats=repeats)
        yield lambda: send_by(carrier, secret=SECRET, clock=lambda: SECOND)
        return
    serving = type("S", (SlowServer,), {"begun": begun, "may_end": may_end, "taken": taken})
    server = await asyncio.get_running_loop().create_server(serving, "127.0.0.1", 0)
    async with server:
        url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield lambda: send(url, now=SECOND)


@pytest.mark.parametrize(
    ("channel", "repeats"), [("email", True), ("sms", True), ("sms", False)], ids=str
)
async def test_whoever_is_being_reminded_gets_no_next_reminder_in_the_same_seconds(
    database, channel, repeats
):
    await an_open_wave()
    await one_person(channel)
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'sent', sent_at = $1", NOW)
    await queue_due_reminders(today=TODAY + timedelta(days=4), now=NOW + timedelta(days=4))
    begun, may_end, taken = asyncio.Event(), asyncio.Event(), []
    async with a_slow_way(channel, repeats, begun, may_end, taken) as sends:
        # the first reminder has waited, and one worker hands it over
        first = asyncio.create_task(sends())
        await begun.wait()
        # meanwhile the day of the next one comes, and another worker looks
        assert await queue_due_reminders(today=TODAY + timedelta(days=10), now=SECOND)
        begun.clear()
        second = asyncio.create_task(sends())
        await until_it_waits_or_sends(second, begun)
        may_end.set()
        await asyncio.gather(first, second)
    assert len(taken) == 1
    rows, _ = await outbox("reminder-2")
    assert [(row["state"], row["due_at"]) for row in rows] == [("due", SECOND + timedelta(days=1))]


async def test_a_reminder_that_waits_for_its_second_step_gives_way_to_the_next(database):
    """Between being noted as lost in case and going, a text message is nobody's for a moment."""
    await an_open_wave()
    await one_person("sms")
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'sent', sent_at = $1", NOW)
    await queue_due_reminders(today=TODAY + timedelta(days=4), now=NOW + timedelta(days=4))
    async with connection(Login.WORKER) as link:
        async with link.transaction():
            claim = await claim_next(link, secret=SECRET, now=SECOND, channel="sms")
            await note(link, claim, "failed", problem="sms unknown")
        await queue_due_reminders(today=TODAY + timedelta(days=10), now=SECOND)
        async with link.transaction():
            assert not await hold_lost(link, claim)
    assert (await outbox("reminder-1"))[1] == {"cancelled": 1}


_DERIVE = """
import asyncio, sys
from datetime import timedelta
from survey_app.asking.delivery.remind import queue_due_reminders, remind_wave
from survey_app.asking.errors import ReminderRefused
from survey_app.shared.database import connect, Login
from tests.asking_builders import NOW, TODAY

async def main(how):
    if how == "hand":
        try:
            await remind_wave("vp-1", now=NOW + timedelta(days=4))
        except ReminderRefused:
            pass
    else:
        await queue_due_reminders(today=TODAY + timedelta(days=4), now=NOW + timedelta(days=4))

connect({Login.WORKER: sys.argv[2]})
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(main(sys.argv[1]))
"""


async def test_processes_that_derive_reminders_in_the_same_second_leave_one_for_each(database):
    await an_open_wave()
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'sent', sent_at = $1", NOW)
    ways = ["plan", "hand", "plan", "hand"]
    workers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _DERIVE, how, database[Login.WORKER], stdin=PIPE, stdout=PIPE
        )
        for how in ways
    ]
    for one in workers:
        assert await one.stdout.readline() == b"ready\n"
    await asyncio.gather(*(one.communicate(b"now\n") for one in workers))
    assert [one.returncode for one in workers] == [0] * len(ways)
    rows = await fetch(
        Login.WORKER, "SELECT kind, count(*) AS n FROM asking.outbox GROUP BY kind ORDER BY kind"
    )
    assert [(row["kind"], row["n"]) for row in rows] == [("invitation", 60), ("reminder-1", 60)]
