"""What an installation of an earlier version left: `python -m tests.releases REVISION` keeps one.

The programme of that revision builds its own small demo, with what its own lock file names, on its
own day. Kept are the dump of its database and the secrets of its data folder.
"""

from __future__ import annotations

import io
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

RELEASES = Path(__file__).parent / "data" / "releases"
CHECKOUT = Path(__file__).parent.parent
DUMP, SECRETS = "database.sql.xz", "secrets.tar"
PEOPLE, SEED = 200, 20210117
LARGEST = 700 * 1024  # bytes of one file
# Run by the release itself: as its `barometer demo` does, without serving anything afterwards.
BUILD = f"""
import asyncio, datetime, os, subprocess, sys
os.environ["BAROMETER_DEMO"] = "1"
from survey_app.commands import demo
from survey_app.settings import read_settings
from survey_app.shared import clock

moment, dump, trimmed = sys.argv[1:]
clock.now = lambda: datetime.datetime.fromisoformat(moment)
if __name__ == "__main__":
    chosen = read_settings()
    with demo._alone(chosen.data_dir), demo._running(chosen, 0, reset=False) as found:
        asyncio.run(demo._prepare(chosen, found, {PEOPLE}, 4, 1, {SEED}))
        server = found.postgres
        reach = ["-h", str(server.socket), "-p", "5432", "-U", "postgres", "-d", "barometer"]
        strict = ["-q", "-v", "ON_ERROR_STOP=1"]
        subprocess.run([server.binaries / "psql", *strict, *reach, "-c", trimmed], check=True)
        subprocess.run([server.binaries / "pg_dump", *reach, "-f", dump], check=True)
"""
# What an installation forgets in its nights anyway, and what only makes the file large: letters of
# waves that closed; the exact table of a public wave, which no other wave here looks at; keys by
# chance of rows that nothing refers to.
TRIMMED = """
SET session_replication_role = replica;
DELETE FROM asking.outbox WHERE invitation IN (SELECT i.id FROM asking.invitation i
    JOIN asking.wave w ON w.id = i.wave WHERE w.state = 'published');
DELETE FROM asking.invitation WHERE wave IN (SELECT id FROM asking.wave WHERE state = 'published');
DELETE FROM counting.wave_table WHERE wave IN (SELECT w.id FROM asking.wave w
    JOIN asking.campaign c ON c.id = w.campaign WHERE c.population <> 'staff');
UPDATE publications.estimate e SET id = lpad(to_hex(n.place), 32, '0')::uuid
    FROM (SELECT id, row_number() OVER () AS place FROM publications.estimate) n WHERE n.id = e.id;
UPDATE counting.response r SET id = lpad(to_hex(n.place), 32, '0')::uuid
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM counting.response) n
    WHERE n.id = r.id;
"""


def keep(revision: str) -> Path:
    """Let a revision build its demo, and keep what lies in its database."""
    folder = RELEASES / _git("rev-parse", "--short=7", revision)
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        home = Path(place)
        home.chmod(0o755)  # the oldest release does not run its database from a private folder
        code, dump = home / "code", home / "dump.sql"
        _check_out(revision, code)
        subprocess.run(["make", ".venv/.ready"], cwd=code, check=True)
        (home / "build.py").write_text(BUILD)
        clean = {one: text for one, text in os.environ.items() if not one.startswith("BAROMETER_")}
        subprocess.run(
            [
                *(code / ".venv" / "bin" / "python", home / "build.py"),
                *(_git("log", "-1", "--format=%cI", revision), dump, TRIMMED),
            ],
            cwd=code,
            env={**clean, "BAROMETER_DATA_DIR": str(home / "data"), "OPENBLAS_NUM_THREADS": "1"},
            check=True,
        )
        folder.mkdir(parents=True, exist_ok=True)
        small = lzma.compress(dump.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
        (folder / DUMP).write_bytes(small)
        (folder / SECRETS).write_bytes(_secrets(home / "data"))
    if len(small) > LARGEST:
        raise SystemExit(f"{folder / DUMP} is too large to be kept: trim more")
    return folder


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=CHECKOUT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _check_out(revision: str, where: Path) -> None:
    archive = subprocess.run(
        ["git", "archive", revision], cwd=CHECKOUT, check=True, capture_output=True
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as held:
        held.extractall(where, filter="data")


def _secrets(data_dir: Path) -> bytes:
    """Keep the token key, and the private keys of open waves: without them no wave is closed."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for path in [data_dir / "secret_key", *sorted((data_dir / "keys").iterdir())]:
            archive.add(path, path.relative_to(data_dir), filter=_nobodys)
    return held.getvalue()


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    return entry.replace(uid=0, gid=0, uname="", gname="", mtime=0)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(keep(name))
