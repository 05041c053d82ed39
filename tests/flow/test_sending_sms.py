"""Text messages over a gateway's HTTP: one each, to those alone whom no mail reaches."""

import asyncio
import logging
import re
import time
import uuid
from collections import Counter
from datetime import timedelta

import pytest

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.campaign_toml import campaign_file_of, write_campaign
from survey_app.asking.campaigns.import_campaign import read_campaign
from survey_app.asking.campaigns.queries import find_campaign, find_wave
from survey_app.asking.delivery import jobs
from survey_app.asking.delivery.failed import failed_mails
from survey_app.asking.delivery.gateway_rest import MOST_IN_A_ROW, StoppingGateway, gateway_rest
from survey_app.asking.delivery.mail_server import Verdict
from survey_app.asking.delivery.outbox import claim_next, note
from survey_app.asking.delivery.queries import delivery_state
from survey_app.asking.delivery.remind import remind_wave
from survey_app.asking.delivery.resend_failed import resend_failed
from survey_app.asking.delivery.send_due import SmsCarrier, send_by
from survey_app.asking.delivery.sms_gateway import HttpGateway
from survey_app.asking.delivery.sms_text import size_of
from survey_app.asking.desk.things import Thing
from survey_app.asking.desk.waiting import desk
from survey_app.asking.errors import CampaignProblems, LinkNotReplaced, SmsGatewayDown
from survey_app.asking.invitations.replace_link import replace_link
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from tests import sent_mail
from tests.asking_builders import CAMPAIGN, NOW, import_campaign, import_people, open_wave, register
from tests.sms_gateway import a_gateway

SECRET = b"a secret of the installation"
BASE = "https://svar.example.org"
WITH_SMS = CAMPAIGN + "sms = true\n"
NUMBERS = {"nord-1.0": "91234560", "nord-1.1": "91234561", "sor-1.0": "91234562", "sor-1.1": ""}


def with_numbers(numbers=NUMBERS):
    """Write the register with people who have no address, and perhaps a number."""
    head, *lines = register().splitlines()
    rows = [f"{head},mobile"]
    for line in lines:
        cells = line.split(",")
        if cells[1] in numbers:
            cells[5] = ""
        rows.append(",".join([*cells, numbers.get(cells[1], "")]))
    return "\n".join(rows) + "\n"


@pytest.fixture
def gateway():
    with a_gateway() as running:
        yield running


@pytest.fixture(autouse=True)
def no_rest():
    gateway_rest.note(Verdict.ACCEPTED, "")
    gateway_rest.begin(0.0)
    yield
    gateway_rest.begin(0.0)


async def an_open_wave(campaign=WITH_SMS, numbers=NUMBERS):
    await import_people(with_numbers(numbers))
    await import_campaign(campaign)
    return await open_wave()


async def send(gateway, *, now=NOW, **more):
    chosen = Settings(**gateway.settings(**more))
    async with HttpGateway(chosen) as client:
        repeats = chosen.sms_idempotent
        carrier = SmsCarrier(client, load_library().messages, BASE, knows_repeats=repeats)
        return await send_by(carrier, secret=SECRET, clock=lambda: now)


async def texts(kind="invitation"):
    rows = await fetch(
        Login.WORKER,
        "SELECT o.state, o.problem, o.attempts FROM asking.outbox o"
        " WHERE o.channel = 'sms' AND o.kind = $1",
        kind,
    )
    return rows, Counter(row["state"] for row in rows)


def links(gateway):
    return {re.search(r"https://\S+/answer/\S+", one["text"])[0] for one in gateway.texts}


async def test_those_without_an_address_get_one_text_message_each_and_the_others_mail(
    database, gateway
):
    drawn = await an_open_wave()
    assert (drawn.invited, drawn.mails, drawn.texts, drawn.not_reachable) == (59, 56, 3, 1)
    assert (await send(gateway)).sent == 3
    assert sorted(one["to"] for one in gateway.texts) == [
        "+4791234560", "+4791234561", "+4791234562",
    ]  # fmt: skip
    assert len(links(gateway)) == 3
    # a date has a space that does not break, which telephones would send at twice the length
    assert all(size_of(one["text"]).basic for one in gateway.texts)
    assert (await send(gateway)).handled == 0
    by_way = await fetch(
        Login.WORKER,
        "SELECT i.channel, o.channel AS out, count(*) AS n, count(DISTINCT i.person) AS people"
        " FROM asking.invitation i JOIN asking.outbox o ON o.invitation = i.id GROUP BY 1, 2",
    )
    assert sorted(tuple(row.values()) for row in by_way) == [
        ("email", "email", 56, 56), ("sms", "sms", 3, 3),
    ]  # fmt: skip


async def test_without_the_wave_s_word_nobody_gets_a_text_message(database):
    drawn = await an_open_wave(CAMPAIGN)
    assert (drawn.mails, drawn.texts, drawn.not_reachable) == (56, 0, 4)


async def test_cards_are_for_those_alone_whom_no_text_message_reaches_either(database):
    drawn = await an_open_wave(WITH_SMS + "cards = true\n")
    assert (drawn.invited, drawn.texts, drawn.not_reachable) == (60, 3, 0)
    assert [pile.people for pile in drawn.piles] == [1]


async def test_a_gateway_that_hangs_up_after_taking_a_message_makes_no_second_one(
    database, gateway
):
    await an_open_wave()
    gateway.script = ["hang up", 201, "hang up"]
    for minutes in range(0, 6, 2):
        await send(gateway, sms_idempotent=True, now=NOW + timedelta(minutes=minutes))
    assert len(gateway.requests) == 5
    assert Counter(one["to"] for one in gateway.texts) == Counter(
        ["+4791234560", "+4791234561", "+4791234562"]
    )
    assert (await texts())[1] == {"sent": 3}


async def test_one_message_over_which_a_gateway_fails_holds_up_no_other(database, gateway):
    await an_open_wave()
    gateway.broken_for = "+4791234560"
    for minutes in range(4):
        await send(gateway, sms_idempotent=True, now=NOW + timedelta(minutes=minutes))
    rows, states = await texts()
    assert states == {"sent": 2, "due": 1}
    (one,) = [row for row in rows if row["state"] == "due"]
    assert (one["problem"], one["attempts"]) == ("sms unknown", 2)
    # told, and sent again when somebody asks for it
    for hours in (1, 2, 5, 20, 40):
        lately = "UPDATE asking.outbox SET sent_at = $1 WHERE state = 'sent'"
        await fetch(Login.WORKER, lately, NOW + timedelta(hours=hours))
        await send(gateway, sms_idempotent=True, now=NOW + timedelta(hours=hours))
    assert (await texts())[1] == {"sent": 2, "failed": 1}


async def test_all_wait_where_a_gateway_fails_everybody_and_knows_repeats(database, gateway):
    numbers = {f"nord-1.{n}": f"9123456{n}" for n in range(8)}
    await an_open_wave(numbers=numbers)
    gateway.script = [500] * 30
    for day in range(6):
        with pytest.raises(SmsGatewayDown):
            await send(gateway, sms_idempotent=True, now=NOW + timedelta(days=day))
    rows, states = await texts()
    assert states == {"due": 8}
    assert {row["attempts"] for row in rows} == {0}
    await send(gateway, sms_idempotent=True, now=NOW + timedelta(days=7))
    assert (await texts())[1] == {"sent": 8}


async def test_where_a_gateway_knows_no_repeats_a_lost_answer_waits_for_somebody(database, gateway):
    drawn = await an_open_wave()
    gateway.script = ["hang up"]
    tally = await send(gateway)
    assert (tally.sent, tally.failed) == (2, 1)
    assert len(gateway.requests) == 3
    [group] = await failed_mails(Login.WEB, drawn.wave)
    assert group.cause == "no-receipt"
    assert group.mails[0].address.startswith("+479123456")
    assert await resend_failed("vp-1", ["no-receipt"], now=NOW) == 1
    assert (await send(gateway)).sent == 1
    # somebody said that it is another message: the gateway does not take it for the same
    assert len(gateway.sent) == 4


async def test_a_message_on_its_way_is_not_sent_again_by_whoever_sends_lost_ones_again(
    database, gateway
):
    await an_open_wave()
    loop, asked = asyncio.get_running_loop(), []

    def at(when):
        if when == "before" and not asked:
            again = resend_failed("vp-1", ["no-receipt"], now=NOW)
            asked.append(asyncio.run_coroutine_threadsafe(again, loop))
            time.sleep(0.3)

    gateway.at = at
    assert (await send(gateway)).sent == 3
    # it looked once it was known what became of that message
    assert await asyncio.wrap_future(asked[0]) == 0
    assert (await send(gateway)).sent == 0
    assert len(gateway.requests) == len(gateway.sent) == 3


async def test_a_worker_cancelled_in_the_middle_misses_nobody_and_sends_nobody_twice(
    database, gateway
):
    await an_open_wave()
    for pause in (0.001, 0.01, 0.02):
        worker = asyncio.create_task(send(gateway))
        await asyncio.sleep(pause)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    await asyncio.gather(send(gateway), send(gateway))
    assert len(gateway.requests) == len(gateway.sent) == 3


async def test_a_mended_number_gets_the_message_that_the_old_one_refused(database, gateway):
    drawn = await an_open_wave()
    gateway.script = [422]
    await send(gateway)
    [group] = await failed_mails(Login.WEB, drawn.wave)
    assert (group.cause, group.by_sms) == ("number-refused", True)
    refused = group.mails[0].address.removeprefix("+47")
    await import_people(with_numbers().replace(refused, "40000000"))
    await resend_failed("vp-1", ["number-refused"], now=NOW)
    await send(gateway)
    assert min(one["to"] for one in gateway.texts) == "+4740000000"
    assert (await texts())[1] == {"sent": 3}


async def test_reminders_go_the_same_way_and_not_to_those_who_answered_or_said_no(
    database, gateway
):
    await an_open_wave()
    await send(gateway)
    gateway.sent.clear()
    await fetch(
        Login.WORKER,
        "UPDATE asking.invitation SET marked = (p.mobile = '+4791234560'),"
        " opted_out = (p.mobile = '+4791234561') FROM asking.person p"
        " WHERE p.id = person AND channel = 'sms'",
    )
    assert await remind_wave("vp-1", now=NOW) == 1  # mails are not out yet
    await send(gateway)
    [one] = gateway.texts
    assert one["to"] == "+4791234562"
    assert "/stop/" in one["text"]


async def test_whoever_got_an_address_meanwhile_is_reminded_by_mail_and_by_nothing_else(
    database, gateway, sink, tmp_path
):
    """And the other way round; no invitation tells afterwards who was reminded otherwise."""
    await an_open_wave()
    await send(gateway)
    await sent_mail.send(sink.url)
    gateway.sent.clear()
    before = len(sent_mail.mails(tmp_path))
    await import_people(with_numbers({"nord-1.1": NUMBERS["nord-1.1"], "nord-1.2": "91234569"}))
    channels = "SELECT id, channel FROM asking.invitation ORDER BY id"
    invited = await fetch(Login.WORKER, channels)
    await remind_wave("vp-1", now=NOW)
    for _ in range(2):
        await send(gateway)
        await sent_mail.send(sink.url)
    assert sorted(one["to"] for one in gateway.texts) == ["+4791234561", "+4791234569"]
    reminded = Counter(mail["To"] for mail in sent_mail.mails(tmp_path)[before:])
    assert reminded["p0.nord-1@example.org"] == 1
    assert reminded["p2.nord-1@example.org"] == 0
    assert set(reminded.values()) == {1}
    assert await fetch(Login.WORKER, channels) == invited


async def test_a_number_that_went_to_a_colleague_gets_no_link_of_whoever_had_it_before(
    database, gateway
):
    await an_open_wave()
    await send(gateway)
    gateway.sent.clear()
    told = with_numbers({**NUMBERS, "nord-1.0": "", "sor-1.1": "91234560"}).splitlines()
    await import_people("\n".join(line for line in told if ",nord-1.0," not in line) + "\n")
    assert await remind_wave("vp-1", now=NOW) == 2
    await send(gateway)
    assert sorted(one["to"] for one in gateway.texts) == ["+4791234561", "+4791234562"]


async def test_who_left_gets_no_message_by_telephone_or_mail_until_they_are_back_and_the_link_opens(
    database, gateway, sink
):
    drawn = await an_open_wave()
    # three have left before anything was sent, each with the number or address of before
    gone = ("nord-1.0", "nord-1.2", "sor-1.2")
    rest = [line for line in with_numbers().splitlines() if line.split(",")[1] not in gone]
    await import_people("\n".join(rest) + "\n")
    assert (await send(gateway)).cancelled == 1
    assert (await sent_mail.send(sink.url)).cancelled == 2
    assert sorted(one["to"] for one in gateway.texts) == ["+4791234561", "+4791234562"]
    # and two more after it: none is reminded, nor is told to be
    gone = (*gone, "nord-1.1", "nord-1.3")
    rest = [line for line in with_numbers().splitlines() if line.split(",")[1] not in gone]
    await import_people("\n".join(rest) + "\n")
    gateway.sent.clear()
    assert await remind_wave("vp-1", now=NOW) == drawn.invited - len(gone)
    assert (await send(gateway)).sent == 1
    assert [one["to"] for one in gateway.texts] == ["+4791234562"]
    assert (await sent_mail.send(sink.url)).sent == drawn.mails - 3
    # nor is a link replaced by one that would reach nobody, or somebody else
    with pytest.raises(LinkNotReplaced, match="nobody is invited"):
        await replace_link("vp-1", "+4791234561", now=NOW, actor="hr")
    # who is asked stays as it was drawn: the invitation can be used, and counts
    kept = await fetch(
        Login.WORKER, "SELECT count(*) AS n FROM asking.invitation WHERE NOT withdrawn"
    )
    assert kept[0]["n"] == drawn.invited
    # whoever comes back is told what was not sent, once, and reminded again
    gateway.sent.clear()
    await import_people(with_numbers())
    assert (await send(gateway)).sent == 1
    assert [one["to"] for one in gateway.texts] == ["+4791234560"]
    assert (await sent_mail.send(sink.url)).sent == 2
    assert (await send(gateway)).handled == (await sent_mail.send(sink.url)).handled == 0
    assert await remind_wave("vp-1", now=NOW + timedelta(days=2)) == drawn.invited


async def test_who_comes_back_while_their_message_is_being_left_out_gets_it_all_the_same(
    database, gateway
):
    await an_open_wave()
    rest = [line for line in with_numbers().splitlines() if ",nord-1.0," not in line]
    await import_people("\n".join(rest) + "\n")
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox o SET due_at = due_at - interval '1 hour' FROM asking.invitation i"
        " JOIN asking.person p ON p.id = i.person"
        " WHERE i.id = o.invitation AND p.number = 'nord-1.0'",
    )
    async with connection(Login.WORKER) as sender, sender.transaction():
        claim = await claim_next(sender, secret=SECRET, now=NOW, channel="sms")
        assert claim is not None
        assert claim.needless
        # saw that they had left; they come back before it is written down
        coming = asyncio.create_task(import_people(with_numbers()))
        waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while not (coming.done() or await fetch(Login.MIGRATOR, waits)):  # noqa: ASYNC110
            # another connection tells that it waits
            await asyncio.sleep(0.02)
        await note(sender, claim, "cancelled")
    await coming
    await send(gateway)
    assert "+4791234560" in [one["to"] for one in gateway.texts]


async def test_a_busy_gateway_is_asked_again_when_its_time_is_over_and_the_page_says_so(
    database, gateway, tmp_path, monkeypatch
):
    drawn = await an_open_wave()
    chosen = Settings(data_dir=tmp_path, **gateway.settings())
    monkeypatch.setattr(jobs, "now", lambda: NOW)
    gateway.script = [201, 429]
    await jobs.send_due_sms({"settings": chosen})
    assert len(gateway.sent) == 1
    state = await delivery_state(Login.WEB, drawn.wave, now=NOW)
    assert (state.gateway, state.server) == ("429", "")
    await jobs.send_due_sms({"settings": chosen})
    assert len(gateway.requests) == 2  # it is left alone
    gateway_rest.begin(0.0)
    await jobs.send_due_sms({"settings": chosen})
    assert len(gateway.sent) == 3
    assert (await delivery_state(Login.WEB, drawn.wave, now=NOW)).gateway == ""


async def test_a_gateway_that_fails_all_is_left_alone_soon_and_the_rest_waits(
    database, gateway, tmp_path, monkeypatch
):
    """Then one alone is tried after each rest, until one is taken."""
    numbers = {f"nord-1.{n}": f"9123456{n}" for n in range(10)}
    numbers |= {f"nord-2.{n}": f"9123457{n}" for n in range(10)}
    drawn = await an_open_wave(numbers=numbers)
    chosen = {"settings": Settings(data_dir=tmp_path, **gateway.settings())}
    monkeypatch.setattr(jobs, "now", lambda: NOW)
    gateway.script = [500] * 12
    await jobs.send_due_sms(chosen)
    assert (await texts())[1] == {"failed": MOST_IN_A_ROW, "due": 20 - MOST_IN_A_ROW}
    assert (await delivery_state(Login.WEB, drawn.wave, now=NOW)).gateway == "in a row"
    told = await desk(Role.HR, uuid.uuid4(), "", language="nb", now=NOW)
    assert Thing.GATEWAY in {one.thing for one in told.waiting}
    await jobs.send_due_sms(chosen)
    assert len(gateway.requests) == MOST_IN_A_ROW  # it is left alone
    for _ in range(2):
        gateway_rest.begin(0.0)
        await jobs.send_due_sms(chosen)
    assert (await texts())[1] == {"failed": MOST_IN_A_ROW + 2, "due": 20 - MOST_IN_A_ROW - 2}
    gateway_rest.begin(0.0)
    await jobs.send_due_sms(chosen)
    assert (await texts())[1] == {"failed": MOST_IN_A_ROW + 2, "sent": 20 - MOST_IN_A_ROW - 2}
    assert (await delivery_state(Login.WEB, drawn.wave, now=NOW)).gateway == ""


async def test_some_that_fail_for_causes_of_their_own_hold_nobody_up(database, gateway):
    numbers = {f"nord-1.{n}": f"9123456{n}" for n in range(10)}
    numbers |= {f"nord-2.{n}": f"9123457{n}" for n in range(10)}
    await an_open_wave(numbers=numbers)
    gateway.script = [422, 500] * 6
    async with HttpGateway(Settings(**gateway.settings())) as client:
        stopping = StoppingGateway(client, gateway_rest)
        carrier = SmsCarrier(stopping, load_library().messages, BASE)
        tally = await send_by(carrier, secret=SECRET, clock=lambda: NOW)
    assert (tally.sent, tally.failed) == (8, 12)


async def test_without_a_gateway_or_in_quiet_hours_everything_waits(
    database, gateway, tmp_path, monkeypatch
):
    drawn = await an_open_wave()
    monkeypatch.setattr(jobs, "now", lambda: NOW)
    await jobs.send_due_sms({"settings": Settings(data_dir=tmp_path, sms_sender="Verdipuls")})
    assert (await delivery_state(Login.WEB, drawn.wave, now=NOW)).gateway == "not set"
    quiet = Settings(data_dir=tmp_path, quiet_hours="0-23", **gateway.settings())
    await jobs.send_due_sms({"settings": quiet})
    assert gateway.requests == []
    assert (await texts())[1] == {"due": 3}


async def test_no_number_and_no_link_stands_in_a_log_or_beside_a_message(
    database, gateway, tmp_path, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    await an_open_wave()
    monkeypatch.setattr(jobs, "now", lambda: NOW)
    # the gateway's own words hold both
    gateway.script = [422, 500, 401]
    await jobs.send_due_sms({"settings": Settings(data_dir=tmp_path, **gateway.settings())})
    rows, _ = await texts()
    written = caplog.text + "".join(row["problem"] for row in rows)
    assert "sms 422" in written
    assert not re.search(r"9123456\d|/answer/[\w-]{20}", written)


async def test_a_lost_link_is_replaced_by_another_text_message(database, gateway):
    await an_open_wave()
    await send(gateway)
    before = links(gateway)
    done = await replace_link("vp-1", "+4791234560", now=NOW, actor="hr")
    assert done.by_mail
    await send(gateway, now=NOW + timedelta(minutes=1))
    assert len(links(gateway) - before) == 1
    assert gateway.texts[-1]["to"] == "+4791234560"
    # by the old one they may have answered, which a reminder allows for
    await remind_wave("vp-1", now=NOW + timedelta(days=2))
    gateway.sent.clear()
    await send(gateway, now=NOW + timedelta(days=2))
    allows = {
        one["to"] for one in gateway.texts if "Har du svart, se bort fra denne" in one["text"]
    }
    assert allows == {"+4791234560"} < {one["to"] for one in gateway.texts}


async def test_the_campaign_file_says_whether_a_wave_sends_text_messages(database):
    await import_people(with_numbers())
    await import_campaign(WITH_SMS)
    campaign = await find_campaign(Login.WORKER, "verdipuls")
    wave = await find_wave(Login.WORKER, "vp-1")
    assert wave.sms
    written = write_campaign(campaign_file_of(campaign, [wave]))
    assert read_campaign(written, load_library()).waves[0].sms
    public = WITH_SMS.replace('"staff"', '"candidates"').replace('"everybody"', '"list"')
    with pytest.raises(CampaignProblems, match="only staff get text messages"):
        read_campaign(public.replace("verdipuls.k1", "kandidater.k1"), load_library())
