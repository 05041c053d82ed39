"""Where links lead of an installation that runs in one terminal."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

from survey_app.commands.up import _address_at
from survey_app.settings import Settings
from survey_app.shared.database import Login
from tests.live_server import free_port

PATIENCE = 90.0
NAMES = {Login.MIGRATOR: "", Login.WEB: "_WEB", Login.READER: "_READER", Login.WORKER: "_WORKER"}


@pytest.fixture
def start_up(database, redis, tmp_path):
    """Start all of it in one terminal at a port, with what else is said."""
    started = []
    known = {name: told for name, told in os.environ.items() if not name.startswith("BAROMETER")}
    own = {
        **{f"BAROMETER_DATABASE_URL{NAMES[login]}": database[login] for login in NAMES},
        "BAROMETER_REDIS_URL": redis.url,
        "BAROMETER_DATA_DIR": str(tmp_path / "var"),
        "BAROMETER_SECRET_KEY": "for tests only, and long enough there",
    }

    def start(port, said):
        log = tmp_path / "log"
        with log.open("wb") as output:
            up = subprocess.Popen(
                [sys.executable, "-m", "survey_app.cli", "up", "--port", str(port)],
                env=known | own | said,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        started.append(up)
        return up, log

    yield start
    for up in started:
        up.send_signal(signal.SIGINT)
        up.wait(timeout=PATIENCE)


async def told_to_robots(start_up, port, **said):
    """Start it, and return the file in which the installation's own address stands."""
    up, log = start_up(port, said)
    deadline = time.monotonic() + PATIENCE
    async with httpx.AsyncClient(timeout=5) as web:
        while time.monotonic() < deadline:
            assert up.poll() is None, log.read_text()
            try:
                return (await web.get(f"http://localhost:{port}/robots.txt")).text
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
    raise AssertionError(log.read_text())


async def test_links_lead_to_the_port_that_the_pages_are_served_at(start_up):
    port = free_port()
    told = await told_to_robots(start_up, port)
    assert f"Sitemap: http://localhost:{port}/sitemap.xml" in told


def test_an_address_that_somebody_has_said_is_left_to_all_parts(monkeypatch, tmp_path):
    at_port = {"BAROMETER_BASE_URL": "http://localhost:8100"}
    assert _address_at(Settings(data_dir=tmp_path), 8100) == at_port
    monkeypatch.setenv("BAROMETER_BASE_URL", "https://barometer.example.org")
    assert _address_at(Settings(data_dir=tmp_path), 8100) == {}


@pytest.mark.slow  # all of it once more, for what the one above says of its first step
async def test_links_lead_to_the_address_that_somebody_has_said(start_up):
    address = "https://barometer.example.org"
    told = await told_to_robots(start_up, free_port(), BAROMETER_BASE_URL=address)
    assert f"Sitemap: {address}/sitemap.xml" in told
