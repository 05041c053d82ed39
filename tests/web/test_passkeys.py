"""Passkeys: a device signs somebody in, and what another page, time or device signed does not."""

import html
import re
from copy import copy

import pytest
from redis import Redis

from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import cookie_name
from survey_app.shared.database import Login, fetch
from tests.soft_passkey import PRESENT, SoftPasskey
from tests.web.conftest import PASSWORD

OWN, SIGN_IN = "/account/passkeys", "/sign-in/passkey"
HERE, HOST = "http://testserver.local", "testserver.local"
COOKIE = cookie_name(secure=False)


def hidden(page, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page.text)[1])


async def asked_to_make(web, **other):
    csrf = hidden(await web.get("/account"), "csrf")
    data = {"csrf": csrf, "name": "Telefonen", "password": PASSWORD} | other
    return csrf, await web.post(f"{OWN}/options", data=data)


async def added(web, device, name="Telefonen"):
    csrf, options = await asked_to_make(web)
    data = {"csrf": csrf, "name": name, "credential": device.made(options.json())}
    return await web.post(OWN, data=data)


@pytest.fixture
async def device(web, sign_in):
    """HR's telephone, with a passkey; nobody is signed in."""
    await sign_in(Role.HR)
    device = SoftPasskey(HERE, HOST)
    reply = await added(web, device)
    assert "Passnøkkelen er lagt til" in reply.text
    assert len(re.findall(r"<code>[a-z2-9]{5}-[a-z2-9]{5}</code>", reply.text)) == 10
    web.cookies.clear()
    return device


async def options_of(web):
    return (await web.post(f"{SIGN_IN}/options")).json()


async def signs_in(web, device, options=None, **other):
    told = device.signed(options or await options_of(web))
    data = {"credential": told, "next": "/people"} | other
    return await web.post(SIGN_IN, data=data, follow_redirects=False)


async def test_a_passkey_alone_signs_in_and_its_count_and_day_are_kept(web, device):
    options = await options_of(web)
    assert options["userVerification"] == "required"
    assert options["rpId"] == HOST
    assert not options.get("allowCredentials")
    reply = await signs_in(web, device, options)
    assert (reply.status_code, reply.headers["location"]) == (303, "/people")
    assert (await web.get("/people")).status_code == 200
    [row] = await fetch(Login.MIGRATOR, "SELECT sign_count, last_used_on FROM accounts.passkey")
    assert row["sign_count"] == 1
    assert row["last_used_on"] is not None
    assert "1 passnøkkel" in (await web.get("/account")).text


async def test_what_a_device_signed_is_worth_one_time_in_one_browser(web, device, redis):
    options = await options_of(web)
    told = device.signed(options)
    mine = dict(web.cookies)
    web.cookies.clear()
    for cookies in ({}, {"barometer_passkey": "another"}):
        for name, value in cookies.items():
            web.cookies.set(name, value)
        reply = await web.post(SIGN_IN, data={"credential": told})
        assert reply.status_code == 401
        assert "ble ikke godtatt" in reply.text
    for name, value in mine.items():
        web.cookies.set(name, value)
    data = {"credential": told}
    assert (await web.post(SIGN_IN, data=data, follow_redirects=False)).status_code == 303
    web.cookies.clear()
    for name, value in mine.items():
        web.cookies.set(name, value)
    assert (await web.post(SIGN_IN, data=data)).status_code == 401
    with Redis.from_url(redis.url) as box:
        assert list(box.scan_iter("passkey:*")) == []
        await options_of(web)
        [kept] = box.scan_iter("passkey:*")
        assert 0 < box.ttl(kept) <= 300


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://testserver.local.evil.example"},
        {"origin": "https://testserver.local"},
        {"host": "evil.example"},
        {"flags": PRESENT},  # nobody was asked for a finger or a PIN
        {"count": -1},  # a copy of it, which has signed less often
        {"handle": bytes(16)},
        {"credential": bytes(16)},
        {"key": SoftPasskey(HERE, HOST).key},
    ],
    ids=lambda lie: next(iter(lie)),
)
async def test_what_another_page_or_device_signed_is_not_taken(web, device, lie):
    assert (await signs_in(web, device)).status_code == 303
    web.cookies.clear()
    other = copy(device)
    for name, value in lie.items():
        setattr(other, name, value)
    assert (await signs_in(web, other)).status_code == 401
    assert COOKIE not in web.cookies
    assert (await signs_in(web, device)).status_code == 303


async def test_an_answer_that_is_none_and_a_form_from_elsewhere_sign_nobody_in(web, device):
    for told in ("", "{}", "[]", "x", '{"id":"AA","rawId":"AA","response":{}}', "[" * 16000):
        assert (await web.post(SIGN_IN, data={"credential": told})).status_code == 401, told
    foreign = {"Origin": "https://evil.example"}
    for path in (SIGN_IN, f"{SIGN_IN}/options"):
        assert (await web.post(path, headers=foreign)).status_code == 403


async def test_with_a_passkey_the_password_alone_opens_nothing_and_a_closed_account_neither(
    web, device
):
    data = {"email": "hr@example.org", "password": PASSWORD, "next": "/people"}
    page = await web.post("/sign-in", data=data)
    assert "Bruk passnøkkelen din" in page.text
    assert COOKIE not in web.cookies
    assert (await signs_in(web, device)).status_code == 303
    web.cookies.clear()
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET active = false")
    assert (await signs_in(web, device)).status_code == 401


async def test_adding_takes_the_password_the_session_and_a_name_and_no_device_is_added_twice(
    web, device
):
    await signs_in(web, device)
    for wrong, told in (
        ({"password": "no"}, "Passordet er ikke riktig"),
        ({"name": " "}, "Skriv hva du kjenner"),
    ):
        _, reply = await asked_to_make(web, **wrong)
        assert reply.status_code == 422
        assert told in reply.json()["problem"]
    assert (await asked_to_make(web, csrf="guess"))[1].status_code == 403
    csrf, options = await asked_to_make(web)
    assert [one["id"] for one in options.json()["excludeCredentials"]]
    foreign = SoftPasskey("https://evil.example", HOST).made(options.json())
    data = {"csrf": csrf, "name": "x"}
    assert (await web.post(OWN, data=data | {"credential": foreign})).status_code == 422
    # the challenge is spent, and none of signing in stands for it
    late = SoftPasskey(HERE, HOST).made(options.json())
    assert (await web.post(OWN, data=data | {"credential": late})).status_code == 422
    other = await options_of(web) | {"user": options.json()["user"]}
    made = SoftPasskey(HERE, HOST).made(other)
    assert (await web.post(OWN, data=data | {"credential": made})).status_code == 422
    again = copy(device)
    assert "fra før" in (await added(web, again)).text
    second = await added(web, SoftPasskey(HERE, HOST), "Nøkkelen på <b>knippet</b>")
    assert "<code>" not in second.text
    assert "&lt;b&gt;" in (await web.get(OWN)).text
    assert len(await fetch(Login.MIGRATOR, "SELECT id FROM accounts.passkey")) == 2


async def test_a_passkey_is_removed_by_its_owner_with_the_password_and_by_nobody_else(
    web, device, sign_in
):
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.passkey")
    await sign_in(Role.ANALYST)
    csrf = hidden(await web.get("/account"), "csrf")
    data = {"csrf": csrf, "password": PASSWORD}
    assert (await web.post(f"{OWN}/{row['id']}", data=data)).status_code == 404
    web.cookies.clear()
    await signs_in(web, device)
    page = await web.get(f"{OWN}/{row['id']}")
    assert "«Telefonen»" in page.text
    data = {"csrf": hidden(page, "csrf"), "password": PASSWORD}
    wrong = await web.post(f"{OWN}/{row['id']}", data=data | {"password": "no"})
    assert wrong.status_code == 422
    assert "er fjernet" in (await web.post(f"{OWN}/{row['id']}", data=data)).text
    assert await fetch(Login.MIGRATOR, "SELECT id FROM accounts.recovery_code") == []
    web.cookies.clear()
    assert (await signs_in(web, device)).status_code == 401
    rows = await fetch(Login.MIGRATOR, "SELECT what FROM accounts.notice ORDER BY created_at")
    assert [row["what"] for row in rows] == ["passkey added", "passkey removed"]


async def test_without_script_passkeys_are_said_not_to_be_available(web, sign_in):
    page = (await web.get("/sign-in")).text
    assert re.search(r'<form[^>]*action="/sign-in/passkey"[^>]* hidden', page)
    await sign_in(Role.HR)
    page = (await web.get(OWN)).text
    assert re.search(r'<form[^>]*action="/account/passkeys"[^>]* hidden', page)
    assert re.search(r"<p data-without>[^<]*Denne nettleseren kan ikke bruke passnøkler", page)
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    reply = await web.post(OWN, data={"csrf": csrf, "name": "x", "credential": ""})
    assert reply.status_code == 422


class TestRequired:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"second_step": "all"})

    async def test_a_passkey_is_a_second_step_where_one_is_asked_for(self, web, sign_in):
        await sign_in(Role.HR)
        assert (await web.get("/people")).url.path == "/account/second-step"
        await added(web, SoftPasskey(HERE, HOST))
        assert (await web.get("/people")).url.path == "/people"
