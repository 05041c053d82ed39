"""Mails that did not arrive: told by cause, sent again to the address that the register has now."""

import re

import pytest

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.delivery.failed import cause_of, failed_by_domain
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.remind import remind_wave
from survey_app.asking.delivery.send_due import send_due
from survey_app.asking.delivery.sink import start_sink
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.carry_out import carry_out_acts
from survey_app.shared.clock import now
from survey_app.shared.database import Login, fetch
from tests.asking_builders import an_open_wave, import_people, register
from tests.builders_publication import words
from tests.one_app import the_app

EVERY_DAY = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
FAILED = (
    "UPDATE asking.outbox SET state = 'failed', attempts = 1, problem = $1 WHERE id IN (SELECT o.id"
    " FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
    " JOIN asking.person p ON p.id = i.person WHERE o.kind = 'invitation' AND p.number = ANY($2))"
)


@pytest.fixture
async def failed(web, sign_in):
    """Two addresses that do not exist and a full mailbox, among 60 invitations that were sent."""
    bind_worker()
    await an_open_wave()
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'sent', sent_at = now()")
    await fetch(Login.WORKER, FAILED, "550", ["nord-1.0", "nord-1.1"])
    await fetch(Login.WORKER, FAILED, "5.2.2", ["sor-1.0"])
    bind_web()
    return await sign_in(Role.HR)


async def states():
    rows = await fetch(
        Login.WORKER,
        "SELECT p.number, o.state, o.retries FROM asking.outbox o"
        " JOIN asking.invitation i ON i.id = o.invitation JOIN asking.person p ON p.id = i.person"
        " WHERE o.kind = 'invitation' AND o.retries > 0 OR o.state = 'failed' ORDER BY 1",
    )
    return [tuple(row.values()) for row in rows]


async def test_what_did_not_arrive_is_told_by_cause_with_the_addresses_to_mend(failed):
    text = words(await failed.get("/waves/vp-1/failed"))
    assert "3 e-poster kom ikke fram" in text
    assert "Adressen finnes ikke: 2" in text
    assert "Postkassen er full: 1" in text
    assert "p0.nord-1@example.org Fengsel Nord-1 1 gang" in text
    assert "nord-1.0" not in text  # the register's own number is not needed


async def test_a_mended_address_gets_the_invitation_and_others_do_not(
    failed, tmp_path, monkeypatch, settings
):
    monkeypatch.setattr("survey_app.running.carry_out.settings", lambda: settings)
    bind_worker()
    # by the day on which these acts are carried out: of a wave past its last day nothing goes
    await fetch(Login.WORKER, "UPDATE asking.wave SET closes_on = current_date + 7")
    await import_people(register().replace("p0.nord-1@", "mended.nord-1@"))
    bind_web()
    page = (await failed.get("/waves/vp-1/failed")).text
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    await failed.post("/waves/vp-1/failed", data={"csrf": token, "cause": "unknown-address"})
    assert "De sendes nå" in words(await failed.get("/waves/vp-1/failed"))
    bind_worker()
    await carry_out_acts({})
    assert await states() == [
        ("nord-1.0", "due", 1),
        ("nord-1.1", "due", 1),
        ("sor-1.0", "failed", 0),
    ]
    sink = start_sink(tmp_path / "mail")
    try:
        async with MailServer(sink.url) as server:
            tally = await send_due(
                server,
                load_library().messages,
                secret=settings.secret(),
                base_url="https://svar.example.org",
                clock=now,
            )
    finally:
        sink.stop()
    assert tally.sent == 2
    sent = "".join(path.read_text() for path in (tmp_path / "mail").glob("*.eml"))
    assert "mended.nord-1@example.org" in sent
    assert "p0.nord-1@example.org" not in sent
    bind_web()
    text = words(await failed.get("/waves/vp-1/failed"))
    assert "1 e-post kom ikke fram" in text
    assert "Sist sendt på nytt" in text
    assert "kl. kl." not in text


async def test_what_is_due_by_now_is_on_its_way_and_not_tried_again_at_a_time_that_is_past(failed):
    for minutes, told, other in (
        (-1, "1 e-post er på vei ut.", "prøves igjen"),
        (10, "1 e-post prøves igjen av seg selv, neste gang", "på vei ut"),
    ):
        await fetch(
            Login.MIGRATOR,
            "UPDATE asking.outbox SET state = 'due', attempts = 2, problem = '451',"
            " due_at = now() + make_interval(mins => $1)"
            " WHERE id = (SELECT id FROM asking.outbox WHERE kind = 'invitation'"
            " AND state <> 'failed' ORDER BY id LIMIT 1)",
            minutes,
        )
        text = words(await failed.get("/waves/vp-1/failed"))
        assert told in text
        assert other not in text
        for page in ("/campaigns/verdipuls", "/waves/vp-1"):
            text = words(await failed.get(page))
            assert told.partition(",")[0].rstrip(".") in text
            assert "levert" not in text
    # of those that a server lets wait nothing is lost, and those that failed are no more than that
    await fetch(Login.MIGRATOR, "UPDATE asking.outbox SET state = 'sent' WHERE state = 'due'")
    for page in ("/campaigns/verdipuls", "/waves/vp-1"):
        text = words(await failed.get(page))
        assert "Resten er levert." in text
        assert "Alle e-postene er levert" not in text


async def test_a_server_that_is_away_is_told_on_the_page_of_the_wave_too(failed):
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.outbox SET state = 'due', problem = 'server SMTPConnectError'"
        " WHERE state = 'sent'",
    )
    text = words(await failed.get("/waves/vp-1"))
    assert "Vi får ikke kontakt med e-posttjeneren." in text
    # what a library calls it tells nobody of HR anything
    assert "SMTPConnectError" not in text
    assert "på vei ut" not in text
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.outbox SET problem = 'server 421' WHERE problem = 'server SMTPConnectError'",
    )
    assert "E-posttjeneren tar ikke imot nå (421)" in words(await failed.get("/waves/vp-1"))


async def test_what_waits_for_the_end_of_quiet_hours_is_neither_sent_now_nor_arrived(
    failed, monkeypatch, settings
):
    quiet = settings.model_copy(update={"quiet_days": EVERY_DAY})
    for place in ("survey_app.asking.delivery.queries", "survey_app.running.carry_out"):
        monkeypatch.setattr(f"{place}.settings", lambda: quiet)
    the_app(quiet)
    page = (await failed.get("/waves/vp-1/failed")).text
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    everything = {"csrf": token, "cause": ["unknown-address", "full"]}
    await failed.post("/waves/vp-1/failed", data=everything)
    text = words(await failed.get("/waves/vp-1/failed"))
    assert "De sendes når de stille timene eller dagene er over." in text
    assert "De sendes nå." not in text
    bind_worker()
    await carry_out_acts({})
    bind_web()
    text = words(await failed.get("/waves/vp-1/failed"))
    assert "Noen e-poster er ikke kommet fram ennå" in text
    assert "3 e-poster er på vei ut. De sendes når de stille" in text
    assert "Alle e-postene er kommet fram" not in text


async def test_of_reminders_that_failed_nothing_is_told(failed):
    bind_worker()
    await remind_wave("vp-1", now=now())
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET state = 'failed', problem = '550' WHERE kind = 'reminder-1'",
    )
    wave = await find_wave(Login.WORKER, "vp-1")
    assert sum((await failed_by_domain(Login.WORKER, wave.id)).values()) == 3
    bind_web()
    assert "3 e-poster kom ikke fram" in words(await failed.get("/waves/vp-1/failed"))


async def test_without_the_form_s_token_nothing_is_sent_again(failed):
    reply = await failed.post("/waves/vp-1/failed", data={"csrf": "x", "cause": "full"})
    assert reply.status_code == 403
    assert not await fetch(Login.WORKER, "SELECT 1 FROM asking.wave_act")


@pytest.mark.parametrize(
    ("problem", "cause"),
    [
        ("no address", "no-address"),
        ("550", "unknown-address"),
        ("5.6.7", "letters"),
        ("552", "full"),
        ("421", "no-answer"),
        ("5.7.1", "refused"),
        ("4.4.7", "no-answer"),
        ("", "refused"),
    ],
)
def test_codes_of_servers_are_told_by_what_can_be_done(problem, cause):
    assert cause_of(problem).value == cause
