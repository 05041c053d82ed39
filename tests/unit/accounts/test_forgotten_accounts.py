"""Closed accounts go when their time is over, and with them what hangs on them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from survey_app.accounts.change_account import set_active
from survey_app.accounts.forget_accounts import closed_accounts, forget_closed_accounts
from survey_app.accounts.roles import Role
from survey_app.settings import Settings
from survey_app.shared.clock import today
from survey_app.shared.database import Login, fetch
from survey_app.subscriptions.forget_letters import forget_old_letters
from survey_app.subscriptions.subscribe import Wish, subscribe
from tests.actions_builders import an_action, an_owner

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=400)


async def night():
    await forget_closed_accounts({"settings": Settings(closed_account_days=365)})
    await forget_old_letters({})


async def addresses():
    return {row["email"] for row in await fetch(Login.WEB, "SELECT email FROM accounts.account")}


async def test_an_account_is_deleted_a_year_after_it_was_closed_and_who_did_what_stays_in_the_log(
    database,
):
    for email in ("gone@example.org", "closed@example.org", "open@example.org"):
        await an_owner(email, role=Role.HR)
    await set_active("gone@example.org", active=False, now=LONG_AGO)
    await set_active("closed@example.org", active=False, now=NOW - timedelta(days=364))
    await night()
    assert await addresses() == {"closed@example.org", "open@example.org"}
    assert (await closed_accounts(Login.WEB)).accounts == 1
    [row] = await fetch(
        Login.WEB, "SELECT facts FROM audit.event WHERE action = 'closed accounts deleted'"
    )
    assert json.loads(row["facts"]) == {"accounts": 1, "links": 0, "tokens": 0}
    assert await fetch(Login.WEB, "SELECT FROM audit.event WHERE subject = 'gone@example.org'")


async def test_an_account_that_is_open_again_is_deleted_by_nobody(database):
    await an_owner("back@example.org", role=Role.HR)
    await set_active("back@example.org", active=False, now=LONG_AGO)
    await set_active("back@example.org", active=True, now=LONG_AGO)
    await night()
    assert await addresses() == {"back@example.org"}


async def test_an_account_closed_by_a_version_that_noted_no_day_is_kept_from_the_first_night_on(
    database,
):
    await an_owner("closed@example.org", role=Role.HR)
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET active = false")
    await night()
    [row] = await fetch(Login.WEB, "SELECT closed_on FROM accounts.account")
    assert row["closed_on"] is not None


async def test_the_database_deletes_no_account_that_was_closed_within_a_month(database):
    await an_owner("closed@example.org", role=Role.HR)
    await set_active("closed@example.org", active=False, now=NOW - timedelta(days=29))
    ahead = date(2999, 1, 1)
    at = datetime(2999, 1, 1, tzinfo=UTC)
    await fetch(Login.WORKER, "SELECT accounts.forget($1, $2, $3)", ahead, at, ahead)
    assert await addresses() == {"closed@example.org"}
    for login in (Login.WEB, Login.READER):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(login, "SELECT accounts.forget($1, $2, $3)", ahead, at, ahead)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(login, "SELECT subscriptions.forget($1)", at)


async def test_subscriptions_and_letters_go_with_the_account_and_its_actions_stay(database):
    owner = await an_owner("gone@example.org", role=Role.HR)
    await an_action(owner)
    await subscribe(
        Wish("staff", "", "nb"), owner.account, "gone@example.org", now=NOW, login=Login.MIGRATOR
    )
    await a_letter(NOW)
    await night()
    assert await fetch(Login.WORKER, "SELECT FROM subscriptions.letter")
    await set_active("gone@example.org", active=False, now=LONG_AGO)
    await night()
    assert await fetch(Login.WORKER, "SELECT FROM subscriptions.subscription") == []
    assert await fetch(Login.WORKER, "SELECT FROM subscriptions.letter") == []
    assert len(await fetch(Login.WORKER, "SELECT FROM actions.action")) == 1


async def test_letters_that_went_out_a_year_ago_go_and_those_that_wait_do_not(database):
    owner = await an_owner("here@example.org", role=Role.HR)
    await subscribe(
        Wish("staff", "", "nb"), owner.account, "here@example.org", now=NOW, login=Login.MIGRATOR
    )
    kept = {await a_letter(NOW), await a_letter(LONG_AGO, state="due")}
    await a_letter(LONG_AGO)
    await night()
    rows = await fetch(Login.WORKER, "SELECT publication FROM subscriptions.letter")
    assert {row["publication"] for row in rows} == kept


async def a_letter(at, *, state="sent"):
    publication = uuid.uuid4()
    await fetch(
        Login.WORKER,
        "INSERT INTO subscriptions.letter"
        " (id, subscription, publication, state, due_at, sent_at, attempts, problem)"
        " SELECT gen_random_uuid(), id, $1, $2, $3, $3, 1, '' FROM subscriptions.subscription",
        publication,
        state,
        at,
    )
    return publication


async def test_links_go_a_month_after_they_open_nothing_any_more_and_tokens_a_year(database):
    ends = {
        "over": {"ends_at": NOW - timedelta(days=31)},
        "used": {"ends_at": NOW + timedelta(days=7), "used_at": NOW - timedelta(days=31)},
        "withdrawn": {"ends_at": NOW + timedelta(days=7), "withdrawn_at": NOW - timedelta(days=31)},
        "lately": {"ends_at": NOW - timedelta(days=29)},
        "open": {"ends_at": NOW + timedelta(days=7)},
    }
    for name, told in ends.items():
        await fetch(
            Login.MIGRATOR,
            "INSERT INTO accounts.invitation (id, purpose, email, role, unit, language, actor,"
            " created_at, ends_at, used_at, withdrawn_at, state, due_at, attempts, problem)"
            " VALUES ($1, 'invite', $2, 'hr', '', 'nb', '', $3, $4, $5, $6, 'sent', $3, 1, '')",
            uuid.uuid4(), f"{name}@example.org", LONG_AGO, told["ends_at"], told.get("used_at"),
            told.get("withdrawn_at"),
        )  # fmt: skip
    for days in (366, 364):
        await fetch(
            Login.MIGRATOR,
            "INSERT INTO accounts.api_token (id, name, digest, scopes, expires_on, revoked,"
            " created_at) VALUES ($1, 'catalogue', $2, '', $3, false, $4)",
            uuid.uuid4(), str(days), today() - timedelta(days=days), LONG_AGO,
        )  # fmt: skip
    await night()
    rows = await fetch(Login.WEB, "SELECT email FROM accounts.invitation")
    assert {row["email"] for row in rows} == {"lately@example.org", "open@example.org"}
    assert [
        row["digest"] for row in await fetch(Login.WEB, "SELECT digest FROM accounts.api_token")
    ] == ["364"]
