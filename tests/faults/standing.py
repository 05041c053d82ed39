"""The installation that is tried: `barometer up` on services that stand behind gates."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import httpx
import psutil
from redis import Redis

from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.places import private_place
from survey_app.shared.embedded.postgres import EmbeddedPostgres, embedded_postgres
from survey_app.shared.embedded.redis import EmbeddedRedis, embedded_redis
from tests.faults.gate import Gate, Network
from tests.faults.post import HOST, PostOffice, open_post_office
from tests.live_server import free_port
from tests.places import forget_place

SECRET = "for tests only, and long enough there"
START_SECONDS = 180.0
ROOM_OF_DATABASE, ROOM_OF_DATA = "900m", "32m"


@dataclass
class Standing:
    """One installation, and all that may fail under it."""

    folder: Path
    settings: Settings
    network: Network
    postgres: EmbeddedPostgres
    redis: EmbeddedRedis
    office: PostOffice
    gates: dict[str, Gate]
    port: int
    full_disks: bool
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def child(self, command: str) -> psutil.Process | None:
        """The process of a part, as long as it lives."""
        assert self.process is not None
        with contextlib.suppress(psutil.Error):
            for one in psutil.Process(self.process.pid).children():
                if command in one.cmdline():
                    return one
        return None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "survey_app.cli", "up", "--port", str(self.port)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=START_SECONDS)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of ``barometer`` in this installation."""
        return subprocess.run(
            [sys.executable, "-m", "survey_app.cli", *command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def reach_directly(self) -> None:
        """Let the harness itself pass by the gates."""
        users = {Login.MIGRATOR: "postgres"}
        connect({login: self.postgres.url(users.get(login, login.value)) for login in Login})
        queue.configure(self.redis.url)
        bind_worker()

    async def until_well(self, patience: float = START_SECONDS) -> float:
        """Wait until every part says that it is well; returns the seconds that it took."""
        begun, said = time.monotonic(), None
        async with httpx.AsyncClient(timeout=5) as web:
            while time.monotonic() - begun < patience:
                assert self.process is not None
                assert self.process.poll() is None, self.last_words()
                try:
                    said = (await web.get(f"{self.address}/health/ready")).json()["parts"]
                except (httpx.HTTPError, ValueError, KeyError) as error:
                    said = repr(error)
                if isinstance(said, dict) and set(said.values()) == {"ok"}:
                    return time.monotonic() - begun
                await asyncio.sleep(0.1)
        raise AssertionError(f"not well after {patience:.0f} s: {said}\n{self.last_words()}")

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])

    def kill_redis(self) -> None:
        with Redis(unix_socket_path=str(self.redis.socket), socket_timeout=5) as box:
            psutil.Process(box.info("server")["process_id"]).kill()

    def flush_redis(self) -> None:
        with Redis(unix_socket_path=str(self.redis.socket), socket_timeout=5) as box:
            box.flushall()

    def stop_postgres(self) -> None:
        """Stop the database at once, as if its machine had lost its power, but for the disk."""
        main = int((self.postgres.data / "postmaster.pid").read_text().split()[0])
        victim = psutil.Process(main)
        victim.send_signal(signal.SIGQUIT)
        victim.wait(timeout=30)

    def sql(self, statement: str) -> str:
        """Run a statement as the owner, past the gates, once the database takes it."""
        server, begun = self.postgres, time.monotonic()
        while True:
            done = subprocess.run(
                [
                    *(server.binaries / "psql", "-h", server.socket, "-U", "postgres", "-qAt"),
                    *("-v", "ON_ERROR_STOP=1", "-c", statement, "barometer"),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                return done.stdout
            # another fault of the seed may have stopped it
            assert time.monotonic() - begun < START_SECONDS, done.stderr
            time.sleep(0.2)


@contextlib.contextmanager
def standing(folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> Iterator[Standing]:
    """Start services, gates and one installation, and leave nothing behind.

    ``more`` are settings beside those of the services, as the environment has them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data_dir, services = folder / "var", folder / "services"
    mounts = [(private_place(services), ROOM_OF_DATABASE), (data_dir, ROOM_OF_DATA)]
    forget_place(services)
    with contextlib.ExitStack() as stack:
        stack.callback(forget_place, services)
        full_disks = _small_disks(mounts, stack)
        network = Network()
        stack.callback(network.stop)
        postgres, redis = embedded_postgres(services), embedded_redis(services)
        for one in (postgres, redis):
            one.start()
            stack.callback(one.stop)
        office = open_post_office(network, folder / "post")
        gates = _gates(network, postgres, redis, office)
        port = free_port()
        settings = Settings(data_dir=data_dir, key_dir=data_dir / "wave-keys", secret_key=SECRET)
        found = Standing(
            folder, settings, network, postgres, redis, office, gates, port, full_disks
        )
        found.environment = _environment(found) | more
        stack.callback(found.stop)
        found.start()
        yield found


def _gates(
    network: Network, postgres: EmbeddedPostgres, redis: EmbeddedRedis, office: PostOffice
) -> dict[str, Gate]:
    database_socket = str(postgres.socket / ".s.PGSQL.5432")
    gates = {
        "database": Gate(network, lambda: asyncio.open_unix_connection(database_socket)),
        "queue": Gate(network, lambda: asyncio.open_unix_connection(str(redis.socket))),
        "mail": Gate(network, to_port(office.port)),
    }
    for gate in gates.values():
        gate.open()
    return gates


def to_port(port: int):
    return lambda: asyncio.open_connection("127.0.0.1", port)


def _environment(found: Standing) -> dict[str, str]:
    database, mail = found.gates["database"].port, found.gates["mail"].port
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("BAROMETER")}
    return inherited | {
        "BAROMETER_DATA_DIR": str(found.settings.data_dir),
        "BAROMETER_KEY_DIR": str(found.settings.key_folder),
        "BAROMETER_SECRET_KEY": SECRET,
        "BAROMETER_BASE_URL": found.address,
        "BAROMETER_DATABASE_URL": f"postgresql://postgres@127.0.0.1:{database}/barometer",
        "BAROMETER_REDIS_URL": f"redis://127.0.0.1:{found.gates['queue'].port}/0",
        "BAROMETER_SMTP_URL": f"smtps://{HOST}:{mail}",
        "SSL_CERT_FILE": str(found.office.authority),
    }


def _small_disks(mounts: Sequence[tuple[Path, str]], stack: contextlib.ExitStack) -> bool:
    """Put what may become full on file systems of their own; False where that is not allowed."""
    if os.geteuid() != 0 or sys.platform != "linux":
        return False
    for place, room in mounts:
        place.mkdir(parents=True, exist_ok=True)
        options = f"size={room},mode=0755"
        told = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)],
            capture_output=True,
            check=False,
        )
        if told.returncode:
            return False
        # lazily: what has just been stopped may still have a file open
        stack.callback(subprocess.run, ["umount", "-l", str(place)], check=False)
    return True
