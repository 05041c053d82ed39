"""Two web hosts and two with workers on one database, one queue and one proxy."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from aiosmtpd.smtp import SMTP

from survey_app.installation.logins import addresses
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared.database import Login, connect
from tests.faults.hosts.machines import HUB, Machine, plugged_in
from tests.faults.hosts.services import (
    ANSWERS,
    LOGINS,
    PAGES,
    POOLER_PORT,
    QUEUE_PORT,
    WEB_PORT,
    Database,
    Proxy,
    make_proxy,
    point_pooler,
    start_pooler,
    start_queue,
)
from tests.faults.post import HOST, Post

SECRET = "for tests only, and long enough there"
PATIENCE = 180.0
REPLY_SECONDS = 0.02  # the mail server's, to each mail


class _SlowPost(Post):
    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as aiosmtpd calls it
        await asyncio.sleep(REPLY_SECONDS)
        return await super().handle_DATA(server, session, envelope)


@dataclass
class Cluster:
    """Everything that runs, by machine."""

    folder: Path
    share: float | None
    post: Post = field(default_factory=_SlowPost)
    mail_port: int = 0

    def __post_init__(self) -> None:
        self.proxy_host = Machine("proxy", "10.77.0.2")
        self.webs = [Machine(f"web{n}", f"10.77.0.{10 + n}", self.share) for n in (1, 2)]
        self.workers = [Machine(f"work{n}", f"10.77.0.{20 + n}") for n in (1, 2)]
        self.pooler = Machine("pooler", "10.77.0.31")
        first, copy = Machine("db", "10.77.0.41"), Machine("copy", "10.77.0.42")
        self.queue = Machine("queue", "10.77.0.51")
        self.database = Database(self.folder, first, copy)
        self.passwords: dict[str, str] = {}

    @property
    def machines(self) -> list[Machine]:
        database = (self.database.writes, self.database.reads)
        return [self.proxy_host, *self.webs, *self.workers, self.pooler, *database, self.queue]

    def start(self) -> None:
        """Start services, migrate, and start web and worker on their hosts."""
        self.database.start()
        start_queue(self.queue, self.folder)
        self.run_as_owner("migrate")
        settings = Settings(
            database_url=self.database.owner(), data_dir=self.folder / "data" / "work1"
        )
        direct = addresses(settings, ())
        self.passwords = {
            login.value: direct[login].split("://")[1].split(":")[1].split("@")[0]
            for login in Login
            if login.value in LOGINS
        }
        shipped = Path("deploy/pgbouncer.ini").read_text()
        start_pooler(self.pooler, self.database, self.passwords, shipped, self.folder)
        self.proxy: Proxy = make_proxy(self.proxy_host, self.folder)
        for one in self.webs:
            self.start_web(one)
        for one in self.workers:
            self.start_worker(one)
        self.proxy.start(self.webs)
        # the harness itself reaches the database without the pooler
        connect(direct)
        bind_worker()

    def point_pooler_at_copy(self) -> None:
        """Let all that is written go to what was the copy."""
        point_pooler(self.folder, self.database.writes.address, self.database.reads.address)

    def start_web(self, machine: Machine) -> None:
        self._start(machine, "web", "--host", "0.0.0.0", "--port", str(WEB_PORT), login="web")

    def start_worker(self, machine: Machine) -> None:
        self._start(machine, "worker", login="worker")

    def run(self, *command: str, check: bool = True):
        """A command on the host of the first worker, where the waves' keys are."""
        return self.workers[0].run(
            *(sys.executable, "-m", "survey_app.cli", *command),
            environment=self._environment(self.workers[0], "web", "worker", "reader"),
            check=check,
        )

    def run_as_owner(self, *command: str) -> None:
        """A command of the database's owner, on the server itself."""
        machine = self.workers[0]
        machine.run(
            *(sys.executable, "-m", "survey_app.cli", *command),
            environment=self._environment(machine)
            | {"BAROMETER_DATABASE_URL": self.database.owner()},
        )

    def _start(self, machine: Machine, *command: str, login: str) -> None:
        logins = ("web", "reader") if login == "web" else (login,)
        machine.start(
            *(sys.executable, "-m", "survey_app.cli", *command),
            log=self.folder / f"{machine.name}.log",
            environment=self._environment(machine, *logins),
        )

    def _environment(self, machine: Machine, *logins: str) -> dict[str, str]:
        data = self.folder / "data" / machine.name
        kept = {key: value for key, value in os.environ.items() if not key.startswith("BAROMETER")}
        database = {
            f"BAROMETER_DATABASE_URL_{login.upper()}": f"postgresql://{login}:"
            f"{self.passwords[login]}@{self.pooler.address}:{POOLER_PORT}/"
            + ("barometer_copy" if login == "reader" else "barometer")
            for login in logins
        }
        return kept | database | {
            "BAROMETER_DATA_DIR": str(data),
            "BAROMETER_KEY_DIR": f"{data}-keys",
            "BAROMETER_SECRET_KEY": SECRET,
            "BAROMETER_REDIS_URL": f"redis://{self.queue.address}:{QUEUE_PORT}/0",
            "BAROMETER_BASE_URL": f"https://{PAGES}",
            "BAROMETER_ANSWER_URL": f"https://{ANSWERS}",
            "BAROMETER_TRUSTED_PROXIES": self.proxy_host.address,
            "BAROMETER_SMTP_URL": f"smtp://{HUB}:{self.mail_port}",
        }  # fmt: skip

    async def open_post_office(self) -> asyncio.Server:
        """Take mail at the hub."""
        logging.getLogger("mail.log").disabled = True  # every line it hears, links among them
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(self.post, hostname=HOST, loop=loop), HUB, self.mail_port
        )
        self.mail_port = server.sockets[0].getsockname()[1]
        return server

    async def until_well(self, machine: Machine) -> None:
        """Wait until a web host says that all parts are well."""
        deadline, said = time.monotonic() + PATIENCE, None
        async with httpx.AsyncClient(timeout=5) as web:
            while time.monotonic() < deadline:
                with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
                    address = f"http://{machine.address}:{WEB_PORT}/health/ready/reading"
                    said = (await web.get(address)).json()["parts"]
                    if set(said.values()) == {"ok"}:
                        return
                await asyncio.sleep(0.2)
        raise AssertionError(f"{machine.name} is not well: {said}\n{self.last_words()}")

    def last_words(self) -> str:
        """The end of each host's log."""
        told = [
            f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-12:])
            for log in sorted(self.folder.glob("*.log"))
        ]
        return "\n".join(told)

    def used(self) -> Mapping[str, float]:
        """Seconds of a processor that each machine has used."""
        return {one.name: one.used() for one in self.machines}


@contextlib.contextmanager
def clustered(folder: Path, share: float | None) -> Iterator[Cluster]:
    """Have the machines, and nothing of them afterwards; what runs is started by `start`."""
    folder.chmod(0o755)
    cluster = Cluster(folder, share)
    try:
        with plugged_in(cluster.machines):
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)
