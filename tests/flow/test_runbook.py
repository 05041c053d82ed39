"""The runbook's troubles are provoked, and `doctor` finds each in the words that stand there."""

import asyncio
import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.cli import barometer
from survey_app.counting.urn import keys
from survey_app.installation import doctor
from survey_app.installation.alarms.certificates import look_at_certificates
from survey_app.installation.alarms.host import Disk, HostState, note_host
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connect, fetch
from tests.builders_answering import an_open_wave
from tests.flow.test_alarms import a_certificate

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
SAID = re.compile(r"^    ((?:wrong|note) .*)$", re.MULTILINE)
NOW = datetime.now(UTC)
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


def is_said(line, told):
    pattern = ".+".join(re.escape(part) for part in line.split("…"))
    return any(re.fullmatch(pattern, one) for one in told)


def lines(findings):
    return [f"{one.sign} {one.sentence}" for one in findings]


@pytest.fixture
def examined(database, redis, tmp_path):
    """Run the doctor on this test's own database; its Redis is away where that is asked for."""

    async def examine(url=redis.url):
        queue.configure(url)
        connect(database)
        found = doctor.Services(database, url, None, None)
        chosen = Settings(
            data_dir=tmp_path / "var", secret_key="for tests only, and long enough there",
            smtp_url="smtp://127.0.0.1:9",
        )  # fmt: skip
        return lines(await doctor._examine_services(found, chosen))

    return examine


async def of_an_account(role):
    await create_account(
        email=f"{role}@example.org", role=role, password="a long enough password", unit="",
        language="nb", now=NOW,
    )  # fmt: skip


async def trouble_in_the_database(tmp_path):
    chosen = Settings(data_dir=tmp_path / "var", secret_key="for tests only, and long enough there")
    past = (NOW - timedelta(days=3)).date()
    held = await an_open_wave(chosen, "held-up", closes_on=past)
    await an_open_wave(chosen, "late", closes_on=past)
    bind_worker()
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET state = 'due', due_at = $1", NOW - timedelta(hours=5),
    )  # fmt: skip
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.wave_work (wave, host, seconds, started_at, beat_at, kind, problem,"
        " tried_at, doublings, inputs) VALUES ($1, 'a', 600, $2, $2, 'refused', 'its key is away',"
        " $2, 0, '')",
        held.id, NOW,
    )  # fmt: skip
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.clock (host, boot, seconds, seen_at, settling, held)"
        " VALUES ('a', '', 0, $1, false, 'the clock has jumped forward by 2 hours')",
        NOW,
    )
    # as after a restore: the rows are there, the keys are not
    for file in chosen.key_folder.iterdir():
        file.unlink()
    swapped = await an_open_wave(chosen, "swapped", closes_on=(NOW + timedelta(days=9)).date())
    keys.key_file(chosen.key_folder, swapped.id).write_bytes(bytes(range(32)))
    bind_worker()


async def test_what_is_wrong_in_the_database_is_found_in_the_runbooks_words(examined, tmp_path):
    await of_an_account(Role.HR)
    await trouble_in_the_database(tmp_path)
    full = Disk("/srv/barometer", 2, nearly_full=True)
    # not NOW: a host that has been silent for minutes is told of otherwise
    await note_host(HostState("b", datetime.now(UTC), [full], frozenset(), 0.0))
    told = await examined("redis://127.0.0.1:9/0")
    await fetch(Login.WORKER, "UPDATE asking.host SET seen_at = $1", NOW - timedelta(hours=2))
    await of_an_account(Role.ADMIN)
    told += await examined()
    found_elsewhere = {"The database is gone", "A certificate has ended"}
    mail_servers = re.compile("see BAROMETER_(SMTP_URL|RETURN_MAILBOX)")
    for title, text in SECTIONS.items():
        for line in SAID.findall(text):
            if title not in found_elsewhere and not mail_servers.search(line):
                assert is_said(line, told), (title, line, told)


def test_what_does_not_answer_is_found_in_the_runbooks_words(monkeypatch, tmp_path):
    for name in ("", "_WEB", "_READER", "_WORKER"):
        monkeypatch.setenv(f"BAROMETER_DATABASE_URL{name}", NOWHERE)
    monkeypatch.setenv("BAROMETER_REDIS_URL", "redis://127.0.0.1:9/0")
    monkeypatch.setenv("BAROMETER_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("BAROMETER_RETURN_MAILBOX", "imap://127.0.0.1:9")
    monkeypatch.setenv("BAROMETER_DATA_DIR", str(tmp_path))
    told = lines(doctor.examine())
    for title in ("The database is gone", "Mail does not go"):
        said = SAID.findall(SECTIONS[title])
        assert is_said(said[0], told), (title, told)
        assert is_said(said[-1], told), (title, told)


@pytest.mark.filterwarnings("ignore")
async def test_a_certificate_that_has_ended_is_found_in_the_runbooks_words(tmp_path):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(a_certificate(tmp_path, days=-2))
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context
    )
    port = server.sockets[0].getsockname()[1]
    chosen = Settings(smtp_url=f"smtps://localhost:{port}", answer_url=f"https://localhost:{port}")
    mail = await doctor.look_at_mail(chosen)
    found = await look_at_certificates(chosen, NOW)
    server.close()
    told = [*lines([mail]), *(f"{doctor.Sign.BAD} {one.sentence}" for one in found)]
    for line in SAID.findall(SECTIONS["A certificate has ended"]):
        assert is_said(line, told), (line, told)


def test_each_trouble_says_what_to_do_what_not_to_do_and_which_test_tries_it():
    assert len(SECTIONS) >= 10
    for title, text in SECTIONS.items():
        for part in ("*One sees.*", "*Do.*", "*Do not*", "*Tried:*"):
            assert part in text, (title, part)
        assert SAID.search(text), title
        for test in re.findall(r"`(tests/[^`]+)`", text):
            file, _, name = test.partition("::")
            assert f"def {name}(" in (ROOT / file).read_text() if name else (ROOT / file).exists()


def test_each_command_that_is_to_be_run_takes_what_stands_behind_it():
    said = {
        words for text in SECTIONS.values()
        for words in re.findall(r"`?barometer ([a-z][^`\n]*)", text.split("*Do", 1)[1])
    }  # fmt: skip
    assert len(said) >= 8
    for line in said:
        words = line.split()
        command: click.Command = barometer
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        taken, _, _ = command.make_parser(click.Context(command)).parse_args(words)
        needed = [one.name for one in command.params if one.required]
        lacking = [one for one in needed if not isinstance(taken.get(one), str | tuple)]
        assert not lacking, (line, lacking)
