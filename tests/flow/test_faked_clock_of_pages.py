"""The clock of a real web process jumps, by libfaketime: who answers and who signs in goes on."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from datetime import timedelta

import httpx
import pytest

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.accounts.second_step.codes import new_secret
from survey_app.accounts.second_step.keep import turn_on
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave, some_answers
from tests.live_server import free_port
from tests.unpacked import file_of
from tests.urn_reading import marks, urn_of
from tests.web.test_second_step import code_of, step

PATIENCE = 90.0
YEAR = 365 * 24
JUMPS = {"+1h": 1, "+1d": 24, "+1y": YEAR, "-1h": -1, "-1d": -24, "-1y": -YEAR}  # in hours
RIGHT = "+0"
HR = {"email": "hr@example.org", "password": "for tests only, and long enough"}


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "var", secret_key="for tests only, and long enough there")


@pytest.fixture
def started(database, redis, settings, tmp_path):
    """The address of a web process whose clock is what a file says, that file, and its log."""
    shift, log, port = tmp_path / "shift", tmp_path / "log", free_port()
    shift.write_text(RIGHT)
    known = {key: value for key, value in os.environ.items() if not key.startswith("BAROMETER")}
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "survey_app.cli", "web", "--port", str(port)],
            env=known | {
                "BAROMETER_DATABASE_URL_WEB": database[Login.WEB],
                "BAROMETER_DATABASE_URL_READER": database[Login.READER],
                "BAROMETER_REDIS_URL": redis.url,
                "BAROMETER_SECRET_KEY": settings.secret().decode(),
                "BAROMETER_DATA_DIR": str(tmp_path / "var"),
                "BAROMETER_BASE_URL": address,
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
    yield address, shift, log
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
async def web(started):
    """A client of that process, and the file that says what its clock is."""
    address, shift, log = started
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await _until_it_answers(client, log)
        yield client, shift


async def _until_it_answers(client, log):
    deadline = time.monotonic() + PATIENCE
    while True:
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        try:
            if (await client.get("/health/ready")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.3)


async def signs_in(client):
    """Tell whether HR gets in and sees a page; then the browser forgets all of it."""
    reply = await client.post("/sign-in", data=HR)
    there = reply.status_code == 303
    page = await client.get("/campaigns") if there else reply
    client.cookies.clear()
    return there and page.status_code == 200


async def hours_ahead():
    """Say in whole hours how far the clock was off of the process that signed somebody in last."""
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT at FROM audit.event WHERE action = 'signed in' ORDER BY number DESC LIMIT 1",
    )
    return round((row["at"] - now()) / timedelta(hours=1))


async def an_account():
    bind_worker()
    await create_account(role=Role.HR, unit="", language="nb", now=now(), **HR)
    bind_web()


@pytest.mark.slow
async def test_whoever_answers_or_signs_in_while_the_clock_of_the_pages_is_wrong_is_served(
    settings, web
):
    client, shift = web
    await an_account()
    wave = await an_open_wave(settings, closes_on=today() + timedelta(days=3))
    links = iter(wave.tokens)
    for jump, hours in {**JUMPS, RIGHT: 0}.items():
        shift.write_text(jump)
        link = f"/answer/{next(links)}"
        assert (await client.get(link)).status_code == 200, jump
        sent = await client.post(link, data=some_answers())
        assert sent.status_code == 303, jump
        assert sent.headers["location"].startswith("/answer/thanks?"), jump
        assert await signs_in(client), jump
        assert await hours_ahead() == hours
    assert await marks(wave) == len((await urn_of(settings, wave))[1]) == len(JUMPS) + 1
    [row] = await fetch(Login.WORKER, "SELECT state, closed_at FROM asking.wave")
    assert (row["state"], row["closed_at"]) == ("open", None)


@pytest.mark.slow
async def test_codes_of_an_app_wait_until_the_clock_of_the_pages_is_right_and_those_on_paper_do_not(
    settings, web
):
    client, shift = web
    await an_account()
    [account] = await fetch(Login.WEB, "SELECT id FROM accounts.account")
    secret, key = new_secret(), settings.secret()
    codes = await turn_on(account["id"], HR["email"], secret, step=0, key=key, now=now())
    for jump in JUMPS:
        shift.write_text(jump)
        asked = await client.post("/sign-in", data=HR)
        assert (await step(client, asked, code_of(secret))).status_code == 401, jump
        assert (await step(client, asked, codes.pop())).status_code == 303, jump
        client.cookies.clear()
    shift.write_text(RIGHT)
    asked = await client.post("/sign-in", data=HR)
    assert (await step(client, asked, code_of(secret))).status_code == 303


@pytest.mark.slow
async def test_who_signed_in_before_the_clock_of_the_pages_went_back_waits_until_it_is_right(
    web,
):
    client, shift = web
    await an_account()
    assert (await client.post("/sign-in", data=HR)).status_code == 303
    for jump, status in ((RIGHT, 200), ("+1h", 200), ("-1h", 303), (RIGHT, 200)):
        shift.write_text(jump)
        assert (await client.get("/campaigns")).status_code == status, jump
