"""Where two must agree, nobody is two by inviting themselves."""

import asyncio
import contextvars
import html
import re

import pytest

from survey_app.accounts.change_account import change_account
from survey_app.accounts.invitation_link import link_of
from survey_app.accounts.roles import Role
from survey_app.accounts.two_people import are_two
from survey_app.asking.campaigns.acts import ActRequest, ask
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import open_wave
from tests.urn_reading import change
from tests.web.conftest import PASSWORD
from tests.web.running.desk import WAVE, again, second, send

MINE = "me-again@example.org"
REFUSED = "teller som én person i to uker"


async def number(email):
    [row] = await fetch(Login.WEB, "SELECT id FROM accounts.account WHERE email = $1", email)
    return row["id"]


@pytest.fixture
async def admin(campaign, sign_in):
    """An administrator, and a colleague in HR who has been here for a year."""
    await sign_in(Role.HR, "colleague@example.org")
    await change("UPDATE accounts.account SET created_at = now() - interval '1 year'")
    return await sign_in(Role.ADMIN)


async def post(web, path, **data):
    token = re.findall(r'name="csrf" value="([^"]+)"', (await web.get("/settings/accounts")).text)
    return await web.post(path, data={"csrf": token[0], **data})


async def invited(web, settings, email=MINE, role="hr"):
    await post(web, "/settings/accounts/invite", email=email, role=role, unit="", language="nb")
    [row] = await fetch(Login.WEB, "SELECT id FROM accounts.invitation WHERE email = $1", email)
    link = link_of(row["id"], "", settings.secret())
    await web.post(link, data={"password": PASSWORD, "again": PASSWORD})


async def test_who_invites_themselves_a_second_account_is_still_one_person(admin, settings):
    await invited(admin, settings)
    await send(admin, "open")
    await again(admin, MINE)
    assert REFUSED in html.unescape((await admin.get(f"{WAVE}/open")).text)
    # and the first page asks them for nothing that they would be refused
    first = " ".join((await admin.get("/")).text.split())
    assert "venter på en tredje" in first
    assert "skal godkjennes av en til" not in first
    reply = await send(admin, "open", step="confirm")
    assert reply.status_code == 422
    assert REFUSED in html.unescape(reply.text)
    # the other way round, and of two that one invited
    await send(admin, "open", step="withdraw")
    await again(admin, "admin@example.org")
    await invited(admin, settings, "third@example.org")
    await again(admin, MINE)
    await send(admin, "open")
    for other in ("admin@example.org", "third@example.org"):
        await again(admin, other)
        assert (await send(admin, "open", step="confirm")).status_code == 422
    await again(admin, "colleague@example.org")
    assert (await send(admin, "open", step="confirm")).status_code == 303


async def test_two_addresses_of_one_mailbox_are_one_person_for_good(admin, settings):
    await invited(admin, settings, "colleague+2@example.org")
    # nor does it help that nobody gave it to them
    await change("UPDATE accounts.account SET given_by = NULL, created_at = now()")
    await again(admin, "colleague@example.org")
    await send(admin, "open")
    await again(admin, "colleague+2@example.org")
    for told in (await admin.get(f"{WAVE}/open"), await send(admin, "open", step="confirm")):
        assert "går til samme postkasse" in html.unescape(told.text)
    assert "teller som én person." in " ".join((await admin.get("/")).text.split())
    assert not await are_two(
        await number("colleague+2@example.org"), await number("colleague@example.org")
    )
    assert await are_two(await number("colleague+2@example.org"), await number("admin@example.org"))


async def test_after_two_weeks_they_are_two_and_a_new_role_begins_them_anew(admin, settings):
    await invited(admin, settings, role="analyst")
    me, mine = await number("admin@example.org"), await number(MINE)
    await change("UPDATE accounts.account SET given_at = given_at - interval '15 days'")
    assert await are_two(me, mine)
    await post(admin, f"/settings/accounts/{mine}", role="hr", unit="", language="nb")
    assert not await are_two(mine, me)
    await change("UPDATE accounts.account SET given_at = given_at - interval '15 days'")
    assert await are_two(me, mine)
    await post(admin, f"/settings/accounts/{mine}/close")
    await post(admin, f"/settings/accounts/{mine}/reopen")
    assert not await are_two(me, mine)
    # whoever runs the machine says that they are two
    bind_worker()
    await change_account(MINE, role=Role.HR, now=clock.now())
    bind_web()
    assert await are_two(me, mine)
    assert not await are_two(me, me)


async def test_two_accounts_of_one_person_do_not_make_each_other_anew(admin, settings):
    await invited(admin, settings, role="admin")
    me, mine = await number("admin@example.org"), await number(MINE)
    await again(admin, MINE)
    await invited(admin, settings, "third@example.org", role="admin")
    third = await number("third@example.org")
    # by an account that it brought in, and by its own hand
    for hand, role in (("third@example.org", "hr"), ("third@example.org", "admin"), (MINE, "hr")):
        await again(admin, hand)
        await post(admin, f"/settings/accounts/{mine}", role=role, unit="", language="nb")
        assert not await are_two(me, mine)
    assert not await are_two(me, third)
    # by somebody else, who answers for them
    await change("UPDATE accounts.account SET role = 'admin' WHERE email LIKE 'colleague%'")
    await again(admin, "colleague@example.org")
    await post(admin, f"/settings/accounts/{mine}", role="admin", unit="", language="nb")
    assert await are_two(me, mine)


async def test_where_nobody_else_has_been_here_for_long_two_can_begin_at_once(admin, settings):
    await invited(admin, settings)
    me, mine = await number("admin@example.org"), await number(MINE)
    colleague = await number("colleague@example.org")
    assert not await are_two(me, mine)
    # not by taking the colleague's role away
    await post(admin, f"/settings/accounts/{colleague}", role="analyst", unit="", language="nb")
    await post(admin, f"/settings/accounts/{colleague}/close")
    assert not await are_two(me, mine)
    await change("UPDATE accounts.account SET created_at = now()")
    assert await are_two(me, mine)


async def test_the_database_itself_lets_nobody_release_what_an_own_account_wrote(admin, settings):
    await invited(admin, settings)
    me, mine = await number("admin@example.org"), await number(MINE)
    colleague = await number("colleague@example.org")
    await change(
        "INSERT INTO asking.instrument_version (id, instrument, version, state, files, saved,"
        " changed_at, changed_by, changed_actor, reason, released_actor, hash)"
        " VALUES (gen_random_uuid(), 'verdipuls', 9, 'draft', '{}', 1, now(), $1, '', '', '', '')",
        me,
    )
    await change("UPDATE asking.instrument_version SET state = 'review'")
    release = (
        "UPDATE asking.instrument_version SET state = 'released', hash = 'h', released_by = $1"
    )
    with pytest.raises(Exception, match="released by a second person"):
        await change(release, mine)
    await change(release, colleague)


async def test_whoever_closes_an_account_reads_which_openings_it_leaves_standing(hr, sign_in):
    told = "som eieren har bedt om eller godkjent, står ved lag."
    await send(hr, "open", step="ask")
    await second(hr)
    await send(hr, "open", step="confirm")
    await sign_in(Role.ADMIN)
    for email in ("hr@example.org", "hr2@example.org"):
        page = await closing(hr, email)
        assert told in page
        assert 'href="/waves/vp-1/open"' in page
        # who gets another role stands behind it no less
        page = " ".join((await hr.get(f"/settings/accounts/{await number(email)}")).text.split())
        assert told in page
        assert "trekkes ikke dette tilbake" in page
    assert told not in await closing(hr, "admin@example.org")
    # nothing opens of a wave that a command has cancelled
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'cancelled'")
    assert told not in await closing(hr, "hr@example.org")
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'draft'")
    await send(hr, "open", step="withdraw")
    assert told not in await closing(hr, "hr2@example.org")


@pytest.mark.parametrize(
    ("act", "state", "told"),
    [
        ("cancel", "open", "Avlysningen av"),
        ("publish", "counted", "Publiseringen av"),
        ("withhold", "counted", "ikke publiseres, og det står ved lag."),
    ],
)
async def test_so_does_whoever_closes_one_of_what_else_takes_two(hr, sign_in, act, state, told):
    bind_worker()
    await open_wave(today=clock.today(), now=clock.now())
    bind_web()
    await change(f"UPDATE asking.wave SET state = '{state}'")
    [wave] = await fetch(Login.WEB, "SELECT id FROM asking.wave")
    asked = ActRequest(wave["id"], act, str(await number("hr@example.org")), "hr@example.org")
    await ask(asked, now=clock.now())
    await sign_in(Role.ADMIN)
    page = await closing(hr, "hr@example.org")
    assert told in page
    assert f'href="/waves/vp-1/{act}"' in page
    assert told not in await closing(hr, "hr2@example.org")
    # it waits for a second person no longer than for a day, or two weeks
    waited = "25 hours" if act == "cancel" else "15 days"
    await change(f"UPDATE asking.wave_act SET asked_at = asked_at - interval '{waited}'")
    assert told not in await closing(hr, "hr@example.org")


async def closing(web, email):
    page = await web.get(f"/settings/accounts/{await number(email)}/close")
    return " ".join(page.text.split())


async def test_of_many_who_ask_at_one_moment_one_proposal_stands(hr):
    [wave] = await fetch(Login.WEB, "SELECT id FROM asking.wave")
    asked = ActRequest(wave["id"], "open", str(await number("hr@example.org")), "hr@example.org")
    # each as another process would
    tasks = [
        asyncio.create_task(ask(asked, now=clock.now()), context=contextvars.Context())
        for _ in range(6)
    ]
    await asyncio.gather(*tasks)
    rows = await fetch(Login.WEB, "SELECT state FROM asking.wave_act")
    assert sorted(row["state"] for row in rows) == ["proposed", *["withdrawn"] * 5]
