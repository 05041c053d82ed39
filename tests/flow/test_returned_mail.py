"""Reports of mails that did not arrive, as servers write them, from a mailbox to our rows."""

import asyncio
import base64
import mailbox
import quopri
import re
import smtplib
import socket
import ssl
import threading
import time
import uuid
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes, message_from_string
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from questionnaires.loader import load_library
from survey_app.asking.delivery import jobs, return_mailbox
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.remind import remind_wave
from survey_app.asking.delivery.returned import (
    is_report,
    mail_key,
    read_returned,
    return_address,
)
from survey_app.asking.delivery.send_due import send_due
from survey_app.asking.delivery.take_returned import take_returned
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.asking_builders import NOW, an_open_wave, import_people, register
from tests.faults.post import HOST, make_authority, make_certificate
from tests.live_server import free_port

SECRET = b"a secret of the installation"
RETURNS = "retur@etaten.example"

# one of each kind, written after RFC 3464 in the manner of the servers named
POSTFIX = """\
From: MAILER-DAEMON@mx.etaten.example (Mail Delivery System)
To: {verp}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="9B095B5ADSN"

--9B095B5ADSN
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--9B095B5ADSN
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.etaten.example
X-Postfix-Queue-ID: 9B095B5A
Arrival-Date: Tue, 12 May 2026 09:00:00 +0200 (CEST)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address rejected

--9B095B5ADSN
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: HR <hr@example.org>
To: {address}
Subject: Verdipuls
Message-ID: <{key}@svar.example.org>

--9B095B5ADSN--
"""
EXCHANGE = """\
From: postmaster@example.org
To: retur@etaten.example
Subject: Undeliverable: Verdipuls
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="_000_x"

--_000_x
Content-Type: multipart/alternative; boundary="_001_x"

--_001_x
Content-Type: text/plain; charset="us-ascii"

Your message to {address} couldn't be delivered.
--_001_x
Content-Type: text/html; charset="us-ascii"

<html><body>Your message couldn't be delivered.</body></html>
--_001_x--
--_000_x
Content-Type: message/delivery-status

Original-Envelope-Id: {key}
Reporting-MTA: dns;AM0PR01.example.org
Received-From-MTA: dns;mx.etaten.example

Final-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;550 {status} RESOLVER.ADR.RecipientNotFound; not found

--_000_x--
"""
EXIM = """\
From: Mail Delivery System <Mailer-Daemon@mail.example.org>
To: retur@etaten.example
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=1700-eximdsn

--1700-eximdsn
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.
--1700-eximdsn
Content-type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Action: {action}
Final-Recipient: rfc822;{address}
Status: {status}

--1700-eximdsn
Content-type: message/rfc822

Return-path: <retur@etaten.example>
Message-ID:
 <{key}@svar.example.org>
From: HR <hr@example.org>
To: {address}
Subject: Verdipuls

https://svar.example.org/answer/...
--1700-eximdsn--
"""
FORMATS = [POSTFIX, EXCHANGE, EXIM]


def report(form, outbox, *, action="failed", status="5.1.1", address="p0.nord-1@example.org"):
    key = mail_key(outbox, SECRET)
    return form.format(
        key=key, verp=return_address(RETURNS, key), action=action, status=status, address=address
    )


def encoded(text, name, encode):
    head, _, rest = text.partition("Content-Type: message/delivery-status\n\n")
    fields, end, last = rest.partition("\n--_000_x--")
    told = encode(fields.encode()).decode()
    kind = f"Content-Type: message/delivery-status\nContent-Transfer-Encoding: {name}\n\n"
    return f"{head}{kind}{told}{end}{last}"


def in_base64(text):
    return encoded(text, "base64", base64.encodebytes)


def in_quoted_printable(text):
    return encoded(text, "quoted-printable", quopri.encodestring)


def in_ascii(text):
    return text.replace("blåbær", r"bl\x{E5}b\x{E6}r")


def in_utf8(text):
    return text.replace("message/delivery-status", "message/global-delivery-status").replace(
        "rfc822;", "utf-8;"
    )


def in_utf8_for_ascii(text):
    return in_utf8(in_quoted_printable(text))


@pytest.mark.parametrize(
    "written", [str, in_ascii, in_base64, in_quoted_printable, in_utf8, in_utf8_for_ascii]
)
def test_a_report_is_read_however_its_server_wrote_it(written):
    outbox = uuid.uuid4()
    text = written(report(EXCHANGE, outbox, address="blåbær@example.org"))
    mail = message_from_bytes(text.encode())
    assert is_report(mail)
    found = read_returned(mail, SECRET)
    assert (found.outbox, found.status) == (outbox, "5.1.1")
    assert written is str or found.address == "blåbær@example.org"


@pytest.mark.parametrize(
    ("former", "told", "status"),
    [
        ("Action: failed", "Action: failed (bad destination mailbox address)", "5.1.1"),
        ("Status: 5.1.1", "Status: 5.1.1 (unknown user)", "5.1.1"),
        ("Status: 5.1.1\n", "", "5.1.1"),
        ("Status: 5.1.1\nRemote-MTA: dns; mail.example.org\nDiagnostic-Code: smtp; 550 5.1.1 ",
         "Diagnostic-Code: SMTP; 552 ", "552"),
        ("Status: 5.1.1\nRemote-MTA: dns; mail.example.org\nDiagnostic-Code: smtp; 550 5.1.1 ",
         "Diagnostic-Code: x-local; ", "5.0.0"),
        ("Status: 5.1.1\nRemote-MTA: dns; mail.example.org\nDiagnostic-Code: smtp; 550 5.1.1 ",
         "Diagnostic-Code: smtp; 451 [2.18.4.10] and [10.5.9.12] greylist ", "451"),
    ],
)  # fmt: skip
def test_a_report_is_read_also_with_comments_and_without_a_status(former, told, status):
    text = report(POSTFIX, outbox := uuid.uuid4())
    assert former in text
    found = read_returned(message_from_bytes(text.replace(former, told).encode()), SECRET)
    assert (found.outbox, found.status) == (outbox, status)


# in the manner of qmail, of Exim and those after it, and of OpenSMTPD
QMAIL = """\
Received: (qmail 44375 invoked for bounce); 12 May 2026 08:48:01 -0000
Date: 12 May 2026 08:48:01 -0000
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
192.0.2.32 does not like recipient.
Remote host said: 550 Unknown user
Giving up on 192.0.2.32. (#{status})

--- Below this line is a copy of the message.

Return-Path: <retur@etaten.example>
Message-ID:
 <{key}@svar.example.org>
From: HR <hr@example.org>
Subject: Verdipuls 2.2.2
"""
EXIM_TEXT = """\
From: Mail Delivery System <Mailer-Daemon@mail.example.org>
To: {to}
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {address}
    host mail.example.org [10.5.1.2]: 550 {status} <{address}>: no such user

------ This is a copy of the message, including all the headers. ------

Message-Id: <{key}@svar.example.org>
Subject: Verdipuls
"""
YAHOO = """\
From: MAILER-DAEMON@mail.example.org
To: {to}
Subject: Failure Notice

Sorry, we were unable to deliver your message to the following address.

<{address}>:
Remote host said: 550 {status} no such mailbox [RCPT_TO]

--- Below this line is a copy of the message.

Received: from [192.0.2.7] by mail.example.org
Message-ID: <{key}@svar.example.org>
Subject: Verdipuls
"""
GMAIL_TEXT = """\
From: Mail Delivery Subsystem <mailer-daemon@example.org>
To: {to}
Subject: Delivery Status Notification (Failure)
X-Failed-Recipients: {address}

Delivery to the following recipient failed permanently:

     {address}

The error that the other server returned was: 550 {status} no such account

----- Original message -----

Message-ID: <{key}@svar.example.org>
Subject: Verdipuls
"""
WORKMAIL = """\
From: MAILER-DAEMON@mail.example.org
To: {to}
Subject: Delivery Status Notification (Failure)
X-Mailer: Amazon WorkMail
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_we"

--=_we
Content-Type: text/plain; charset=iso-8859-15
Content-Transfer-Encoding: quoted-printable

An error occurred while trying to deliver the mail to the following recip=
ients:
{address}

Technical report:

Reporting-MTA: d=
sn; mail.example.org

Action: failed
Final-Reci=
pient: rfc822; {address}
Diagnostic-Code: smtp; 550 {status} no such mailbox
Status: {status}

--=_we
Content-Type: message/rfc822

Subject: Verdipuls
Message-ID:
 <{key}@svar.example.org>

https://svar.example.org/answer/...
--=_we--
"""
FOR_PEOPLE = [QMAIL, EXIM_TEXT, YAHOO, GMAIL_TEXT, WORKMAIL]
OPENSMTPD = EXCHANGE.replace("multipart/report; report-type=delivery-status", "multipart/mixed")


def of_people(form, outbox, *, to, status="5.1.1"):
    key = mail_key(outbox, SECRET)
    to = return_address(RETURNS, key) if to == "verp" else to
    text = form.format(
        key=key if to == RETURNS else "", to=to, address="p0.nord-1@example.org", status=status
    )
    return message_from_string(text)


@pytest.mark.parametrize("to", ["verp", RETURNS])
@pytest.mark.parametrize("status", ["5.1.1", "4.4.3"])
@pytest.mark.parametrize("form", FOR_PEOPLE, ids=["qmail", "exim", "yahoo", "gmail", "workmail"])
def test_a_report_that_is_written_for_people_alone_is_read(form, status, to):
    mail = of_people(form, outbox := uuid.uuid4(), to=to, status=status)
    assert is_report(mail)
    found = read_returned(mail, SECRET)
    assert (found.outbox, found.status) == (outbox, status)
    assert found.address == "p0.nord-1@example.org"


def test_fields_for_programs_are_read_beside_other_parts_and_in_one_block():
    assert "multipart/mixed" in OPENSMTPD
    mixed = report(OPENSMTPD, outbox := uuid.uuid4())
    one_block = re.sub(r"(Final-Recipient: rfc822;\s*\S+)\n", r"\1\nX-Last: 1\n", mixed)
    one_block = re.sub(r"(Reporting-MTA: [^\n]*\n(?:\S[^\n]*\n)*)\n", r"\1", one_block)
    assert one_block.count("\n\n") < mixed.count("\n\n")
    for text in (mixed, one_block):
        mail = message_from_string(text)
        assert is_report(mail)
        assert read_returned(mail, SECRET).outbox == outbox


def test_the_head_of_the_mail_is_found_in_the_text_of_a_report_and_where_it_is_broken_off():
    key = mail_key(outbox := uuid.uuid4(), SECRET)
    head = f"Received: from a\nMessage-ID: <{key}@svar.example.org>\nSubject: Verdipuls"
    plain = report(EXCHANGE, outbox).replace(f"Original-Envelope-Id: {key}\n", "")
    in_text = plain.replace("couldn't be delivered.\n--", f"failed.\n\n{head}\n--", 1)
    # a line that is no field ends the head, for whoever reads it
    inner = (
        f"--_000_x\nContent-Type: message/rfc822\n\nReceived: from a\nby b\n{head}\n\n--_000_x--"
    )
    broken = plain.replace("--_000_x--", inner)
    for text in (in_text, broken):
        assert key in text
        assert read_returned(message_from_string(text), SECRET).outbox == outbox
    assert read_returned(message_from_string(plain), SECRET) is None


@pytest.mark.parametrize(
    "form", [*FOR_PEOPLE, OPENSMTPD],
    ids=["qmail", "exim", "yahoo", "gmail", "workmail", "opensmtpd"],
)  # fmt: skip
def test_a_report_that_a_colleague_passes_on_is_a_letter(form):
    """It may be of the time before the mail was sent anew; and what people write stays."""
    text = (
        report(form, uuid.uuid4())
        if form is OPENSMTPD
        else of_people(form, uuid.uuid4(), to="verp").as_string()
    )
    passed_on = re.sub(r"(?m)^From: .*$", "From: Kari <kari@example.org>", text, count=1)
    mail = message_from_string(passed_on.replace("Auto-Submitted: auto-replied\n", ""))
    assert not is_report(mail)
    assert read_returned(mail, SECRET) is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("host mx.example.org [192.0.2.7]:587: 450 try again", "450"),
        ("host mx.example.org [192.0.2.7]:465: 550: no such user", "550"),
        ("host mx.example.org [2001:700:500:1::25] said: 450-later", "450"),
        ("host mx.example.org [2001:700:400:1::25] said: 550 no such user", "550"),
    ],
)
def test_no_port_and_no_part_of_an_address_is_a_code(said, status):
    mail = of_people(EXIM_TEXT, uuid.uuid4(), to="verp")
    text = mail.get_payload()
    mail.set_payload(re.sub("host mail.example.org .*", said, text))
    assert mail.get_payload() != text
    found = read_returned(mail, SECRET)
    assert found.status == status


def test_a_mail_that_quotes_ours_or_holds_it_is_another():
    key = mail_key(outbox := uuid.uuid4(), SECRET)
    plain = report(EXCHANGE, outbox).replace(f"Original-Envelope-Id: {key}\n", "")
    own = f"From: HR <hr@example.org>\nMessage-ID: <{key}@svar.example.org>\n\nSvar her"
    answered = "From: HR <hr@example.org>\nMessage-ID: <own@example.org>\n"
    quoted = f"{answered}\nSe under.\n\n{own}"
    holding = (
        f'{answered}Content-Type: multipart/mixed; boundary="_in"\n\n'
        f"--_in\nContent-Type: message/rfc822\n\n{own}\n--_in--"
    )
    for inner, found in ((own, True), (quoted, False), (holding, False)):
        part = f"--_000_x\nContent-Type: message/rfc822\n\n{inner}\n--_000_x--"
        mail = message_from_string(plain.replace("--_000_x--", part))
        assert is_report(mail)
        assert (read_returned(mail, SECRET) is not None) == found


def test_what_is_only_late_and_what_a_program_answers_are_no_reports_of_a_failure():
    late = of_people(EXIM_TEXT, uuid.uuid4(), to="verp")
    late.replace_header("Subject", "Delivery Status Notification (Delay)")
    away = of_people(EXIM_TEXT, uuid.uuid4(), to="verp")
    del away["X-Failed-Recipients"]
    assert read_returned(late, SECRET) is read_returned(away, SECRET) is None


@pytest.fixture
def returns(tmp_path):
    """A real SMTP server that delivers to a maildir; gives its address and the mailbox's."""
    mailbox.Maildir(tmp_path / "retur")
    port = free_port()
    controller = Controller(Mailbox(tmp_path / "retur"), hostname="127.0.0.1", port=port)
    controller.start()

    def deliver(text):
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.sendmail("", [RETURNS], text)

    yield deliver, f"maildir://{tmp_path / 'retur'}", tmp_path / "retur"
    controller.stop()


@pytest.fixture
async def sent(database):
    """Sixty invitations that a server accepted; gives the outbox row of each person."""
    await an_open_wave()
    await fetch(
        Login.WORKER, "UPDATE asking.outbox SET state = 'sent', sent_at = $1, attempts = 1", NOW
    )
    rows = await fetch(
        Login.WORKER,
        "SELECT p.number, o.id FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
        " JOIN asking.person p ON p.id = i.person",
    )
    return {row["number"]: row["id"] for row in rows}


async def of(number, kind="invitation"):
    rows = await fetch(
        Login.WORKER,
        "SELECT o.state, o.problem, o.due_at, p.undelivered FROM asking.outbox o"
        " JOIN asking.invitation i ON i.id = o.invitation JOIN asking.person p ON p.id = i.person"
        " WHERE p.number = $1 AND o.kind = $2",
        number,
        kind,
    )
    return rows[0]


@pytest.mark.parametrize("form", FORMATS, ids=["postfix", "exchange", "exim"])
async def test_a_mail_that_came_back_for_good_has_failed_and_marks_its_address(sent, returns, form):
    deliver, url, folder = returns
    deliver(report(form, sent["nord-1.0"]))
    assert await take_returned(url, secret=SECRET, now=NOW) == 1
    row = await of("nord-1.0")
    assert (row["state"], row["problem"], row["undelivered"]) == ("failed", "5.1.1", "5.1.1")
    # a report holds an address, and often the link: it is gone from the mailbox
    assert len(mailbox.Maildir(folder)) == 0
    # another address is not marked
    await import_people(register().replace("p0.nord-1@", "mended.nord-1@"))
    assert (await of("nord-1.0"))["undelivered"] == ""


@pytest.mark.parametrize("status", ["4.4.7", "4.2.2", "5.2.2"])
async def test_what_may_pass_is_sent_again_by_itself(sent, returns, status):
    deliver, url, _ = returns
    deliver(report(POSTFIX, sent["nord-1.0"], status=status))
    await take_returned(url, secret=SECRET, now=NOW)
    row = await of("nord-1.0")
    assert (row["state"], row["problem"], row["undelivered"]) == ("due", status, "")
    assert row["due_at"] == NOW + timedelta(hours=4)


async def test_a_mail_that_comes_back_again_and_again_has_failed(sent, returns):
    deliver, url, _ = returns
    await fetch(
        Login.WORKER, "UPDATE asking.outbox SET attempts = 6 WHERE id = $1", sent["nord-1.0"]
    )
    deliver(report(EXIM, sent["nord-1.0"], status="4.2.2"))
    await take_returned(url, secret=SECRET, now=NOW)
    assert (await of("nord-1.0"))["state"] == "failed"


async def test_what_people_write_stays_and_reports_of_others_change_nothing(sent, returns):
    deliver, url, folder = returns
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "kari@example.org", RETURNS, "Ferie"
    letter.set_content("Borte til mandag.")
    deliver(letter.as_string())
    deliver(report(POSTFIX, sent["nord-1.1"], action="delayed", status="4.4.1"))
    forged = report(POSTFIX, sent["nord-1.2"])
    right = mail_key(sent["nord-1.2"], SECRET)
    deliver(forged.replace(right, mail_key(sent["nord-1.2"], b"not the secret of anybody")))
    assert await take_returned(url, secret=SECRET, now=NOW) == 0
    for number in ("nord-1.1", "nord-1.2"):
        assert (await of(number))["state"] == "sent"
    # late is only late, and no report is ours: but both hold addresses
    [left] = mailbox.Maildir(folder)
    assert left["Subject"] == "Ferie"


NESTED = "Content-Type: multipart/report; boundary=b0\n\n" + "".join(
    f"--b{at}\nContent-Type: multipart/mixed; boundary=b{at + 1}\n\n" for at in range(1200)
)


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
async def test_a_mail_that_cannot_be_read_and_many_notices_hold_up_no_report(
    sent, tmp_path, monkeypatch, caplog, kind
):
    monkeypatch.setattr("survey_app.asking.delivery.return_mailbox.MOST", 2)
    box = mailbox.Maildir(tmp_path / "r") if kind == "maildir" else mailbox.mbox(tmp_path / "r")
    for text in [NESTED, *["Subject: Ferie\n\nBorte."] * 4]:
        box.add(text.encode())
    zero = report(POSTFIX, sent["nord-1.0"], address="p0.nord-1\0@example.org")
    box.add(zero.encode())
    box.flush()
    box.close()
    for _ in range(3):
        await take_returned(f"{kind}://{tmp_path / 'r'}", secret=SECRET, now=NOW)
    assert (await of("nord-1.0"))["state"] == "failed"
    assert "cannot be read, and is left: RecursionError" in caplog.text
    left = mailbox.Maildir(tmp_path / "r") if kind == "maildir" else mailbox.mbox(tmp_path / "r")
    assert len(left) == 5
    left.close()


async def test_a_reminder_that_came_back_marks_no_address(sent, returns):
    deliver, url, _ = returns
    await remind_wave("vp-1", now=NOW)
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'sent' WHERE state = 'due'")
    [reminder] = await fetch(
        Login.WORKER,
        "SELECT o.id FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
        " JOIN asking.person p ON p.id = i.person"
        " WHERE p.number = 'nord-1.0' AND o.kind = 'reminder-1'",
    )
    deliver(report(POSTFIX, reminder["id"]))
    await take_returned(url, secret=SECRET, now=NOW)
    assert (await of("nord-1.0", "reminder-1"))["state"] == "failed"
    # who got one had not answered
    assert (await of("nord-1.0"))["undelivered"] == ""


async def test_each_mail_says_where_its_report_goes_and_no_key_holds_a_link(database, tmp_path):
    await an_open_wave()
    told = []

    class Smtp(asyncio.Protocol):
        """As much of a server with reports (RFC 3461) as taking mails takes."""

        def connection_made(self, transport):
            self.transport, self.text = transport, False
            transport.write(b"220 ready\r\n")

        def data_received(self, data):
            for line in data.decode().splitlines():
                self.hear(line)

        def hear(self, line):
            if self.text and line != ".":
                return
            self.text = line == "DATA"
            told.append(line)
            reply = {"EHLO": "250-here\r\n250 DSN", "DATA": "354 go on", "QUIT": "221 bye"}
            self.transport.write(f"{reply.get(line[:4], '250 OK')}\r\n".encode())

    server = await asyncio.get_running_loop().create_server(Smtp, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, MailServer(f"smtp://127.0.0.1:{port}") as sender:
        await send_due(
            sender, load_library().messages, secret=SECRET,
            base_url="https://svar.example.org", clock=lambda: NOW, most=3, reports_to=RETURNS,
        )  # fmt: skip
    ids = {row["id"] for row in await fetch(Login.WORKER, "SELECT id FROM asking.outbox")}
    keys = {mail_key(one, SECRET) for one in ids}
    senders = [line for line in told if line.startswith("MAIL")]
    assert len(set(senders)) == 3
    for line in senders:
        key = re.search(r"<retur\+([\w-]{43})@etaten\.example>", line)[1]
        assert key in keys
        assert line.endswith(f"RET=HDRS ENVID={key}")
    assert all(line.endswith("NOTIFY=FAILURE") for line in told if line.startswith("RCPT"))


@pytest.mark.usefixtures("database")
async def test_a_mailbox_that_cannot_be_read_is_told_without_an_address(tmp_path, caplog):
    missing = Settings(data_dir=tmp_path, return_mailbox=f"maildir://{tmp_path / 'none'}")
    await jobs.read_returns({"settings": missing})
    assert "cannot be read: NoSuchMailboxError" in caplog.text
    assert str(tmp_path) not in caplog.text
    caplog.clear()
    away = Settings(data_dir=tmp_path, return_mailbox="imap://hr%40example.org:x@127.0.0.1:1/INBOX")
    await jobs.read_returns({"settings": away})
    assert "cannot be read: ConnectionRefusedError" in caplog.text
    assert "hr" not in caplog.text


@contextmanager
def a_server_that(answers):
    """A mailbox whose server does what it is told to with each connection."""
    listens = socket.create_server(("127.0.0.1", 0))
    connections, came = [], threading.Semaphore(0)

    def serve():
        with suppress(OSError):
            while True:
                connections.append(listens.accept()[0])
                came.release()
                threading.Thread(target=answers, args=(connections[-1],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"imap://retur:secret@127.0.0.1:{listens.getsockname()[1]}/INBOX", came
    finally:
        listens.shutdown(socket.SHUT_RDWR)
        listens.close()
        for one in connections:
            one.close()


def drips(connection):
    with suppress(OSError):
        while True:
            connection.sendall(b"*")
            time.sleep(0.05)


async def test_a_mailbox_that_drips_is_given_up(database, tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(return_mailbox, "AT_MOST", 0.5)
    with a_server_that(drips) as (url, _):
        await asyncio.wait_for(
            jobs.read_returns({"settings": Settings(data_dir=tmp_path, return_mailbox=url)}), 10
        )
    assert "the mailbox of returned mail cannot be read" in caplog.text


async def test_a_mailbox_that_takes_its_time_is_read_once_at_a_time(
    database, tmp_path, monkeypatch
):
    monkeypatch.setattr(return_mailbox, "AT_MOST", 2.0)
    with a_server_that(drips) as (url, came):
        context = {"settings": Settings(data_dir=tmp_path, return_mailbox=url)}
        first = asyncio.create_task(jobs.read_returns(context))
        assert await asyncio.to_thread(came.acquire, timeout=5)
        # the next minute has come: it leaves the worker's places to other work
        await jobs.read_returns(context)
        assert not first.done()
        await first
        assert not came.acquire(blocking=False)


class Imap(asyncio.Protocol):
    """As much of an IMAP server (RFC 3501) as reading one folder takes."""

    mails: dict[int, list]

    def connection_made(self, transport):
        self.transport = transport
        transport.write(b"* OK IMAP4rev1 ready\r\n")

    def data_received(self, data):
        for line in data.decode().splitlines():
            tag, command, *rest = line.split(" ", 2)
            self.transport.write(self.answer(command.upper(), " ".join(rest)))
            self.transport.write(f"{tag} OK done\r\n".encode())

    def answer(self, command, rest):
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command == "SELECT":
            return f"* {len(self.mails)} EXISTS\r\n".encode()
        if command == "SEARCH":
            new = " ".join(str(n) for n, (_, flags) in self.mails.items() if "\\Seen" not in flags)
            return f"* SEARCH {new}\r\n".encode()
        if command == "FETCH":
            raw = self.mails[int(rest.split()[0])][0]
            return f"* {rest.split()[0]} FETCH (BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        if command == "STORE":
            self.mails[int(rest.split()[0])][1] = rest
        if command == "EXPUNGE":
            gone = [n for n, (_, flags) in self.mails.items() if "\\Deleted" in flags]
            for number in gone:
                del self.mails[number]
        return b""


async def test_reports_are_read_from_imap_too_and_letters_of_people_are_left(sent):
    mails = {
        1: [report(EXCHANGE, sent["sor-1.0"], address="p0.sor-1@example.org").encode(), ""],
        2: [b"From: kari@example.org\r\nSubject: Ferie\r\n\r\nJeg er borte.\r\n", ""],
    }
    serving = type("Serving", (Imap,), {"mails": mails})
    server = await asyncio.get_running_loop().create_server(serving, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = f"imap://retur:secret@127.0.0.1:{port}/INBOX"
    async with server:
        assert await take_returned(url, secret=SECRET, now=NOW) == 1
    assert (await of("sor-1.0"))["undelivered"] == "5.1.1"
    assert list(mails) == [2]


@pytest.mark.usefixtures("database")
async def test_a_mailbox_is_read_of_a_server_alone_that_proves_who_it_is(
    tmp_path, caplog, monkeypatch
):
    key, authority = make_authority(tmp_path / "authority.pem")
    proof = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    proof.load_cert_chain(make_certificate(tmp_path / "server.pem", key, authority))
    told = []

    class Noting(Imap):
        def answer(self, command, rest):
            told.append(command)
            return super().answer(command, rest)

    serving = type("Serving", (Noting,), {"mails": {}})
    server = await asyncio.get_running_loop().create_server(serving, HOST, 0, ssl=proof)
    url = f"imaps://retur:secret@{HOST}:{server.sockets[0].getsockname()[1]}/INBOX"
    context = {"settings": Settings(data_dir=tmp_path, return_mailbox=url)}
    async with server:
        await jobs.read_returns(context)
        assert "cannot be read: SSLCertVerificationError" in caplog.text
        assert "LOGIN" not in told
        caplog.clear()
        # an authority of the agency's own, as operations.md has it
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        await jobs.read_returns(context)
        assert "cannot be read" not in caplog.text
        assert "LOGIN" in told


def test_a_report_without_a_key_of_ours_is_nobody_s():
    report_of_another = POSTFIX.format(
        key="x" * 43, verp="retur@etaten.example", action="failed", status="5.1.1",
        address="a@example.org",
    )  # fmt: skip
    assert read_returned(message_from_string(report_of_another), SECRET) is None
