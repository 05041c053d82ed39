"""A second step when signing in with a password: codes of an app, and on paper."""

import asyncio
import html
import json
import re
from datetime import timedelta

import pyotp
import pytest

from survey_app.accounts import sessions
from survey_app.accounts.note_signing_in import CODE_REFUSED, LATELY, MOST_REFUSED
from survey_app.accounts.roles import Role
from survey_app.accounts.second_step.keep import renew_codes, take_second_step_away, turn_on
from survey_app.accounts.session_list import end_all, list_sessions
from survey_app.accounts.sessions import cookie_name
from survey_app.administration.jobs import forget_old_notices, send_account_notices
from survey_app.asking.delivery.sink import start_sink
from survey_app.audit.record import record
from survey_app.cli.register import _without_second_step
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.soft_passkey import SoftPasskey
from tests.web.conftest import PASSWORD

OWN, STEP = "/account/second-step", "/sign-in/second-step"
COOKIE = cookie_name(secure=False)
HR = {"email": "hr@example.org", "password": PASSWORD}


def hidden(page, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page.text)[1])


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """A clock that stands in the middle of a code's time, and is put forward by `time(seconds)`."""
    began = clock.now()
    began += timedelta(seconds=15 - began.timestamp() % 30)
    ahead = [timedelta()]
    for place in (
        "survey_app.shared.clock.now",
        "survey_app.accounts.note_signing_in.now",
        "survey_app.accounts.second_step.routes.now",
        "survey_app.accounts.second_step.own_proof.now",
        "survey_app.administration.jobs.now",
        "survey_app.administration.accounts_routes.now",
    ):
        monkeypatch.setattr(place, lambda: began + ahead[0])

    def forward(seconds):
        ahead[0] += timedelta(seconds=seconds)

    return forward


def code_of(secret, *, steps=0):
    totp = pyotp.TOTP(secret)
    return totp.generate_otp(totp.timecode(clock.now()) + steps)


async def begun(web):
    """Begin to turn it on; return the secret that the page shows, and what its form carries."""
    csrf = hidden(await web.get(OWN), "csrf")
    form = await web.post(f"{OWN}/begin", data={"csrf": csrf})
    assert form.headers["cache-control"] == "no-store"
    address = html.unescape(re.search(r'href="(otpauth:[^"]+)"', form.text)[1])
    return pyotp.parse_uri(address).secret, {
        name: hidden(form, name) for name in ("csrf", "pending")
    }


async def enrolled(web):
    """Turn the second step of who is signed in on; return its secret and the codes on paper."""
    secret, data = await begun(web)
    done = await web.post(
        OWN, data={**data, "code": code_of(secret, steps=-1), "password": PASSWORD}
    )
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", done.text)
    assert len(set(codes)) == 10, done.text
    assert done.headers["cache-control"] == "no-store"
    return secret, codes


@pytest.fixture
async def hr(web, sign_in):
    await sign_in(Role.HR)
    return await enrolled(web)


async def password(web):
    """Sign in as far as the password leads, in a browser that was never here."""
    web.cookies.clear()
    reply = await web.post("/sign-in", data={**HR, "next": "/people"}, follow_redirects=False)
    assert (COOKIE in web.cookies) == (reply.status_code == 303)
    return reply


async def step(web, page, code):
    data = {"half": hidden(page, "half"), "next": hidden(page, "next"), "code": code}
    return await web.post(STEP, data=data, follow_redirects=False)


async def acts():
    rows = await fetch(Login.MIGRATOR, "SELECT action FROM audit.event ORDER BY number")
    return [row["action"] for row in rows]


async def notices():
    rows = await fetch(Login.MIGRATOR, "SELECT what FROM accounts.notice ORDER BY created_at")
    return [row["what"] for row in rows]


async def test_the_password_alone_opens_nothing_and_with_the_app_s_code_it_does(web, hr):
    secret, _ = hr
    asked = await password(web)
    assert asked.status_code == 200
    assert (await web.get("/people", follow_redirects=False)).status_code == 303
    wrong = await step(web, asked, "000000")
    assert wrong.status_code == 401
    assert "stemmer ikke" in wrong.text
    right = await step(web, wrong, code_of(secret))
    assert (right.status_code, right.headers["location"]) == (303, "/people")
    assert (await web.get("/people")).status_code == 200
    assert "code refused" in await acts()


async def test_the_same_code_is_not_taken_twice_nor_an_older_one(web, hr, time):
    secret, _ = hr
    code = code_of(secret)
    assert (await step(web, await password(web), code)).status_code == 303
    assert (await step(web, await password(web), code)).status_code == 401
    assert (await step(web, await password(web), code_of(secret, steps=-1))).status_code == 401
    time(31)
    assert (await step(web, await password(web), code_of(secret))).status_code == 303
    time(300)
    assert (await step(web, await password(web), code)).status_code == 401


async def test_a_code_taken_while_the_clock_was_ahead_keeps_nobody_out_once_it_is_right(
    web, hr, time
):
    secret, _ = hr
    time(365 * 86_400)
    assert (await step(web, await password(web), code_of(secret))).status_code == 303
    time(-365 * 86_400)
    code = code_of(secret)
    assert (await step(web, await password(web), code)).status_code == 303
    assert (await step(web, await password(web), code)).status_code == 401


async def test_a_code_on_paper_works_once_however_it_is_written(web, hr):
    _, codes = hr
    written = codes[3].upper().replace("-", " ")
    assert (await step(web, await password(web), written)).status_code == 303
    assert "9 koder igjen" in (await web.get("/account")).text
    assert (await step(web, await password(web), codes[3])).status_code == 401
    assert (await step(web, await password(web), codes[4])).status_code == 303
    assert (await notices()).count("recovery") == 2


@pytest.mark.parametrize("kind", ["of the app", "on paper"])
async def test_of_those_who_send_one_code_at_the_same_moment_one_is_let_in(web, hr, kind):
    secret, codes = hr
    code = code_of(secret) if kind == "of the app" else codes[0]
    asked = await password(web)
    replies = await asyncio.gather(*(step(web, asked, code) for _ in range(4)))
    assert sorted(one.status_code for one in replies) == [303, 401, 401, 401]


async def test_codes_are_guessed_slowly_and_the_owner_is_told_and_gets_in_from_a_known_browser(
    web, hr
):
    secret, _ = hr
    # the owner's browser, which has signed in before
    assert (await step(web, await password(web), code_of(secret))).status_code == 303
    known = dict(web.cookies)
    asked = await password(web)
    statuses = [(await step(web, asked, f"{guess:06}")).status_code for guess in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    assert (await notices()).count("guessed") == 1
    # whatever is guessed from elsewhere
    for name, value in known.items():
        web.cookies.set(name, value)
    web.cookies.delete(COOKIE)
    asked = await web.post("/sign-in", data=HR)
    right = await step(web, asked, code_of(secret, steps=1))
    assert right.status_code == 303


async def test_codes_are_guessed_slowly_also_where_somebody_empties_redis(
    web, hr, time, monkeypatch
):
    secret, _ = hr

    async def emptied(_counts):
        return 0

    monkeypatch.setattr("survey_app.accounts.second_step.sign_in_routes.take_room", emptied)
    asked = await password(web)
    for at in range(MOST_REFUSED[CODE_REFUSED]):
        whose = HR["email"] if at else "somebody-else@example.org"
        await record(Login.WEB, now=clock.now(), actor="system", action=CODE_REFUSED, subject=whose)
    # also where they come at the same moment
    replies = await asyncio.gather(*(step(web, asked, f"{guess:06}") for guess in range(12)))
    assert sorted(one.status_code for one in replies) == [401] + [429] * 11
    assert (await step(web, asked, code_of(secret))).status_code == 429
    assert (await notices()).count("guessed") == 1
    time(LATELY.total_seconds() + 1)
    asked = await password(web)
    assert (await step(web, asked, code_of(secret))).status_code == 303


async def test_what_stands_between_password_and_code_is_worth_nothing_elsewhere(web, hr, time):
    secret, _ = hr
    asked = await password(web)
    half = hidden(asked, "half")
    for forged in ("", "AAAA", half[:-4] + "AAAA", half + "AAAA"):
        reply = await web.post(STEP, data={"half": forged, "code": code_of(secret)})
        assert reply.url.path == "/sign-in"
    foreign = {"Origin": "https://evil.example"}
    data = {"half": half, "code": code_of(secret)}
    assert (await web.post(STEP, data=data, headers=foreign)).status_code == 403
    time(601)
    assert (await step(web, asked, code_of(secret))).headers["location"].startswith("/sign-in?")
    assert COOKIE not in web.cookies
    assert (await web.get(STEP)).url.path == "/sign-in"


async def test_the_secret_is_shown_before_it_counts_and_never_again(web, sign_in):
    await sign_in(Role.HR)
    secret, data = await begun(web)
    right = {"code": code_of(secret), "password": PASSWORD}
    for wrong, told in (
        ({"code": "000000"}, "Koden stemmer ikke"),
        ({"password": "not this one"}, "Passordet er ikke riktig"),
    ):
        reply = await web.post(OWN, data=data | right | wrong)
        assert reply.status_code == 422
        assert told in reply.text
        assert hidden(reply, "pending")
    assert (await web.post(OWN, data=data | right | {"csrf": "guess"})).status_code == 403
    assert await fetch(Login.MIGRATOR, "SELECT * FROM accounts.second_step") == []
    assert "slått på" in (await web.post(OWN, data=data | right)).text
    [row] = await fetch(Login.MIGRATOR, "SELECT sealed FROM accounts.second_step")
    assert secret.encode() not in bytes(row["sealed"])
    for page in (OWN, "/account"):
        assert secret[:8] not in (await web.get(page)).text
    # what lay ready for one account turns on none of another
    web.cookies.clear()
    await sign_in(Role.ANALYST)
    csrf = hidden(await web.get("/account"), "csrf")
    reply = await web.post(OWN, data=data | right | {"csrf": csrf})
    assert "Begynn" in reply.text
    assert len(await fetch(Login.MIGRATOR, "SELECT id FROM accounts.second_step")) == 1


async def test_turning_it_on_and_off_ends_the_other_sessions_and_off_takes_both_proofs(web, hr):
    secret, codes = hr
    here = web.cookies[COOKIE]
    assert (await step(web, await password(web), code_of(secret))).status_code == 303
    other = web.cookies[COOKIE]
    web.cookies.clear()
    web.cookies.set(COOKIE, here)
    page = await web.get(OWN)
    csrf = hidden(page, "csrf")
    for wrong in ({"code": "000000"}, {"password": "no"}):
        data = {"csrf": csrf, "password": PASSWORD, "code": codes[0]} | wrong
        assert (await web.post(f"{OWN}/off", data=data)).status_code == 422
    data = {"csrf": csrf, "password": PASSWORD, "code": codes[0]}
    assert "slått av" in (await web.post(f"{OWN}/off", data=data)).text
    assert await fetch(Login.MIGRATOR, "SELECT * FROM accounts.recovery_code") == []
    web.cookies.clear()
    web.cookies.set(COOKIE, other)
    assert (await web.get("/account", follow_redirects=False)).status_code == 303
    assert (await password(web)).status_code == 303
    assert await notices() == ["on", "recovery", "off"]


async def test_a_passkey_is_added_to_an_open_session_of_before_with_a_code_and_not_without(
    web, hr, time
):
    secret, codes = hr
    keys, phone = "/account/passkeys", SoftPasskey("http://testserver.local", "testserver.local")
    time(11 * 60)
    page = await web.get(keys)
    assert "Kode fra appen eller på papir" in page.text
    data = {"csrf": hidden(page, "csrf"), "name": "Min", "password": PASSWORD}
    # whoever knows the password and comes upon the session has no key to it afterwards
    for wrong, told in (({}, "en stund siden"), ({"owner_code": "000000"}, "stemmer ikke")):
        reply = await web.post(f"{keys}/options", data=data | wrong)
        assert reply.status_code == 422
        assert told in reply.json()["problem"]
    right = {"owner_code": code_of(secret)}
    options = await web.post(f"{keys}/options", data=data | right)
    await web.post(keys, data=data | {"credential": phone.made(options.json())})
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.passkey")
    place = f"{keys}/{row['id']}"
    refused = await web.post(place, data=data | {"owner_code": "000000"})
    assert (refused.status_code, 'name="owner_code"' in refused.text) == (422, True)
    assert len(await fetch(Login.MIGRATOR, "SELECT id FROM accounts.passkey")) == 1
    assert "er fjernet" in (await web.post(place, data=data | {"owner_code": codes[0]})).text


async def test_who_has_just_signed_in_is_asked_for_no_code_once_more(web, hr, time):
    secret, _ = hr
    time(11 * 60)
    assert (await step(web, await password(web), code_of(secret))).status_code == 303
    page = await web.get("/account/passkeys")
    assert 'name="owner_code"' not in page.text
    data = {"csrf": hidden(page, "csrf"), "name": "Min", "password": PASSWORD}
    assert (await web.post("/account/passkeys/options", data=data)).status_code == 200


async def test_an_app_beside_a_passkey_takes_a_code_on_paper_that_a_mistake_does_not_use_up(
    web, sign_in, time
):
    await sign_in(Role.HR)
    keys, phone = "/account/passkeys", SoftPasskey("http://testserver.local", "testserver.local")
    data = {"csrf": hidden(await web.get(keys), "csrf"), "name": "Min", "password": PASSWORD}
    options = await web.post(f"{keys}/options", data=data)
    shown = await web.post(keys, data=data | {"credential": phone.made(options.json())})
    paper = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", shown.text)[0]
    time(11 * 60)
    secret, carried = await begun(web)
    sent = {**carried, "password": PASSWORD, "code": code_of(secret), "owner_code": paper}
    without = await web.post(OWN, data=sent | {"owner_code": "aaaaa-aaaaa"})
    assert (without.status_code, "Kode på papir" in without.text) == (422, True)
    assert (await web.post(OWN, data=sent | {"code": "000000"})).status_code == 422
    assert "<code>" in (await web.post(OWN, data=sent)).text
    assert len(await fetch(Login.MIGRATOR, "SELECT id FROM accounts.second_step")) == 1


async def test_no_password_alone_signs_in_at_the_moment_in_which_a_second_step_is_turned_on(
    web, sign_in, settings, monkeypatch
):
    await sign_in(Role.HR)
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.account")
    begin = sessions.begin

    async def turned_on_just_before(*arguments, **choices):
        told = {"step": 1, "key": settings.secret(), "now": clock.now()}
        await turn_on(row["id"], "hr@example.org", pyotp.random_base32(), **told)
        await end_all(str(row["id"]))
        return await begin(*arguments, **choices)

    monkeypatch.setattr(sessions, "begin", turned_on_just_before)
    asked = await password(web)
    assert (asked.status_code, "Ett trinn til" in asked.text) == (200, True)
    assert (await web.get("/people", follow_redirects=False)).status_code == 303
    assert await list_sessions(str(row["id"]), "", settings) == []


async def test_new_codes_on_paper_take_the_place_of_the_old(web, hr):
    _, codes = hr
    csrf = hidden(await web.get(OWN), "csrf")
    data = {"csrf": csrf, "password": PASSWORD, "code": codes[0]}
    reply = await web.post(f"{OWN}/codes", data=data)
    new = re.findall(r"<code>([a-z2-9-]{11})</code>", reply.text)
    assert len(set(new) - set(codes)) == 10
    assert (await step(web, await password(web), codes[1])).status_code == 401
    assert (await step(web, await password(web), new[1])).status_code == 303


async def test_of_two_sheets_of_codes_that_are_made_at_once_one_is_worth_something(
    web, hr, settings
):
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.account")
    told = {"key": settings.secret(), "now": clock.now()}
    sheets = await asyncio.gather(
        *(renew_codes(row["id"], "hr@example.org", **told) for _ in range(4))
    )
    assert len({code for sheet in sheets for code in sheet}) == 40
    assert len(await fetch(Login.MIGRATOR, "SELECT id FROM accounts.recovery_code")) == 10


async def test_an_administrator_takes_a_lost_one_away_and_its_owner_is_told_by_mail(
    web, hr, sign_in, settings, tmp_path, time
):
    web.cookies.clear()
    await sign_in(Role.ADMIN)
    [row] = await fetch(
        Login.MIGRATOR, "SELECT id FROM accounts.account WHERE email = 'hr@example.org'"
    )
    page = await web.get(f"/settings/accounts/{row['id']}")
    assert "Ta bort totrinnsinnloggingen" in page.text
    done = await web.post(
        f"/settings/accounts/{row['id']}/second-step", data={"csrf": hidden(page, "csrf")}
    )
    assert "er tatt bort" in done.text
    assert (await password(web)).status_code == 303
    assert "second step taken away" in await acts()
    sink = start_sink(tmp_path / "mail")
    try:
        with_mail = settings.model_copy(update={"smtp_url": sink.url})
        bind_worker()
        await send_account_notices({"settings": with_mail})
        await send_account_notices({"settings": with_mail})
    finally:
        sink.stop()
        bind_web()
    mails = [file.read_text() for file in (tmp_path / "mail").glob("*.eml")]
    rows = await fetch(Login.MIGRATOR, "SELECT * FROM accounts.notice")
    assert len(mails) == 2, rows
    assert sum("har tatt bort" in mail.replace("=\n", "") for mail in mails) == 1
    assert all("To: hr@example.org" in mail for mail in mails)
    # the log has what happened; who was told of it is kept for a month
    bind_worker()
    await forget_old_notices({})
    assert len(await notices()) == 2
    time(31 * 24 * 3600)
    await forget_old_notices({})
    bind_web()
    assert await notices() == []


async def test_an_administrator_takes_not_their_own_away_and_the_operator_anybody_s(web, sign_in):
    await sign_in(Role.ADMIN)
    secret, _ = await enrolled(web)
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.account")
    page = await web.get(f"/settings/accounts/{row['id']}")
    reply = await web.post(
        f"/settings/accounts/{row['id']}/second-step", data={"csrf": hidden(page, "csrf")}
    )
    assert reply.status_code == 422
    assert len(await fetch(Login.MIGRATOR, "SELECT id FROM accounts.second_step")) == 1
    bind_worker()
    await take_second_step_away("Admin@example.org", now=clock.now())
    bind_web()
    assert await fetch(Login.MIGRATOR, "SELECT id FROM accounts.second_step") == []
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT actor, facts FROM audit.event WHERE action = 'second step taken away'",
    )
    assert [row["actor"] for row in rows] == ["command line"]
    assert secret not in json.dumps(rows[0]["facts"])


async def test_the_operator_who_takes_it_away_ends_the_sessions_and_is_told_where_there_was_none(
    web, hr
):
    """Whoever found the phone may be signed in on it."""
    assert (await web.get("/people")).status_code == 200
    bind_worker()
    assert "ended its sessions" in await _without_second_step("hr@example.org")
    bind_web()
    assert (await web.get("/people", follow_redirects=False)).status_code == 303
    before = await acts(), await notices()
    bind_worker()
    assert "has no second step" in await _without_second_step("hr@example.org")
    bind_web()
    assert (await acts(), await notices()) == before


class TestRequired:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"second_step": "hr, admin"})

    async def test_a_role_that_must_have_one_is_led_to_it_before_anything_else(self, web, sign_in):
        await sign_in(Role.HR)
        for path in ("/", "/people", "/campaigns"):
            reply = await web.get(path, follow_redirects=False)
            assert (reply.status_code, reply.headers["location"]) == (303, OWN), path
        assert "krever totrinnsinnlogging" in (await web.get(OWN)).text
        assert (await web.get("/sign-out")).status_code == 200
        await enrolled(web)
        assert (await web.get("/people")).status_code == 200
        web.cookies.clear()
        await sign_in(Role.ANALYST)
        assert (await web.get("/culture", follow_redirects=False)).status_code != 303


async def test_a_form_of_the_own_account_is_not_carried_through_signing_in(web, hr):
    web.cookies.delete(COOKIE)
    here = {"Sec-Fetch-Site": "same-origin"}
    data = {"csrf": "old", "password": PASSWORD, "code": "123456"}
    reply = await web.post(f"{OWN}/off", data=data, headers=here)
    assert reply.url.path == "/sign-in"
    assert PASSWORD not in reply.text
    assert reply.url.params["next"] == "/account"
