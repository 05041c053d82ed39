"""A PostgreSQL over TCP that takes passwords only, as an agency would have it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from survey_app.shared.embedded import postgres as embedded
from survey_app.shared.embedded.places import make_folder, private_place, reachable_copy
from tests.live_server import free_port

PASSWORD = secrets.token_urlsafe(12)


@pytest.fixture(scope="module")
def server(data_dir: Path) -> Iterator[str]:
    """A server that takes passwords only; its owner role is no superuser."""
    yield from _serving(data_dir, "tcp", embedded._binaries(private_place(data_dir)))


@pytest.fixture
def older_server(data_dir: Path) -> Iterator[str]:
    """One of PostgreSQL 16, which the same package brings; the programmes beside it are newer."""
    newer = embedded.programmes_of_the_wheel()
    assert newer is not None
    older = make_folder(private_place(data_dir) / "older", mode=0o755, owned=False)
    binaries = reachable_copy(newer.parent.with_name("pginstall"), older) / "bin"
    yield from _serving(data_dir, "tcp16", binaries)


def _serving(data_dir: Path, name: str, binaries: Path) -> Iterator[str]:
    place = make_folder(private_place(data_dir) / name, mode=0o755, owned=False)
    data, port = place / "data", free_port()
    make_folder(data)
    password_file = place / "password"
    password_file.write_text(PASSWORD)
    password_file.chmod(0o644)
    flags = ["--auth=scram-sha-256", f"--pwfile={password_file}", "-U", "postgres", "--no-locale"]
    embedded._run(binaries / "initdb", ["-D", str(data), "--encoding=UTF8", *flags])
    # as many have it: each statement that changes a role or a table is logged
    options = (
        f"-c log_statement=ddl -c listen_addresses=127.0.0.1 -p {port}"
        f" -c unix_socket_directories='{data}'"
    )
    embedded._run(
        binaries / "pg_ctl",
        ["-D", str(data), "-l", str(data / "log"), "-o", options, "-w", "start"],
    )
    root = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}"

    async def hand_over() -> None:
        link = await asyncpg.connect(f"{root}/postgres")
        await link.execute(f"CREATE ROLE agency LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
        await link.execute("CREATE DATABASE barometer OWNER agency")
        await link.close()

    asyncio.run(hand_over())
    yield f"{root}/barometer"
    embedded._run(binaries / "pg_ctl", ["-D", str(data), "-m", "immediate", "-w", "stop"])
    shutil.rmtree(place, ignore_errors=True)
