"""A bundle installs where there is no network, whole or not at all, and what it installs works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.agency_server import server

__all__ = ["server"]

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent
# who is not root makes the namespace as root of one of users
ALONE = ["unshare", "--net", *([] if os.getuid() == 0 else ["--map-root-user"])]
PLAIN = {key: value for key, value in os.environ.items() if not key.startswith("BAROMETER_")}

# The loopback of a new namespace is down; then the commands, one after the other, and the pages.
PROGRAM = """
import fcntl, json, os, signal, socket, struct, subprocess, sys, time
from urllib.error import URLError
from urllib.request import urlopen

UP, SET_FLAGS = 1, 0x8914
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    fcntl.ioctl(one, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))
barometer, told = sys.argv[1], {}
for words in (["--help"], ["questionnaire", "check"], ["migrate"], ["doctor"]):
    done = subprocess.run([barometer, *words], capture_output=True, text=True)
    told[words[0]] = [done.returncode, done.stdout + done.stderr]
web = subprocess.Popen([barometer, "web", "--port", "8000"])
for _ in range(240):
    if web.poll() is not None:
        sys.exit(json.dumps(told))
    try:
        with urlopen("http://127.0.0.1:8000/health/ready", timeout=5) as reply:
            told["ready"] = json.load(reply)
        break
    except (URLError, OSError):
        time.sleep(0.5)
for path in ("/method", "/static/verdibarometer.css"):
    with urlopen("http://127.0.0.1:8000" + path, timeout=20) as reply:
        told[path] = len(reply.read())
web.send_signal(signal.SIGTERM)
told["ended"] = web.wait(timeout=60)
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    """The folder that `make bundle` packs."""
    subprocess.run(["make", "bundle"], cwd=ROOT, check=True, capture_output=True)
    [packed] = (ROOT / "dist").glob("verdibarometer-*.tar")
    folder = tmp_path_factory.mktemp("bundle")
    subprocess.run(["tar", "xf", packed, "-C", folder], check=True)
    [found] = folder.iterdir()
    return found


def _install(bundle: Path, to: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ALONE, "sh", str(bundle / "install.sh"), str(to)],
        env={**PLAIN, "PYTHON": sys._base_executable},
        check=False,
        capture_output=True,
        text=True,
    )


def _by_socket(url: str, place: Path) -> str:
    """The same server, by its socket: nothing else leads out of the namespace."""
    parts = urlsplit(url)
    return (
        f"postgresql://{parts.username}:{parts.password}@/barometer?host={place}&port={parts.port}"
    )


def test_it_installs_without_a_network_and_migrates_and_serves(
    bundle, tmp_path, server, data_dir, redis
):
    done = _install(bundle, tmp_path / "opt")
    assert done.returncode == 0, done.stderr
    [place] = {path.parent for path in _sockets(data_dir, urlsplit(server).port)}
    owner = server.replace("//postgres:", "//agency:")
    settings = {
        "BAROMETER_DATABASE_URL": _by_socket(owner, place),
        "BAROMETER_REDIS_URL": redis.url,
        "BAROMETER_DATA_DIR": str(tmp_path / "data"),
        "BAROMETER_SECRET_KEY": "for tests only, and long enough there",
    }
    run = subprocess.run(
        [*ALONE, sys.executable, "-c", PROGRAM, str(tmp_path / "opt/current/bin/barometer")],
        env={**PLAIN, **settings},
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["--help"][0] == told["questionnaire"][0] == told["migrate"][0] == 0
    assert "migrations: all have run" in told["doctor"][1]
    assert told["ready"]["status"] == "ready"
    assert told["/method"] > 5000
    assert told["/static/verdibarometer.css"] > 5000
    assert told["ended"] == 0


def _sockets(data_dir: Path, port: int | None) -> list[Path]:
    from survey_app.shared.embedded.places import private_place

    return list(private_place(data_dir).rglob(f".s.PGSQL.{port}"))


def test_a_bundle_with_a_changed_byte_or_for_another_python_installs_nothing(bundle, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(bundle, changed, copy_function=os.link)
    about = (bundle / "about").read_text()
    (changed / "LICENSE").unlink()
    (changed / "LICENSE").write_text((bundle / "LICENSE").read_text() + " ")
    done = _install(changed, tmp_path / "opt")
    assert done.returncode == 1
    assert "nothing was installed" in done.stderr
    shutil.copy(bundle / "LICENSE", changed / "LICENSE")
    (changed / "about").unlink()
    (changed / "about").write_text(about.replace("python=3.", "python=3.9"))
    sums = (bundle / "SHA256SUMS").read_text()
    kept = "".join(line for line in sums.splitlines(keepends=True) if "./about" not in line)
    (changed / "SHA256SUMS").unlink()
    (changed / "SHA256SUMS").write_text(kept)
    done = _install(changed, tmp_path / "opt")
    assert done.returncode == 1
    assert "was not found" in done.stderr
    assert not (tmp_path / "opt").exists()
