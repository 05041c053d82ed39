"""What a mail server refuses holds up nothing else, and is told to whoever can mend it."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from survey_app.asking.delivery.failed import Cause, cause_of
from survey_app.asking.delivery.mail_server import UNCONFIRMED, MailServer, Verdict
from survey_app.asking.delivery.sink import Sink, start_sink
from survey_app.asking.errors import MailLost, MailServerDown
from survey_app.shared.database import Login, fetch
from survey_app.shared.mail_headers import new_mail
from tests.asking_builders import (
    CAMPAIGN,
    NOW,
    an_open_wave,
    import_campaign,
    open_wave,
)
from tests.sent_mail import mails, outbox, send

SENT_LATELY = "UPDATE asking.outbox SET sent_at = $1 WHERE state = 'sent'"


class Moody:
    """A server that refuses some addresses for good and others for now."""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("p1.sor"):
            return "550 5.7.1 we take nothing from you"
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
        # the server's code alone: its words hold addresses. That it wants none of us is another
        # thing than that there is no such address, and has the same code before the finer one
        assert Counter(row["problem"] for row in rows) == {"": 54, "550": 2, "5.7.1": 1, "451": 3}
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


async def test_a_server_that_takes_its_time_over_a_mail_gets_it_once(tmp_path, monkeypatch):
    from survey_app.asking.delivery.sink import Sink

    taken = []

    async def slow(_self, _server, _session, envelope):
        taken.append(envelope.rcpt_tos)
        await asyncio.sleep(1)
        return "250 2.0.0 queued"

    monkeypatch.setattr(Sink, "handle_DATA", slow)
    monkeypatch.setattr("survey_app.asking.delivery.mail_server.PATIENCE", 0.3)
    running = start_sink(tmp_path / "mail")
    mail = new_mail()
    mail["From"], mail["To"] = "hr@example.org", "p1@example.org"
    mail.set_content("hei")
    try:
        async with MailServer(running.url) as server:
            # it has the mail already: who hangs up now sends it a second time
            assert await server.send(mail) == (Verdict.ACCEPTED, "")
    finally:
        running.stop()
    assert taken == [["p1@example.org"]]


async def test_whoever_speaks_something_else_than_smtp_has_said_no_code():
    async def web(_reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    listens = await asyncio.start_server(web, "127.0.0.1", 0)
    port = listens.sockets[0].getsockname()[1]
    async with listens, MailServer(f"smtp://127.0.0.1:{port}") as server:
        with pytest.raises(MailServerDown) as down:
            await server.connect()
    # a page would name it as what the server said
    assert not down.value.reason.lstrip("-").isdecimal()


@pytest.mark.parametrize(("asks_first", "code"), [(False, "4.4.2"), (True, UNCONFIRMED)])
async def test_a_server_has_no_mail_whose_text_it_did_not_ask_for(asks_first, code):
    read = []

    async def hangs_up(reader, writer):
        writer.write(b"220 mail\r\n")
        while (line := await reader.readline()) and not line.startswith(b"DATA"):
            writer.write(b"250 OK\r\n")
        if asks_first:
            writer.write(b"354 go on\r\n")
            while (line := await reader.readline()) != b".\r\n":
                read.append(line)
        writer.close()

    mail = new_mail()
    mail["From"], mail["To"] = "hr@example.org", "p1@example.org"
    mail.set_content("hei\n.\n.skjult\n")
    listens = await asyncio.start_server(hangs_up, "127.0.0.1", 0)
    port = listens.sockets[0].getsockname()[1]
    async with listens, MailServer(f"smtp://127.0.0.1:{port}") as server:
        with pytest.raises(MailLost) as lost:
            await server.send(mail)
    # what may have a copy is tried seldom and given up soon, so that nobody gets many
    assert (lost.value.code, lost.value.handed_over) == (code, asks_first)
    assert read[-3:] == ([b"hei\r\n", b"..\r\n", b"..skjult\r\n"] if asks_first else [])


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


SUDDEN = "p1.sor"


class Sudden(Sink):
    """A server that ends the line over one address, in one way or another."""

    way = "421"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.way == "454":
            return "454 4.7.1 Relay access denied"
        if address.startswith(SUDDEN) and self.way == "421":
            return "421 4.7.0 Try again later, closing connection"
        if address.startswith(SUDDEN) and self.way == "gone":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        told = await super().handle_DATA(server, session, envelope)
        if envelope.rcpt_tos[0].startswith(SUDDEN):
            if self.way == "taken":
                server.transport.abort()
            if self.way == "babble":
                return "what was that?"
        return told


@pytest.fixture
def sudden(tmp_path):
    server = Sudden(tmp_path / "mail", 0)
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("way", "code", "copies"),
    [
        ("421", "421", 0),
        ("gone", "4.4.2", 0),
        ("taken", UNCONFIRMED, 3),
        ("babble", UNCONFIRMED, 3),
    ],
)
async def test_one_address_over_which_the_server_goes_away_holds_up_no_other(
    database, sudden, tmp_path, way, code, copies
):
    await an_open_wave()
    sudden.way = way
    for minute in range(4):
        await send(sudden.url, now=NOW + timedelta(minutes=minute))
    rows, states = await outbox()
    assert states == {"sent": 59, "due": 1}
    (one,) = [row for row in rows if row["state"] == "due"]
    # a copy more a time at most, and ever more seldom
    assert one["problem"] == code
    assert 1 <= one["attempts"] <= 2
    assert len(mails(tmp_path)) <= 59 + one["attempts"]
    for hours in (1, 2, 5, 20, 40):
        # others are sent meanwhile
        await fetch(Login.WORKER, SENT_LATELY, NOW + timedelta(hours=hours))
        await send(sudden.url, now=NOW + timedelta(hours=hours))
    rows, states = await outbox()
    assert states == {"sent": 59, "failed": 1}
    assert cause_of(code) is (Cause.UNCONFIRMED if copies else Cause.NO_ANSWER)
    # each a copy that may have arrived, with one id: mail programs show it once
    same = [mail["Message-ID"] for mail in mails(tmp_path) if mail["To"].startswith(SUDDEN)]
    assert len(same) == copies
    assert len(set(same)) <= 1


async def test_a_server_that_hangs_up_after_other_failures_is_tried_once_more(
    database, sudden, tmp_path
):
    await an_open_wave()
    sudden.way = "421"
    for minute in (0, 2):
        await send(sudden.url, now=NOW + timedelta(minutes=minute))
    sudden.way = "taken"
    for minute, state in ((8, "due"), (240, "due"), (249, "failed")):
        await fetch(Login.WORKER, SENT_LATELY, NOW + timedelta(minutes=minute))
        await send(sudden.url, now=NOW + timedelta(minutes=minute))
        assert (await outbox())[1] == {"sent": 59, state: 1}
    assert len([mail for mail in mails(tmp_path) if mail["To"].startswith(SUDDEN)]) == 2


async def test_all_wait_where_the_server_refuses_everybody_for_however_long(database, sudden):
    await an_open_wave()
    sudden.way = "454"
    for day in range(4):
        for _ in range(3):
            with pytest.raises(MailServerDown):
                await send(sudden.url, now=NOW + timedelta(days=day))
    rows, states = await outbox()
    assert states == {"due": 60}
    assert {row["attempts"] for row in rows} == {0}
    sudden.way = ""
    await send(sudden.url, now=NOW + timedelta(days=5))
    assert (await outbox())[1] == {"sent": 60}
