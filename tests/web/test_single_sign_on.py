"""Signing in at a real provider of OpenID Connect (oidc-provider), and what is refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from redis import Redis

from survey_app.accounts.change_account import set_active
from survey_app.accounts.create_account import create_account, hashed
from survey_app.accounts.errors import AccountError, TooBusy
from survey_app.accounts.invitations import (
    NewAccount,
    choose_password,
    invite,
)
from survey_app.accounts.note_signing_in import MOST_REFUSED, SIGN_IN_REFUSED
from survey_app.accounts.offer_new_password import offer_new_password
from survey_app.accounts.roles import Role
from survey_app.accounts.second_step.codes import new_secret
from survey_app.accounts.second_step.keep import turn_on
from survey_app.accounts.sessions import cookie_name
from survey_app.accounts.sign_on import attempts, routes
from survey_app.accounts.sign_on.claims import Somebody
from survey_app.accounts.sign_on.errors import SignOnError
from survey_app.accounts.sign_on.identities import account_of, link_account
from survey_app.accounts.sign_on.rules import BACK
from survey_app.accounts.tables import Account
from survey_app.accounts.tries import counts_of  # noqa: F401 - what is counted is cleared by `web`
from survey_app.audit.record import record
from survey_app.installation.doctor import _administrators
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.limits import Bucket
from tests.builders_answering import without_pools
from tests.in_process import InProcess
from tests.oidc import CLIENT_ID, CLIENT_SECRET, provider, signed_in_there
from tests.one_app import the_app

HERE = "http://testserver.local"
RETURN = f"{HERE}{BACK}"
TENANT = "0f3c"
PEOPLE = {
    "hr": {
        "email": "hr@example.org",
        "email_verified": True,
        "roles": ["other", "vb-hr"],
        "tid": TENANT,
        "oid": "1",
    },
    "who-writes-own-claims": {
        "email": "own@example.org",
        "email_verified": True,
        "roles": ["vb-leader"],
        "unit": "nord-1",
        "tid": TENANT,
        "oid": "1",
    },
    "hr-unproved": {"email": "hr@example.org", "roles": ["vb-hr"], "tid": TENANT, "oid": "1"},
    "leader": {"email": "leader@example.org", "roles": ["vb-leader"], "unit": "nord-1"},
    "lost-leader": {"email": "leader2@example.org", "roles": ["vb-leader"]},
    "nobody": {"email": "nobody@example.org", "roles": ["other"]},
    "no-address": {"roles": ["vb-hr"]},
    "look-alike": {"email": "\u0438\u0432\u0430\u043d@example.org", "roles": ["vb-hr"]},
    "same-address": {"email": "communications@example.org", "roles": ["vb-hr"]},
    "another": {"email": "communications@example.org", "roles": ["vb-admin"]},
}
SESSION = cookie_name(secure=False)


@pytest.fixture(scope="module")
def issuer():
    with provider(RETURN, PEOPLE) as address:
        yield address


@pytest.fixture
def settings(data_dir, issuer) -> Settings:
    return Settings(
        data_dir=data_dir,
        base_url=HERE,
        secret_key="for tests only, and long enough there",
        oidc_issuer=issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_roles="vb-admin=admin, vb-hr=hr, vb-leader=leader",
        oidc_unit_claim="unit",
    )


async def _sent(web, target="/settings/sessions") -> str:
    reply = await web.get("/sign-in/provider", params={"next": target}, follow_redirects=False)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


async def _back(web, person, target="/culture"):
    onward = await signed_in_there(await _sent(web, target), person, RETURN)
    return await web.get(onward.removeprefix(HERE), follow_redirects=False)


async def _accounts():
    return await fetch(
        Login.MIGRATOR, "SELECT email, role, unit, password FROM accounts.account ORDER BY email"
    )


async def test_a_secret_that_the_provider_takes_no_more_is_the_operator_s_to_mend(
    web, settings, caplog
):
    the_app(settings.model_copy(update={"oidc_client_secret": "one whose time is over there"}))
    reply = await _back(web, "hr")
    assert reply.status_code == 503
    [told] = [one.getMessage() for one in caplog.records if one.name == "barometer.accounts"]
    assert "BAROMETER_OIDC_CLIENT_SECRET" in told
    assert "hr@example.org" not in caplog.text
    assert await _accounts() == []


async def test_who_the_directory_gives_a_role_is_signed_in_and_has_no_password_here(web):
    asked = parse_qs(urlsplit(await _sent(web)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [RETURN]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    reply = await _back(web, "hr", "/people")
    assert (reply.status_code, reply.headers["location"]) == (303, "/people")
    assert (await web.get("/people")).status_code == 200
    [account] = await _accounts()
    assert account == {"email": "hr@example.org", "role": "hr", "unit": "", "password": ""}
    [identity] = await fetch(Login.MIGRATOR, "SELECT subject FROM accounts.identity")
    assert identity["subject"] == "hr"  # never an address, nor what is Entra's alone
    # and nobody signs in with the password that there is none of
    web.cookies.clear()
    for password in ("", "hr", "a long enough password"):
        refused = await web.post("/sign-in", data={"email": "hr@example.org", "password": password})
        assert refused.status_code == 401


async def _known_as_before(account="hr@example.org"):
    """Make the account's identity what versions up to 3 December 2026 stored of it."""
    await fetch(
        Login.MIGRATOR,
        "UPDATE accounts.identity SET subject = $1 WHERE account ="
        " (SELECT id FROM accounts.account WHERE email = $2)",
        f"{TENANT}:1",
        account,
    )


async def test_who_writes_entra_s_claims_at_another_provider_is_nobody_else(web):
    await _back(web, "hr")
    for before in (False, True):
        if before:
            await _known_as_before()
        web.cookies.clear()
        reply = await _back(web, "who-writes-own-claims", "/account")
        assert reply.status_code == 303
        assert "own@example.org" in (await web.get("/account")).text
    rows = await fetch(Login.MIGRATOR, "SELECT subject FROM accounts.identity ORDER BY subject")
    assert [row["subject"] for row in rows] == [f"{TENANT}:1", "who-writes-own-claims"]


async def test_who_was_known_by_entra_s_claims_is_known_by_their_subject_from_now_on(web):
    await _back(web, "hr")
    await _known_as_before()
    for _ in range(2):
        web.cookies.clear()
        assert (await _back(web, "hr")).status_code == 303
    subjects = "SELECT subject FROM accounts.identity ORDER BY subject"
    assert [row["subject"] for row in await fetch(Login.MIGRATOR, subjects)] == [
        f"{TENANT}:1",
        "hr",
    ]
    assert len(await _accounts()) == 1
    # and nobody else by them, although the address is said to be proved
    await fetch(Login.MIGRATOR, "UPDATE accounts.identity SET subject = 'x' WHERE subject = 'hr'")
    web.cookies.clear()
    reply = await _back(web, "hr")
    assert reply.status_code == 403
    assert "en annen jobbkonto logger inn på" in reply.text


async def test_who_cannot_be_known_again_is_linked_by_a_password_that_an_administrator_offers(web):
    await _back(web, "hr")
    await _known_as_before()
    web.cookies.clear()
    assert (await _back(web, "hr-unproved")).status_code == 403
    # what an administrator's offer leads to
    there = hashed("a long enough password")
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET password = $1", there)
    reply = await _back(web, "hr-unproved")
    token = reply.text.split('name="linking" value="')[1].split('"')[0]
    data = {"linking": token, "password": "a long enough password"}
    assert (await web.post("/sign-in/link", data=data, follow_redirects=False)).status_code == 303
    web.cookies.clear()
    assert (await _back(web, "hr-unproved")).status_code == 303


async def test_role_and_unit_are_those_of_the_directory_each_time(web):
    await _back(web, "leader")
    [account] = await _accounts()
    assert (account["role"], account["unit"]) == ("leader", "nord-1")
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET role = 'hr', unit = ''")
    web.cookies.clear()
    await _back(web, "leader")
    [account] = await _accounts()
    assert (account["role"], account["unit"]) == ("leader", "nord-1")
    rows = await fetch(
        Login.MIGRATOR, "SELECT actor FROM audit.event WHERE action = 'account changed'"
    )
    assert [row["actor"] for row in rows] == ["single sign-on"]


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ("nobody", "gir ikke tilgang her"),
        ("lost-leader", "sier ikke hvilken enhet"),
        ("no-address", "oppgir ingen e-postadresse"),
        ("look-alike", "kan bli lest som en annen"),
    ],
)
async def test_who_has_no_business_here_is_told_why_and_gets_no_account(web, person, sentence):
    reply = await _back(web, person)
    assert reply.status_code == 403
    assert sentence in reply.text
    assert SESSION not in web.cookies
    assert await _accounts() == []


async def test_the_directory_does_not_take_the_last_administrator_away(web, sign_in):
    await _back(web, "leader")
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET role = 'admin', unit = ''")
    web.cookies.clear()
    reply = await _back(web, "leader", "/settings/accounts")
    assert (reply.status_code, reply.headers["location"]) == (303, "/settings/accounts")
    [account] = await _accounts()
    assert account["role"] == "admin"
    assert "Beholdt den siste administratoren" in (await web.get("/settings/log")).text
    with without_pools():
        [told] = await _administrators()
    assert "leader@example.org is the last administrator" in told.sentence
    # with another one, the directory's word counts again, and there is nothing to tell
    web.cookies.clear()
    await sign_in(Role.ADMIN)
    web.cookies.clear()
    await _back(web, "leader")
    assert [one["role"] for one in await _accounts()] == ["admin", "leader"]
    with without_pools():
        assert await _administrators() == []


async def test_attempts_of_one_network_are_few_and_who_comes_back_gives_the_room_back(
    web, monkeypatch
):
    monkeypatch.setattr(routes, "AT_PROVIDER", Bucket("sign-on", most=2, each=60))
    for _ in range(3):
        assert (await _back(web, "hr")).status_code == 303
    for _ in range(2):
        await _sent(web)
    refused = await web.get("/sign-in/provider", follow_redirects=False)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert "Vent litt" in refused.text


async def test_linking_takes_the_second_step_too_and_forgets_it(web, sign_in, settings):
    await sign_in(Role.COMMUNICATIONS)
    [account] = await fetch(Login.MIGRATOR, "SELECT id, email FROM accounts.account")
    key, now = settings.secret(), clock.now()
    told = account["id"], account["email"], new_secret()
    with without_pools():
        codes = await turn_on(*told, step=0, key=key, now=now)
    web.cookies.clear()
    reply = await _back(web, "same-address")
    for code, status, told in (("", 401, "koden fra appen"), (codes[0], 303, "")):
        token = reply.text.split('name="linking" value="')[1].split('"')[0]
        data = {"linking": token, "password": "a long enough password", "code": code}
        reply = await web.post("/sign-in/link", data=data, follow_redirects=False)
        assert reply.status_code == status, reply.text
        assert told in reply.text
    for table in ("second_step", "recovery_code"):
        assert await fetch(Login.MIGRATOR, f"SELECT id FROM accounts.{table}") == []
    assert "med jobbkontoen" in (await web.get("/account")).text
    assert (await web.get("/account/second-step")).url.path == "/account"


async def test_passwords_are_guessed_no_faster_where_an_account_is_linked(
    web, sign_in, monkeypatch
):
    async def busy(*_):
        raise TooBusy

    await sign_in(Role.COMMUNICATIONS)
    web.cookies.clear()
    reply = await _back(web, "same-address")
    token = reply.text.split('name="linking" value="')[1].split('"')[0]
    # whoever comes while many sign in has tried nothing yet
    with monkeypatch.context() as patched:
        patched.setattr("survey_app.accounts.sign_on.routes.check_password", busy)
        reply = await web.post("/sign-in/link", data={"linking": token, "password": "any"})
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert "Mange logger inn akkurat nå" in reply.text
    token = reply.text.split('name="linking" value="')[1].split('"')[0]
    [account] = await _accounts()
    for _ in range(MOST_REFUSED[SIGN_IN_REFUSED]):
        await record(
            Login.WEB, now=clock.now(), actor="system", action=SIGN_IN_REFUSED,
            subject=account["email"],
        )  # fmt: skip
    data = {"linking": token, "password": "a long enough password"}
    reply = await web.post("/sign-in/link", data=data, follow_redirects=False)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "600")
    assert "Vent 10 minutter" in reply.text


async def _about_to_link(web, people):
    """Bring browsers of several people to the page that asks for the password, ready to send it."""
    found = []
    for person in people:
        browser = InProcess(web.app, HERE)
        reply = await _back(browser, person)
        token = reply.text.split('name="linking" value="')[1].split('"')[0]
        found.append((browser, {"linking": token, "password": "a long enough password"}))
    return found


async def test_who_links_an_account_from_several_tabs_at_once_is_signed_in_and_linked_once(
    web, sign_in
):
    await sign_in(Role.COMMUNICATIONS)
    sent = await _about_to_link(web, ["same-address"] * 4)
    replies = await asyncio.gather(
        *(
            browser.post("/sign-in/link", data=data, follow_redirects=False)
            for browser, data in sent
        )
    )
    assert {one.status_code for one in replies} == {303}
    # and stays so: no session is of the password that there is no more
    assert [(await one.get("/account")).url.path for one, _ in sent] == ["/account"] * 4
    assert len(await fetch(Login.MIGRATOR, "SELECT id FROM accounts.identity")) == 1
    noted = "SELECT 1 FROM audit.event WHERE action = 'account linked'"
    assert len(await fetch(Login.MIGRATOR, noted)) == 1


async def test_who_comes_to_the_password_once_the_account_is_linked_is_not_told_that_it_is_wrong(
    web, sign_in
):
    await sign_in(Role.COMMUNICATIONS)
    [(first, data), (second, later), (other, theirs)] = await _about_to_link(
        web, ["same-address", "same-address", "another"]
    )
    await first.post("/sign-in/link", data=data, follow_redirects=False)
    # of the person the provider has vouched in the other tab, too
    reply = await second.post("/sign-in/link", data=later, follow_redirects=False)
    assert reply.status_code == 303
    assert (await second.get("/account")).url.path == "/account"
    refused = await other.post("/sign-in/link", data=theirs, follow_redirects=False)
    assert refused.status_code == 403
    assert "en konto som en annen jobbkonto logger inn på" in refused.text


async def test_of_two_people_who_link_one_account_at_once_one_does_and_the_other_reads_why(
    web, sign_in
):
    await sign_in(Role.COMMUNICATIONS)
    sent = await _about_to_link(web, ["same-address", "another"])
    replies = await asyncio.gather(
        *(
            browser.post("/sign-in/link", data=data, follow_redirects=False)
            for browser, data in sent
        )
    )
    assert sorted(one.status_code for one in replies) == [303, 403]
    [refused] = [one.text for one in replies if one.status_code == 403]
    assert "en konto som en annen jobbkonto logger inn på" in refused
    assert len(await fetch(Login.MIGRATOR, "SELECT id FROM accounts.identity")) == 1


async def test_who_links_two_accounts_at_once_gets_one_and_reads_why_the_other_is_not(
    web, sign_in, settings
):
    await sign_in(Role.COMMUNICATIONS)
    [first, last] = await _about_to_link(web, ["same-address"] * 2)
    with without_pools():
        await create_account(
            email="former.name@example.org", role=Role.HR, password="a long enough password",
            unit="", language="nb", now=clock.now(),
        )  # fmt: skip
    # the directory told another address of the same person between the two
    browser = last[0].cookies[attempts.attempt_cookie_name(secure=False)]
    token, secret = last[1]["linking"], settings.secret()
    linking = await attempts.take_linking(token, browser, secret)
    renamed = replace(linking, somebody=replace(linking.somebody, email="former.name@example.org"))
    # by whoever writes to Redis without the installation's secret: then it is nobody's
    await attempts.keep_linking(token, browser, renamed, b"a guess")
    assert await attempts.take_linking(token, browser, secret) is None
    await attempts.keep_linking(token, browser, renamed, secret)
    replies = await asyncio.gather(
        *(
            one.post("/sign-in/link", data=data, follow_redirects=False)
            for one, data in (first, last)
        )
    )
    assert sorted(one.status_code for one in replies) == [303, 403]
    assert [one.text.count("koblet jobbkontoen din til en annen konto") for one in replies] == [
        int(one.status_code == 403) for one in replies
    ]
    assert sorted(bool(row["password"]) for row in await _accounts()) == [False, True]


async def test_administrators_who_link_at_once_and_are_none_in_the_directory_leave_one(web):
    emails = [f"admin{number}@example.org" for number in range(4)]
    for email in emails:
        bind_worker()
        await create_account(
            email=email, role=Role.ADMIN, password="a long enough password", unit="",
            language="nb", now=clock.now(),
        )  # fmt: skip
    bind_web()
    accounts = [await Account.objects().where(Account.email == email).first() for email in emails]
    await asyncio.gather(
        *(
            link_account(
                account,
                Somebody("https://login.example.org", account.email, account.email, Role.HR, ""),
                now=clock.now(),
            )
            for account in reversed(accounts)
        )
    )
    assert sorted(row["role"] for row in await _accounts()) == ["admin", "hr", "hr", "hr"]


async def test_an_invitation_used_as_the_directory_makes_the_account_opens_it_once(web):
    for number in range(8):
        email = f"new{number}@example.org"
        wanted = NewAccount(email, Role.HR, "", "nb")
        await invite(wanted, actor="admin@example.org", now=clock.now())
        sent = "SELECT id FROM accounts.invitation WHERE email = $1"
        [invitation] = await fetch(Login.MIGRATOR, sent, email)
        somebody = Somebody("https://login.example.org", f"{number}", email, Role.HR, "")
        password = "four words that nobody guesses"
        outcomes = await asyncio.gather(
            choose_password(invitation["id"], password, now=clock.now()),
            *(account_of(somebody, language="nb", now=clock.now()) for _ in range(4)),
            return_exceptions=True,
        )
        refused = [one for one in outcomes if isinstance(one, BaseException)]
        assert {type(one) for one in refused} <= {AccountError, SignOnError}, refused
    assert len(await _accounts()) == 8


async def test_an_address_alone_opens_no_account_that_has_a_password(web, sign_in):
    await sign_in(Role.COMMUNICATIONS)
    web.cookies.clear()
    for person in ("another", "same-address"):
        reply = await _back(web, person)
        assert reply.status_code == 200
        assert SESSION not in web.cookies
        token = reply.text.split('name="linking" value="')[1].split('"')[0]
        wrong = await web.post("/sign-in/link", data={"linking": token, "password": "not this one"})
        assert wrong.status_code == 401
        assert "Passordet er ikke riktig" in wrong.text
        assert SESSION not in web.cookies
        again = await web.post("/sign-in/link", data={"linking": token, "password": "x"})
        assert again.status_code == 400  # each is worth one try
    token = wrong.text.split('name="linking" value="')[1].split('"')[0]
    right = await web.post(
        "/sign-in/link",
        data={"linking": token, "password": "a long enough password"},
        follow_redirects=False,
    )
    assert (right.status_code, right.headers["location"]) == (303, "/culture")
    # from now on without it, with the role that the directory gives
    web.cookies.clear()
    reply = await _back(web, "same-address")
    assert reply.status_code == 303
    [account] = await _accounts()
    assert account["role"] == "hr"
    # each wrong password is in the log, as where somebody signs in with it
    refused = await fetch(
        Login.MIGRATOR, "SELECT subject FROM audit.event WHERE action = 'sign-in refused'"
    )
    assert [row["subject"] for row in refused] == ["communications@example.org"] * 2
    # and nobody by the password of before, nor the other person with that address
    web.cookies.clear()
    by_password = {"email": "communications@example.org", "password": "a long enough password"}
    assert (await web.post("/sign-in", data=by_password)).status_code == 401
    reply = await _back(web, "another")
    assert reply.status_code == 403
    assert "en annen jobbkonto logger inn på" in reply.text


async def test_a_reply_works_once_and_in_the_browser_that_asked(web):
    onward = (await signed_in_there(await _sent(web), "hr", RETURN)).removeprefix(HERE)
    kept = dict(web.cookies)
    web.cookies.clear()
    stolen = await web.get(onward, follow_redirects=False)
    assert stolen.status_code == 400
    assert "annen nettleser" in stolen.text
    for name, value in kept.items():
        web.cookies.set(name, value)
    assert (await web.get(onward, follow_redirects=False)).status_code == 303
    for name, value in kept.items():
        web.cookies.set(name, value)
    assert (await web.get(onward, follow_redirects=False)).status_code == 400
    for forged in ("?state=x&code=y", "?code=y", "?state=x", "?error=access_denied", ""):
        assert (await web.get(BACK + forged, follow_redirects=False)).status_code == 400


async def test_a_code_of_another_attempt_or_another_provider_is_not_taken(web):
    first = parse_qs(urlsplit(await signed_in_there(await _sent(web), "hr", RETURN)).query)
    state = parse_qs(urlsplit(await _sent(web)).query)["state"][0]
    mixed = await web.get(
        BACK, params={"state": state, "code": first["code"][0]}, follow_redirects=False
    )
    assert mixed.status_code == 400
    onward = await signed_in_there(await _sent(web), "hr", RETURN)
    query = {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
    query["iss"] = "https://other.example"
    assert (await web.get(BACK, params=query, follow_redirects=False)).status_code == 400
    state = parse_qs(urlsplit(await _sent(web)).query)["state"][0]
    denied = await web.get(
        BACK, params={"state": state, "error": "access_denied"}, follow_redirects=False
    )
    assert denied.status_code == 403
    assert "avbrutt" in denied.text
    assert await _accounts() == []


async def test_a_closed_account_stays_closed_whatever_the_directory_says(web):
    await _back(web, "hr")
    bind_worker()
    await set_active("hr@example.org", active=False, now=clock.now())
    bind_web()
    assert (await web.get("/people", follow_redirects=False)).status_code == 303
    web.cookies.clear()
    reply = await _back(web, "hr")
    assert reply.status_code == 403
    assert "stengt" in reply.text


async def test_who_signs_on_gets_no_password_by_saying_that_it_is_forgotten(web):
    await _back(web, "hr")
    web.cookies.clear()
    left = "SELECT count(*) FROM accounts.invitation WHERE email = 'hr@example.org'"
    reply = await web.post("/sign-in/forgotten", data={"email": "hr@example.org"})
    assert reply.status_code == 200
    assert (await fetch(Login.MIGRATOR, left))[0]["count"] == 0
    # an administrator may offer one all the same, where the provider is away for long
    with without_pools():
        await offer_new_password("hr@example.org", actor="admin@example.org", now=clock.now())
    assert (await fetch(Login.MIGRATOR, left))[0]["count"] == 1


async def test_signing_out_signs_out_there_too_and_redis_names_nobody(web, redis, issuer):
    await _back(web, "hr")
    with Redis.from_url(redis.url) as client:
        held = b"".join(client.get(key) or b"" for key in client.keys("*session:*"))
    assert held
    assert b"hr@example.org" not in held
    asked = await web.get("/sign-out")
    csrf = asked.text.split('name="csrf" value="')[1].split('"')[0]
    reply = await web.post("/sign-out", data={"csrf": csrf}, follow_redirects=False)
    assert reply.status_code == 200
    onward = urlsplit(reply.headers["refresh"].removeprefix("0; url="))
    told = parse_qs(onward.query)
    assert f"{onward.scheme}://{onward.netloc}" == issuer
    assert told["post_logout_redirect_uri"] == [f"{HERE}/sign-in"]
    assert told["id_token_hint"][0].count(".") == 2
    assert (await web.get("/people", follow_redirects=False)).status_code == 303


async def test_the_page_offers_both_ways_and_loses_no_target(web):
    page = await web.get("/sign-in", params={"next": "/actions?wave=1"})
    assert "Logg inn med jobbkontoen" in page.text
    assert "next=%2Factions%3Fwave%3D1" in page.text
    assert 'name="password"' in page.text
    reply = await web.get(
        "/sign-in/provider", params={"next": "https://evil.example"}, follow_redirects=False
    )
    assert reply.headers["location"].startswith("http://localhost:")
