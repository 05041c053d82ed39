"""Accounts are kept on pages: invited by mail, changed, closed, and given a new password."""

import asyncio
import re
from datetime import timedelta

import pytest

from survey_app.accounts.create_account import check_password
from survey_app.accounts.invitation_link import PATH, link_of
from survey_app.accounts.invitations import NewAccount, invite
from survey_app.accounts.offer_new_password import offer_new_password
from survey_app.accounts.roles import Role
from survey_app.administration.jobs import send_password_links
from survey_app.asking.delivery.mail_server import UNCONFIRMED
from survey_app.asking.delivery.sink import Sink, start_sink
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.actions_builders import an_owner
from tests.asking_builders import import_people
from tests.one_app import the_app
from tests.web.conftest import PASSWORD

ACCOUNTS = "/settings/accounts"
OWN = {"email": "admin@example.org"}
NEW = "a sentence that one remembers"


@pytest.fixture
async def admin(web, sign_in):
    await sign_in(Role.ADMIN)

    async def post(path, **data):
        page = (await web.get(ACCOUNTS)).text
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
        return await web.post(f"{ACCOUNTS}{path}", data={"csrf": csrf, **data})

    return post


async def stored(email):
    rows = await fetch(Login.MIGRATOR, "SELECT * FROM accounts.account WHERE email = $1", email)
    return rows[0] if rows else None


async def links(settings, purpose="invite"):
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT id FROM accounts.invitation WHERE purpose = $1 ORDER BY created_at, id",
        purpose,
    )
    return [link_of(row["id"], "", settings.secret()) for row in rows]


def invitation(**other):
    return {"email": "Ny@Example.org", "role": "hr", "unit": "", "language": "nn"} | other


async def test_an_invited_colleague_chooses_a_password_once_and_signs_in(web, admin, settings):
    reply = await admin("/invite", **invitation())
    assert "ny@example.org" in reply.text
    assert await stored("ny@example.org") is None
    web.cookies.clear()
    [link] = await links(settings)
    page = await web.get(link)
    assert '<html lang="nn"' in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (await web.post(link, data={"password": "short", "again": "short"})).status_code == 422
    assert (await web.post(link, data={"password": NEW, "again": NEW + "!"})).status_code == 422
    # what is guessed first: common ones, the agency's name, their own address
    for easy in ("1234567890", "Passord12345", "kriminalomsorgen1", "ny@example.org1"):
        reply = await web.post(link, data={"password": easy, "again": easy})
        assert (reply.status_code, "for lett å gjette" in reply.text) == (422, True), easy
    assert await stored("ny@example.org") is None
    done = await web.post(link, data={"password": NEW, "again": NEW})
    assert "lagret" in done.text
    account = await stored("ny@example.org")
    assert (account["role"], account["unit"], account["language"]) == ("hr", "", "nn")
    assert account["last_seen_on"] is None
    assert (await web.get(link)).status_code == 410
    again = await web.post(link, data={"password": NEW + "2", "again": NEW + "2"})
    assert again.status_code == 410
    reply = await web.post("/sign-in", data={"email": "ny@example.org", "password": NEW})
    assert reply.url.path == "/"
    assert (await stored("ny@example.org"))["last_seen_on"] == clock.today()


async def test_the_mail_goes_out_once_in_the_invited_one_s_language(web, admin, settings, tmp_path):
    await admin("/invite", **invitation(language="en"))
    sink = start_sink(tmp_path / "mail")
    try:
        with_mail = settings.model_copy(update={"smtp_url": sink.url})
        bind_worker()
        await send_password_links({"settings": with_mail})
        await send_password_links({"settings": with_mail})
    finally:
        sink.stop()
        bind_web()
    [file] = (tmp_path / "mail").glob("*.eml")
    mail = file.read_text()
    [link] = await links(settings)
    assert "You are invited to Verdibarometer" in mail
    assert link.removeprefix(f"{PATH}/") in mail.replace("=\n", "")
    assert "Gjelder til" in (await web.get(ACCOUNTS)).text


class Mute(Sink):
    """A server that takes the text and hangs up without a word."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        told = await super().handle_DATA(server, session, envelope)
        server.transport.abort()
        return told


async def hours_pass(hours):
    await fetch(
        Login.MIGRATOR,
        "UPDATE accounts.invitation SET created_at = created_at - $1::interval,"
        " due_at = due_at - $1::interval, ends_at = ends_at - $1::interval",
        timedelta(hours=hours),
    )


@pytest.mark.parametrize(("purpose", "most"), [("invite", 3), ("reset", 2)])
async def test_a_link_that_may_have_arrived_goes_seldom_and_the_list_says_so(
    web, admin, settings, tmp_path, purpose, most
):
    if purpose == "invite":
        await admin("/invite", **invitation())
    else:
        await offer_new_password(OWN["email"], actor="", now=clock.now())
    sink = Mute(tmp_path / "mail", 0)
    sink.start()
    try:
        with_mail = settings.model_copy(update={"smtp_url": sink.url})
        for hours in (0, 0.1, 0.2, 1, 2, 3, 6, 12, 24, 48):
            await hours_pass(hours)
            bind_worker()
            await send_password_links({"settings": with_mail})
    finally:
        sink.stop()
        bind_web()
    sent = [file.read_text() for file in (tmp_path / "mail").glob("*.eml")]
    # as those of waves: after a quarter of an hour and after four, while the link opens something
    assert len(sent) == most
    [row] = await fetch(Login.MIGRATOR, "SELECT state, problem FROM accounts.invitation")
    assert tuple(row.values()) == ("failed", UNCONFIRMED)
    if purpose == "invite":
        page = (await web.get(ACCOUNTS)).text
        assert "Usikkert om e-posten kom fram" in page
        number = re.search(r"/invitations/([^/]+)/again", page)[1]
        assert "Blir sendt" in (await admin(f"/invitations/{number}/again")).text


async def test_what_is_wrong_with_an_invitation_is_told_and_nothing_is_lost(web, admin):
    bind_worker()
    await import_people()
    bind_web()
    for data, told in (
        (invitation(email="ny at example"), "Skriv en e-postadresse"),
        (invitation(email=f"{'a' * 250}@example.org"), "Skriv en e-postadresse"),
        (invitation(email="admin@example.org"), "har en konto fra før"),
        # copied from a page or a mail, with a sign that nobody sees
        (invitation(email="admin\u200b@example.org"), "har en konto fra før"),
        (invitation(email="adm\u0131n@example.org"), "kan bli lest som en annen"),
        (invitation(role="leader"), "Velg enheten"),
        (invitation(role="leader", unit="no-such"), "finnes ikke i registeret"),
        (invitation(role="king"), "Velg en rolle"),
    ):
        reply = await admin("/invite", **data)
        assert reply.status_code == 422, data
        assert told in reply.text
        assert f'value="{data["email"]}"' in reply.text
    assert await fetch(Login.MIGRATOR, "SELECT * FROM accounts.invitation") == []


async def test_a_link_that_was_withdrawn_replaced_or_is_a_week_old_opens_nothing(
    web, admin, settings, monkeypatch
):
    await admin("/invite", **invitation())
    [first] = await links(settings)
    await admin("/invite", **invitation(role="analyst"))
    second = next(link for link in await links(settings) if link != first)
    assert (await web.get(first)).status_code == 410
    assert (await web.get(second)).status_code == 200
    page = (await web.get(ACCOUNTS)).text
    number = re.search(r"/invitations/([^/]+)/withdraw", page)[1]
    week = clock.now() + timedelta(days=7)
    monkeypatch.setattr("survey_app.administration.password_routes.now", lambda: week)
    assert (await web.get(second)).status_code == 410
    monkeypatch.undo()
    await admin(f"/invitations/{number}/again")
    await admin(f"/invitations/{number}/withdraw")
    assert (await web.get(second)).status_code == 410
    reply = await web.post(second, data={"password": NEW, "again": NEW})
    assert reply.status_code == 410
    assert (await web.get(f"{PATH}/AAAA")).status_code == 410
    assert await stored("ny@example.org") is None


async def test_a_forgotten_password_is_replaced_by_its_owner_and_nothing_tells_who_has_an_account(
    web, sign_in, settings
):
    await sign_in(Role.HR)
    inside = dict(web.cookies)
    replies = [
        await web.post("/sign-in/forgotten", data={"email": email})
        for email in ("hr@example.org", "nobody@example.org")
    ]
    assert replies[0].text == replies[1].text
    [link] = await links(settings, "reset")
    web.cookies.clear()
    assert "hr@example.org" in (await web.get(link)).text
    await web.post(link, data={"password": NEW, "again": NEW})
    for name, value in inside.items():
        web.cookies.set(name, value)
    # who was signed in with the old one is not any more
    assert (await web.get("/", follow_redirects=False)).status_code == 303
    reply = await web.post("/sign-in", data={"email": "hr@example.org", "password": NEW})
    assert reply.url.path == "/"


async def test_a_link_that_is_used_in_several_browsers_at_once_gives_one_of_them_its_password(
    web, sign_in, admin, settings
):
    await admin("/invite", **invitation())
    await sign_in(Role.HR)
    web.cookies.clear()
    await web.post("/sign-in/forgotten", data={"email": "hr@example.org"})
    chosen = [f"{NEW}, and in browser {number}" for number in range(3)]
    for purpose, email in (("invite", "ny@example.org"), ("reset", "hr@example.org")):
        [link] = await links(settings, purpose)
        replies = await asyncio.gather(
            *(
                web.post(link, data={"password": one, "again": one}, follow_redirects=False)
                for one in chosen
            )
        )
        told = [reply.status_code for reply in replies]
        assert sorted(told) == [303, 410, 410]
        opened = [await check_password(email, one) is not None for one in chosen]
        assert opened == [status == 303 for status in told]


async def test_links_for_a_new_password_are_few_and_a_closed_account_gets_none(
    web, admin, settings
):
    account = (await stored("admin@example.org"))["id"]
    for _ in range(3):
        assert (
            await web.post("/sign-in/forgotten", data={"email": "admin@example.org"})
        ).is_success
    many = await web.post("/sign-in/forgotten", data={"email": "admin@example.org"})
    assert many.status_code == 429
    assert int(many.headers["retry-after"]) > 0
    # an administrator's ends the one before
    await admin(f"/{account}/password")
    links_sent = await links(settings, "reset")
    opening = [link for link in links_sent if (await web.get(link)).status_code == 200]
    assert (len(links_sent), len(opening)) == (2, 1)
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET active = false WHERE id = $1", account)
    reply = await web.post(opening[0], data={"password": NEW, "again": NEW})
    assert reply.status_code == 410


async def asked_for(began, minutes):
    """Ask for another's new password every two hundred seconds; return when mails went.

    So often, and twice at once, is what the counts let through.
    """
    mails = []
    for seconds in range(0, minutes * 60, 200):
        at = began + timedelta(seconds=seconds)
        await asyncio.gather(
            *(offer_new_password("hr@example.org", actor="", now=at) for _ in range(2))
        )
        sent = await fetch(
            Login.MIGRATOR,
            "UPDATE accounts.invitation SET state = 'sent', sent_at = $1 WHERE state = 'due'"
            " RETURNING id",
            at,
        )
        mails += [at] * len(sent)
    return mails


async def test_who_goes_on_asking_for_another_neither_ends_their_link_nor_fills_their_mailbox(
    web, sign_in, settings
):
    await sign_in(Role.HR)
    web.cookies.clear()
    began = clock.now() - timedelta(minutes=100)
    mails = await asked_for(began, 100)
    # one at once, one after ten minutes, and then after as long as it has been asked for
    assert mails == [began + timedelta(minutes=at) for at in (0, 10, 20, 40, 80)]
    first, second = await links(settings, "reset")
    # the first was mailed an hour ago, and the second takes its place
    opening = [(await web.get(link)).status_code for link in (first, second)]
    assert opening == [200, 200]
    await web.post(first, data={"password": NEW, "again": NEW})
    assert (await web.get(second)).status_code == 410


async def test_asking_all_day_for_another_sends_sixteen_mails_and_there_is_always_one_that_opens(
    web, sign_in
):
    await sign_in(Role.HR)
    began = clock.now() - timedelta(hours=24)
    mails = await asked_for(began, 24 * 60)
    # each wait is as long as all before it, until the link of two hours has to be replaced
    minutes = [0, 10, 20, 40, 80, 160, *range(280, 24 * 60, 120)]
    assert mails == [began + timedelta(minutes=at) for at in minutes]
    assert len(mails) == 16
    # 23 hours and 20 minutes after the first was asked for, the last of them has an hour left
    now = began + timedelta(hours=23, minutes=20)
    opening = (
        "SELECT id FROM accounts.invitation"
        " WHERE withdrawn_at IS NULL AND sent_at <= $1 AND ends_at > $1"
    )
    assert len(await fetch(Login.MIGRATOR, opening, now)) == 1


async def test_no_asking_ends_a_link_whose_mail_is_about_to_go(web, sign_in, settings):
    await sign_in(Role.HR)
    web.cookies.clear()
    began = clock.now() - timedelta(hours=1)
    await asked_for(began, 30)
    # on its way to the worker once more in the last moment of the first hour
    for seconds in (3590, 3610):
        at = began + timedelta(seconds=seconds)
        await offer_new_password("hr@example.org", actor="", now=at)
    [link] = await links(settings, "reset")
    assert (await web.get(link)).status_code == 200


async def test_a_link_that_was_mailed_an_hour_ago_ends_where_another_is_asked_for(
    web, sign_in, settings
):
    await sign_in(Role.HR)
    web.cookies.clear()
    began = clock.now() - timedelta(minutes=61)
    await asked_for(began, 1)
    await offer_new_password("hr@example.org", actor="", now=clock.now())
    opening = [(await web.get(link)).status_code for link in await links(settings, "reset")]
    assert opening == [410, 200]


async def test_of_two_who_invite_one_address_at_once_one_link_opens(admin, web, settings):
    wanted = NewAccount("ny@example.org", Role.HR, "", "nb")
    for _ in range(5):
        await asyncio.gather(
            *(invite(wanted, actor=f"{one}@example.org", now=clock.now()) for one in range(4))
        )
        sent = await links(settings)
        opening = [link for link in sent if (await web.get(link)).status_code == 200]
        assert len(opening) == 1


async def test_links_for_a_new_password_are_few_however_an_address_is_written(web):
    written = ["p\u00e5l@example.org", "pa\u030al@example.org"] * 2
    replies = [await web.post("/sign-in/forgotten", data={"email": one}) for one in written]
    assert [one.status_code for one in replies] == [200, 200, 200, 429]


@pytest.mark.parametrize("sign", ["\u200b", "\0"])
async def test_who_forgot_a_password_gets_a_link_by_an_address_with_a_sign_that_nobody_sees(
    web, sign_in, settings, sign
):
    await sign_in(Role.HR)
    reply = await web.post("/sign-in/forgotten", data={"email": f"hr{sign}@example.org"})
    assert reply.status_code == 200
    assert len(await links(settings, "reset")) == 1


async def test_role_and_language_change_at_once_and_closing_ends_the_session(web, sign_in, admin):
    await sign_in(Role.HR)
    inside = dict(web.cookies)
    await web.post(
        "/sign-in", data={"email": "admin@example.org", "password": "a long enough password"}
    )
    account = (await stored("hr@example.org"))["id"]
    bind_worker()
    await import_people()
    bind_web()
    [unit] = await fetch(
        Login.MIGRATOR, "SELECT code FROM asking.unit WHERE parent IS NOT NULL LIMIT 1"
    )
    await admin(f"/{account}", role="leader", unit=unit["code"], language="en")
    changed = await stored("hr@example.org")
    assert (changed["role"], changed["unit"], changed["language"]) == ("leader", unit["code"], "en")
    # a form from before gives nobody back what they had; the same button pressed twice does nothing
    stale = {"seen": "hr  nb", "role": "hr", "unit": "", "language": "en"}
    reply = await admin(f"/{account}", **stale)
    assert (reply.status_code, "Noen andre har endret kontoen" in reply.text) == (422, True)
    assert f'name="seen" value="leader {unit["code"]} en"' in reply.text
    await admin(f"/{account}", **stale | {"role": "leader", "unit": unit["code"]})
    assert (await stored("hr@example.org"))["role"] == "leader"
    assert (
        "Stenge kontoen til hr@example.org?" in (await web.get(f"{ACCOUNTS}/{account}/close")).text
    )
    await admin(f"/{account}/close")
    outside = dict(web.cookies)
    web.cookies.clear()
    for name, value in inside.items():
        web.cookies.set(name, value)
    assert (await web.get("/", follow_redirects=False)).status_code == 303
    web.cookies.clear()
    for name, value in outside.items():
        web.cookies.set(name, value)
    await admin(f"/{account}/reopen")
    assert (await stored("hr@example.org"))["active"]


async def test_who_gives_a_role_is_told_which_results_it_sees(web, sign_in):
    await sign_in(Role.ADMIN)
    told = (await web.get(ACCOUNTS)).text
    assert "Av resultatene bare strategisiden." in told
    assert "Tall om omdømme, arbeidsplass og strategi" in told
    assert "Ikke sidene om kultur." in told
    assert "Sist inne: </span>" in told
    pages = ("/strategy", "/workplace", "/reputation", "/culture")

    async def seen():
        return [page for page in pages if (await web.get(page)).status_code != 403]

    assert await seen() == ["/strategy"]
    await sign_in(Role.COMMUNICATIONS)
    assert await seen() == ["/strategy", "/workplace", "/reputation"]


async def test_that_the_directory_has_the_last_word_is_said_where_a_role_is_given(
    web, sign_in, admin, settings
):
    await sign_in(Role.HR)
    account = (await stored("hr@example.org"))["id"]
    await web.post("/sign-in", data={"email": "admin@example.org", "password": PASSWORD})
    page = f"{ACCOUNTS}/{account}"
    roles = {"oidc_roles": "Verdibarometer.HR=hr"}
    for keeps, linked, told in (
        (roles | {"oidc_unit_claim": "unit"}, False, ""),
        (roles | {"oidc_unit_claim": "unit"}, True, "Rollen og enheten hentes fra katalogen"),
        (roles, True, "Rollen hentes fra katalogen"),
        ({}, True, ""),
    ):
        the_app(settings.model_copy(update=keeps))
        await fetch(Login.MIGRATOR, "DELETE FROM accounts.identity")
        if linked:
            await fetch(
                Login.MIGRATOR,
                "INSERT INTO accounts.identity (id, account, issuer, subject, linked_at)"
                " VALUES (gen_random_uuid(), $1, 'https://login.example.org', '1', now())",
                account,
            )
        text = (await web.get(page)).text
        assert told in text
        assert ("neste innlogging" in text) is bool(told)


async def test_the_last_administrator_stays(web, admin):
    account = (await stored("admin@example.org"))["id"]
    for path, data in (
        ("/close", {}),
        ("", {"role": "hr", "unit": "", "language": "nb"}),
    ):
        reply = await admin(f"/{account}{path}", **data)
        assert reply.status_code == 422
        assert "den siste administratoren" in reply.text
    assert (await stored("admin@example.org"))["role"] == "admin"
    assert (await stored("admin@example.org"))["active"]


async def test_a_form_without_the_session_s_token_changes_nothing(web, admin):
    account = (await stored("admin@example.org"))["id"]
    for path in ("/invite", f"/{account}", f"/{account}/close", f"/{account}/password"):
        reply = await web.post(f"{ACCOUNTS}{path}", data={"csrf": "guess", **invitation()})
        assert reply.status_code == 403, path
    assert await fetch(Login.MIGRATOR, "SELECT * FROM accounts.invitation") == []


@pytest.mark.parametrize("way", ["closed", "another role"])
async def test_who_administers_no_more_leaves_no_invitation_behind(web, admin, settings, way):
    await admin("/invite", **invitation(email="private@example.com", role="admin"))
    [link] = await links(settings)
    [inviter] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.account")
    web.cookies.clear()
    bind_worker()
    await an_owner("second@example.org", role=Role.ADMIN)
    bind_web()
    await web.post("/sign-in", data={"email": "second@example.org", "password": PASSWORD})
    place = f"/{inviter['id']}"
    if way == "closed":
        assert "1 invitasjon fra kontoen" in (await web.get(f"{ACCOUNTS}{place}/close")).text
        await admin(f"{place}/close")
    else:
        await admin(place, role="analyst", unit="", language="nb")
    assert (await web.get(link)).status_code == 410
    assert "private@example.com" not in (await web.get(ACCOUNTS)).text
    [told] = await fetch(
        Login.MIGRATOR, "SELECT actor FROM audit.event WHERE action = 'invitation withdrawn'"
    )
    assert told["actor"] == "second@example.org"
