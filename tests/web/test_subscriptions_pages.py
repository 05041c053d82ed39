"""Who may ask for which figures by mail, and how it stops: signed in, or by a letter's link."""

import re
import uuid
from collections.abc import Iterator

import pytest

from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.shared.database import Login, fetch
from survey_app.subscriptions.stop_link import stop_token, subscription_of
from tests.builders_publication import public_series, put_on_shelf, words
from tests.exported import main_wave
from tests.stocked_shelf import emptied, stocked_database


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    async def stock() -> None:
        await put_on_shelf(main_wave(), public_series()[-1])

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(
        stocked, "subscriptions.subscription", "accounts.account", "audit.event"
    )  # fmt: skip


async def follow(web, what, **more):
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get("/subscriptions")).text)[1]
    fields = {"csrf": csrf, "follow": what, **more}
    return await web.post("/subscriptions", data=fields, follow_redirects=False)


async def stored():
    return await fetch(Login.MIGRATOR, "SELECT * FROM subscriptions.subscription")


async def test_each_role_may_follow_what_its_pages_show_and_nothing_else(web, sign_in):
    may = {
        Role.HR: {"staff:", "staff:sor-1"},
        Role.LEADER: {"staff:", "staff:ost", "staff:ost-5"},
        Role.REPRESENTATIVE: {"staff:", "staff:ost", "staff:ost-5"},
        Role.COMMUNICATIONS: {"public:"},
        Role.ANALYST: {"staff:", "staff:sor-1", "public:"},
        Role.ADMIN: set(),
    }
    asked = {"staff:", "staff:ost", "staff:ost-5", "staff:sor-1", "public:", "open:", "staff:x", ""}
    for role in Role:
        await sign_in(role, unit="ost-5" if role in UNIT_ROLES else "")
        page = await web.get("/subscriptions")
        if role is Role.ADMIN:
            assert page.status_code == 403
            continue
        for what in asked:
            if role in {Role.HR, Role.ANALYST} and what in {"staff:ost", "staff:ost-5"}:
                continue
            status = (await follow(web, what)).status_code
            assert status == (303 if what in may[role] else 403), (role, what)
        if role in UNIT_ROLES:
            assert "Fengsel Sør 1" not in page.text
            assert '<option value="staff:ost-5" selected>' in page.text


async def test_a_wish_is_kept_once_changed_and_stopped_with_a_line_each_in_the_log(web, sign_in):
    await sign_in(Role.HR)
    await follow(web, "staff:ost-5", language="nn")
    await follow(web, "staff:ost-5", language="en", attachment="pdf")
    [row] = await stored()
    assert (row["place"], row["language"], row["attachment"]) == ("ost-5", "en", "pdf")
    page = await web.get("/subscriptions")
    assert "Fengsel Øst 5" in words(page)
    assert "hr@example.org" in words(page)
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    address = f"/subscriptions/{row['id']}/stop"
    assert (await web.post(address, data={"csrf": "wrong"})).status_code == 403
    await sign_in(Role.ANALYST)
    theirs = re.search(r'name="csrf" value="([^"]+)"', (await web.get("/subscriptions")).text)[1]
    assert (await web.post(address, data={"csrf": theirs})).status_code == 404
    assert len(await stored()) == 1
    await web.post("/sign-in", data={"email": "hr@example.org",
                                     "password": "a long enough password"})  # fmt: skip
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get("/subscriptions")).text)[1]
    await web.post(address, data={"csrf": csrf})
    assert await stored() == []
    log = await fetch(
        Login.MIGRATOR,
        "SELECT action, actor, facts FROM audit.event WHERE action <> 'signed in' ORDER BY at",
    )
    acts = [(one["action"], one["actor"]) for one in log]
    assert acts == [("subscription started", "hr@example.org")] * 2 + [
        ("subscription stopped", "hr@example.org")
    ]


async def test_whoever_follows_a_unit_that_is_gone_reads_that_no_mails_come(web, sign_in):
    """And whose language the agency has no more reads in which one they come."""
    silent = "Det kommer ingen e-poster."
    await sign_in(Role.HR)
    await follow(web, "staff:ost-5", language="en")
    assert silent not in words(await web.get("/subscriptions"))
    await fetch(
        Login.MIGRATOR, "UPDATE subscriptions.subscription SET place = 'gone-1', language = 'de'"
    )
    page = await web.get("/subscriptions")
    assert page.status_code == 200
    told = words(page)
    assert (
        "gone-1 Er ikke med i den nyeste målingen, eller du har ikke lenger tilgang til tallene."
        f" {silent}" in told
    )
    assert "Bare e-posten, med de viktigste tallene og en figur Bokmål" in told
    # whose role does not read of the public any more does not read of the agency here
    await fetch(
        Login.MIGRATOR, "UPDATE subscriptions.subscription SET population = 'public', place = ''"
    )
    told = words(await web.get("/subscriptions"))
    assert "Befolkningen: tillit og omdømme Er ikke med i den nyeste målingen" in told


async def test_mails_of_a_unit_that_is_told_with_a_neighbour_come_and_are_named_by_both(
    web, sign_in
):
    """The writer of the mails looks among the members of a unit, too."""
    await sign_in(Role.HR)
    await follow(web, "staff:ost-5")
    await fetch(
        Login.MIGRATOR, "UPDATE subscriptions.subscription SET place = 'Overgangsbolig Sørvest 1'"
    )
    told = words(await web.get("/subscriptions"))
    assert "Friomsorg Sørvest 2 og Overgangsbolig Sørvest 1 Bare e-posten" in told
    assert "Det kommer ingen e-poster." not in told


async def test_a_letters_link_asks_first_and_one_click_of_the_mail_program_stops(
    web, sign_in, settings
):
    await sign_in(Role.HR)
    await follow(web, "staff:")
    await follow(web, "staff:ost-5")
    first, second = await stored()
    await fetch(Login.MIGRATOR, "INSERT INTO subscriptions.letter (id, subscription, publication,"
                " state, due_at, attempts, problem) VALUES ($1, $2, $1, 'due', now(), 0, '')",
                uuid.uuid4(), first["id"])  # fmt: skip
    web.cookies.clear()
    address = f"/subscriptions/stop/{stop_token(first['id'], settings.secret())}"
    asked = await web.get(address)
    assert "Vil du slutte" in words(asked)
    assert asked.headers["Referrer-Policy"] == "no-referrer"
    assert len(await stored()) == 2
    for _ in range(2):  # RFC 8058: this body, no cookie, no origin, no form token
        done = await web.post(address, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert "Du får ikke flere" in words(done)
    assert [one["id"] for one in await stored()] == [second["id"]]
    assert await fetch(Login.MIGRATOR, "SELECT id FROM subscriptions.letter") == []
    done = await web.post(
        f"/subscriptions/stop/{stop_token(second['id'], settings.secret())}",
        files={"List-Unsubscribe": (None, "One-Click")},
    )
    assert done.status_code == 200
    assert await stored() == []


async def test_a_guessed_link_stops_nothing(web, sign_in, settings):
    await sign_in(Role.HR)
    await follow(web, "staff:")
    [row] = await stored()
    token = stop_token(row["id"], settings.secret())
    for wrong in (
        stop_token(row["id"], b"another secret"),
        token[:-2] + "AA",
        "x",
        "æ",
        token + "=",
    ):
        assert (await web.post(f"/subscriptions/stop/{wrong}")).status_code == 404
    assert len(await stored()) == 1
    assert subscription_of(token, settings.secret()) == row["id"]


async def test_each_results_page_leads_there_with_its_place_chosen(web, sign_in):
    await sign_in(Role.ANALYST)
    for address, what in (
        ("/culture?unit=", "staff:"), ("/culture?unit=ost-5", "staff:ost-5"),
        ("/reputation", "public:"),
    ):  # fmt: skip
        link = re.search(r'href="(/subscriptions[^"]+)"', (await web.get(address)).text)[1]
        page = await web.get(link.replace("&amp;", "&"))
        assert f'<option value="{what}" selected>' in page.text
    assert 'href="/subscriptions"' in (await web.get("/reports")).text
