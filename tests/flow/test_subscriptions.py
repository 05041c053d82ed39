"""Letters about new figures over real SMTP: each once, in their language, and nothing hidden."""

import asyncio
import io
import json
import sys
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pypdf
import pytest
from PIL import Image

from survey_app.accounts.roles import Role
from survey_app.asking.errors import MailServerDown
from survey_app.publications.formats import read_content
from survey_app.publications.store import put_retraction
from survey_app.reading.published import Published
from survey_app.reading.subscriptions.writer import Writer
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from survey_app.shared.numbers import decimal, whole_interval
from survey_app.subscriptions.send_letters import queue_letters, send_letters
from survey_app.subscriptions.subscribe import Wish, subscribe
from survey_app.worker import SWEEP
from tests.actions_builders import an_owner
from tests.asking_builders import import_campaign, import_people
from tests.builders_events import an_event
from tests.builders_publication import SMALL_UNIT, put_on_shelf, rows, staff_series
from tests.exported import POISON, main_wave
from tests.live_server import free_port
from tests.stocked_shelf import emptied, stocked_database

OUT = rows(main_wave())["released_at"]
BEFORE, NOW = OUT - timedelta(days=30), OUT + timedelta(minutes=1)
BASE = "https://barometer.example.org"


@pytest.fixture(scope="module")
def stocked(postgres):
    async def stock():
        await import_people()
        await import_campaign()
        await put_on_shelf(*staff_series()[:4])

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked):
    return await emptied(stocked, "subscriptions.subscription", "accounts.account", "events.event")


def mails(tmp_path):
    files = sorted((tmp_path / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


async def a_subscriber(place="", *, role=Role.HR, language="nb", attachment="", now=BEFORE):
    email = f"{uuid.uuid4().hex[:8]}@example.org"
    account = await an_owner(email, role=role)
    wish = Wish("staff", place, language, attachment)
    await subscribe(wish, account.account, email, now=now, login=Login.MIGRATOR)
    return account


async def send(url, now=NOW, write=None):
    await queue_letters(now=now)
    write = write or Writer(BASE, b"a secret that is long enough").write
    return await send_letters(url, write, clock=lambda: now)


async def plain(due, _):
    """Write a mail that takes no time."""
    mail = EmailMessage()
    mail["From"], mail["To"] = due.sender, due.email
    mail["Message-ID"] = f"<{due.letter}@example.org>"
    mail.set_content("nye tall")
    return mail


async def states():
    found = await fetch(Login.WORKER, "SELECT state, problem FROM subscriptions.letter")
    return Counter((row["state"], row["problem"]) for row in found)


def halves(mail):
    return [mail.get_body((half,)).get_content() for half in ("plain", "html")]


async def test_a_letter_holds_the_pages_figures_a_picture_and_a_way_out(database, sink, tmp_path):
    await an_event("Verdidager i alle enheter", day=BEFORE.date())
    await a_subscriber(attachment="pdf")
    assert await send(sink.url) == 1
    [mail] = mails(tmp_path)
    assert mail["Subject"] == "Nye tall: Kulturen i kriminalomsorgen – høsten 2025, hovedmåling"
    assert mail["From"] == "HR <hr@example.org>"
    assert mail["Content-Language"] == "nb"
    cell = Published(read_content(json.dumps(main_wave()).encode())).estimate("KI-kjerne")
    level, limits = decimal(cell.mean, "nb", 0), whole_interval(cell.least, cell.most, "nb")
    plain, html = halves(mail)
    assert f"Kulturindeks (6 spørsmål): {level} av 100. Usikkerhet: {limits}" in plain
    narrower = whole_interval(cell.low, cell.high, "nb")
    assert f"Blant dem som svarte, er usikkerheten i den siste målingen {narrower}." in plain
    assert f">{level}</strong>" in html
    assert "Verdidager i alle enheter" in html
    for half in (plain, html.replace("&amp;", "&")):
        assert f"{BASE}/culture?unit=&wave=2025-h&lang=nb" in half
        assert f"{BASE}/subscriptions/stop/" in half
    # a link is followed by who wants to; nothing is fetched by opening the mail
    assert 'src="cid:' in html
    assert html.count("src=") == 1
    assert "url(" not in html
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"].strip("<>") in html
    assert Image.open(io.BytesIO(picture.get_content())).size == (1104, 684)
    assert len(picture.get_content()) < 80_000
    [report] = [part for part in mail.iter_attachments() if part.get_filename() == "2025-h-nb.pdf"]
    assert "Kulturen i kriminalomsorgen" in pypdf.PdfReader(
        io.BytesIO(report.get_content())
    ).pages[0].extract_text()  # fmt: skip
    stop = mail["List-Unsubscribe"].strip("<>")
    [file] = (tmp_path / "mail").glob("*.eml")
    assert f"\r\nList-Unsubscribe: <{stop}>\r\n".encode() in file.read_bytes()
    assert stop in plain
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_a_hidden_unit_gets_the_reason_and_no_figure_of_its_own(database, sink, tmp_path):
    await a_subscriber(SMALL_UNIT, language="en")
    await send(sink.url)
    [mail] = mails(tmp_path)
    assert mail["Subject"].startswith("New figures: ")
    for half in halves(mail):
        assert "Not shown, so that nobody can be recognised" in half
        assert "Region Sør" in half
        assert str(POISON) not in half
        for word in (" ikke ", "Usikkerhet", " fra ", "Nye tall"):
            assert word not in half
    assert [part for part in mail.walk() if part.get_content_type() == "image/png"] == []
    assert mail["List-Unsubscribe"].endswith("?lang=en>")


async def test_who_lost_the_unit_the_role_or_the_account_gets_nothing(database, sink, tmp_path):
    kept, moved, other, gone = [await a_subscriber("ost-6", role=Role.LEADER) for _ in range(4)]
    change = "UPDATE accounts.account SET {} WHERE id = $1"
    await fetch(Login.MIGRATOR, change.format("unit = 'sor-1'"), moved.account)
    await fetch(Login.MIGRATOR, change.format("role = 'communications'"), other.account)
    await fetch(Login.MIGRATOR, change.format("active = false"), gone.account)
    await send(sink.url)
    assert [mail["To"] for mail in mails(tmp_path)] == [kept.email]
    assert await states() == {
        ("sent", ""): 1,
        ("cancelled", "nothing to tell"): 2,
        ("cancelled", "no active account"): 1,
    }


async def test_nothing_is_told_before_release_twice_or_of_what_was_out_already(
    database, sink, tmp_path
):
    await a_subscriber()
    await a_subscriber(now=NOW)
    assert await send(sink.url, OUT - timedelta(minutes=1)) == 0
    assert [await send(sink.url, NOW, plain) for _ in range(3)] == [1, 0, 0]
    # what is published stays: no other test looks as late as this
    later = NOW + timedelta(days=90)
    assert await send(sink.url, later) == 0
    await put_on_shelf(main_wave(), id=uuid.uuid4(), version=2, released_at=later)
    assert await send(sink.url, later) == 2
    assert mails(tmp_path)[-1]["Subject"].startswith("Rettede tall: Kulturen")


async def test_a_mail_server_that_is_away_loses_nothing(database, sink):
    await a_subscriber()
    with pytest.raises(MailServerDown):
        await send(f"smtp://127.0.0.1:{free_port()}", NOW, plain)
    assert await states() == {("due", ""): 1}
    assert await send(sink.url, NOW, plain) == 1


async def test_a_letter_that_cannot_be_written_stops_no_other_and_is_tried_again(
    database, sink, tmp_path
):
    first, _ = await a_subscriber(), await a_subscriber()
    await queue_letters(now=NOW)

    async def write(due, now):
        if due.email == first.email:
            raise RuntimeError("a figure that nobody may see")
        return await plain(due, now)

    assert await send_letters(sink.url, write, clock=lambda: NOW) == 1
    assert await states() == {("sent", ""): 1, ("due", "not written: RuntimeError"): 1}
    later = NOW + timedelta(hours=1)
    assert await send_letters(sink.url, plain, clock=lambda: later) == 1


WORKER = """
import asyncio, sys
from datetime import datetime
from email.message import EmailMessage
from survey_app.shared.database import Login, connect
from survey_app.subscriptions.send_letters import send_letters

async def write(due, _):
    mail = EmailMessage()
    mail["From"], mail["To"] = due.sender, due.email
    mail["Message-ID"] = f"<{due.letter}@example.org>"
    mail.set_content("nye tall")
    return mail

connect({Login.WORKER: sys.argv[1]})
now = datetime.fromisoformat(sys.argv[3])
asyncio.run(send_letters(sys.argv[2], write, clock=lambda: now))
"""


async def more_than(some, tmp_path):
    while len(list((tmp_path / "mail").glob("*.eml"))) <= some:  # noqa: ASYNC110 - a file tells
        await asyncio.sleep(0.005)


async def test_killed_cancelled_and_doubled_workers_miss_nobody_and_repeat_one_mail_at_most(
    database, sink, tmp_path
):
    account = await a_subscriber("unit-0")
    for number in range(1, 40):
        wish = Wish("staff", f"unit-{number}", "nb")
        await subscribe(wish, account.account, "x", now=BEFORE, login=Login.MIGRATOR)
    await queue_letters(now=NOW)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, database[Login.WORKER], sink.url, NOW.isoformat()
    )
    await more_than(0, tmp_path)
    child.kill()
    await child.wait()
    cut = asyncio.create_task(send_letters(sink.url, plain, clock=lambda: NOW))
    await more_than(len(mails(tmp_path)), tmp_path)
    cut.cancel()
    await asyncio.gather(cut, return_exceptions=True)
    await asyncio.gather(*(send_letters(sink.url, plain, clock=lambda: NOW) for _ in range(2)))
    copies = Counter(mail["Message-ID"] for mail in mails(tmp_path))
    assert len(copies) == 40
    assert copies.total() <= 41
    assert {state for state, _ in await states()} == {"sent"}


async def test_the_sweep_queues_and_sends(database, sink, tmp_path, data_dir):
    await a_subscriber(now=datetime(2020, 1, 1, tzinfo=UTC))
    await put_on_shelf(main_wave(), id=uuid.uuid4(), version=3, released_at=datetime.now(UTC))
    [job] = [one for one in SWEEP if one.__name__ == "send_subscriptions"]
    settings = Settings(data_dir=data_dir, smtp_url=sink.url, base_url=BASE)
    await job({"settings": settings})
    await job({"settings": settings})
    assert len(mails(tmp_path)) == 1


async def test_a_letter_that_waited_is_not_sent_once_its_figures_are_corrected_or_taken_back(
    database, sink, tmp_path
):
    await a_subscriber()
    await queue_letters(now=NOW)
    later = NOW + timedelta(days=13)
    # what is published stays, so this test is the last one
    await put_on_shelf(main_wave(), id=uuid.uuid4(), version=4, released_at=later)
    assert await send(sink.url, later, plain) == 1
    assert await states() == {("sent", ""): 1, ("cancelled", "corrected since"): 1}
    # whoever was told of figures is told when they are taken back, and given none
    even_later = later + timedelta(days=1)
    async with connection(Login.WORKER) as link:
        key = main_wave()["wave"]["key"]
        assert await put_retraction(link, uuid.uuid4(), key, now=even_later, reason="Feil svar.")
    assert await send(sink.url, even_later) == 1
    [mail] = [one for one in mails(tmp_path) if "trukket" in (one["Subject"] or "")]
    assert mail["Subject"] == "Tall er trukket tilbake: høsten 2025, hovedmåling"
    for half in halves(mail):
        assert "Feil svar." in half
        assert "av 100" not in half
