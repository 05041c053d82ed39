"""What an installation of an earlier version left: `python -m tests.releases REVISION` keeps one.

The programme of that revision is installed from its own lock file and runs its own small demo, as
a stranger would start it. Kept are the dump of its database and the secrets beside it.
"""

from __future__ import annotations

import io
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from tests.live_server import free_port

RELEASES = Path(__file__).parent / "data" / "releases"
CHECKOUT = Path(__file__).parent.parent
DUMP, SECRETS = "database.sql.xz", "secrets.tar"
PEOPLE, SEED = 200, 20210117
AGENCY = ("--people", str(PEOPLE), "--waves", "4", "--public-waves", "1", "--seed", str(SEED))
PATIENCE = 900.0  # seconds
LARGEST = 700 * 1024  # bytes of one file
# Run by the release itself once its demo has stopped: its own server, from its own data folder.
WRITE_DOWN = """
import subprocess, sys
from pathlib import Path
from survey_app.shared.embedded.postgres import start_postgres

data, dump, trimmed = sys.argv[1:]
server = start_postgres(Path(data))
try:
    reach = ["-h", str(server.socket), "-p", "5432", "-U", "postgres", "-d", "barometer"]
    strict = ["-q", "-v", "ON_ERROR_STOP=1"]
    subprocess.run([server.binaries / "psql", *strict, *reach, "-c", trimmed], check=True)
    subprocess.run([server.binaries / "pg_dump", *reach, "-f", dump], check=True)
finally:
    server.stop()
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
    """Let a revision run its demo, and keep what lies in its database."""
    folder = RELEASES / _git("rev-parse", "--short=7", revision)
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        home = Path(place)
        home.chmod(0o755)  # the oldest release does not run its database from a private folder
        code, data = home / "code", home / "data"
        _check_out(revision, code)
        subprocess.run(["make", "setup"], cwd=code, check=True)
        _run_demo(code, data)
        dump = home / "dump.sql"
        (home / "write_down.py").write_text(WRITE_DOWN)
        python = code / ".venv" / "bin" / "python"
        subprocess.run([python, home / "write_down.py", data, dump, TRIMMED], cwd=code, check=True)
        folder.mkdir(parents=True, exist_ok=True)
        small = lzma.compress(dump.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
        (folder / DUMP).write_bytes(small)
        (folder / SECRETS).write_bytes(_secrets(data))
    if len(small) > LARGEST:
        raise SystemExit(f"{folder / DUMP} is too large to be kept: trim more")
    return folder


def _run_demo(code: Path, data: Path) -> None:
    """Run the demo until it answers; where its pages do not start, what it has built is enough."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("BAROMETER_")}
    ready = data.with_name("ready.json")
    demo = subprocess.Popen(
        [
            *(code / ".venv" / "bin" / "barometer", "demo", *AGENCY),
            *("--port", str(free_port()), "--ready-file", ready),
        ],
        cwd=code,
        env={**clean, "BAROMETER_DATA_DIR": str(data)},
        stdin=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + PATIENCE
    while not ready.exists() and demo.poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    demo.terminate()
    demo.wait()


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


def _secrets(data: Path) -> bytes:
    """Keep the token key, and the private keys of open waves: without them no wave is closed."""
    held = io.BytesIO()
    # in the data folder at first, beside it later
    folders = [data / "keys", data.with_name(f"{data.name}-keys")]
    keys = sorted(path for folder in folders for path in folder.glob("*.key"))
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.add(data / "secret_key", "secret_key", filter=_nobodys)
        for path in keys:
            archive.add(path, f"keys/{path.name}", filter=_nobodys)
    return held.getvalue()


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    return entry.replace(uid=0, gid=0, uname="", gname="", mtime=0)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(keep(name))
