"""Whoever comes before the first publication asks for a mail when there is one."""

import re

from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.reading.subscriptions import choices
from survey_app.shared.database import Login, fetch
from tests.builders_publication import public_series, put_on_shelf, staff_series, words

NONE = "Ingen måling er publisert ennå"
ASK_NOW = "Be om e-post nå, så får du en når de første tallene er lagt fram."


async def follow(web, what):
    page = await web.get("/subscriptions")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    fields = {"csrf": csrf, "follow": what, "language": "nb"}
    return await web.post("/subscriptions", data=fields, follow_redirects=False)


async def test_before_the_first_publication_each_role_asks_for_what_it_will_see(web, sign_in):
    unit_roles = {"staff:", "staff:ost-5"}
    may = {
        Role.HR: {"staff:"},
        Role.COMMUNICATIONS: {"public:"},
        Role.ANALYST: {"staff:", "public:"},
        Role.LEADER: unit_roles,
        Role.REPRESENTATIVE: unit_roles,
    }
    for role, mine in may.items():
        await sign_in(role, unit="ost-5" if role in UNIT_ROLES else "")
        page = await web.get("/subscriptions")
        assert f"{NONE}. {ASK_NOW}" in words(page) or role is Role.ANALYST
        assert ASK_NOW in words(page)
        assert set(re.findall(r'<option\s+value="(\w+:[^"]*)"', page.text)) == mine
        if role in UNIT_ROLES:  # their own is chosen, as it is once figures are out
            assert re.search(r'value="staff:ost-5"\s+selected', page.text)
        for what in ("staff:", "staff:ost-5", "staff:sor-1", "public:", "open:"):
            status = (await follow(web, what)).status_code
            assert status == (303 if what in mine else 403), (role, what)
        told = words(await web.get("/subscriptions"))
        assert "Det kommer ingen e-poster" not in told
        if role in UNIT_ROLES:
            assert "Min enhet (ost-5) Bare e-posten" in told


async def test_a_wish_from_before_is_one_of_a_place_once_its_figures_are_out(web, sign_in):
    await sign_in(Role.LEADER, unit="ost-5")
    await follow(web, "staff:ost-5")
    bind_worker()
    await put_on_shelf(staff_series()[0])
    bind_web()
    told = words(await web.get("/subscriptions"))
    assert "Fengsel Øst 5 Bare e-posten" in told
    assert ASK_NOW not in told
    [row] = await fetch(Login.MIGRATOR, "SELECT place FROM subscriptions.subscription")
    assert row["place"] == "ost-5"


async def test_once_others_have_figures_the_page_says_whose_first_it_waits_for(web, sign_in):
    bind_worker()
    await put_on_shelf(staff_series()[0])
    bind_web()
    await sign_in(Role.ANALYST)
    said = f"Ingen måling av befolkningen er publisert ennå. {ASK_NOW}"
    assert said in words(await web.get("/subscriptions"))
    await sign_in(Role.COMMUNICATIONS)
    for address, whose in (
        ("/subscriptions", "av befolkningen"),
        ("/reports", "av befolkningen eller andre utenfor etaten"),
    ):
        told = words(await web.get(address))
        assert f"Ingen måling {whose} er publisert ennå" in told
        assert NONE not in told


async def test_hr_reads_at_its_reports_that_it_is_the_staff_who_are_waited_for(web, sign_in):
    bind_worker()
    await put_on_shelf(*public_series("open"))
    bind_web()
    await sign_in(Role.HR)
    for address in ("/reports", "/subscriptions"):
        told = words(await web.get(address))
        assert "Ingen måling av de ansatte er publisert ennå" in told
        assert NONE not in told


async def test_of_whom_no_form_asks_nobody_is_promised_figures(web, sign_in, monkeypatch):
    monkeypatch.setattr(choices, "asks", lambda population: population == "staff")
    await sign_in(Role.COMMUNICATIONS)
    page = await web.get("/subscriptions")
    assert "Ingen av skjemaene spør om dette" in words(page)
    assert 'name="follow"' not in page.text
    assert (await web.post("/subscriptions", data={"follow": "public:"})).status_code == 403
