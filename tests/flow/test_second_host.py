"""More hosts on one database: each has what it needs and no more, and none harms the others."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from questionnaires.content import SETTING
from survey_app.counting.urn.proof import checking_keys
from survey_app.installation.logins import FILE, addresses
from survey_app.installation.secret import refuse_other_secret
from survey_app.installation.services import find_services
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared.base64url import to_base64url
from survey_app.shared.database import Login, connect, engine, fetch
from tests.agencies import FIRST
from tests.agency_server import server
from tests.builders_answering import a_draft
from tests.live_server import free_port

__all__ = ["server"]

SECRET = "the secret that this installation began with"
PATIENCE = 120.0


@dataclass(frozen=True)
class Host:
    """A machine with a folder of its own and settings of its own."""

    folder: Path
    settings: dict[str, str]
    python: str
    """What commands are run with that end by themselves."""

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, "-m", "survey_app.cli", *command],
            env=self.environment(**more),
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    @contextlib.contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "survey_app.cli", *command],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)

    def environment(self, **more: str) -> dict[str, str]:
        plain = {key: value for key, value in os.environ.items() if "BAROMETER" not in key}
        return {
            **plain,
            "BAROMETER_DATA_DIR": str(self.folder / "data"),
            SETTING: str(FIRST),
            **{f"BAROMETER_{key}": value for key, value in {**self.settings, **more}.items()},
        }

    def said(self) -> str:
        return (self.folder / "log").read_text()


@pytest.fixture(scope="module")
def first(server, redis, tmp_path_factory, warm) -> Host:
    """The host that the installation began on: it has the owner's address."""
    owner = server.replace("//postgres:", "//agency:")
    shared = {"REDIS_URL": redis.url, "SECRET_KEY": SECRET}
    settings = {"DATABASE_URL": owner, **shared}
    host = Host(tmp_path_factory.mktemp("first"), settings, warm.executable)
    done = host.run("migrate")
    assert done.returncode == 0, done.stderr
    return host


@pytest.fixture
def logins(first) -> dict[str, str]:
    """The addresses of the logins that are not the owner, by the names of their settings."""
    chosen = Settings(database_url=first.settings["DATABASE_URL"], data_dir=first.folder / "data")
    return {
        f"DATABASE_URL_{login.name}": url
        for login, url in addresses(chosen, ()).items()
        if login is not Login.MIGRATOR
    }


@pytest.fixture
def second(first, tmp_path):
    """Another host of the same installation, with the settings that it is given."""

    def made(**settings: str) -> Host:
        shared = {"REDIS_URL": first.settings["REDIS_URL"]}
        return Host(tmp_path, {**shared, **settings}, first.python)

    return made


def _asked(port: int, path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return reply.read().decode()
    except (urllib.error.URLError, OSError):
        return ""


def _until(host: Host, port: int, said: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while said not in _asked(port, "/health/ready/reading"):
        assert time.monotonic() < deadline, host.said()
        time.sleep(0.1)


def test_web_and_worker_run_with_their_own_logins_and_nobody_has_the_owners(second, logins):
    worker_login = logins.pop("DATABASE_URL_WORKER")
    web = second(SECRET_KEY=SECRET, **logins)
    worker = second(SECRET_KEY=SECRET, DATABASE_URL_WORKER=worker_login)
    port = free_port()
    with web.running("web", "--port", str(port)), worker.running("worker"):
        _until(web, port, '"worker":"ok"')
        assert "<h1" in _asked(port, "/results")
        assert "<h1" in _asked(port, "/promise")
    # no server was started beside, no password made, no secret
    assert not list((web.folder / "data").glob("*"))


def test_a_host_that_takes_ballots_alone_needs_one_login_and_no_secret(second, logins):
    host, port = second(DATABASE_URL_WEB=logins["DATABASE_URL_WEB"]), free_port()
    done = host.run("web", "--ballots-only")
    assert done.returncode == 2
    assert "BAROMETER_PROOF_KEY is not set" in done.stderr
    key = to_base64url(checking_keys(SECRET.encode())[0])
    host = second(DATABASE_URL_WEB=logins["DATABASE_URL_WEB"], PROOF_KEY=key)
    with host.running("web", "--ballots-only", "--port", str(port)):
        deadline = time.monotonic() + PATIENCE
        while '"ready"' not in _asked(port, "/health/ready"):
            assert time.monotonic() < deadline, host.said()
            time.sleep(0.1)
    assert not list((host.folder / "data").glob("*"))


def test_a_process_without_its_login_says_which_setting_it_lacks(second, logins):
    done = second(SECRET_KEY=SECRET, DATABASE_URL_WEB=logins["DATABASE_URL_WEB"]).run("worker")
    assert done.returncode == 2
    assert "BAROMETER_DATABASE_URL_WORKER is not set" in done.stderr
    done = second(SECRET_KEY=SECRET, DATABASE_URL_WEB=logins["DATABASE_URL_WEB"]).run("migrate")
    assert "BAROMETER_DATABASE_URL is not set" in done.stderr


def test_a_host_without_the_secret_or_with_another_is_refused_and_makes_none(second, logins):
    without = second(**logins)
    for command in (["web", "--port", str(free_port())], ["worker"]):
        done = without.run(*command)
        assert done.returncode == 2
        assert "there is no BAROMETER_SECRET_KEY" in done.stderr
    assert not (without.folder / "data" / "secret_key").exists()
    done = without.run("worker", SECRET_KEY="another secret, as long as the first one")
    assert "this host has another secret" in done.stderr
    done = without.run("doctor", SECRET_KEY="another secret, as long as the first one")
    assert "wrong  secret: this host has another secret" in done.stdout


def test_migrating_on_another_host_changes_no_password_and_no_secret(first, second, logins):
    owner = first.settings["DATABASE_URL"]
    host = second(DATABASE_URL=owner, SECRET_KEY=SECRET)
    done = host.run("migrate")
    assert done.returncode == 2
    assert "the login 'web' exists and has another password" in done.stderr
    assert not (host.folder / "data" / FILE).exists()
    assert first.run("migrate").returncode == 0

    another = "another secret, as long as the first one"
    done = second(DATABASE_URL=owner, SECRET_KEY=another, **logins).run("migrate")
    assert "this host has another secret" in done.stderr


async def test_a_lost_secret_and_lost_passwords_are_replaced_when_somebody_says_so(first, second):
    owner = first.settings["DATABASE_URL"]
    another = "another secret, as long as the first one"
    host = second(DATABASE_URL=owner, SECRET_KEY=another)
    done = host.run("migrate", "--new-passwords", "--new-secret")
    assert done.returncode == 0, done.stderr
    chosen = Settings(database_url=owner, data_dir=host.folder / "data", secret_key=another)
    found = find_services(chosen, Login.WEB)
    await refuse_other_secret(chosen, Login.WEB)
    assert await fetch(Login.WEB, "SELECT 1")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            addresses(Settings(database_url=owner, data_dir=first.folder / "data"), ())[Login.WEB]
        )
    assert found.postgres is None
    # as it was
    assert first.run("migrate", "--new-passwords", "--new-secret").returncode == 0


def test_a_secret_is_renewed_by_a_command_where_both_are_known(first):
    another = "another secret, as long as the first one"
    for both in (f"{another}\n{SECRET}", f"{SECRET}\n{another}"):
        done = first.run("migrate", "--renew-secret", SECRET_KEY=both)
        assert "secret renewed: 0 second steps sealed anew" in done.stdout, done.stderr


@pytest.mark.slow
def test_a_web_process_serves_on_while_the_secret_is_renewed(first, second, logins):
    another, port = "another secret, as long as the first one", free_port()
    done = first.run("migrate", "--renew-secret")
    assert done.returncode == 2
    assert "BAROMETER_SECRET_KEY must hold two lines here" in done.stderr
    late = second(**logins, SECRET_KEY=f"{SECRET}\n{another}", BASE_URL="https://x.example")
    with late.running("web", "--port", str(port)):
        _until(late, port, '"schema":"ok"')
        done = first.run("migrate", "--renew-secret", SECRET_KEY=f"{another}\n{SECRET}")
        assert "secret renewed: 0 second steps sealed anew" in done.stdout
        told = first.run("doctor", SECRET_KEY=f"{another}\n{SECRET}").stdout
        assert "secret: the former one must stay: until" in told
        _until(late, port, '"schema":"ok"')
    assert "another secret than the installation" in late.run("worker", SECRET_KEY=SECRET).stderr
    # as it was
    done = first.run("migrate", "--renew-secret", SECRET_KEY=f"{SECRET}\n{another}")
    assert done.returncode == 0, done.stderr


async def test_passwords_are_renewed_while_a_web_process_serves(first, second):
    chosen = Settings(database_url=first.settings["DATABASE_URL"], data_dir=first.folder / "data")
    before, port = addresses(chosen, ())[Login.WEB], free_port()
    with first.running("web", "--port", str(port)):
        _until(first, port, '"schema":"ok"')
        done = first.run("migrate", "--renew-passwords")
        assert done.returncode == 0, done.stderr
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(before)
        _until(first, port, '"schema":"ok"')
        # what it holds open still works; without that it connects anew
        connect(addresses(chosen, (Login.MIGRATOR,)))
        await fetch(
            Login.MIGRATOR,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'web'",
        )
        _until(first, port, '"schema":"ok"')
    # where the addresses are settings, the passwords are not ours to change
    given = {key: url for key, url in first.settings.items() if key != "SECRET_KEY"}
    host = second(**given, SECRET_KEY=SECRET, DATABASE_URL_WEB=addresses(chosen, ())[Login.WEB])
    (host.folder / "data").mkdir(exist_ok=True)
    (host.folder / "data" / FILE).write_text((first.folder / "data" / FILE).read_text())
    done = host.run("migrate", "--renew-passwords")
    assert done.returncode == 2
    assert "BAROMETER_DATABASE_URL_WEB says where" in done.stderr


async def test_a_password_in_a_file_is_read_at_each_connection(first, tmp_path):
    chosen = Settings(database_url=first.settings["DATABASE_URL"], data_dir=first.folder / "data")
    web = urlsplit(addresses(chosen, ())[Login.WEB])
    connect(addresses(chosen, (Login.MIGRATOR,)))
    await fetch(Login.MIGRATOR, "CREATE ROLE filed LOGIN PASSWORD 'one' IN ROLE web")
    file = tmp_path / "passwords"
    address = f"{web.hostname}:{web.port}{web.path}?passfile={file}"
    for password in ("one", "two"):
        await fetch(Login.MIGRATOR, f"ALTER ROLE filed PASSWORD '{password}'")
        file.write_text(f"*:*:*:filed:{password}\n")
        file.chmod(0o600)
        if password == "one":
            connect({Login.WEB: f"postgresql://filed@{address}"})
            one = engine(Login.WEB)
            connect(addresses(chosen, (Login.MIGRATOR,)))
        link = await one.get_new_connection()
        assert await link.fetchval("SELECT current_user") == "filed"
        await link.close()


async def test_a_database_with_waves_gets_no_new_secret(first, second, logins):
    connect(
        {
            Login.WORKER: logins["DATABASE_URL_WORKER"],
            Login.MIGRATOR: first.settings["DATABASE_URL"],
        }
    )
    bind_worker()
    await a_draft("made-before")
    # as an installation from before fingerprints
    await fetch(Login.MIGRATOR, "COMMENT ON SCHEMA accounts IS NULL")
    host = second(DATABASE_URL=first.settings["DATABASE_URL"], **logins)
    done = host.run("migrate")
    assert done.returncode == 2
    assert "there is no BAROMETER_SECRET_KEY" in done.stderr
    assert not (host.folder / "data" / "secret_key").exists()
    assert "«made-before»" not in first.run("doctor").stdout
    assert first.run("migrate").returncode == 0


def test_real_answers_are_not_taken_over_http(second, logins):
    host = second(SECRET_KEY=SECRET, BASE_URL="http://barometer.example.org", **logins)
    done = host.run("web", "--port", str(free_port()))
    assert done.returncode == 2
    assert "BAROMETER_BASE_URL is http://barometer.example.org: without https" in done.stderr
    assert "wrong  settings: BAROMETER_BASE_URL is http" in host.run("doctor").stdout


def test_the_doctor_of_a_web_host_tells_what_it_can_see(second, logins):
    del logins["DATABASE_URL_WORKER"]
    told = second(SECRET_KEY=SECRET, **logins).run("doctor").stdout
    assert "ok     migrations: all have run" in told
    assert "ok     secret: the installation's" in told
    assert "note   walls and logs: looked at where all logins' addresses are known" in told
    assert "note   settings: BAROMETER_ANSWER_URL is not set" in told
    assert "wrong  settings: BAROMETER_BASE_URL is http://localhost:8000" in told
