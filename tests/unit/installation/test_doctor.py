import asyncio
import socket
import uuid
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.asking.campaigns.key_holders import TAMPERED, ask_two, note_trouble
from survey_app.asking.campaigns.sealing_alarms import note_alarm
from survey_app.counting.urn import keys
from survey_app.counting.urn.proof import checking_keys
from survey_app.installation import disk_findings, doctor
from survey_app.installation import key_findings as looked
from survey_app.installation.alarms import host
from survey_app.installation.key_findings import key_findings
from survey_app.installation.migrate import run_migrations
from survey_app.installation.schema_state import migration_ids
from survey_app.settings import Settings
from survey_app.shared import database as databases
from survey_app.shared import pdf
from survey_app.shared.base64url import to_base64url
from survey_app.shared.database import Login, connect, connection, fetch
from survey_app.shared.trustees import Trustee, as_column
from tests.asking_builders import CAMPAIGN, import_campaign
from tests.builders_answering import an_open_wave


class Disk(NamedTuple):
    total: int
    free: int


@pytest.fixture
def examined(database, redis, monkeypatch, tmp_path):
    """Run the doctor on this test's own database."""

    async def examine():
        found = doctor.Services(database, redis.url, None, None)
        doctor.queue.configure(redis.url)
        connect(database)
        return [
            str(finding.sentence)
            for finding in await doctor._examine_services(found, Settings(data_dir=tmp_path))
        ]

    return examine


async def test_a_healthy_installation_has_nothing_wrong(examined):
    told = await examined()
    assert "walls: each login reaches its own side only" in told
    assert "migrations: all have run" in told
    assert "redis: answers" in told


async def test_a_database_that_is_silent_does_not_hide_how_the_queue_is(
    examined, database, monkeypatch
):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://worker@127.0.0.1:{silent.getsockname()[1]}/barometer"
        monkeypatch.setattr(databases, "CONNECT_SECONDS", 0.2)
        database.update(dict.fromkeys(Login, address))
        told = await examined()
    assert any(line.startswith("database: does not answer (within 10 s): ") for line in told)
    assert "redis: answers" in told


async def test_a_database_that_is_away_behind_its_pooler_does_not_answer(examined, database):
    async def refuse(reader, writer):
        while b"user" not in await reader.read(1024):
            writer.write(b"N")  # no TLS
        told = b"SFATAL\0C08P01\0Mserver login has been failing (server_login_retry)\0\0"
        writer.write(b"E" + (len(told) + 4).to_bytes(4) + told)
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as pooler:
        port = pooler.sockets[0].getsockname()[1]
        address = f"postgresql://worker@127.0.0.1:{port}/barometer"
        database.update(dict.fromkeys(Login, address))
        (told,) = [line for line in await examined() if line.startswith("database: ")]
    assert "server login has been failing (server_login_retry)" in told
    assert told.startswith("database: does not answer (")
    assert told.endswith("start it again; who answers meanwhile is asked to send again, and nothing"
                         " that was thanked for is lost")  # fmt: skip


def test_a_disk_that_is_nearly_full_is_told(tmp_path, monkeypatch):
    chosen = Settings(data_dir=tmp_path)
    monkeypatch.setattr(host.shutil, "disk_usage", lambda _: Disk(100 << 30, 9 << 30))
    found, *_ = disk_findings.disk_findings(chosen)
    assert found.bad
    assert f"disk: 9 % is free of that of {tmp_path}" in found.sentence
    monkeypatch.setattr(host.shutil, "disk_usage", lambda _: Disk(100 << 30, 11 << 30))
    found, *_ = disk_findings.disk_findings(chosen)
    assert not found.bad


async def test_a_hole_in_a_wall_is_named_and_migrate_closes_it(examined, database):
    await fetch(Login.MIGRATOR, "GRANT USAGE ON SCHEMA counting TO web")
    await fetch(Login.MIGRATOR, "GRANT SELECT ON counting.response TO web")
    assert any("web may SELECT counting.response" in line for line in await examined())
    await run_migrations(database)
    assert "walls: each login reaches its own side only" in await examined()


async def test_a_wave_that_waits_for_its_key_holders_is_told_and_is_nothing_wrong(examined):
    await import_campaign()
    two = as_column([Trustee("Tillitsvalgt", bytes(32)), Trustee("HR", bytes([1] * 32))])
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = 'closed', public_key = $2, trustees = $1",
        two,
        bytes(64),
    )
    (told,) = [line for line in await examined() if "vp-1" in line]
    assert "«vp-1» is closed and waits for its key holders, Tillitsvalgt and HR" in told
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'counted'")
    assert not any("vp-1" in line for line in await examined())


async def test_which_wave_s_results_wait_for_which_and_until_when_is_told(examined):
    later = CAMPAIGN[CAMPAIGN.index("[[waves]]") :].replace("vp-1", "vp-2").replace("-05-", "-08-")
    later = later.replace("2026-06-09", "2026-09-09")
    timed = CAMPAIGN.replace("retention_days", 'release = "09:00"\nretention_days')
    await import_campaign(timed + later)
    assert not any("results of" in line for line in await examined())
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = 'open', results_on = current_date + 90 WHERE key = 'vp-1'",
    )
    (told,) = [line for line in await examined() if "results of" in line]
    assert "the results of «vp-2» wait until" in told
    assert "those of «vp-1»" in told
    assert "move its day at /waves/vp-1/dates" in told


async def test_a_wave_whose_ballots_were_exchanged_is_told_until_it_is_counted(examined):
    await import_campaign()
    [row] = await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed' RETURNING id")
    async with connection(Login.WEB) as link:
        await ask_two(link, row["id"], ("Tillitsvalgt", "HR"))
    await note_trouble(Login.WORKER, row["id"], TAMPERED)
    # it stays, whatever comes after
    await note_trouble(Login.WORKER, row["id"], "")
    assert any("exchanged what lay ready for the key holders of «vp-1»" in line
        for line in await examined())  # fmt: skip
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'counted'")
    assert not any("exchanged" in line for line in await examined())


async def test_a_wave_of_which_the_lock_was_exchanged_is_told_until_it_is_counted(examined):
    await import_campaign()
    [row] = await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'open' RETURNING id")
    async with connection(Login.WEB) as link:
        assert await note_alarm(link, row["id"])
        assert not await note_alarm(link, row["id"])
    assert any("what ballots of «vp-1» are sealed to was changed" in line
        for line in await examined())  # fmt: skip
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'counted'")
    assert not any("sealed to was changed" in line for line in await examined())


async def test_a_host_for_ballots_alone_is_told_its_key_where_the_secret_is(database, tmp_path):
    chosen = Settings(
        data_dir=tmp_path, secret_key="for tests only, and long", ballot_url="https://urn.example"
    )
    [good, note] = await doctor._secret(chosen, Login.WEB)
    assert (good.bad, note.bad) == (False, False)
    assert to_base64url(checking_keys(chosen.secret())[0]) in note.sentence


async def test_a_migration_that_has_not_run_is_told(examined):
    await fetch(Login.MIGRATOR, "DELETE FROM migration WHERE app_name = 'audit'")
    told = f"{len(migration_ids('audit'))} migrations have not run"
    assert any(told in line for line in await examined())


def test_a_key_that_others_may_read_is_told(tmp_path: Path):
    (tmp_path / "secret_key").write_text("x")
    (tmp_path / "secret_key").chmod(0o644)
    told = [finding for finding in key_findings(Settings(data_dir=tmp_path)) if finding.bad]
    assert "chmod 600" in told[0].sentence


def bad(**chosen):
    return [finding.sentence for finding in key_findings(Settings(**chosen)) if finding.bad]


def test_keys_of_waves_lie_beside_the_data_folder_and_are_private(tmp_path: Path):
    settings = Settings(data_dir=tmp_path / "var")
    keys.make(settings.key_folder, uuid.uuid4())
    assert settings.key_folder == tmp_path / "var-keys"
    assert bad(data_dir=tmp_path / "var") == []
    told = [finding.sentence for finding in key_findings(settings)]
    assert any(f"lie in {tmp_path / 'var-keys'}: leave it out" in line for line in told)


def test_a_key_folder_that_others_may_enter_or_that_is_backed_up_is_told(tmp_path: Path):
    inside = tmp_path / "var" / "elsewhere"
    inside.mkdir(parents=True)
    inside.chmod(0o755)
    told = bad(data_dir=tmp_path / "var", key_dir=inside)
    assert [line.partition(": ")[2][:30] for line in told] == [
        "BAROMETER_KEY_DIR lies in the ",
        f"{inside} is open to others"[:30],
    ]


@pytest.mark.parametrize("below", ["", "pilots"])
def test_a_key_of_a_wave_or_pilot_that_is_broken_or_open_to_others_is_told(tmp_path: Path, below):
    folder, wave = tmp_path / "var-keys" / below, uuid.uuid4()
    (tmp_path / "var-keys").mkdir(mode=0o700)
    keys.make(folder, wave)
    assert bad(data_dir=tmp_path / "var") == []
    path = keys.key_file(folder, wave)
    path.write_bytes(b"half a key")
    path.chmod(0o640)
    folder.chmod(0o750)
    assert bad(data_dir=tmp_path / "var") == [
        f"keys: {path} is readable for others: chmod 600",
        f"keys: {folder} is open to others: chmod 700",
        f"keys: {path} is not a key of 32 bytes; bring back a copy of it",
    ]


async def test_a_key_of_no_wave_in_this_database_is_told(examined, tmp_path):
    stranger = uuid.uuid4()
    keys.make(Settings(data_dir=tmp_path).key_folder, stranger)
    [told] = [line for line in await examined() if "is of no wave in this database" in line]
    assert str(stranger) in told


async def test_a_key_that_is_another_than_the_wave_was_sealed_to_is_told(examined, tmp_path):
    settings = Settings(data_dir=tmp_path)
    wave = await an_open_wave(settings)
    assert not any("is not the key of" in line for line in await examined())
    path = keys.key_file(settings.key_folder, wave.id)
    right = path.read_bytes()
    path.write_bytes(X25519PrivateKey.generate().private_bytes_raw())
    [told] = [line for line in await examined() if "is not the key of" in line]
    assert told == (
        f"keys: {path} is not the key of the open wave «verdipuls-2026-k2» and opens none of its"
        " answers: bring back a copy of the right file"
    )
    path.write_bytes(right)
    assert not any("is not the key of" in line for line in await examined())


def test_keys_that_an_earlier_version_left_are_told(tmp_path: Path):
    keys.make(tmp_path / "keys", uuid.uuid4())
    [told] = bad(data_dir=tmp_path)
    assert f"1 from before lie in {tmp_path / 'keys'}: start the worker" in told


@pytest.mark.parametrize(
    ("kind", "fleeting"), [("tmpfs", True), ("overlay", True), ("ext4", False)]
)
def test_a_key_folder_that_ends_with_the_machine_is_told(
    tmp_path: Path, monkeypatch, kind, fleeting
):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"overlay / overlay rw 0 0\nsome {tmp_path} {kind} rw 0 0\n")
    monkeypatch.setattr(looked, "MOUNTS", mounts)
    told = [one.sentence for one in key_findings(Settings(data_dir=tmp_path / "var"))]
    assert any("a disk that stays" in line for line in told) == fleeting


async def test_what_a_snapshot_of_the_machine_would_hold_is_told(examined, tmp_path):
    assert "keys: a snapshot of this machine would hold no key of a wave" in await examined()
    await an_open_wave(Settings(data_dir=tmp_path))
    [told] = [line for line in await examined() if "snapshot" in line]
    assert "would hold the keys of «verdipuls-2026-k2»" in told
    assert "two people" in told


async def test_a_wave_whose_key_lies_on_another_host_is_told_and_is_nothing_wrong(
    examined, database, tmp_path
):
    wave = await an_open_wave(
        Settings(data_dir=tmp_path / "elsewhere"), closes_on=date.max.replace(year=2999)
    )
    [told] = [line for line in await examined() if wave.key in line]
    assert f"the key of the open wave «{wave.key}» does not lie here" in told


def test_a_machine_that_cannot_lay_out_text_is_told_which_package_is_missing(monkeypatch):
    def missing():
        raise pdf.NoPangoError

    assert not doctor._paper().bad
    monkeypatch.setattr(pdf, "check", missing)
    assert "libpangoft2" in doctor._paper().sentence
