"""Whoever leads a unit that is gone: told before and after, and given what it became on a page."""

import re
from datetime import timedelta

import numpy as np
import pytest

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import NOW, TODAY, import_people, register
from tests.web.conftest import PASSWORD
from tests.web.test_register_upload import ADDRESS, upload

ACCOUNTS = "/settings/accounts"
GONE = "har en enhet som ikke står i registeret"
LATER = TODAY + timedelta(days=90)


def merged():
    """The same people in one unit in place of two."""
    text = register().replace("unit,nord-1,Fengsel Nord-1", "unit,nord-9,Fengsel Nord 9")
    text = re.sub(r"unit,nord-2,.*\n", "", text)
    return re.sub(r",(nb|nn|en),nord-[12]\b", r",\1,nord-9", text)


async def a_leader(unit):
    await create_account(
        email="leder@example.org", role=Role.LEADER, password=PASSWORD, unit=unit,
        language="nb", now=clock.now(),
    )  # fmt: skip


async def after_the_merger():
    plan = await plan_import(read_register(merged()), today=LATER)
    kinds = {one.target: one.kind for one in plan.questions}
    assert kinds == {"nord-9": "merged"}
    await apply_import(
        plan, rng=np.random.default_rng(1), today=LATER, now=NOW + timedelta(days=90),
        answers=kinds,
    )  # fmt: skip


@pytest.fixture
async def agency(web):
    bind_worker()
    await import_people()
    await a_leader("nord-1")
    bind_web()
    return web


@pytest.fixture
async def reorganised(agency):
    bind_worker()
    await after_the_merger()
    bind_web()
    return agency


async def told(client, address):
    return " ".join((await client.get(address)).text.split())


async def test_whoever_loads_a_register_reads_whose_unit_it_closes(agency, sign_in):
    await sign_in(Role.HR)
    page = await told(agency, (await upload(agency, merged())).headers["location"])
    assert "1 leder, verneombud eller tillitsvalgt har en enhet som blir lagt ned." in page
    same = await told(agency, (await upload(agency, register())).headers["location"])
    assert "blir lagt ned" not in same
    assert ADDRESS in page


async def test_administrators_are_told_whose_unit_is_gone_until_they_have_another(
    reorganised, sign_in
):
    await sign_in(Role.ADMIN)
    assert f"1 leder, verneombud eller tillitsvalgt {GONE}." in await told(reorganised, "/")
    assert "Enheten står ikke i registeret. Velg en ny." in await told(reorganised, ACCOUNTS)
    await give(reorganised, "nord-1,nord-9")
    assert GONE not in await told(reorganised, "/")
    assert "står ikke i registeret" not in await told(reorganised, ACCOUNTS)


async def give(client, scope):
    [row] = await fetch(
        Login.MIGRATOR, "SELECT id FROM accounts.account WHERE email = 'leder@example.org'"
    )
    address = f"{ACCOUNTS}/{row['id']}"
    page = (await client.get(address)).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    fields = {"csrf": csrf, "role": "leader", "unit": scope, "language": "nb"}
    await client.post(address, data=fields)
    return page


async def test_a_leader_may_be_given_what_the_unit_became_with_its_earlier_figures(
    reorganised, sign_in
):
    await sign_in(Role.ADMIN)
    page = " ".join((await give(reorganised, "nord-1,nord-9")).split())
    assert "Fengsel Nord 9, med de tidligere tallene til Fengsel Nord-1" in page
    assert await scope() == "nord-1,nord-9"
    # what no page offers is refused
    await give(reorganised, "nord-1,sor-1")
    assert await scope() == "nord-1,nord-9"


async def test_a_leader_may_be_given_all_parts_of_a_unit_that_was_divided(reorganised, sign_in):
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.unit_link SELECT (jsonb_populate_record(l, jsonb_build_object("
        "'id', gen_random_uuid(), 'target', 'sor-1'))).* FROM asking.unit_link l"
        " WHERE l.origin = 'nord-1'",
    )
    await sign_in(Role.ADMIN)
    page = " ".join((await give(reorganised, "nord-1,nord-9,sor-1")).split())
    for part in ("Fengsel Nord 9", "Fengsel Sor-1", "Fengsel Nord 9 og Fengsel Sor-1"):
        assert f">{part}, med de tidligere tallene til Fengsel Nord-1<" in page.replace("> ", ">")
    assert await scope() == "nord-1,nord-9,sor-1"
    assert GONE not in await told(reorganised, "/")


async def scope():
    rows = await fetch(
        Login.MIGRATOR, "SELECT unit FROM accounts.account WHERE email = 'leder@example.org'"
    )
    return rows[0]["unit"]


async def test_nobody_else_hears_of_it_and_a_closed_account_waits_for_nobody(reorganised, sign_in):
    await sign_in(Role.HR)
    assert GONE not in await told(reorganised, "/")
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET active = false WHERE role = 'leader'")
    await sign_in(Role.ADMIN)
    assert GONE not in await told(reorganised, "/")
