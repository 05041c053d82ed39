"""Mails of one kind go one by one, and none that cannot be written holds up those after it."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from survey_app.accounts.notices import CLAIM
from survey_app.asking.delivery.mail_server import SENDER, UNCONFIRMED, Verdict
from survey_app.asking.delivery.one_by_one import (
    MOST_ATTEMPTS,
    MOST_LOST,
    Became,
    became,
    send_one_by_one,
)
from survey_app.asking.errors import MailLost, MailServerDown
from survey_app.shared.database import Login, fetch

NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
TABLE = "accounts.notice"


async def due(*addresses):
    for number, address in enumerate(addresses):
        await fetch(
            Login.MIGRATOR,
            "INSERT INTO accounts.notice (id, email, language, what, created_at, state, due_at,"
            " attempts, problem) VALUES ($1, $2, 'nb', 'on', $3, 'due', $3, 0, '')",
            uuid.uuid4(), address, NOW - timedelta(minutes=10 - number),
        )  # fmt: skip


async def kept():
    rows = await fetch(Login.WEB, "SELECT email, state, attempts, problem FROM accounts.notice")
    return {row["email"]: (row["state"], row["attempts"], row["problem"]) for row in rows}


async def writes(row, _now):
    if row["email"] == "(@):":
        raise IndexError  # as the library does of such an address
    return Became("sent")


async def test_a_mail_that_cannot_be_written_waits_and_those_after_it_go(database):
    await due("(@):", "next@example.org")
    assert await send_one_by_one(TABLE, CLAIM, writes, clock=lambda: NOW) == 1
    assert await kept() == {
        "(@):": ("due", 1, "not written"),
        "next@example.org": ("sent", 1, ""),
    }
    for hours in range(1, MOST_ATTEMPTS):
        at = NOW + timedelta(hours=hours)
        await send_one_by_one(TABLE, CLAIM, writes, clock=lambda at=at: at)
    assert (await kept())["(@):"] == ("failed", MOST_ATTEMPTS, "not written")


async def test_a_slow_server_is_asked_by_one_run_at_a_time(database):
    await due("one@example.org", "two@example.org")
    asked, answers = asyncio.Event(), asyncio.Event()

    async def slow(_row, _now):
        asked.set()
        await answers.wait()
        return Became("sent")

    first = asyncio.create_task(send_one_by_one(TABLE, CLAIM, slow, clock=lambda: NOW))
    await asked.wait()
    # what the sweep asks for meanwhile takes no place beside it
    assert await asyncio.wait_for(send_one_by_one(TABLE, CLAIM, slow, clock=lambda: NOW), 5) == 0
    answers.set()
    assert await first == 2
    await due("three@example.org")
    assert await send_one_by_one(TABLE, CLAIM, slow, clock=lambda: NOW) == 1


async def test_where_the_server_is_down_every_mail_stays_as_it_is(database):
    async def down(_row, _now):
        raise MailServerDown("421")

    await due("one@example.org")
    with pytest.raises(MailServerDown):
        await send_one_by_one(TABLE, CLAIM, down, clock=lambda: NOW)
    assert await kept() == {"one@example.org": ("due", 0, "")}


async def test_one_over_which_the_server_goes_away_lets_those_after_it_go(database):
    asked = []

    async def sends(row, _now):
        asked.append(row["email"])
        if row["email"].startswith("cut"):
            raise MailLost("SMTPServerDisconnected", "4.4.2", refused=False)
        if row["email"].startswith("no"):
            raise MailLost("421", "421", refused=True)
        return Became("sent")

    await due("cut@example.org", "no@example.org", "next@example.org")
    assert await send_one_by_one(TABLE, CLAIM, sends, clock=lambda: NOW) == 1
    assert await kept() == {
        "cut@example.org": ("due", 1, "4.4.2"),
        "no@example.org": ("due", 0, "421"),
        "next@example.org": ("sent", 1, ""),
    }
    # a minute later, and after that one that may have been taken has to wait for longer
    for minutes, tried in ((1, 2), (2, 1), (62, 2)):
        asked.clear()
        at = NOW + timedelta(minutes=minutes)
        await send_one_by_one(TABLE, CLAIM, sends, clock=lambda at=at: at)
        assert len(asked) == tried
    for hours in range(3, 12):
        at = NOW + timedelta(hours=hours)
        await send_one_by_one(TABLE, CLAIM, sends, clock=lambda at=at: at)
    states = await kept()
    assert states["cut@example.org"] == ("failed", MOST_ATTEMPTS, "4.4.2")
    # nobody could send it again
    assert states["no@example.org"][0] == "due"


async def test_one_that_may_have_been_taken_goes_ever_more_seldom(
    database,
):
    said = [Became("due", "451")] * 2
    tried = []

    async def sends(_row, now):
        tried.append(now)
        if said:
            return said.pop()
        raise MailLost("SMTPServerDisconnected", UNCONFIRMED, refused=False, handed_over=True)

    await due("one@example.org")
    for minutes in range(0, 24 * 60, 5):
        at = NOW + timedelta(minutes=minutes)
        await send_one_by_one(TABLE, CLAIM, sends, clock=lambda at=at: at)
    # what was tried for another reason gave nobody a copy
    assert [(at - NOW) / timedelta(hours=1) for at in tried] == [0, 1, 2, 6]
    assert await kept() == {"one@example.org": ("failed", 4, UNCONFIRMED)}


async def test_a_server_that_goes_away_over_each_is_left_alone_soon(database):
    async def lost(_row, _now):
        raise MailLost("421", "421", refused=True)

    await due(*(f"p{number}@example.org" for number in range(MOST_LOST + 3)))
    with pytest.raises(MailServerDown):
        await send_one_by_one(TABLE, CLAIM, lost, clock=lambda: NOW)
    assert sum(problem == "421" for _, _, problem in (await kept()).values()) == MOST_LOST


@pytest.mark.parametrize(
    "refused", [MailLost("421", "421", refused=True), (Verdict.LATER, f"{SENDER} 550")]
)
async def test_a_long_outage_uses_up_none_of_the_times_that_a_mail_is_tried(database, refused):
    said = [refused] * MOST_ATTEMPTS + [(Verdict.LATER, "451"), (Verdict.ACCEPTED, "")]

    async def sends(row, _now):
        answer = said.pop(0)
        if isinstance(answer, MailLost):
            raise answer
        return became(*answer, attempts=row["attempts"])

    await due("one@example.org")
    for hours in range(MOST_ATTEMPTS + 1):
        at = NOW + timedelta(hours=hours)
        await send_one_by_one(TABLE, CLAIM, sends, clock=lambda at=at: at)
    # a server that comes back may ask for patience with whom it does not know yet
    assert await kept() == {"one@example.org": ("due", 1, "451")}
    at = NOW + timedelta(hours=MOST_ATTEMPTS + 1)
    assert await send_one_by_one(TABLE, CLAIM, sends, clock=lambda: at) == 1
