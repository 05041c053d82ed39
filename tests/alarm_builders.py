"""An installation whose alarms are looked for, kept and told by mail."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.asking.delivery.sink import start_sink
from survey_app.asking.writing import writing
from survey_app.installation.alarms import keep, letters
from survey_app.installation.alarms.looks import LookScope, SeenAlarms, look_for_alarms
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, fetch

NOW = datetime.now(UTC)
SOON = NOW.date() + timedelta(days=9)
NOBODY = "smtp://127.0.0.1:9"


@pytest.fixture
async def chosen(database, redis, tmp_path):
    queue.configure(redis.url)
    yield Settings(
        data_dir=tmp_path / "var",
        secret_key="for tests only, and long enough there",
        base_url="http://barometer.example.org",
        backup_days=0,
    )
    await queue.close()


@pytest.fixture
def sink(tmp_path):
    running = start_sink(tmp_path / "mail")
    yield running
    running.stop()


def mails(tmp_path):
    files = sorted((tmp_path / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


async def found(chosen, *, hosts=(), now=NOW):
    seen = await look_for_alarms(LookScope(chosen, now, hosts))
    assert not seen.unknown
    return {one.kind: one for one in seen.alarms}


async def an_admin(email="admin@example.org", *, language="nb"):
    await create_account(
        email=email,
        role=Role.ADMIN,
        password="a long enough password",
        unit="",
        now=NOW,
        language=language,
    )
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM accounts.account WHERE email = $1", email)
    await fetch(
        Login.WEB,
        "INSERT INTO asking.alarm_reader (account, language, asked_at) VALUES ($1, $2, $3)",
        row["id"], language, NOW,
    )  # fmt: skip
    return row["id"]


async def settled(*alarms, now, unknown=frozenset(), chosen=None):
    async with writing() as link:
        await keep.settle(link, SeenAlarms(list(alarms), frozenset(unknown)), now=now)
        if chosen:
            await letters.queue_alarm_letters(
                link, await keep.unsettled_alarms(link), chosen, now=now
            )


def minutes(number):
    return NOW + timedelta(minutes=number)
