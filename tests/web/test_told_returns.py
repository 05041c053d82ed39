"""`/mail/returned`: programs tell which mails did not arrive, and learn nothing by it."""

import asyncio
import base64
import json
import random
from datetime import timedelta

import asyncpg
import pytest

from survey_app.asking.delivery import jobs, returned_routes, told_returned
from survey_app.asking.delivery.returned import mail_key, return_address
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import an_open_wave
from tests.flow.test_returned_mail import FORMATS, NESTED, POSTFIX, RETURNS, of
from tests.one_app import the_app

ADDRESS = "/mail/returned"
FORMER, SECRET = "the former secret of the relé", "the secret of the relay, by chance"
GOOD = {"Authorization": f"Bearer {SECRET}"}
DSN = {**GOOD, "Content-Type": "message/rfc822"}
THEIRS = "p0.nord-1@example.org"


@pytest.fixture
def told(web, settings):
    """The installation with two secrets for the address, as while one is renewed."""
    the_app(settings.model_copy(update={"return_secret": f"{SECRET}\n{FORMER}"}))
    return web


@pytest.fixture
async def sent(database, settings):
    """Sixty invitations that a server accepted half an hour ago; the outbox row of each person."""
    bind_worker()
    await an_open_wave()
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET state = 'sent', sent_at = $1, attempts = 1",
        clock.now() - timedelta(minutes=30),
    )
    rows = await fetch(
        Login.WORKER,
        "SELECT p.number, o.id FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
        " JOIN asking.person p ON p.id = i.person",
    )
    bind_web()
    return {row["number"]: row["id"] for row in rows}


@pytest.fixture
def key(settings):
    return lambda outbox: mail_key(outbox, settings.secret())


def an_event(mail, status="5.1.1", recipient=THEIRS, *, at=None):
    time = (at or clock.now()).isoformat()
    return {"mail": mail, "status": status, "recipient": recipient, "time": time}


def events(*some):
    return json.dumps({"events": some}).encode()


async def tell(web, body, headers=GOOD, kind="application/json"):
    return await web.post(ADDRESS, content=body, headers={"Content-Type": kind, **headers})


async def work(settings):
    """As the worker does each minute."""
    bind_worker()
    await jobs.read_returns({"settings": settings})
    bind_web()


async def all_rows():
    return [
        await fetch(Login.WORKER, f"SELECT * FROM asking.{table} ORDER BY id")
        for table in ("outbox", "person", "told_returned")
    ]


@pytest.mark.parametrize("form", FORMATS, ids=["postfix", "exchange", "exim"])
async def test_a_report_that_a_relay_hands_over_is_noted_as_one_in_the_mailbox(
    told, sent, key, settings, form
):
    mine = key(sent["nord-1.0"])
    report = form.format(
        key=mine, verp=return_address(RETURNS, mine), action="failed", status="5.1.1",
        address=THEIRS,
    )  # fmt: skip
    reply = await told.post(ADDRESS, content=report.encode(), headers=DSN)
    assert (reply.status_code, reply.content) == (204, b"")
    await work(settings)
    row = await of("nord-1.0")
    assert (row["state"], row["problem"], row["undelivered"]) == ("failed", "5.1.1", "5.1.1")
    assert not await fetch(Login.WORKER, "SELECT 1 FROM asking.told_returned")


@pytest.mark.parametrize(
    ("status", "state", "mark"),
    [
        ("5.1.1", "failed", "5.1.1"),
        ("550", "failed", "550"),
        ("4.4.7", "due", ""),
        ("451", "due", ""),
        # a full mailbox may have room tomorrow (RFC 3463, 3.3; RFC 5321, 4.2.2)
        ("5.2.2", "due", ""),
        ("552", "due", ""),
        ("2.1.5", "sent", ""),
    ],
)
async def test_an_event_marks_what_failed_for_good_and_puts_off_what_may_pass(
    told, sent, key, settings, status, state, mark
):
    # the key stands in the Message-ID, or in the return address, as servers keep one or the other
    for number, mail in (
        ("nord-1.0", f"<{key(sent['nord-1.0'])}@svar.example.org>"),
        ("nord-1.1", return_address(RETURNS, key(sent["nord-1.1"]))),
    ):
        assert (await tell(told, events(an_event(mail, status, "")))).status_code == 204
        await work(settings)
        row = await of(number)
        assert (row["state"], row["undelivered"]) == (state, mark)


async def test_what_is_told_again_changes_nothing_not_even_after_the_mail_was_sent_anew(
    told, sent, key, settings
):
    first = events(an_event(key(sent["nord-1.0"]), "4.4.7"))
    for _ in range(3):
        await tell(told, first)
    await work(settings)
    put_off = await of("nord-1.0")
    assert put_off["state"] == "due"
    # four hours later it is sent again; the provider repeats what it told of the first time
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET state = 'sent', attempts = 2, sent_at = due_at WHERE id = $1",
        sent["nord-1.0"],
    )
    await tell(told, first)
    await work(settings)
    assert (await of("nord-1.0"))["state"] == "sent"
    # what it tells of the second time counts
    again = an_event(key(sent["nord-1.0"]), "5.1.1", at=put_off["due_at"] + timedelta(minutes=1))
    await tell(told, events(again))
    await work(settings)
    assert (await of("nord-1.0"))["undelivered"] == "5.1.1"


async def test_without_a_secret_in_the_settings_there_is_no_such_address(web, sent, key):
    body = events(an_event(key(sent["nord-1.0"])))
    before = await all_rows()
    none = await web.post("/mail/nothing-here", content=body, headers=GOOD)
    reply = await tell(web, body)
    assert (reply.status_code, reply.text) == (404, none.text)
    assert await all_rows() == before


async def test_only_the_secrets_of_the_settings_let_anything_in(told, sent, key, settings):
    body = events(an_event(key(sent["nord-1.0"])))
    before = await all_rows()
    for shown in (
        "", "Bearer", "Bearer ", f"Bearer {SECRET[:-1]}", f"Bearer {SECRET}x", "Basic", "Basic ø",
        f"Bearer {settings.secret_key}", f"Bearer {SECRET}\n{FORMER}", SECRET, "Basic AAAA",
        f"Basic {base64.b64encode(SECRET.encode()).decode()}",
    ):  # fmt: skip
        headers = {"Authorization": shown.encode()} if "\n" not in shown else {}
        reply = await tell(told, body, headers)
        assert reply.status_code == 401, shown
        assert reply.headers["www-authenticate"]
        await work(settings)
    assert await all_rows() == before
    # the former one too, so that a provider is told the new one when there is time
    as_user = base64.b64encode(f"relay:{FORMER}".encode()).decode()
    for shown in (f"Bearer {SECRET}", f"bearer {FORMER}", f"Basic {as_user}"):
        headers = {"Authorization": shown.encode()}
        assert (await tell(told, body, headers)).status_code == 204, shown


async def test_the_reply_never_tells_whether_a_mail_or_an_address_is_known(
    told, sent, key, settings
):
    mine, another = key(sent["nord-1.0"]), mail_key(sent["nord-1.0"], b"of another installation")
    replies = set()
    for body in (
        events(an_event(mine)),
        events(an_event(mine, recipient="nobody@example.org")),
        events(an_event(another)),
        events(an_event("x" * 43, recipient=THEIRS)),
        events(an_event("")),
        events(an_event(mine), an_event(another, "2.0.0")),
        events(),
    ):
        reply = await tell(told, body)
        replies.add((reply.status_code, reply.content, *sorted(reply.headers.items())))
    for text in ("", "Subject: Ferie\n\nBorte.", NESTED, POSTFIX):
        reply = await told.post(ADDRESS, content=text.encode(), headers=DSN)
        replies.add((reply.status_code, reply.content, *sorted(reply.headers.items())))
    assert len(replies) == 1
    # and who has a key of nobody's mail marks nobody
    await work(settings)
    marked = await fetch(Login.WORKER, "SELECT number FROM asking.person WHERE undelivered <> ''")
    assert {row["number"] for row in marked} == {"nord-1.0"}


async def test_hostile_bodies_are_no_fault_of_ours_and_change_nothing(told, sent, key, monkeypatch):
    monkeypatch.setattr(returned_routes, "A_MINUTE", 10_000)
    mine, rng = key(sent["nord-1.0"]), random.Random(20261130)
    good = events(an_event(mine))
    bodies = [
        b"", b"[]", b"null", b"{}", b'{"events": 1}', b'{"events": [1]}', b'{"events": [{}]}',
        b"[" * 100_000, b'{"events": [' * 9_000, b"\xff\xfe", b'{"events": [{"mail": "\\ud800"}]}',
        events({**an_event(mine), "status": "5.1.1 or so"}),
        events({**an_event(mine), "status": "5.1.1\n"}),
        events({**an_event(mine), "status": "5.\u0661.\u0661"}),
        events({**an_event(mine), "status": 5}),
        events({**an_event(mine), "time": "yesterday"}),
        events({**an_event(mine), "time": "2026-11-30T10:00:00"}),
        events({**an_event(mine), "time": "9999-12-31T23:59:59-12:00"}),
        events({**an_event(mine), "time": "0001-01-01T00:00:00+14:00"}),
        events(*[an_event(mine)] * 1001),
    ]  # fmt: skip
    for _ in range(300):
        broken = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        bodies.append(bytes(broken[: rng.randint(0, len(broken))]))
    before = (await all_rows())[:2]
    for body in bodies:
        for kind in (
            "application/json",
            "message/rfc822",
            "text/plain",
            "multipart/form-data",
            "ø",
        ):
            reply = await tell(told, body, {**GOOD, "Content-Type": kind.encode()})
            assert reply.status_code in {204, 400, 415}, (kind, reply.status_code, body[:80])
            assert mine not in reply.text
    assert (await all_rows())[:2] == before
    large = await tell(told, b" " * 1_000_001)
    assert large.status_code == 413


async def test_an_address_with_signs_that_nobody_sees_or_without_end_is_no_fault(
    told, sent, key, settings
):
    for number, recipient in (
        ("nord-1.0", f"\0{THEIRS}\u200b"),
        ("nord-1.1", "a" * 5000),
        ("nord-1.2", "<P2.NORD-1@EXAMPLE.ORG>"),
    ):
        event = an_event(key(sent[number]), recipient=recipient)
        assert (await tell(told, events(event))).status_code == 204
    await work(settings)
    for number, recipient in (
        ("nord-1.3", b"a" * 5000),
        ("nord-1.4", b"\xff\xfe\0@example.org"),
        ("nord-1.5", b"p5.nord-1@example.org\0"),
    ):
        report = POSTFIX.format(
            key=key(sent[number]), verp=RETURNS, action="failed", status="5.1.1", address="HERE"
        ).encode()
        reply = await told.post(ADDRESS, content=report.replace(b"HERE", recipient), headers=DSN)
        assert reply.status_code == 204, number
    await work(settings)
    marks = [(await of(f"nord-1.{at}"))["undelivered"] for at in range(6)]
    assert marks == ["5.1.1", "", "5.1.1", "", "", "5.1.1"]


async def test_requests_without_end_are_told_to_wait(told, sent, monkeypatch):
    monkeypatch.setattr(returned_routes, "A_MINUTE", 3)
    monkeypatch.setattr(returned_routes, "WRONG_A_MINUTE", 3)
    for headers, first in ((GOOD, 204), ({}, 401)):
        codes = [(await tell(told, events(), headers)).status_code for _ in range(5)]
        assert codes == [first] * 3 + [429] * 2
    assert (await tell(told, events())).headers["retry-after"] == "60"


async def test_nothing_of_a_person_stands_in_the_log(told, sent, key, settings, caplog):
    caplog.set_level("DEBUG")
    mine = key(sent["nord-1.0"])
    report = POSTFIX.format(
        key=mine, verp=return_address(RETURNS, mine), action="failed", status="5.1.1",
        address=THEIRS,
    )  # fmt: skip
    for body, headers in (
        (report.encode(), DSN),
        (NESTED.encode(), DSN),
        (events(an_event(mine)), GOOD),
        (events({**an_event(mine), "status": THEIRS}), GOOD),
    ):
        await told.post(
            ADDRESS, content=body, headers={"Content-Type": "application/json"} | headers
        )
    await work(settings)
    assert "mail: 2 came back" in caplog.text
    for needle in (THEIRS, "nord-1", mine, SECRET, str(sent["nord-1.0"])):
        assert needle not in caplog.text


async def test_a_report_that_cannot_be_noted_holds_up_no_other_and_waits(
    told, sent, key, settings, monkeypatch, caplog
):
    note = told_returned.note_returned
    waiting = [sent["nord-1.0"]]

    async def one_of_which_deadlocks(found, **at):
        if found.outbox in waiting:
            raise asyncpg.DeadlockDetectedError("its words hold the row")
        await note(found, **at)

    monkeypatch.setattr(told_returned, "note_returned", one_of_which_deadlocks)
    for at in (0, 1):
        await tell(told, events(an_event(key(sent[f"nord-1.{at}"]), recipient="")))
    await work(settings)
    assert [(await of(f"nord-1.{at}"))["state"] for at in (0, 1)] == ["sent", "failed"]
    assert "cannot be noted: DeadlockDetectedError" in caplog.text
    assert "its words" not in caplog.text
    waiting.clear()
    await work(settings)
    assert (await of("nord-1.0"))["state"] == "failed"
    assert not await fetch(Login.WORKER, "SELECT 1 FROM asking.told_returned")


async def test_a_report_with_a_date_that_no_calendar_has_is_noted(told, sent, key, settings):
    report = POSTFIX.format(
        key=key(sent["nord-1.0"]), verp=RETURNS, action="failed", status="5.1.1", address=THEIRS
    )
    dated = f"Date: Mon, 01 Jan 99999999999 00:00:00 +0000\n{report}"
    assert (await told.post(ADDRESS, content=dated.encode(), headers=DSN)).status_code == 204
    await work(settings)
    assert (await of("nord-1.0"))["state"] == "failed"


async def test_two_workers_note_each_report_once(told, sent, key, settings):
    await tell(
        told, events(*(an_event(key(sent[f"nord-1.{at}"]), recipient="") for at in range(9)))
    )
    bind_worker()
    await asyncio.gather(*(jobs.read_returns({"settings": settings}) for _ in range(4)))
    bind_web()
    failed = await fetch(Login.WORKER, "SELECT 1 FROM asking.outbox WHERE state = 'failed'")
    assert len(failed) == 9
