"""A session that ends takes nothing that somebody wrote with it."""

import html
import re
from datetime import timedelta

import pytest
from redis import Redis

from survey_app.accounts.roles import Role
from survey_app.shared import clock
from tests.passing_time import let_pass

FORM = {"csrf": "old", "said": "Vi vil ha flere møter på dagtid", "what": "Møteplan", "also": ""}
VERSIONS = "/questionnaires/verdipuls/versions"
SIGN_IN = {"email": "hr@example.org", "password": "a long enough password"}


def hidden(page, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page.text)[1])


async def ended(web, address="/actions/new"):
    """Send a form after the session has ended; the browser follows with the same form."""
    origin = {"Origin": str(web.base_url).rstrip("/")}
    sent = await web.post(address, data=FORM, headers=origin, follow_redirects=False)
    assert sent.status_code == 307
    return await web.post(sent.headers["location"], data=FORM, headers=origin)


async def test_a_form_comes_through_signing_in_again_also_after_a_wrong_password(web, sign_in):
    await sign_in(Role.HR)
    web.cookies.clear()
    asked = await ended(web)
    assert asked.headers["cache-control"] == "no-store"
    assert "Det du skrev, er tatt vare på" in asked.text
    kept = {"kept": hidden(asked, "kept"), "next": hidden(asked, "next")}
    wrong = await web.post("/sign-in", data={**SIGN_IN, **kept, "password": "x"})
    assert hidden(wrong, "kept") == kept["kept"]
    assert wrong.headers["cache-control"] == "no-store"
    page = await web.post("/sign-in", data={**SIGN_IN, **kept})
    assert page.status_code == 200
    assert 'action="/actions/new"' in page.text
    assert hidden(page, "said") == FORM["said"]
    assert hidden(page, "also") == ""
    assert page.text.count('name="csrf"') == 1
    assert hidden(page, "csrf") != "old"


async def test_a_form_from_before_signing_in_again_in_another_tab_is_shown_and_can_be_sent(
    web, sign_in
):
    await sign_in(Role.HR)
    page = await ended(web, f"{VERSIONS}?lang=nb")
    assert page.headers["cache-control"] == "no-store"
    assert "Du har logget inn på nytt etter at du åpnet skjemaet." in page.text
    assert f'action="{VERSIONS}?lang=nb"' in page.text
    assert hidden(page, "said") == FORM["said"]
    assert hidden(page, "csrf") != "old"


async def test_another_site_gets_no_form_shown_to_who_is_signed_in(web, sign_in):
    await sign_in(Role.HR)
    for headers in ({"Origin": "https://evil.example"}, {}):
        sent = await web.post(VERSIONS, data=FORM, headers=headers, follow_redirects=False)
        assert sent.status_code == 403
        assert "dagtid" not in sent.text
        direct = await web.post(f"/sign-in/kept?next={VERSIONS}", data=FORM, headers=headers)
        assert direct.status_code == 403
    own = {"Origin": str(web.base_url).rstrip("/")}
    secret = {"csrf": "old", "password": "a new and long password"}
    sent = await web.post("/account/password", data=secret, headers=own, follow_redirects=False)
    assert sent.status_code == 403


async def test_who_was_signed_out_is_told_that_a_file_was_not_uploaded(web):
    origin = {"Origin": str(web.base_url).rstrip("/")}
    file = {"file": ("register.csv", b"Ansattnummer;E-post", "text/csv")}
    asked = await web.post("/people/import", files=file, headers=origin)
    assert "filen er ikke lastet opp" in asked.text
    assert hidden(asked, "next") == "/people/import"


async def test_another_site_cannot_have_a_form_carried_through_signing_in(web):
    foreign = {"Origin": "https://evil.example"}
    sent = await web.post("/actions/new", data=FORM, headers=foreign, follow_redirects=False)
    assert sent.status_code == 303
    direct = await web.post("/sign-in/kept?next=/actions/new", data=FORM, headers=foreign)
    assert direct.status_code == 403
    assert "dagtid" not in direct.text


async def test_a_form_whose_encoding_makes_halves_of_signs_is_the_sender_s_mistake(web):
    part = b'Content-Disposition: form-data; name="said"\r\nContent-Type: text/plain; charset=utf-7'
    headers = {
        "Origin": str(web.base_url).rstrip("/"),
        "Content-Type": "multipart/form-data; boundary=x",
    }
    body = b"--x\r\n" + part + b"\r\n\r\n+2AA-\r\n--x--\r\n"
    reply = await web.post("/sign-in/kept", content=body, headers=headers)
    assert reply.status_code == 400


async def test_idle_time_counts_from_the_last_use(web, sign_in, redis, settings):
    await sign_in(Role.HR)
    with Redis.from_url(redis.url) as box:
        (key,) = box.scan_iter("session:*")
        box.expire(key, 60)
        assert (await web.get("/sign-out", follow_redirects=False)).status_code == 200
        assert box.ttl(key) > (settings.session_idle_minutes - 1) * 60


async def test_a_session_that_is_always_used_ends_all_the_same(web, sign_in, monkeypatch):
    await sign_in(Role.HR)
    later = clock.now() + timedelta(hours=12, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert (await web.get("/sign-out", follow_redirects=False)).status_code == 303


async def test_a_session_begun_while_the_clock_was_ahead_ends_once_it_is_right(web, sign_in):
    with pytest.MonkeyPatch.context() as ahead:
        let_pass(ahead, 24 * 3600)
        await sign_in(Role.HR)
        assert (await web.get("/sign-out", follow_redirects=False)).status_code == 200
    assert (await web.get("/sign-out", follow_redirects=False)).status_code == 303


async def test_a_session_of_a_host_whose_clock_is_a_minute_ahead_goes_on(web, sign_in):
    with pytest.MonkeyPatch.context() as ahead:
        let_pass(ahead, 60)
        await sign_in(Role.HR)
    assert (await web.get("/sign-out", follow_redirects=False)).status_code == 200
