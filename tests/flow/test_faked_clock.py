"""The clock of a real worker jumps, by libfaketime: nothing is closed early, nothing sent twice."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from survey_app.counting.urn import keys
from survey_app.settings import Settings
from survey_app.shared.clock import today
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave
from tests.live_server import free_port
from tests.unpacked import file_of

PATIENCE = 90.0
SWEEPS = 22.0  # seconds in which each sweep of the worker has come round, and a bit


class Taken:
    def __init__(self):
        self.mails = Counter()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as aiosmtpd calls it
        self.mails.update(envelope.rcpt_tos)
        return "250 taken"


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "var", secret_key="for tests only, and long enough there")


@pytest.fixture
def post():
    taken = Taken()
    server = Controller(taken, hostname="127.0.0.1", port=free_port())
    server.start()
    taken.port = server.port
    yield taken
    server.stop()


@pytest.fixture
def worker(database, redis, settings, tmp_path, post):
    """A worker whose clock is what a file says, and that file."""
    shift, log = tmp_path / "shift", tmp_path / "log"
    shift.write_text("+0")
    known = {key: value for key, value in os.environ.items() if not key.startswith("BAROMETER")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "survey_app.cli", "worker"],
            env=known | {
                "BAROMETER_DATABASE_URL_WORKER": database[Login.WORKER],
                "BAROMETER_REDIS_URL": redis.url,
                "BAROMETER_SECRET_KEY": settings.secret().decode(),
                "BAROMETER_KEY_DIR": str(settings.key_folder),
                "BAROMETER_DATA_DIR": str(tmp_path / "var"),
                "BAROMETER_SMTP_URL": f"smtp://127.0.0.1:{post.port}",
                "BAROMETER_BASE_URL": "http://localhost:8000",
                "LD_PRELOAD": str(file_of("libfaketime")),
                "FAKETIME_TIMESTAMP_FILE": str(shift),
                "FAKETIME_NO_CACHE": "1",
                "DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    yield shift, log
    process.terminate()
    process.wait(timeout=30)


async def until(true, log):
    deadline = time.monotonic() + PATIENCE
    while not await true():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        await asyncio.sleep(0.3)


async def states():
    rows = await fetch(Login.WORKER, "SELECT key, state FROM asking.wave ORDER BY key")
    return {row["key"]: row["state"] for row in rows}


async def waiting():
    [row] = await fetch(Login.WORKER, "SELECT count(*) AS n FROM asking.outbox WHERE state = 'due'")
    return row["n"]


@pytest.mark.slow
async def test_a_worker_whose_clock_jumps_closes_nothing_early_and_sends_nothing_twice(
    settings, post, worker
):
    shift, log = worker
    wave = await an_open_wave(settings, closes_on=today())
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.outbox (id, invitation, kind, state, due_at)"
        " SELECT gen_random_uuid(), i.id, 'invitation', 'due', now() FROM asking.invitation i"
        " WHERE NOT EXISTS (SELECT FROM asking.outbox o WHERE o.invitation = i.id)",
    )

    async def sent():
        return not await waiting()

    await until(sent, log)
    told = dict(post.mails)
    assert set(told.values()) == {1}

    async def says(words):
        before = len(log.read_text())

        async def said():
            return words in log.read_text()[before:]

        await until(said, log)

    for clock, words in (("+1d", "ahead of the database's"), ("-1h", "behind the database's")):
        shift.write_text(clock)
        await says(words)
        await asyncio.sleep(SWEEPS)
        assert await states() == {wave.key: "open"}
        assert keys.held(settings.key_folder) == (wave.id,)
        assert dict(post.mails) == told
    # once the clock is right it goes on, and does what has become due
    shift.write_text("+0")
    await fetch(Login.WORKER, "UPDATE asking.wave SET closes_on = $1", today() - timedelta(days=1))

    async def counted():
        return (await states())[wave.key] != "open"

    await until(counted, log)
    assert dict(post.mails) == told
