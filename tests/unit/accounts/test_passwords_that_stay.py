"""A password that was given up stays given up, whatever happens at the same moment or was sent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from survey_app.accounts.change_account import change_account, set_active
from survey_app.accounts.errors import AccountError, AccountProblem
from survey_app.accounts.invitations import choose_password
from survey_app.accounts.offer_new_password import offer_new_password
from survey_app.accounts.roles import Role
from survey_app.accounts.sign_on.claims import Somebody
from survey_app.accounts.sign_on.identities import link_account
from survey_app.accounts.tables import Account
from survey_app.installation.tables import bind_web
from survey_app.shared.database import Login, connection, fetch
from tests.actions_builders import an_owner

NOW = datetime.now(UTC)
EMAIL = "owner@example.org"


async def stored():
    [row] = await fetch(Login.WEB, "SELECT password, role FROM accounts.account")
    return row["password"], row["role"]


async def somebody_waits():
    for _ in range(200):
        if await fetch(Login.MIGRATOR, "SELECT FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def test_who_gets_another_role_keeps_the_password_that_they_choose_just_then(database):
    await an_owner(EMAIL, role=Role.HR)
    async with connection(Login.MIGRATOR) as link, link.transaction():
        await link.execute("UPDATE accounts.account SET password = 'chosen just now'")
        change = asyncio.create_task(change_account(EMAIL, role=Role.ANALYST, now=NOW))
        await somebody_waits()
    await change
    assert await stored() == ("chosen just now", "analyst")


async def test_a_link_for_a_new_password_is_worth_nothing_once_the_directory_signs_its_owner_in(
    database,
):
    await an_owner(EMAIL, role=Role.HR)
    bind_web()
    await offer_new_password(EMAIL, actor="", now=NOW)
    [sent] = await fetch(Login.WEB, "SELECT id FROM accounts.invitation")
    account = await Account.objects().where(Account.email == EMAIL).first()
    somebody = Somebody("https://directory.example", "s-1", EMAIL, None, "")
    await link_account(account, somebody, now=NOW)
    with pytest.raises(AccountError) as refused:
        await choose_password(sent["id"], "another long password", now=NOW)
    assert refused.value.kind is AccountProblem.LINK
    assert await stored() == ("", "hr")
    # an administrator may offer one all the same
    await offer_new_password(EMAIL, actor="admin@example.org", now=NOW)
    [offered] = await fetch(
        Login.WEB, "SELECT id FROM accounts.invitation WHERE withdrawn_at IS NULL"
    )
    assert await choose_password(offered["id"], "another long password", now=NOW) == EMAIL


@pytest.mark.parametrize("how", ["password", "closed"])
async def test_a_link_is_worth_nothing_once_the_operator_closed_the_account_or_set_a_password(
    database, how
):
    await an_owner(EMAIL, role=Role.HR)
    bind_web()
    await offer_new_password(EMAIL, actor="", now=NOW)
    [sent] = await fetch(Login.WEB, "SELECT id FROM accounts.invitation")
    if how == "password":
        await change_account(EMAIL, password="four words of an operator", now=NOW)
    else:
        await set_active(EMAIL, active=False, now=NOW)
        await set_active(EMAIL, active=True, now=NOW)
    before = await stored()
    with pytest.raises(AccountError) as refused:
        await choose_password(sent["id"], "another long password", now=NOW)
    assert refused.value.kind is AccountProblem.LINK
    assert await stored() == before
