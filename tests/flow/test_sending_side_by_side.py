"""Mails over several connections at once: each goes once, whatever ends in the middle."""

import asyncio
from collections import Counter

import pytest
from aiosmtpd.smtp import SMTP

from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.sink import Sink
from survey_app.asking.errors import MailServerDown
from survey_app.shared.database import Login, fetch
from tests.asking_builders import NOW, an_open_wave
from tests.sent_mail import mails, outbox, sends_by

CONNECTIONS = 8


class Host(Sink):
    """The mail server; lets so many in at a time, takes a while over each mail, and may go away."""

    def __init__(self, folder, *, most=99, mails=1_000):
        super().__init__(folder, 0)
        self.most, self.left = most, mails
        self.here = self.peak = 0

    def _protocol(self):
        host = self

        class Counted(SMTP):
            def connection_made(self, transport):
                self.let_in = host.here < host.most
                if not self.let_in:
                    transport.write(b"421 4.7.0 Too many connections\r\n")
                    transport.close()
                    return
                host.here += 1
                host.peak = max(host.peak, host.here)
                super().connection_made(transport)

            def connection_lost(self, error):
                if self.let_in:
                    host.here -= 1
                    super().connection_lost(error)

        return Counted(self, hostname="localhost", loop=self._loop)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(0.02)
        self.left -= 1
        if self.left < 0:
            return "421 4.3.0 Going down"
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def host(tmp_path):
    running = []

    def started(**choices):
        running.append(Host(tmp_path / "mail", **choices))
        running[-1].start()
        return running[-1]

    yield started
    for one in running:
        one.stop()


async def send(url, **more):
    async with MailServer(url, CONNECTIONS) as server:
        return await sends_by(server, now=NOW, **more)


async def each_once(tmp_path):
    copies = Counter(mail["To"] for mail in mails(tmp_path))
    return len(copies) == copies.total() == 60


async def test_each_mail_goes_once_on_as_many_connections_as_there_may_be(
    database, redis, host, tmp_path
):
    await an_open_wave()
    server = host()
    tally = await send(server.url)
    assert tally.sent == 60
    assert await each_once(tmp_path)
    assert 1 < server.peak <= CONNECTIONS


async def test_a_server_that_lets_two_in_gets_all_mails_on_two_connections(
    database, redis, host, tmp_path
):
    await an_open_wave()
    server = host(most=2)
    assert (await send(server.url)).sent == 60
    assert await each_once(tmp_path)
    assert server.peak == 2


async def test_no_more_rows_are_looked_at_than_asked_for(database, redis, host, tmp_path):
    await an_open_wave()
    assert (await send(host().url, most=7)).sent == 7
    assert len(mails(tmp_path)) == 7


async def test_a_server_that_goes_away_stops_all_connections_and_the_rest_stays_due(
    database, redis, host, tmp_path
):
    await an_open_wave()
    with pytest.raises(MailServerDown):
        await send(host(mails=25).url)
    _, states = await outbox()
    assert states["sent"] == len(mails(tmp_path)) == 25
    assert states["due"] == 35
    await fetch(Login.WORKER, "UPDATE asking.outbox SET due_at = $1", NOW)
    assert (await send(host().url)).sent == 35
    assert await each_once(tmp_path)


async def test_a_worker_cancelled_in_the_middle_ends_the_mails_at_hand_on_all_connections(
    database, redis, host, tmp_path
):
    await an_open_wave()
    server = host()
    worker = asyncio.create_task(send(server.url))
    while len(mails(tmp_path)) < 10 and not worker.done():  # noqa: ASYNC110 - from a thread
        await asyncio.sleep(0.005)
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    _, states = await outbox()
    assert 10 <= states["sent"] == len(mails(tmp_path)) < 60
    assert (await send(server.url)).sent == 60 - states["sent"]
    assert await each_once(tmp_path)
