import pytest

from survey_app.accounts.change_account import change_account, set_active
from survey_app.accounts.create_account import create_account
from survey_app.accounts.errors import AccountError
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import cookie_name
from survey_app.accounts.tries import counts_of
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from tests.web.conftest import PASSWORD

COOKIE = cookie_name(secure=False)


async def test_a_page_that_needs_an_account_comes_back_after_sign_in(web, sign_in):
    reply = await web.get("/sign-out", follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["location"] == "/sign-in?next=%2Fsign-out"
    await sign_in(Role.HR)
    assert (await web.get("/sign-out")).status_code == 200


async def test_who_is_sent_to_sign_in_is_told_why_and_nobody_else(web):
    sent = await web.get("/campaigns", follow_redirects=True)
    assert "Du må logge inn for å se siden du ba om." in sent.text
    assert "Du må logge inn" not in (await web.get("/sign-in")).text
    wrong = {"email": "nobody@example.org", "password": "x", "next": "/campaigns"}
    assert "Du må logge inn" not in (await web.post("/sign-in", data=wrong)).text


async def test_a_wrong_password_is_told_calmly_and_starts_no_session(web):
    reply = await web.post("/sign-in", data={"email": "nobody@example.org", "password": "x"})
    assert reply.status_code == 401
    assert "hører ikke sammen" in reply.text
    assert COOKIE not in web.cookies


async def test_signing_in_gives_a_new_session_id_and_refuses_unknown_ones(web, sign_in):
    web.cookies.set(COOKIE, "chosen-by-a-stranger")
    await sign_in(Role.HR)
    values = [cookie.value for cookie in web.cookies.jar if cookie.name == COOKIE]
    given = [value for value in values if value != "chosen-by-a-stranger"]
    assert len(given) == 1
    assert len(given[0]) >= 43


async def test_signing_in_ends_the_session_that_the_browser_had(web, sign_in):
    """Nobody could sign out of it: the cookie that led to it is replaced."""
    await sign_in(Role.HR)
    former = web.cookies.get(COOKIE)
    # on the same machine, and as somebody else
    await sign_in(Role.COMMUNICATIONS)
    now = web.cookies.get(COOKIE)
    assert now != former
    assert (await web.get("/sign-out", follow_redirects=False)).status_code == 200
    web.cookies.clear()
    web.cookies.set(COOKIE, former)
    assert (await web.get("/sign-out", follow_redirects=False)).status_code == 303


async def test_an_address_is_found_however_its_letters_are_sent(web):
    """Some keyboards send å as a letter and a mark; tries at either are tries at one account."""
    bind_worker()
    await create_account(
        email="p\u00e5l@example.org",
        role=Role.HR,
        password=PASSWORD,
        unit="",
        language="nb",
        now=clock.now(),
    )
    bind_web()
    apart = {"email": "Pa\u030al@example.org", "password": PASSWORD}
    reply = await web.post("/sign-in", data=apart, follow_redirects=False)
    assert reply.status_code == 303
    assert counts_of("10.0.0.1", "pa\u030al@example.org", "") == counts_of(
        "10.0.0.1", "p\u00e5l@example.org", ""
    )


async def test_signing_out_ends_the_session_on_the_server(web, sign_in):
    await sign_in(Role.HR)
    kept = web.cookies.get(COOKIE)
    asked = await web.get("/sign-out")
    csrf = asked.text.split('name="csrf" value="')[1].split('"')[0]
    await web.post("/sign-out", data={"csrf": csrf}, follow_redirects=False)
    web.cookies.clear()
    web.cookies.set(COOKIE, kept)
    assert (await web.get("/sign-out", follow_redirects=False)).status_code == 303


async def test_a_form_from_another_site_changes_nothing(web, sign_in):
    await sign_in(Role.HR)
    reply = await web.post(
        "/sign-out", data={"csrf": "guess"}, headers={"Origin": "https://evil.example"}
    )
    assert reply.status_code == 403
    assert (await web.get("/sign-out", follow_redirects=False)).status_code == 200


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "//[", "/\t/[evil", "//\u2100"],
)
async def test_sign_in_never_sends_the_reader_to_another_site(web, sign_in, target):
    await sign_in(Role.HR)
    reply = await web.get("/sign-in", params={"next": target}, follow_redirects=False)
    assert reply.headers["location"] == "/"


@pytest.mark.parametrize("address", ["/culture?" + "a" * 7000, "/culture?" + "&" * 2000], ids=len)
async def test_no_address_however_long_makes_a_head_that_a_proxy_takes_for_a_fault(web, address):
    # nginx leaves a host out for ten seconds that sent a head of more than four kilobytes
    for reply in (
        await web.get(address, follow_redirects=False),
        await web.get("/sign-in", params={"next": address}, follow_redirects=False),
        await web.post("/language", data={"lang": "en", "next": address}, follow_redirects=False),
    ):
        assert sum(len(name) + len(value) + 4 for name, value in reply.headers.raw) < 4000


@pytest.mark.parametrize("address", ["/answer/" + "a" * 34 + "/x", "/open/a/b", "/stop/a/b"])
async def test_an_address_near_an_answering_page_is_told_to_nobody(web, address):
    reply = await web.get(address)
    assert reply.status_code == 404
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cache-control"] == "no-store"


async def test_signing_in_often_locks_nobody_out(web, sign_in):
    await sign_in(Role.HR)
    for _ in range(12):
        web.cookies.clear()
        reply = await web.post(
            "/sign-in",
            data={"email": "hr@example.org", "password": "a long enough password"},
            follow_redirects=False,
        )
        assert reply.status_code == 303


async def test_static_files_travel_small_and_are_kept(web):
    reply = await web.get("/static/answer.css", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["content-encoding"] == "gzip"
    assert "immutable" in reply.headers["cache-control"]
    assert "set-cookie" not in reply.headers


async def test_what_changes_in_an_account_holds_for_who_is_signed_in(web, sign_in):
    email, now = "hr@example.org", clock.now()

    async def people() -> int:
        bind_web()
        status: int = (await web.get("/people", follow_redirects=False)).status_code
        bind_worker()
        return status

    await sign_in(Role.HR)
    assert await people() == 200
    await change_account(email, role=Role.ANALYST, now=now)
    assert await people() == 403
    await change_account(email, role=Role.HR, now=now)
    await set_active(email, active=False, now=now)
    assert await people() == 303
    await set_active(email, active=True, now=now)
    # nobody is signed in to an account that was opened again
    assert await people() == 303
    bind_web()
    await web.post("/sign-in", data={"email": email, "password": "a long enough password"})
    assert await people() == 200
    await change_account(email, password="another long password", now=now)
    assert await people() == 303
    with pytest.raises(AccountError, match="needs a unit"):
        await change_account(email, role=Role.LEADER, now=now)
    units = ",".join(f"a-unit-{at}" for at in range(9))
    with pytest.raises(AccountError, match="take 80 characters with their commas, and 60"):
        await change_account(email, role=Role.LEADER, unit=units, now=now)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_no_other_page_signs_somebody_in_as_somebody_else(web, sign_in, headers):
    await sign_in(Role.HR)
    web.cookies.clear()
    data = {"email": "hr@example.org", "password": "a long enough password"}
    for address in ("/sign-in", "/sign-in/second-step", "/sign-in/forgotten"):
        assert (await web.post(address, data=data, headers=headers)).status_code == 403, address
    assert COOKIE not in web.cookies


class TestOverHttps:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"base_url": "https://testserver.local"})

    async def test_a_form_that_tells_nothing_of_where_it_comes_from_signs_nobody_in(self, web):
        data = {"email": "hr@example.org", "password": "a long enough password"}
        assert (await web.post("/sign-in", data=data)).status_code == 403
        own = {"Origin": "https://testserver.local"}
        assert (await web.post("/sign-in", data=data, headers=own)).status_code == 401
