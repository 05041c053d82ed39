"""A mail that somebody wants to see first goes to them alone, and no link in it works."""

import asyncio
import re
import uuid
from email import message_from_bytes
from email.policy import default

import asyncpg
import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.delivery.jobs import nightly
from survey_app.asking.delivery.sink import start_sink
from survey_app.asking.delivery.trials import MOST_A_DAY, ask_for_trial
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.send_trials import send_trials
from survey_app.shared import clock
from survey_app.shared.database import Login, connection, fetch
from tests.asking_builders import CAMPAIGN, import_campaign
from tests.web.running.desk import WAVE, again, coming

PREVIEW = f"{WAVE}/preview"


@pytest.fixture
def sent(settings, tmp_path):
    """Let the worker send what is due, twice, and return what arrived."""
    sink = start_sink(tmp_path / "mail")

    async def found():
        bind_worker()
        for _ in range(2):
            await send_trials({"settings": settings.model_copy(update={"smtp_url": sink.url})})
        bind_web()
        files = sorted((tmp_path / "mail").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    yield found
    sink.stop()


async def asks(client, language="nb"):
    page = (await client.get(f"{PREVIEW}?lang={language}")).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    return await client.post(
        f"{PREVIEW}?lang={language}", data={"csrf": csrf, "shown": language}, follow_redirects=False
    )


async def test_a_trial_goes_to_whoever_asks_says_that_it_is_one_and_opens_nothing(hr, sent):
    assert (await asks(hr)).headers["location"] == f"{PREVIEW}?lang=nb&asked=2"
    assert "Prøven er på vei" in (await hr.get(f"{PREVIEW}?lang=nb&asked=2")).text
    found = await sent()
    assert [str(mail["To"]) for mail in found] == ["hr@example.org"] * 2
    assert [str(mail["Subject"])[:7] for mail in found] == ["Prøve: "] * 2
    for mail in found:
        text = mail.get_body(("plain",)).get_content()
        assert text.startswith("Dette er en prøve")
        whole = [text, mail.get_body(("html",)).get_content(), *map(str, mail.values())]
        links = re.findall(r"/(?:answer|stop)/([\w-]+)", " ".join(whole))
        assert set(links) == {"eksempel"}
    assert (await hr.get("/answer/eksempel")).status_code == 404
    assert not await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.invitation")


async def test_a_trial_is_in_the_language_that_was_looked_at(hr, sent):
    await asks(hr, "en")
    found = await sent()
    assert [str(mail["Subject"])[:6] for mail in found] == ["Test: "] * 2
    assert [str(mail["Content-Language"]) for mail in found] == ["en"] * 2


async def test_of_trials_that_are_asked_for_at_once_no_more_go_than_one_after_the_other(hr):
    [wave] = await fetch(Login.MIGRATOR, "SELECT id FROM asking.wave")
    for _ in range(10):
        account = str(uuid.uuid4())
        taken = await asyncio.gather(
            *(
                ask_for_trial(wave["id"], account, ["invitation"] * 5, "nb", now=clock.now())
                for _ in range(8)
            )
        )
        assert sum(taken) == MOST_A_DAY // 5


async def test_trials_are_limited_for_each_account_and_stand_in_the_log(hr):
    for _ in range(MOST_A_DAY // 2):
        assert (await asks(hr)).status_code == 303
    reply = await asks(hr)
    assert reply.status_code == 429
    assert f"høyst {MOST_A_DAY} slike e-poster" in reply.text
    rows = await fetch(
        Login.MIGRATOR, "SELECT actor, subject FROM audit.event WHERE action = 'trial mails asked'"
    )
    assert [tuple(row.values()) for row in rows] == [("hr@example.org", "vp-1")] * 10
    await again(hr, "hr2@example.org")
    assert (await asks(hr)).status_code == 303


async def test_the_web_process_names_an_account_and_can_name_no_address(hr, sent):
    columns = await fetch(
        Login.MIGRATOR,
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'trial_mail'",
    )
    assert not [row for row in columns if "mail" in row["column_name"]]
    await asks(hr)
    await fetch(Login.WORKER, "UPDATE asking.trial_mail SET account = $1", uuid.uuid4())
    assert await sent() == []
    async with connection(Login.WORKER) as link:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await link.execute("UPDATE accounts.trial_reader SET email = 'x@example.org'")


async def test_who_asked_for_which_mail_is_forgotten_as_invitations_are(hr):
    await asks(hr)
    await fetch(Login.WORKER, "UPDATE asking.trial_mail SET asked_at = now() - interval '30 days'")
    bind_worker()
    await nightly({})
    bind_web()
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.trial_mail") == []


async def test_a_wave_that_sends_no_mail_offers_no_trial(web, sign_in):
    bind_worker()
    open_link = coming(CAMPAIGN).replace('"staff"', '"open"').replace('"everybody"', '"open"')
    open_link = open_link.replace("verdipuls.k1", "omdomme.open")
    await import_campaign(re.sub(r"reminder_days.*", "", open_link))
    bind_web()
    page = (await (await sign_in(Role.COMMUNICATIONS)).get(PREVIEW)).text
    assert "Send en prøve til meg" not in page
