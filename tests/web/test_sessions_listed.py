"""Where somebody is signed in: listed on their own page, ended there and by an administrator."""

import json
import re

import pytest
from redis import Redis

from survey_app.accounts.change_account import set_active
from survey_app.accounts.invitation_link import link_of
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import cookie_name, password_mark, session_name
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.web.conftest import PASSWORD

COOKIE = cookie_name(secure=False)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
async def hr(web, sign_in):
    """HR at three places; the client is left in the last one, and `places` has the cookies."""
    await sign_in(Role.HR)
    places = [web.cookies[COOKIE]]
    for browser in (FIREFOX, IPHONE):
        web.cookies.clear()
        await web.post(
            "/sign-in",
            data={"email": "hr@example.org", "password": PASSWORD},
            headers={"User-Agent": browser},
        )
        places.append(web.cookies[COOKIE])
    return places


async def is_in(web, place):
    web.cookies.clear()
    web.cookies.set(COOKIE, place)
    return (await web.get("/account", follow_redirects=False)).status_code == 200


async def post(web, path, where="/account", **data):
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get(where)).text)[1]
    return await web.post(path, data={"csrf": csrf, **data})


async def test_the_own_page_lists_where_one_is_signed_in_and_ends_one_place(web, hr):
    page = (await web.get("/account")).text
    assert page.count("Denne nettleseren") == 1
    assert re.search(r"Safari, iPhone.*Denne nettleseren.*Firefox, Windows", page)
    handle = re.search(r"/account/sessions/(\w+)/end.{0,300}Firefox", page)[1]
    assert hr[1] not in page
    reply = await post(web, f"/account/sessions/{handle}/end")
    assert "Innloggingen er avsluttet" in reply.text
    assert [await is_in(web, place) for place in hr] == [True, False, True]


async def test_all_other_places_are_ended_and_this_one_stays(web, hr):
    assert "alle andre steder" in (await post(web, "/account/sessions/end-others")).text
    assert [await is_in(web, place) for place in hr] == [False, False, True]
    rows = await fetch(
        Login.MIGRATOR, "SELECT actor, facts FROM audit.event WHERE action = 'sessions ended'"
    )
    assert [(row["actor"], json.loads(row["facts"])["which"]) for row in rows] == [
        ("hr@example.org", "others")
    ]


async def test_nobody_ends_another_s_session_by_its_name(web, hr, sign_in):
    page = (await web.get("/account")).text
    handles = re.findall(r"/account/sessions/(\w+)/end", page)
    assert len(handles) == 2
    web.cookies.clear()
    await sign_in(Role.ANALYST)
    for handle in handles:
        await post(web, f"/account/sessions/{handle}/end")
    for path in (f"/account/sessions/{handles[0]}/end", "/account/sessions/end-others"):
        assert (await web.post(path, data={"csrf": "guess"})).status_code == 403
    assert [await is_in(web, place) for place in hr] == [True, True, True]


async def test_an_administrator_ends_all_sessions_of_an_account_and_closing_does(web, hr, sign_in):
    web.cookies.clear()
    await sign_in(Role.ADMIN)
    admin = web.cookies[COOKIE]
    [row] = await fetch(
        Login.MIGRATOR, "SELECT id FROM accounts.account WHERE email = 'hr@example.org'"
    )
    page = f"/settings/accounts/{row['id']}"
    assert "logget ut overalt" in (await post(web, f"{page}/sessions", page)).text
    assert [await is_in(web, place) for place in hr] == [False, False, False]
    web.cookies.clear()
    await web.post("/sign-in", data={"email": "hr@example.org", "password": PASSWORD})
    inside = web.cookies[COOKIE]
    assert await is_in(web, admin)
    await post(web, f"{page}/close", f"{page}/close")
    await post(web, f"{page}/reopen", page)
    assert not await is_in(web, inside)


async def test_a_session_that_was_used_while_its_account_was_closed_does_not_come_back(web, hr):
    # by the operator's command, which may run where Redis is not
    await set_active("hr@example.org", active=False, now=clock.now())
    assert not await is_in(web, hr[0])
    await set_active("hr@example.org", active=True, now=clock.now())
    assert not await is_in(web, hr[0])


async def test_a_new_password_leaves_no_session_behind(web, hr, settings, redis):
    assert "lenke for nytt passord" in (await post(web, "/account/password")).text
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.invitation")
    link = link_of(row["id"], "", settings.secret())
    chosen = "a sentence that one remembers"
    await web.post(link, data={"password": chosen, "again": chosen})
    with Redis.from_url(redis.url) as box:
        assert list(box.scan_iter("session:*")) == []


async def test_whoever_writes_to_redis_alone_signs_in_as_nobody(web, hr, redis):
    with Redis.from_url(redis.url) as box:
        of_hr = box.get(session_name(hr[0]))
        box.set(session_name("an id of my own"), of_hr)
        assert not await is_in(web, "an id of my own")
        # nor by a row of their own: who is signed on by a provider has no password to be marked
        made_up = json.loads(of_hr) | {"password": password_mark(""), "proof": ""}
        box.set(session_name("another"), json.dumps(made_up))
        assert not await is_in(web, "another")
        # nor does one that is there get another form's token, or last longer than it may
        now = clock.now().isoformat()
        for put in ({"csrf": "known"}, {"began": now}, {"browser": "another"}):
            box.set(session_name(hr[0]), json.dumps(json.loads(of_hr) | put))
            assert not await is_in(web, hr[0])
        box.set(session_name(hr[0]), of_hr)
    assert await is_in(web, hr[0])


async def test_of_when_a_session_was_used_the_hour_is_kept_and_no_more(web, hr, redis):
    with Redis.from_url(redis.url) as box:
        stored = [json.loads(box.get(key)) for key in box.scan_iter("session:*")]
    hour = clock.now().replace(minute=0, second=0, microsecond=0).isoformat()
    assert {one["used"] for one in stored} == {hour}
    assert "Firefox/140" not in json.dumps(stored)
