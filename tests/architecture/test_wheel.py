"""A wheel holds all that runs: alone it answers with its own pages, styles and content."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from questionnaires.content import SETTING
from survey_app.publishing.releasing.made_by import code_version

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """
import asyncio, sys
import survey_app
from survey_app.app import create_app
from survey_app.publishing.releasing.made_by import code_version
from survey_app.settings import Settings

app = create_app(Settings(secret_key="for tests only, and long enough there"), own_services=False)

async def ask(path):
    said = []
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message):
        said.append(message)
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": [], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }
    await app(scope, receive, send)
    print(said[0]["status"], len(b"".join(one.get("body", b"") for one in said)), path)

for path in sys.argv[1:]:
    asyncio.run(ask(path))
print(code_version(), survey_app.__file__)
"""
ASKED = (
    "/trustees", "/static/verdibarometer.css", "/static/vendor/htmx.min.js",
    "/static/vendor/designsystemet/index.css", "/static/built/open.js", "/api/schema",
)  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """An environment with the wheel; packages of others are those of `make setup`."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    home = folder / "home"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(home)], check=True, capture_output=True
    )
    # a path alone: what the checkout is known by there is not followed
    own = next(home.glob("lib/python*/site-packages"))
    (own / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    [wheel] = folder.glob("*.whl")
    # no cache: whoever runs the tests may have a home that nothing is written to
    install = [uv, "pip", "install", "--offline", "--no-cache", "--no-deps", "--python", str(home)]
    install.append(str(wheel))
    subprocess.run(install, check=True, capture_output=True)
    return home


def _done(*command: object, cwd: Path) -> str:
    alone = {name: value for name, value in os.environ.items() if name != SETTING}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=alone,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_command_is_there_and_reads_its_own_content(installed):
    barometer = installed / "bin" / "barometer"
    assert "questionnaire" in _done(barometer, "--help", cwd=installed)
    assert "no mistakes" in _done(barometer, "questionnaire", "check", cwd=installed)


def test_pages_styles_and_scripts_are_answered_from_the_wheel_alone(installed):
    told = _done(installed / "bin" / "python", "-W", "ignore", "-c", PROGRAM, *ASKED, cwd=installed)
    *answers, programme = told.splitlines()
    assert len(answers) == len(ASKED)
    for answer in answers:
        status, size, _path = answer.split()
        assert status == "200"
        assert int(size) > 500, answer
    assert str(installed) in programme
    assert programme.split()[0] == code_version(), "a wheel is another programme than its checkout"
    assert str(ROOT) not in programme


def test_every_template_text_and_content_file_is_in_it(installed):
    [wheel] = installed.parent.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for package in ("survey_app", "questionnaires"):
        for ending in ("*.html", "*.po", "*.toml"):
            ours = {path.as_posix() for path in Path(package).rglob(ending)}
            assert ours <= held
