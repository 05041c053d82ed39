"""The agency on a page: what holds, where it is changed, and limits that are changed there."""

import re
from datetime import date, timedelta

import pytest

from questionnaires.burden import Burden
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns import limits
from survey_app.asking.campaigns.burden import FieldPeriod, over_of
from survey_app.asking.campaigns.limits import limits_in_force
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.asking_builders import import_people
from tests.builders_answering import without_pools

PAGE = "/settings"


async def in_force(login):
    with without_pools():
        return (await limits_in_force(login)).burden


@pytest.fixture
async def admin(web, sign_in):
    bind_worker()
    await import_people()
    bind_web()
    await sign_in(Role.ADMIN)

    async def post(**data):
        page = (await web.get(PAGE)).text
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
        return await web.post(f"{PAGE}/limits", data={"csrf": csrf, **data})

    return post


async def test_the_page_says_what_holds_and_where_each_part_is_changed(web, admin):
    page = (await web.get(PAGE)).text
    for told in (
        "Kriminalomsorga", "The Correctional Service", "5 svar. Aldri færre enn 3",
        "Kommer fra etatens filer", "Settes av den som drifter", "5 år",
    ):  # fmt: skip
        assert told in page, told
    assert re.search(r'name="invitations"\s+value="3"', page)
    # what protects people is no field
    fields = set(re.findall(r'<input[^>]*?\sname="(\w+)"', page))
    assert fields == {"csrf", "language", "next", "invitations", "weeks_between"} - (
        {"language", "next"} - fields
    )


async def test_limits_that_are_changed_hold_for_the_worker_too_and_stand_in_the_log(web, admin):
    reply = await admin(invitations="2", weeks_between="10")
    assert reply.status_code == 200
    assert "Bestemt her" in reply.text
    for login in (Login.WEB, Login.WORKER):
        assert await in_force(login) == Burden(2, None, 10)
    [act] = await fetch(
        Login.MIGRATOR, "SELECT actor, facts::text FROM audit.event WHERE action = 'limits changed'"
    )
    assert act["actor"] == "admin@example.org"
    assert act["facts"] == (
        '{"weeks": 10, "invitations": 2, "weeks_before": 8, "invitations_before": 3}'
    )
    # the same once more is no change
    await admin(invitations="2", weeks_between="10")
    rows = await fetch(Login.MIGRATOR, "SELECT count(*) FROM asking.agency_limits")
    assert rows[0]["count"] == 1


async def test_a_wave_that_the_file_allows_and_the_page_does_not_is_not_opened(web, admin):
    day = date(2027, 2, 1)
    before = FieldPeriod("everybody", day, day + timedelta(days=14))
    later = FieldPeriod("everybody", day + timedelta(weeks=11), day + timedelta(weeks=13))
    assert over_of(later, [before], await in_force(Login.WEB)) == []
    await admin(invitations="3", weeks_between="12")
    assert over_of(later, [before], await in_force(Login.WEB)) != []


async def test_the_last_word_counts_be_it_the_pages_or_the_files(web, admin, monkeypatch):
    await admin(invitations="2", weeks_between="10")
    told = limits.agency()

    class Other:
        burden = Burden(4, None, 6)

    monkeypatch.setattr(limits, "agency", lambda: Other)
    assert await in_force(Login.WEB) == Burden(4, None, 6)
    monkeypatch.setattr(limits, "agency", lambda: told)
    assert await in_force(Login.WEB) == Burden(2, None, 10)


@pytest.mark.parametrize("given", ["0", "13", "-1", "", "many", "1.5", "²", "9999999"])
async def test_limits_that_cannot_hold_are_refused_and_nothing_is_lost(web, admin, given):
    reply = await admin(invitations=given, weeks_between="7")
    assert reply.status_code == 422
    assert "Skriv et helt tall fra 1 til 12." in reply.text
    assert re.search(r'name="weeks_between"\s+value="7"', reply.text)
    assert await fetch(Login.MIGRATOR, "SELECT * FROM asking.agency_limits") == []


async def test_nobody_else_sees_or_changes_them(web, sign_in):
    for role in (Role.HR, Role.COMMUNICATIONS, Role.LEADER, Role.ANALYST):
        await sign_in(role)
        assert (await web.get(PAGE)).status_code == 403
        assert (await web.post(f"{PAGE}/limits", data={"invitations": "9"})).status_code == 403
