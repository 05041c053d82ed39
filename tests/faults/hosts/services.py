"""What the hosts stand on: PostgreSQL and a copy for readers, PgBouncer, Redis, and the proxy."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from survey_app.shared.embedded import postgres as embedded
from survey_app.shared.embedded import redis as embedded_queue
from survey_app.shared.embedded.places import make_folder, service_owner
from tests.faults.hosts.machines import PATIENCE, Machine
from tests.faults.post import make_authority, make_certificate

ANSWERS, PAGES = "svar.example.org", "barometer.example.org"
"""The names that `deploy/nginx.conf` and `deploy/pgbouncer.ini` stand with."""
POOLER_PORT, QUEUE_PORT, DATABASE_PORT, WEB_PORT = 6432, 6379, 5432, 8000
PLAIN = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
LOGINS = ("web", "reader", "worker")
# what an operator's server has by docs/operations.md
_PARAMETERS = (
    "log_min_messages, log_min_error_statement, log_error_verbosity, log_parameter_max_length,"
    " log_parameter_max_length_on_error, log_statement, log_min_duration_statement"
)


def _user() -> int:
    owner = service_owner().uid
    assert owner is not None, "this needs root"
    return owner


@dataclass
class Database:
    """A server for writing, and a copy of it that is read from."""

    folder: Path
    writes: Machine
    reads: Machine
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    def start(self) -> None:
        place = make_folder(self.folder / "postgres", mode=0o755, owned=False)
        binaries = embedded._binaries(place)
        first = make_folder(place / "first")
        word = place / "password"
        word.write_text(self.password)
        word.chmod(0o644)
        flags = ("--auth=scram-sha-256", f"--pwfile={word}", "-U", "postgres", "--no-locale")
        embedded._run(binaries / "initdb", ["-D", str(first), "--encoding=UTF8", *flags])
        with (first / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.77.0.0/24 scram-sha-256\n")
            rules.write("host replication postgres 10.77.0.0/24 scram-sha-256\n")
        self._serve(binaries, first, self.writes)
        asyncio.run(self._hand_over())
        second = make_folder(place / "second")
        self.reads.run(
            *("setpriv", f"--reuid={_user()}", f"--regid={_user()}", "--clear-groups"),
            *(str(binaries / "pg_basebackup"), "-D", str(second), "-R", "-X", "stream"),
            *("-c", "fast", "-d", self._root(self.writes, "")),
            environment=PLAIN,
        )
        self._serve(binaries, second, self.reads)
        asyncio.run(_until_served(self._root(self.reads)))

    def owner(self) -> str:
        """Address of the database's owner, who is no superuser."""
        return f"postgresql://agency:{self.password}@{self.writes.address}/barometer"

    async def on_copy(self, statement: str) -> object:
        """Run a statement on the copy, as its superuser."""
        return await _asked(self._root(self.reads, "barometer"), statement)

    async def on_first(self, statement: str) -> object:
        """Run a statement on the server that is written to, as its superuser."""
        return await _asked(self._root(self.writes, "barometer"), statement)

    def _root(self, machine: Machine, database: str = "postgres") -> str:
        return f"postgresql://postgres:{self.password}@{machine.address}:{DATABASE_PORT}/{database}"

    def _serve(self, binaries: Path, data: Path, machine: Machine) -> None:
        options = embedded.OPTIONS | {
            "listen_addresses": machine.address,
            "unix_socket_directories": "",
            "port": str(DATABASE_PORT),
            "hot_standby_feedback": "on",
        }
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        machine.start(
            *(str(binaries / "postgres"), "-D", str(data), *given),
            log=self.folder / f"{machine.name}.log",
            environment=PLAIN,
            user=_user(),
        )

    async def _hand_over(self) -> None:
        await _until_served(self._root(self.writes))
        for statement in (
            f"CREATE ROLE agency LOGIN CREATEROLE PASSWORD '{self.password}'",
            "CREATE DATABASE barometer OWNER agency",
            f"GRANT SET ON PARAMETER {_PARAMETERS} TO agency",
        ):
            await _asked(self._root(self.writes), statement)


async def _asked(address: str, statement: str) -> object:
    link = await asyncpg.connect(address)
    try:
        return await link.fetchval(statement)
    finally:
        await link.close()


async def _until_served(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            await _asked(address, "SELECT 1")
        except (OSError, asyncpg.PostgresError):
            assert time.monotonic() < deadline, f"{address.rpartition('@')[2]} does not answer"
            await asyncio.sleep(0.1)
        else:
            return


def start_queue(machine: Machine, folder: Path) -> None:
    """Start Redis, or what stands in its place, without a disk."""
    machine.start(
        *(embedded_queue._program(), "--bind", machine.address, "--port", str(QUEUE_PORT)),
        *("--protected-mode", "no", "--save", "", "--appendonly", "no"),
        log=folder / "queue.log",
        environment=PLAIN,
    )


def start_pooler(
    machine: Machine, database: Database, passwords: Mapping[str, str], settings: str, folder: Path
) -> None:
    """Start PgBouncer by the shipped file, with its addresses filled in.

    Parameters
    ----------
    machine : Machine
    database : Database
    passwords : mapping of str to str
        By the names of logins.
    settings : str
        ``deploy/pgbouncer.ini``.
    folder : Path
    """
    place = make_folder(folder / "pooler", mode=0o755)
    users = place / "userlist.txt"
    users.write_text("".join(f'"{name}" "{word}"\n' for name, word in passwords.items()))
    for told, meant in {
        "database.example.org": database.writes.address,
        "copy.example.org": database.reads.address,
        "listen_addr = 127.0.0.1": f"listen_addr = {machine.address}",
        "/etc/pgbouncer/userlist.txt": str(users),
    }.items():
        assert told in settings, f"{told} does not stand in the pooler's settings"
        settings = settings.replace(told, meant)
    (place / "pgbouncer.ini").write_text(settings + f"pidfile = {place}/pid\n")
    machine.start(
        *("pgbouncer", str(place / "pgbouncer.ini")),
        log=folder / "pooler.log",
        environment=PLAIN,
        user=_user(),
    )


def point_pooler(folder: Path, address: str, other: str) -> None:
    """Write another server's address into the pooler's file, and let it read that again."""
    place = folder / "pooler"
    settings = place / "pgbouncer.ini"
    settings.write_text(settings.read_text().replace(f"host={address} ", f"host={other} "))
    os.kill(int((place / "pid").read_text()), signal.SIGHUP)


@dataclass
class Proxy:
    """The shipped proxy file, with as many web hosts behind it as are named."""

    machine: Machine
    folder: Path
    authority: Path

    def start(self, hosts: Sequence[Machine]) -> None:
        self._write(hosts)
        self.machine.start(
            *("nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")),
            log=self.folder / "log",
            environment=PLAIN,
        )

    def lead_to(self, hosts: Sequence[Machine]) -> None:
        """Have other web hosts behind it, without a connection lost."""
        self._write(hosts)
        os.kill(int((self.folder / "pid").read_text()), signal.SIGHUP)
        time.sleep(1)

    def _write(self, hosts: Sequence[Machine]) -> None:
        site = Path("deploy/nginx.conf").read_text()
        servers = "\n".join(f"    server {one.address}:{WEB_PORT};" for one in hosts)
        for port in (8000, 8002):
            site = site.replace(f"    server 127.0.0.1:{port};", servers)
        # each host has one process for all: it stands in for nobody
        site = site.replace("    server 127.0.0.1:8000 backup;\n", "")
        site = site.replace("/etc/ssl/barometer", str(self.folder))
        site = site.replace("/var/log/nginx", str(self.folder))
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"daemon off; user nobody nogroup; worker_processes 1; pid {self.folder}/pid;"
            f" error_log {self.folder}/error.log;\n"
            f"events {{ worker_connections 1024; }}\nhttp {{ {temporary}\n{site}\n}}\n"
        )


def make_proxy(machine: Machine, folder: Path) -> Proxy:
    """Make certificates for both names, and the proxy's folder."""
    place = make_folder(folder / "proxy", mode=0o755, owned=False)
    key, authority = make_authority(place / "ca.pem")
    for name, file in ((ANSWERS, "svar"), (PAGES, "barometer")):
        chain = make_certificate(place / f"{file}.pem", key, authority, name=name)
        shutil.copy(chain, place / f"{file}.key")
    return Proxy(machine, place, place / "ca.pem")
