"""An installation is taken along in one file and comes back as it was; what is cut does nothing."""

from __future__ import annotations

import asyncio
import io
import tarfile
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pyrage
import pytest
from litestar.testing import AsyncTestClient

from survey_app.app import create_app
from survey_app.asking.errors import WrongState
from survey_app.commands.backups import _tell_backup
from survey_app.counting.urn.errors import KeyFileError
from survey_app.installation.backups import bring as bring_module
from survey_app.installation.backups import programs
from survey_app.installation.backups.archive import MANIFEST, ArchiveWriter
from survey_app.installation.backups.contents import Contents, look_at
from survey_app.installation.backups.errors import BrokenBackupError, RestoreError
from survey_app.installation.backups.make import BackupMade, make_backup
from survey_app.installation.backups.programs import what_it_said
from survey_app.installation.backups.restore import restore_backup
from survey_app.installation.backups.sealing import read_identities
from survey_app.installation.logins import make_passwords
from survey_app.installation.migrate import run_migrations
from survey_app.installation.schema_state import SchemaError, schema_state
from survey_app.installation.services import Services, find_services
from survey_app.installation.tables import bind_worker
from survey_app.publications.check_files import check_files
from survey_app.publications.records import files_of
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connect, connection, fetch
from survey_app.shared.log_parameters import ROLE_SETTINGS
from survey_app.shared.new_file import NotWrittenError
from survey_app.waves.cancel_wave import cancel_wave
from tests.agency_server import PASSWORD, older_server, server
from tests.builders_answering import NOW, an_open_wave, some_answers
from tests.databases import bound, dropped, urls

__all__ = ["older_server", "server"]

SECRET = "for tests only, and long enough there"
READER = pyrage.x25519.Identity.generate()
LATER = NOW + timedelta(days=20)


def quiet(_text: str, _share: float) -> None:
    """Say nothing of how far it has come."""


def _bound(found: Services) -> None:
    name = found.database[Login.MIGRATOR].partition("?")[0].rpartition("/")[2]
    bound(found.postgres, name)


async def _answered(settings: Settings, tokens: list[str]) -> None:
    app = create_app(settings, own_services=False)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        for token in tokens:
            reply = await client.post(
                f"/answer/{token}", data=some_answers(), follow_redirects=False
            )
            assert reply.status_code == 303


@pytest.fixture
def before(database, postgres, redis, tmp_path) -> tuple[Settings, Services]:
    """The installation that is taken along."""
    settings = Settings(data_dir=tmp_path / "before", secret_key=SECRET)
    queue.configure(redis.url)
    return settings, Services(database, redis.url, postgres, None)


@pytest.fixture
async def empty(postgres, redis):
    """A database that nobody has migrated."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    link = await asyncpg.connect(postgres.url())
    await link.execute(f"CREATE DATABASE {name}")
    await link.close()
    yield Services(urls(postgres, name), redis.url, postgres, None)
    await dropped(postgres, name)


async def _taken(before: tuple[Settings, Services], path: Path, **choices: Any) -> Any:
    settings, found = before
    given = {"recipients": (), "keys_path": None, "keys_for": "", "now": NOW, "report": quiet}
    return await make_backup(settings, found, path, **{**given, **choices})


async def _brought(settings: Settings, found: Services, path: Path, **choices: Any) -> Any:
    connect(found.database)
    given = {"identities": (), "keys_path": None, "now": NOW, "report": quiet}
    done = await restore_backup(settings, found, path, **{**given, **choices})
    _bound(found)
    return done


async def _state(found: Services) -> Contents:
    connect(found.database)
    async with connection(Login.MIGRATOR) as link:
        return await look_at(link, "worker")


async def test_an_open_wave_and_what_was_published_go_on_where_it_is_restored(
    before, empty, tmp_path
):
    settings, found = before
    published = await an_open_wave(settings, "verdipuls-2026-k1")
    await _answered(settings, published.tokens)
    _bound(found)
    await close_wave(published.key, key_dir=settings.key_folder, now=LATER)
    await publish_wave(published.key, now=LATER)
    wave = await an_open_wave(settings)
    await _answered(settings, wave.tokens[:20])
    file, keys_file = tmp_path / "one.backup", tmp_path / "one.wave-keys"
    made = await _taken(before, file, keys_path=keys_file, keys_for=str(READER.to_public()))
    assert (made.sealed_keys, made.uncounted) == ((wave.key,), True)
    taken = await _state(found)

    elsewhere = Settings(data_dir=tmp_path / "after")
    done = await _brought(elsewhere, empty, file, keys_path=keys_file, identities=[READER])
    assert (done.publications, done.keys_missing) == (1, ())
    assert elsewhere.secret() == settings.secret()
    assert (await schema_state()).current
    came = await _state(empty)
    assert came.publications == taken.publications
    # who may drop a wave's ballots may do so here
    assert came.of_the_worker == taken.of_the_worker

    _bound(empty)
    await _answered(elsewhere, wave.tokens[20:])
    _bound(empty)
    await close_wave(wave.key, key_dir=elsewhere.key_folder, now=LATER)
    rows = await fetch(
        Login.WORKER, "SELECT count(*) AS n FROM counting.response WHERE wave = $1", wave.id
    )
    assert rows[0]["n"] == len(wave.tokens)


async def test_without_its_key_a_wave_is_named_and_its_answers_stay_locked(before, empty, tmp_path):
    settings, _ = before
    wave = await an_open_wave(settings)
    await _answered(settings, wave.tokens[:10])
    made = await _taken(before, tmp_path / "one.backup")
    assert made.left_out == (wave.key,)
    elsewhere = Settings(data_dir=tmp_path / "after")
    done = await _brought(elsewhere, empty, tmp_path / "one.backup")
    assert [wave.key in sentence for sentence in done.keys_missing] == [True]
    with pytest.raises(KeyFileError, match="without it nobody can open the urn"):
        await close_wave(wave.key, key_dir=elsewhere.key_folder, now=LATER)
    # no key and no part of one lies in what was taken along
    [key] = settings.key_folder.glob("*.key")
    assert key.read_bytes() not in (tmp_path / "one.backup").read_bytes()


async def test_what_is_encrypted_says_nothing_and_opens_for_its_readers_alone(
    before, empty, tmp_path
):
    settings, _ = before
    await an_open_wave(settings)
    file = tmp_path / "sealed.backup"
    await _taken(before, file, recipients=[str(READER.to_public())])
    assert file.stat().st_mode & 0o077 == 0
    for word in (SECRET.encode(), b"example.org", b"manifest.json", b"nord-1"):
        assert word not in file.read_bytes()
    elsewhere = Settings(data_dir=tmp_path / "after")
    with pytest.raises(RestoreError, match="is encrypted: name the file"):
        await _brought(elsewhere, empty, file)
    other = pyrage.x25519.Identity.generate()
    with pytest.raises(RestoreError, match="was not made for the key"):
        await _brought(elsewhere, empty, file, identities=[other])
    assert not elsewhere.has_secret
    done = await _brought(elsewhere, empty, file, identities=[other, READER])
    assert done.rows == sum((await _state(empty)).rows.values()) - 1  # the log says that it came


@pytest.mark.parametrize("sealed", [False, True])
async def test_a_file_that_was_cut_or_changed_anywhere_changes_nothing(
    before, empty, tmp_path, sealed
):
    settings, _ = before
    await an_open_wave(settings)
    whole = tmp_path / "whole.backup"
    await _taken(before, whole, recipients=[str(READER.to_public())] if sealed else [])
    content = whole.read_bytes()
    elsewhere = Settings(data_dir=tmp_path / "after")
    broken = [content[: len(content) * part // 8] for part in range(8)]
    broken += [
        content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        # beyond what fills up the first block
        for place in range(1_600, len(content) - 11_000, len(content) // 5)
    ]
    for number, wrong in enumerate(broken):
        file = tmp_path / f"broken-{number}.backup"
        file.write_bytes(wrong)
        with pytest.raises(BrokenBackupError, match="nothing was changed"):
            await _brought(elsewhere, empty, file, identities=[READER])
    assert (await _state(empty)).rows == {}
    assert not elsewhere.has_secret


async def test_keys_and_a_backup_in_each_others_place_are_told_and_change_nothing(tmp_path):
    files = {name: tmp_path / name for name in ("backup", "keys", "neither")}
    for name, told in (("backup", {"rows": {}}), ("keys", {"waves": {}})):
        with files[name].open("wb") as sink:
            ArchiveWriter(sink).finish(told)
    _with_manifest(files["neither"], b'{"format": ' + b"[" * 100_000)
    nowhere = Settings(data_dir=tmp_path / "after")
    for file, keys_file, error, said in (
        ("keys", None, RestoreError, "no backup: name the backup, and this file as --wave-keys"),
        ("backup", "backup", RestoreError, "holds no keys of open waves"),
        ("neither", None, BrokenBackupError, "its list of parts cannot be read"),
    ):
        with pytest.raises(error, match=said):
            await restore_backup(
                nowhere,
                Services({}, "", None, None),
                files[file],
                identities=(),
                keys_path=files[keys_file] if keys_file else None,
                now=NOW,
                report=quiet,
            )
    assert not nowhere.has_secret


def _with_manifest(path: Path, content: bytes) -> None:
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        part = tarfile.TarInfo(MANIFEST)
        part.size = len(content)
        archive.addfile(part, io.BytesIO(content))


async def test_nothing_is_written_over(before, empty, tmp_path):
    settings, found = before
    await an_open_wave(settings)
    file = tmp_path / "one.backup"
    await _taken(before, file)
    with pytest.raises(NotWrittenError, match="is there already"):
        await _taken(before, file)
    with pytest.raises(NotWrittenError, match="is no folder"):
        await _taken(before, tmp_path / "nowhere" / "one.backup")
    # an installation that holds something, and one with a secret of its own
    taken = await _state(found)
    with pytest.raises(RestoreError, match="holds something already"):
        await _brought(settings, found, file)
    assert await _state(found) == taken
    other = Settings(data_dir=tmp_path / "other", secret_key="another one, which is long enough")
    with pytest.raises(RestoreError, match="has another secret"):
        await _brought(other, empty, file)
    elsewhere = Settings(data_dir=tmp_path / "after")
    await _brought(elsewhere, empty, file)
    with pytest.raises(RestoreError, match="holds something already"):
        await _brought(elsewhere, empty, file)


async def test_a_restore_that_was_stopped_goes_on_with_the_same_command(
    before, empty, tmp_path, monkeypatch
):
    settings, _ = before
    wave = await an_open_wave(settings)
    file = tmp_path / "one.backup"
    await _taken(before, file)
    elsewhere = Settings(data_dir=tmp_path / "after")

    async def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("survey_app.installation.backups.restore.run_migrations", stopped)
        with pytest.raises(KeyboardInterrupt):
            await _brought(elsewhere, empty, file)
    # until then no process works on what has no walls yet
    assert not (await schema_state()).current
    await _brought(elsewhere, empty, file)
    assert (await schema_state()).current
    await _answered(elsewhere, wave.tokens[:1])


async def test_a_restore_that_was_stopped_after_migrating_goes_on_with_the_same_command(
    before, empty, tmp_path, monkeypatch
):
    """A newer version has changed by then what the database holds."""
    settings, _ = before
    wave = await an_open_wave(settings)
    file = tmp_path / "one.backup"
    await _taken(before, file)
    elsewhere = Settings(data_dir=tmp_path / "after")

    async def stopped(*given: Any) -> None:
        await run_migrations(*given)
        await fetch(Login.MIGRATOR, "INSERT INTO asking.clock (host) VALUES ('by a migration')")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("survey_app.installation.backups.restore.run_migrations", stopped)
        with pytest.raises(KeyboardInterrupt):
            await _brought(elsewhere, empty, file)
    # only the one that was begun
    _bound(before[1])
    await _taken(before, tmp_path / "other.backup")
    with pytest.raises(RestoreError, match="holds something already"):
        await _brought(elsewhere, empty, tmp_path / "other.backup")
    await _brought(elsewhere, empty, file)
    await _answered(elsewhere, wave.tokens[:1])
    with pytest.raises(RestoreError, match="holds something already"):
        await _brought(elsewhere, empty, file)


async def test_what_the_programmes_of_the_server_say_of_a_row_is_not_told(database, postgres):
    """It is what is printed, and what an operator sends on."""
    row = "ola.nordmann@example.org"
    await fetch(Login.MIGRATOR, "CREATE TABLE public.people (address text UNIQUE, born int)")
    await fetch(Login.MIGRATOR, f"INSERT INTO public.people VALUES ('{row}\n{row}', 7)")
    address = database[Login.MIGRATOR]
    binaries = postgres.binaries
    dump = await _run(binaries / "pg_dump", "-Fc", "-t", "public.people", "-d", address)
    command = (binaries / "pg_restore", "--data-only", "--exit-on-error", "-d", address)
    said = [(await _run(*command, given=dump[1]))[2]]
    await fetch(Login.MIGRATOR, "TRUNCATE public.people")
    await fetch(Login.MIGRATOR, "ALTER TABLE public.people ADD CHECK (born < 5)")
    said.append((await _run(*command, given=dump[1]))[2])
    said.append(f'pg_restore: error: invalid input syntax for type integer: "{row}'.encode())
    for told in said:
        assert row.encode() in told
        assert row not in what_it_said(told)
        assert "pg_restore: error: " in what_it_said(told)
    assert "violates check constraint «…»" in what_it_said(said[1])


async def _run(*command: Any, given: bytes = b"") -> tuple[int | None, bytes, bytes]:
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, said = await process.communicate(given)
    return process.returncode, told, said


async def test_restored_to_before_its_counting_a_wave_stays_locked_and_its_files_stay_true(
    before, empty, tmp_path
):
    """The key went when the urn was emptied, and no backup holds one (design.md 8.9)."""
    settings, found = before
    wave = await an_open_wave(settings)
    await _answered(settings, wave.tokens)
    await _taken(before, tmp_path / "one.backup")
    _bound(found)
    await close_wave(wave.key, key_dir=settings.key_folder, now=LATER)
    await publish_wave(wave.key, now=LATER)
    taken_out = await files_of(wave.key)

    # the same machine: its key folder is as counting left it
    again = Settings(data_dir=settings.data_dir, secret_key=SECRET)
    done = await _brought(again, empty, tmp_path / "one.backup")
    assert [wave.key in sentence for sentence in done.keys_missing] == [True]
    [row] = await fetch(Login.WORKER, "SELECT state FROM asking.wave WHERE key = $1", wave.key)
    assert row["state"] == "open"
    with pytest.raises(KeyFileError, match="without it nobody can open the urn"):
        await close_wave(wave.key, key_dir=again.key_folder, now=LATER)
    # what was published is true whatever the database says now
    assert all(one.holds for one in check_files(taken_out) if one.looked_at)
    with pytest.raises(WrongState, match="is closed; it cannot become cancelled"):
        await cancel_wave(wave.key, key_dir=again.key_folder, now=LATER)
    lost = {"key_dir": again.key_folder, "now": LATER, "key_is_lost": True}
    await cancel_wave(wave.key, **lost)
    left = await fetch(Login.MIGRATOR, "SELECT count(*) AS n FROM counting.urn")
    assert left[0]["n"] == 0
    [row] = await fetch(Login.WORKER, "SELECT state FROM asking.wave WHERE key = $1", wave.key)
    assert row["state"] == "cancelled"


async def test_an_installation_that_was_only_migrated_counts_as_empty(
    before, postgres, redis, tmp_path
):
    from tests.databases import cloned

    settings, _ = before
    await an_open_wave(settings)
    await _taken(before, tmp_path / "one.backup")
    name = await cloned(postgres)
    found = Services(urls(postgres, name), redis.url, postgres, None)
    done = await _brought(Settings(data_dir=tmp_path / "after"), found, tmp_path / "one.backup")
    assert done.rows
    await dropped(postgres, name)


async def test_a_backup_of_a_newer_programme_is_left_alone(before, empty, tmp_path):
    settings, _ = before
    await an_open_wave(settings)
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO public.migration (name, app_name, ran_on) VALUES ('2031', 'asking', now())",
    )
    # who makes it is of that version
    with pytest.raises(SchemaError, match="newer than this programme"):
        await _taken(before, tmp_path / "one.backup")
    await fetch(Login.MIGRATOR, "DELETE FROM public.migration WHERE name = '2031'")
    await _taken(before, tmp_path / "one.backup")
    file = tmp_path / "newer.backup"
    _with_a_later_migration(tmp_path / "one.backup", file)
    with pytest.raises(SchemaError, match="asking 2031"):
        await _brought(Settings(data_dir=tmp_path / "after"), empty, file)
    assert (await _state(empty)).rows == {}


def _with_a_later_migration(source: Path, target: Path) -> None:
    import json

    from survey_app.installation.backups.archive import ArchiveWriter

    with tarfile.open(source) as archive, target.open("wb") as sink:
        writer = ArchiveWriter(sink)
        for part in archive:
            content = archive.extractfile(part).read()
            if part.name == "manifest.json":
                told = json.loads(content)
                told["migrations"].append("asking 2031")
                told.pop("parts")
                writer.finish(told)
            else:
                writer.add(part.name, content)


async def test_on_an_agencys_own_server_its_password_stands_in_no_command(
    server, redis, tmp_path, monkeypatch
):
    """The owner there is no superuser, and the server is reached over TCP."""
    root = await asyncpg.connect(server)
    for name in ROLE_SETTINGS:
        await root.execute(f"GRANT SET ON PARAMETER {name} TO agency")
    await root.execute("CREATE DATABASE again OWNER agency")
    await root.close()
    address = server.replace("//postgres:", "//agency:")
    given = {"redis_url": redis.url, "data_dir": tmp_path / "data", "secret_key": SECRET}
    settings = Settings(database_url=address, **given)
    make_passwords(settings)
    found = find_services(settings)
    await run_migrations(found.database)
    wave = await an_open_wave(settings)
    await _answered(settings, wave.tokens[:10])

    started: list[str] = []
    start = asyncio.create_subprocess_exec

    async def watched(*arguments: str, **choices: Any) -> Any:
        started.extend(arguments)
        return await start(*arguments, **choices)

    monkeypatch.setattr("asyncio.create_subprocess_exec", watched)
    file, keys_file = tmp_path / "one.backup", tmp_path / "one.wave-keys"
    await _taken((settings, found), file, keys_path=keys_file, keys_for=str(READER.to_public()))
    elsewhere = Settings(database_url=address.replace("/barometer", "/again"), **given)
    there = find_services(elsewhere)
    done = await restore_backup(
        elsewhere, there, file, identities=[READER], keys_path=keys_file, now=NOW, report=quiet
    )
    assert (done.refused, done.keys_missing) == ((), ())
    assert any("pg_dump" in word for word in started)
    assert any("pg_restore" in word for word in started)
    assert not [word for word in started if PASSWORD in word]
    bind_worker()
    await close_wave(wave.key, key_dir=settings.key_folder, now=LATER)
    [row] = await fetch(Login.WORKER, "SELECT count(*) AS n FROM counting.response")
    assert row["n"] == 10
    await queue.close()


async def test_newer_programmes_bring_a_backup_back_into_an_older_server(
    older_server, redis, tmp_path, monkeypatch
):
    """From version 17 on they set what no older one knows, and all of it was refused."""
    own = programs._installed
    wheel = str(programs.programmes_of_the_wheel())
    monkeypatch.setattr(
        programs, "_installed", lambda name: [one for one in own(name) if wheel in str(one)]
    )
    root = await asyncpg.connect(older_server)
    await root.execute("CREATE DATABASE again OWNER agency")
    assert await programs.server_version(root) == 16
    await root.close()
    address = older_server.replace("//postgres:", "//agency:")
    given = {"redis_url": redis.url, "data_dir": tmp_path / "data", "secret_key": SECRET}
    settings = Settings(database_url=address, **given)
    make_passwords(settings)
    found = find_services(settings)
    await run_migrations(found.database)
    file = tmp_path / "one.backup"
    await _taken((settings, found), file)
    elsewhere = Settings(database_url=address.replace("/barometer", "/again"), **given)
    there = find_services(elsewhere)
    connect(there.database)
    bring = {"identities": (), "keys_path": None, "now": NOW, "report": quiet}
    # where it is not run to its end, nothing of it stays
    unknown = bring_module.UNKNOWN
    monkeypatch.setattr(bring_module, "UNKNOWN", b"CREATE SCHEMA asking;\n")
    with pytest.raises(RestoreError, match="the database is empty: psql:"):
        await restore_backup(elsewhere, there, file, **bring)
    assert not await fetch(Login.MIGRATOR, "SELECT FROM pg_namespace WHERE nspname = 'asking'")
    monkeypatch.setattr(bring_module, "UNKNOWN", unknown)
    assert (await restore_backup(elsewhere, there, file, **bring)).rows > 0
    await queue.close()


@pytest.mark.parametrize("uncounted", [True, False])
def test_who_had_answered_is_told_of_a_backup_where_a_wave_is_not_counted(tmp_path, uncounted):
    told: list[str] = []
    made = BackupMade(10, 1, 20, left_out=(), sealed_keys=(), uncounted=uncounted)
    _tell_backup(made, tmp_path / "one.backup", None, encrypted=True, echo=told.append)
    assert ("who had answered" in told[-1]) is uncounted
    assert told[-1].startswith("keep it 14 days at most: it has the addresses")


def test_a_file_without_a_secret_key_is_named(tmp_path):
    file = tmp_path / "key.txt"
    file.write_text(f"{READER.to_public()}\n")
    with pytest.raises(RestoreError, match="holds no secret key of age"):
        read_identities(file)
    file.write_text(f"# made today\n{READER}\n")
    assert len(read_identities(file)) == 1
