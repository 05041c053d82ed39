"""Health on a page: what is wrong, in people's words, and who is told of it by mail."""

import json
import re
from datetime import timedelta

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.writing import writing
from survey_app.installation.alarms.alarm import AlarmKind, RaisedAlarm
from survey_app.installation.alarms.host import Disk, HostState, note_host
from survey_app.installation.alarms.keep import settle
from survey_app.installation.alarms.looks import SeenAlarms
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave, without_pools
from tests.one_app import the_app

PAGE = "/settings/health"


async def wrong(*alarms, ago=timedelta(0)):
    bind_worker()
    now = clock.now() - ago
    with without_pools():
        await note_host(
            HostState("host-a", now, [Disk("/srv", 4, nearly_full=True)], frozenset(), 0.0)
        )
        async with writing() as link:
            await settle(link, SeenAlarms(list(alarms), frozenset()), now=now)
    bind_web()


@pytest.fixture
async def admin(web, sign_in):
    await sign_in(Role.ADMIN)
    return web


async def test_the_page_says_what_is_wrong_since_when_and_what_to_do(admin):
    assert "Ingen har sett etter ennå" in (await admin.get(PAGE)).text
    await wrong()
    page = (await admin.get(PAGE)).text
    assert "Alt går som det skal" in page
    assert "4 prosent ledig på disken med /srv" in page
    name = json.dumps({"nb": "Høstmålingen", "en": "The autumn survey"})
    await wrong(
        RaisedAlarm(AlarmKind.KEY_MISSING, "vp-1", "keys: x", {"wave": name}),
        RaisedAlarm(AlarmKind.QUEUE, "", "redis: x"),
    )
    page = (await admin.get(PAGE)).text
    assert "2 ting må ses på" in page
    assert "Nøkkelen til Høstmålingen mangler" in page
    assert "Svarene ligger låst" in page
    assert re.search(r"Siden [^<]*\b20\d\d\b", page)
    assert "The key of The autumn survey is missing" in (await admin.get(f"{PAGE}?lang=en")).text


async def test_the_page_says_which_key_file_opens_nothing_and_on_which_machine(admin):
    name = json.dumps({"nb": "Høstmålingen", "nn": "Haustmålinga", "en": "The autumn survey"})
    of_wave = {"wave": name, "host": "host-a", "fault": "another"}
    of_pilot = {"pilot": "verdipuls", "host": "host-a", "fault": "spoiled"}
    await wrong(
        RaisedAlarm(AlarmKind.KEY_WRONG, "vp-1, on host-a", "keys: x", of_wave),
        RaisedAlarm(AlarmKind.KEY_WRONG, "pilot 1, on host-a", "keys: x", of_pilot),
    )
    for language, said in (
        ("nb", ("Nøkkelfilen til Høstmålingen kan ikke brukes", "Filen på host-a er ødelagt.")),
        ("nn", ("Nøkkelfila til Haustmålinga kan ikkje brukast", "Fila på host-a er øydelagd.")),
        ("en", ("The key file of The autumn survey cannot be used", "on host-a is damaged.")),
    ):
        page = " ".join((await admin.get(f"{PAGE}?lang={language}")).text.split())
        assert all(one in page for one in said), language


async def test_an_administrators_first_page_says_how_much_is_wrong_and_nobody_elses(admin, sign_in):
    await wrong()
    assert "ting i driften" not in (await admin.get("/")).text
    await wrong(RaisedAlarm(AlarmKind.DISK, "host-a", "disk: x", {"host": "host-a"}))
    page = " ".join((await admin.get("/")).text.split())
    assert "<strong>1 ting i driften må ses på.</strong>" in page
    assert f'href="{PAGE}"' in page
    await sign_in(Role.HR)
    assert "ting i driften" not in (await admin.get("/")).text


@pytest.mark.parametrize(
    ("kind", "why", "address"),
    [
        (AlarmKind.BOUNCES, "", "/waves/vp-1/failed"),
        (AlarmKind.ARRIVALS, "", "/waves/vp-1/arrivals"),
        (AlarmKind.LATE, "other questions", "/waves/vp-1/open"),
        (AlarmKind.LOG, "", "/settings/log"),
    ],
)
async def test_what_is_done_on_one_of_our_pages_is_led_to(admin, kind, why, address):
    facts = {"wave": json.dumps({"nb": "Høstmålingen"}), "percent": "14", "why": why}
    facts = {name: told for name, told in facts.items() if told}
    await wrong(RaisedAlarm(kind, "vp-1", "x", facts))
    assert f'<a href="{address}">' in (await admin.get(PAGE)).text.partition("<main")[2]


async def test_a_silent_worker_is_on_the_first_page_too(admin):
    await wrong(ago=timedelta(minutes=30))
    assert "1 ting i driften må ses på." in (await admin.get("/")).text


async def test_a_worker_that_is_silent_is_told_although_it_cannot_say_so(admin):
    await wrong(ago=timedelta(minutes=30))
    page = (await admin.get(PAGE)).text
    assert "Bakgrunnsprosessen har stanset" in page
    assert "Sist hørt fra" in page


async def test_an_administrator_chooses_to_be_told_by_mail_and_stops_again(web, sign_in, settings):
    app = the_app(settings)
    with_mail = settings.model_copy(
        update={"smtp_url": "smtp://127.0.0.1:9", "alarm_mail": ("drift@example.org",)}
    )
    before, app.state.settings = app.state.settings, with_mail
    try:
        await sign_in(Role.ADMIN, language="en")
        await wrong(RaisedAlarm(AlarmKind.MAIL_SERVER, "", "mail: x"))
        page = (await web.get(PAGE)).text
        assert "drift@example.org" in page
        # the mail server is what is wrong: nobody waits for a mail about it
        assert "No e-mail arrives just now" in page
        for wish, rows in (("yes", 1), ("yes", 1), ("no", 0)):
            csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get(PAGE)).text)[1]
            reply = await web.post(f"{PAGE}/mail", data={"csrf": csrf, "wish": wish})
            assert reply.status_code == 200
            found = await fetch(Login.MIGRATOR, "SELECT language FROM asking.alarm_reader")
            assert [row["language"] for row in found] == ["en"] * rows
        told = await web.get("/health/ready")
        assert told.json()["parts"]["mail"] == "is refused by its server: what is to go waits"
        assert told.status_code == 200
    finally:
        app.state.settings = before


async def mail_part(web, settings):
    with_mail = settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    app = the_app(settings)
    before, app.state.settings = app.state.settings, with_mail
    try:
        return (await web.get("/health/ready")).json()["parts"]["mail"]
    finally:
        app.state.settings = before


async def test_mail_is_well_again_once_a_look_finds_it_so_while_its_alarm_waits_to_end(
    web, settings
):
    server = RaisedAlarm(AlarmKind.MAIL_SERVER, "", "mail: x")
    for ago in (5, 3, 1):
        await wrong(server, ago=timedelta(minutes=ago))
    assert await mail_part(web, settings) != "ok"
    # two minutes later a look finds nothing
    await fetch(Login.MIGRATOR, "UPDATE asking.alarm SET seen_at = seen_at - interval '2 minutes'")
    await wrong()
    assert await mail_part(web, settings) == "ok"
    lasts = "SELECT FROM asking.alarm WHERE ended_at IS NULL"
    assert len(await fetch(Login.MIGRATOR, lasts)) == 1


async def test_mail_is_well_again_with_the_first_that_goes(web, settings):
    wave = await an_open_wave(settings)
    await wrong(RaisedAlarm(AlarmKind.MAIL_SERVER, "", "mail: x"), ago=timedelta(minutes=1))
    gone = (
        "INSERT INTO asking.outbox"
        " (id, invitation, kind, channel, state, due_at, sent_at, attempts, problem, retries)"
        " SELECT gen_random_uuid(), i.id, 'reminder-3', 'email', 'sent', $2, $2, 1, '', 0"
        " FROM asking.invitation i JOIN asking.wave w ON w.id = i.wave WHERE w.key = $1 LIMIT 1"
    )
    for ago, well in ((2, False), (0, True)):
        at = clock.now() - timedelta(minutes=ago)
        await fetch(Login.MIGRATOR, "DELETE FROM asking.outbox WHERE kind = 'reminder-3'")
        await fetch(Login.MIGRATOR, gone, wave.key, at)
        assert (await mail_part(web, settings) == "ok") == well


async def test_nobody_else_sees_it_or_is_told(web, sign_in):
    for role in (Role.HR, Role.COMMUNICATIONS, Role.LEADER, Role.ANALYST):
        await sign_in(role)
        assert (await web.get(PAGE)).status_code == 403
        assert (await web.post(f"{PAGE}/mail", data={"wish": "yes"})).status_code == 403


async def test_the_worker_sees_the_address_of_active_administrators_who_asked_and_no_other(
    web, sign_in
):
    await sign_in(Role.ADMIN)
    insert = (
        "INSERT INTO asking.alarm_reader (account, language, asked_at)"
        " SELECT id, 'nb', now() FROM accounts.account"
    )
    with without_pools():
        await fetch(Login.WEB, insert)

    async def seen():
        return [
            row["email"]
            for row in await fetch(Login.WORKER, "SELECT email FROM accounts.alarm_reader")
        ]

    assert await seen() == ["admin@example.org"]
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET role = 'hr'")
    assert await seen() == []
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET role = 'admin', active = false")
    assert await seen() == []
