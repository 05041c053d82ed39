"""A moment of the database comes back: a base backup and the archived log, both encrypted."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pyrage
import pytest
from litestar.testing import AsyncTestClient

from survey_app.app import create_app
from survey_app.counting.urn import keys
from survey_app.counting.urn.errors import KeyFileError
from survey_app.installation.migrate import run_migrations
from survey_app.installation.schema_state import schema_state
from survey_app.installation.tables import bind_worker
from survey_app.publications.store import publication_hashes
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.settings import Settings
from survey_app.shared.database import Login, connect, connection, fetch
from survey_app.shared.embedded.places import make_folder, private_place, socket_folder
from survey_app.shared.embedded.postgres import PORT, EmbeddedPostgres, _run, start_postgres
from tests.attack.host import give_to_service, remove
from tests.builders_answering import NOW, OpenedWave, an_open_wave, some_answers
from tests.databases import urls

LATER = NOW + timedelta(days=20)
READER = pyrage.x25519.Identity.generate()
# `age`, as docs/operations.md calls it, by the library that backups are made with
AGE = """#!{python}
import sys
import pyrage
given = sys.argv[1:]
into = given[given.index("-o") + 1]
with open(given[-1], "rb") as source, open(into, "wb") as target:
    if "-d" in given:
        with open(given[given.index("-i") + 1]) as kept:
            key = pyrage.x25519.Identity.from_str(kept.read().strip())
        pyrage.decrypt_io(source, target, [key])
    else:
        key = pyrage.x25519.Recipient.from_str(given[given.index("-r") + 1])
        pyrage.encrypt_io(source, target, [key])
"""


@pytest.fixture
def place(tmp_path) -> Iterator[Path]:
    data_dir = tmp_path / "var"
    yield data_dir
    remove(data_dir)


def _archiving(data_dir: Path) -> tuple[EmbeddedPostgres, Path]:
    """A server that archives its log encrypted, and the folder with all that belongs to it."""
    server = start_postgres(data_dir)
    shelf = make_folder(private_place(data_dir) / "shelf", mode=0o755, owned=False)
    (shelf / "log").mkdir()
    (shelf / "age").write_text(AGE.format(python=sys.executable))
    (shelf / "age").chmod(0o755)
    (shelf / "identity").write_text(str(READER))
    give_to_service(shelf)
    archive = f"{shelf}/age -r {READER.to_public()} -o {shelf}/log/%f.age %p"
    for name, value in (("archive_mode", "on"), ("archive_command", archive)):
        _psql(server, f"ALTER SYSTEM SET {name} = '{value}'")
    server.stop()
    server.start()
    return server, shelf


def _psql(server: EmbeddedPostgres, sql: str) -> str:
    reach = ["-h", str(server.socket), "-p", str(PORT), "-U", "postgres", "-d", "barometer"]
    return _run(server.binaries / "psql", [*reach, "-Atqc", sql]).strip()


def _base_backup(server: EmbeddedPostgres) -> bytes:
    """Return the database's files, encrypted; the log is archived apart."""
    done = subprocess.run(
        [
            *(server.binaries / "pg_basebackup", "-D", "-", "-Ft", "-X", "none", "-c", "fast"),
            *("-d", server.url()),
        ],
        check=True,
        capture_output=True,
    )
    return pyrage.encrypt(done.stdout, [READER.to_public()])


def _restored(server: EmbeddedPostgres, shelf: Path, base: bytes, moment: str) -> EmbeddedPostgres:
    """Start a second server as of a moment."""
    place = make_folder(shelf / "again", mode=0o755)
    data = make_folder(place / "postgres")
    with tarfile.open(fileobj=BytesIO(pyrage.decrypt(base, [READER]))) as files:
        files.extractall(data, filter="tar")
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            "archive_mode = off\n"
            f"restore_command = '{shelf}/age -d -i {shelf}/identity -o %p {shelf}/log/%f.age'\n"
            f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n"
        )
    (data / "recovery.signal").touch()
    socket = make_folder(socket_folder(place), mode=0o755)
    give_to_service(place)
    options = f"-c listen_addresses='' -c unix_socket_directories='{socket}' -p {PORT}"
    _run(
        server.binaries / "pg_ctl",
        ["-D", str(data), "-l", str(data / "server.log"), "-o", options, "-w", "start"],
    )
    return EmbeddedPostgres(place, place)


async def _answered(settings: Settings, tokens: list[str]) -> None:
    app = create_app(settings, own_services=False)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        for token in tokens:
            reply = await client.post(
                f"/answer/{token}", data=some_answers(), follow_redirects=False
            )
            assert reply.status_code == 303
    bind_worker()


async def _shelf() -> dict[str, str]:
    async with connection(Login.MIGRATOR) as link:
        return await publication_hashes(link)


async def _archived(server: EmbeddedPostgres) -> None:
    segment = _psql(server, "SELECT pg_walfile_name(pg_switch_wal())")
    for _ in range(600):
        if _psql(server, "SELECT last_archived_wal FROM pg_stat_archiver") >= segment:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(_psql(server, "SELECT pg_stat_archiver FROM pg_stat_archiver"))


async def _counted(settings: Settings, wave: OpenedWave) -> None:
    await close_wave(wave.key, key_dir=settings.key_folder, now=LATER)
    await publish_wave(wave.key, now=LATER)


@pytest.mark.slow
async def test_a_moment_before_an_emptying_comes_back_with_what_was_published_and_no_key(
    place, tmp_path
):
    server, shelf = await asyncio.to_thread(_archiving, place)
    settings = Settings(data_dir=place, secret_key="for tests only, and long enough there")
    addresses = urls(server, "barometer")
    connect(addresses)
    await run_migrations(addresses)
    published = await an_open_wave(settings, "verdipuls-2026-k1")
    await _answered(settings, published.tokens)
    await _counted(settings, published)
    base = await asyncio.to_thread(_base_backup, server)
    wave = await an_open_wave(settings)
    key = keys.read(settings.key_folder, wave.id).private_bytes_raw()
    await _answered(settings, wave.tokens[:15])
    await asyncio.sleep(0.2)
    moment, before = _psql(server, "SELECT clock_timestamp()"), await _shelf()
    await asyncio.sleep(0.2)
    # what came after: more answers, the wave was counted, and then somebody broke something
    await _answered(settings, wave.tokens[15:])
    await _counted(settings, wave)
    after = await _shelf()
    await fetch(Login.MIGRATOR, "DROP TABLE publications.estimate CASCADE")
    await _archived(server)
    begun = time.monotonic()
    again = await asyncio.to_thread(_restored, server, shelf, base, moment)
    took = time.monotonic() - begun
    try:
        connect(urls(again, "barometer"))
        assert (await schema_state()).current
        assert await _shelf() == before
        assert len(after) == len(before) + 1
        [first] = await fetch(Login.WORKER, "SELECT id FROM publications.publication")
        assert (await recompute(first["id"])).verdict is Recomputation.SAME
        [row] = await fetch(Login.MIGRATOR, "SELECT count(*) AS n FROM counting.urn")
        assert row["n"] == 15
        # they stay sealed: the key went when the urn was emptied, and is in no log and no backup
        with pytest.raises(KeyFileError, match="without it nobody can open the urn"):
            await close_wave(wave.key, key_dir=settings.key_folder, now=LATER)
        kept = [one.read_bytes() for one in (shelf / "log").iterdir()]
        assert all(one.startswith(b"age-encryption.org/") for one in (*kept, base))
        opened = [pyrage.decrypt(one, [READER]) for one in (*kept, base)]
        assert any(b"nord-1-1@example.org" in one for one in opened)
        assert not any(key in one for one in opened)
        print(f"{len(kept)} archived segments and a base backup: as of {moment} in {took:.1f} s")
    finally:
        _run(server.binaries / "pg_ctl", ["-D", str(again.data), "-m", "immediate", "stop"])
        shutil.rmtree(again.socket, ignore_errors=True)
        await asyncio.to_thread(server.stop)
