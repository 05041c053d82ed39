"""What holds on every address: HEAD is GET without a body, https stays https, cookies stay here."""

import re

import pytest
from litestar.datastructures import State

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.app import create_ballot_app
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock, queue
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave
from tests.in_process import in_process
from tests.one_app import the_app
from tests.urn_reading import marks

PASSWORD = "a long enough password"
SECURE = "https://barometer.example.org"
A_YEAR = "max-age=31536000"


def gets(app):
    return [route.path for route in app.routes if "GET" in route.methods]


async def test_head_answers_as_get_does_without_a_body(web, sign_in, settings):
    wave = await an_open_wave(settings)
    await an_open_wave(settings, "apen", form="omdomme.open", population="open", kind="open",
                       invite="open")  # fmt: skip
    bind_web()
    web = await sign_in(Role.HR)
    links = [f"/answer/{wave.tokens[0]}", f"/stop/{wave.tokens[0]}", "/answer/" + "a" * 34,
             "/open/apen", "/open/none", f"/keys/{wave.key}.json",
             "/no-such-page", "/static/icon.svg", "/health/ready"]  # fmt: skip
    pages = [path for path in gets(web.app) if "{" not in path]
    assert len(pages) > 40
    # a form's token is another each time, and so is how well it is compressed
    web.headers["Accept-Encoding"] = "identity"
    for path in [*links, *pages]:
        shown = await web.get(path, follow_redirects=False)
        told = await web.head(path, follow_redirects=False)
        assert told.status_code == shown.status_code, path
        assert told.content == b"", path
        assert dict(told.headers) == dict(shown.headers), path


async def test_head_changes_nothing_on_any_kind_of_link(web, settings):
    wave = await an_open_wave(settings)
    for path in ("/answer", "/stop"):
        assert (await web.head(f"{path}/{wave.tokens[0]}")).status_code == 200
    assert await marks(wave) == 0
    count = "SELECT count(*) FROM asking.invitation WHERE opted_out"
    assert (await fetch(Login.WORKER, count))[0]["count"] == 0
    reply = await web.head(f"/answer/{wave.tokens[0]}/credential")
    assert reply.status_code == 405


async def test_a_real_server_sends_the_length_and_nothing_after_it(live, settings):
    wave = await an_open_wave(settings)
    path = f"/answer/{wave.tokens[0]}"
    shown = await live.get(path)
    for _ in range(2):  # on one connection: nothing is left over in it
        told = await live.head(path)
        assert told.content == b""
        assert int(told.headers["content-length"]) == int(shown.headers["content-length"]) > 1000
    assert (await live.head("/static/answer.css")).headers["content-length"]


@pytest.fixture
async def secure(database, redis, settings):
    """A client of an installation behind https."""
    queue.configure(redis.url)
    chosen = settings.model_validate({**settings.model_dump(), "base_url": SECURE})
    app = the_app(chosen)
    bind_worker()
    await create_account(
        email="hr@example.org", role=Role.HR, password=PASSWORD, unit="", language="nb",
        now=clock.now(),
    )  # fmt: skip
    bind_web()
    async with in_process(app, SECURE) as client:
        yield client


async def signed_in(client):
    return await client.post(
        "/sign-in",
        data={"email": "hr@example.org", "password": PASSWORD},
        headers={"Origin": str(client.base_url).rstrip("/")},
        follow_redirects=False,
    )


async def test_over_https_the_session_is_this_hosts_alone(secure):
    reply = await signed_in(secure)
    cookies = reply.headers.get_list("set-cookie")
    session = next(one for one in cookies if one.startswith("__Host-barometer_session="))
    assert "Path=/;" in session
    assert {"Secure", "HttpOnly", "SameSite=lax"} <= set(session.split("; "))
    assert "Domain" not in session
    assert all(re.match(r"__(Host|Secure)-", one) for one in cookies)
    assert (await secure.get("/people")).status_code == 200
    # what another host of the agency can set is no session
    [value] = [one.value for one in secure.cookies.jar if one.name.startswith("__Host-")]
    secure.cookies.clear()
    secure.cookies.set("barometer_session", value)
    assert (await secure.get("/people", follow_redirects=False)).status_code == 303


async def test_signing_out_over_https_removes_that_cookie(secure):
    await signed_in(secure)
    page = await secure.get("/sign-out")
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    reply = await secure.post(
        "/sign-out", data={"csrf": csrf}, headers={"Origin": SECURE}, follow_redirects=False
    )
    assert reply.status_code == 303
    assert "__Host-barometer_session" not in secure.cookies


async def test_over_http_a_demo_signs_in_under_the_plain_name(web, sign_in):
    await sign_in(Role.HR)
    assert "barometer_session" in web.cookies
    assert (await web.get("/people")).status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/answer/none", "/open/none", "/nowhere", "/people",
                                  "/static/icon.svg", "/health/live", "/results"])  # fmt: skip
async def test_https_stays_https_on_every_reply(secure, path):
    for reply in (
        await secure.get(path, follow_redirects=False),
        await secure.post(path, content=b"x" * 100_000, follow_redirects=False),
    ):
        assert reply.headers.get_list("strict-transport-security") == [A_YEAR], reply.status_code


async def test_over_http_nothing_is_said_of_https(web):
    assert "strict-transport-security" not in (await web.get("/sign-in")).headers


async def test_the_host_that_takes_ballots_keeps_to_https_too(database, redis, settings):
    queue.configure(redis.url)
    app = create_ballot_app(settings, own_services=False)
    chosen = settings.model_validate({**settings.model_dump(), "base_url": SECURE})
    app.state = State({**app.state.dict(), "settings": chosen})
    async with in_process(app, SECURE) as client:
        for reply in (await client.head("/health/live"), await client.post("/ballot", content=b"")):
            assert reply.headers["strict-transport-security"] == A_YEAR


ORIGINS = [
    # Sec-Fetch-Site, Origin, taken over https, taken over http
    ("same-origin", None, True, True),
    ("same-origin", "null", True, True),
    ("none", None, True, True),
    ("cross-site", "HERE", False, False),
    ("same-site", None, False, False),
    (None, "HERE", True, True),
    (None, "https://evil.example", False, False),
    (None, "null", False, False),
    # a browser over https always tells
    (None, None, False, True),
]


@pytest.mark.parametrize(("site", "origin", "over_https", "over_http"), ORIGINS)
async def test_a_form_of_somebody_signed_in_comes_from_our_own_page(
    secure, settings, site, origin, over_https, over_http
):
    for base, taken in ((SECURE, over_https), (settings.base_url, over_http)):
        chosen = settings.model_validate({**settings.model_dump(), "base_url": base})
        secure.app.state = State({**secure.app.state.dict(), "settings": chosen})
        secure.base_url = base
        secure.cookies.clear()
        await signed_in(secure)
        page = await secure.get("/sign-out")
        csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        headers = {"Sec-Fetch-Site": site, "Origin": base if origin == "HERE" else origin}
        reply = await secure.post(
            "/sign-out",
            data={"csrf": csrf},
            headers={name: value for name, value in headers.items() if value},
            follow_redirects=False,
        )
        assert reply.status_code == (303 if taken else 403), base


async def rows():
    """How many rows each table holds."""
    tables = await fetch(
        Login.MIGRATOR,
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
        " WHERE schemaname !~ '^pg_|^information_schema$'",
    )
    counts = " UNION ALL ".join(
        f"SELECT '{table['name']}' AS name, count(*) FROM {table['name']}" for table in tables
    )
    return {row["name"]: row["count"] for row in await fetch(Login.MIGRATOR, counts)}


FOREIGN = re.compile(
    r"/(answer|open|kode|kiosk|stop|ballot|sign-in|subscriptions/stop|verify|api|scim|mail/returned)\b"
)


async def test_without_the_sessions_token_no_form_changes_anything(web, sign_in):
    """Whatever the browser tells of where it comes from."""
    for role in (Role.HR, Role.COMMUNICATIONS, Role.REPRESENTATIVE):
        await sign_in(role)
        before = await rows()
        forms = [one.path for one in web.app.routes if "POST" in one.methods]
        for path in [one for one in forms if not FOREIGN.match(one)]:
            address = re.sub(r"\{\w+:uuid\}", "00000000-0000-4000-8000-000000000000", path)
            address = re.sub(r"\{\w+:\w+\}", "x", address)
            reply = await web.post(address, data={"csrf": "guessed"}, follow_redirects=False)
            # what is taken leads on to another page
            assert reply.status_code in {200, 403, 404}, (role, path)
        assert await rows() == before
