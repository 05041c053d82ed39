"""Whoever sends requests meanwhile tells by no time whether there was anything to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from survey_app.accounts import invitations, note_signing_in, offer_new_password
from survey_app.accounts.roles import Role
from survey_app.audit import record
from survey_app.installation.tables import bind_web
from survey_app.shared.database import Login, fetch
from tests.actions_builders import an_owner

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
EMAIL, NOBODYS = "owner@example.org", "other@example.org"


def watch_the_database(monkeypatch):
    asked = []

    async def noted(login, sql, *values):
        rows = await fetch(login, sql, *values)
        asked.append((sql, len(values), len(rows)))
        return rows

    for module in (invitations, offer_new_password, note_signing_in, record):
        monkeypatch.setattr(module, "fetch", noted)
    return asked


async def logged():
    rows = await fetch(Login.MIGRATOR, "SELECT subject, facts FROM audit.event ORDER BY number")
    return [(row["subject"], row["facts"]) for row in rows if row["subject"] != "command line"]


async def mails():
    return await fetch(Login.WEB, "SELECT email, state FROM accounts.invitation")


async def test_a_new_password_asks_the_same_of_the_database_for_an_account_and_for_none(
    database, monkeypatch
):
    await an_owner(EMAIL, role=Role.HR)
    bind_web()
    before = await logged()
    asked = watch_the_database(monkeypatch)
    ways = []
    # none; the first; one that waits to be sent; one sent just now; one that is sent again
    for email, minutes, sent in (
        (NOBODYS, 0, False),
        (EMAIL, 0, False),
        (EMAIL, 1, True),
        (EMAIL, 2, False),
        (EMAIL, 40, False),
    ):
        asked.clear()
        await offer_new_password.offer_new_password(
            email, actor="", now=NOW + timedelta(minutes=minutes)
        )
        ways.append(list(asked))
        if sent:
            await fetch(
                Login.MIGRATOR,
                "UPDATE accounts.invitation SET state = 'sent', sent_at = $1",
                NOW + timedelta(minutes=1),
            )
    assert ways[0]
    assert all(way == ways[0] for way in ways)
    assert [(one["email"], one["state"]) for one in await mails()] == [(EMAIL, "due")]
    assert (await logged())[len(before) :] == [(EMAIL, "{}"), (EMAIL, '{"again": true}')]


async def test_a_refused_sign_in_asks_the_same_of_the_database_for_an_account_and_for_none(
    database, monkeypatch
):
    await an_owner(EMAIL, role=Role.HR)
    bind_web()
    before = await logged()
    asked = watch_the_database(monkeypatch)
    await note_signing_in.note_refusal(NOBODYS)
    ours, asked[:] = list(asked), []
    await note_signing_in.note_refusal(EMAIL)
    assert ours == asked != []
    assert (await logged())[len(before) :] == [(EMAIL, "{}")]
