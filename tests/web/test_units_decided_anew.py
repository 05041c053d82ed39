"""Where units go on is decided anew on a page, as by the command, until figures rest on it."""

import re
from datetime import timedelta

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.people.link_acts import carry_out_links
from survey_app.audit.record import COMMAND_LINE
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.asking_builders import NOW, TODAY, import_campaign, import_people, register

LATER = TODAY + timedelta(days=90)
PAGE = f"/people/units/sor-1?day={LATER}"


@pytest.fixture
async def hr(web, sign_in):
    """A unit that is gone, and one that is new; nobody said that they are the same."""
    bind_worker()
    await import_people()
    text = register().replace("unit,sor-1,Fengsel Sor-1", "unit,sor-9,Fengsel Sør 9")
    text, later = text.replace(",nb,sor-1", ",nb,sor-9"), NOW + timedelta(days=90)
    await import_people(text, today=LATER, now=later, actor=COMMAND_LINE)
    bind_web()
    return await sign_in(Role.HR)


async def crosswalk():
    rows = await fetch(
        Login.WORKER,
        "SELECT origin, target, kind, decided_by FROM asking.unit_link"
        " ORDER BY origin, target, kind",
    )
    return [tuple(row.values()) for row in rows]


async def decide(client, *, work=True, **fields):
    page = (await client.get(PAGE)).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    reply = await client.post(PAGE, data={"csrf": csrf} | fields, follow_redirects=False)
    if work:
        await carried_out()
    return reply


async def carried_out():
    bind_worker()
    await carry_out_links({})
    bind_web()


async def test_what_was_decided_stands_on_the_register_s_page_and_is_changed_there(hr):
    text = (await hr.get("/people")).text
    assert "Enheter som er endret" in text
    assert "Lagt ned" in text
    assert "den som drifter systemet" in text
    assert "Hva skjedde med Fengsel Sor-1?" in (await hr.get(PAGE)).text
    reply = await decide(hr, work=False, choice="on", target="sor-9")
    assert reply.headers["location"] == "/people"
    assert "lagres nå" in (await hr.get("/people")).text
    await carried_out()
    text = (await hr.get("/people")).text
    assert "Heter nå Fengsel Sør 9" in text
    assert "lagres nå" not in text
    assert await crosswalk() == [("sor-1", "sor-9", "renamed", "hr@example.org")]
    logged = await fetch(
        Login.MIGRATOR, "SELECT actor FROM audit.event WHERE action = 'link units'"
    )
    assert [row["actor"] for row in logged] == ["hr@example.org"]


async def test_a_unit_that_was_there_before_takes_others_in(hr):
    await decide(hr, choice="on", target="nord-1")
    assert await crosswalk() == [
        ("nord-1", "nord-1", "merged", "hr@example.org"),
        ("sor-1", "nord-1", "merged", "hr@example.org"),
    ]
    assert "Slått sammen til Fengsel Nord-1" in (await hr.get("/people")).text
    await decide(hr, choice="closed")
    assert await crosswalk() == [("sor-1", "", "closed", "hr@example.org")]


async def test_a_unit_is_split_among_those_that_are_ticked(hr):
    await decide(hr, choice="parts", part=["sor-9"])
    assert await crosswalk() == [("sor-1", "sor-9", "split", "hr@example.org")]
    assert "Delt: Fengsel Sør 9" in (await hr.get("/people")).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Velg hva som skjedde med enheten."),
        ({"choice": "whatever"}, "Velg hva som skjedde med enheten."),
        ({"choice": "on"}, "Velg enheten den går videre i."),
        ({"choice": "on", "target": "etaten"}, "Velg enheten den går videre i."),
        ({"choice": "parts", "part": "gone"}, "Kryss av for minst én enhet."),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_written(hr, fields, told):
    before = await crosswalk()
    reply = await decide(hr, **fields)
    assert reply.status_code == 422
    assert told in reply.text
    assert await crosswalk() == before


async def count_a_wave():
    bind_worker()
    await import_campaign()
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave SET state = 'counted', opened_at = $1",
        NOW + timedelta(days=90),
    )
    bind_web()


async def test_a_decision_that_figures_rest_on_is_not_offered(hr):
    await count_a_wave()
    text = (await hr.get("/people")).text
    assert "Det er laget tall etter dette" in text
    assert "/people/units/sor-1" not in text
    assert (await hr.get(PAGE, follow_redirects=False)).headers["location"] == "/people"


async def test_one_that_was_overtaken_by_a_count_says_so_in_the_reader_s_language(hr):
    before = await crosswalk()
    await decide(hr, work=False, choice="on", target="sor-9")
    await count_a_wave()
    await carried_out()
    assert await crosswalk() == before
    text = (await hr.get("/people")).text
    assert "Svaret om Fengsel Sor-1 ble ikke lagret" in text
    assert "Det er laget tall etter det som ble bestemt om denne enheten." in text


async def test_of_what_never_happened_there_is_no_page(hr):
    for address in ("/people/units/nord-1", f"/people/units/sor-1?day={TODAY}"):
        assert (await hr.get(address)).status_code == 404


async def test_an_address_that_mail_came_back_from_is_shown_and_unmarked(hr):
    assert "E-postadresser som ikke virker" not in (await hr.get("/people")).text
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.person SET undelivered = '5.1.1' WHERE number = 'nord-1.3'",
    )
    assert "E-postadresser som ikke virker" in (await hr.get("/people")).text
    page = (await hr.get("/people/addresses")).text
    assert "1 e-postadresse virker ikke" in page
    assert "adressen er ukjent hos mottakeren" in page
    [address] = re.findall(r'action="(/people/addresses/[^"]+)"', page)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    # somebody loaded a register with another address meanwhile
    await hr.post(address, data=hidden | {"email": "other@example.org"})
    assert "1 e-postadresse virker ikke" in (await hr.get("/people/addresses")).text
    page = (await hr.post(address, data=hidden)).text
    assert "Alle e-postadressene virker" in page
    logged = await fetch(Login.MIGRATOR, "SELECT facts FROM audit.event WHERE action ~ 'unmarked'")
    assert [row["facts"] for row in logged] == ["{}"]
