"""Mails of one kind go one by one, and none that cannot be written holds up those after it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from survey_app.accounts.notices import CLAIM
from survey_app.asking.delivery.one_by_one import MOST_ATTEMPTS, Became, send_one_by_one
from survey_app.asking.errors import MailServerDown
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


async def test_where_the_server_is_down_every_mail_stays_as_it_is(database):
    async def down(_row, _now):
        raise MailServerDown("421")

    await due("one@example.org")
    with pytest.raises(MailServerDown):
        await send_one_by_one(TABLE, CLAIM, down, clock=lambda: NOW)
    assert await kept() == {"one@example.org": ("due", 0, "")}
