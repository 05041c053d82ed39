"""What `deploy/` hands out starts what there is, and gives each process what it needs alone."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from survey_app.cli import barometer
from survey_app.installation.health_routes import live, ready, ready_for_readers
from survey_app.settings import PREFIX, Settings

DEPLOY = Path("deploy")
OWNER, WEB, READER, WORKER = (f"DATABASE_URL{part}" for part in ("", "_WEB", "_READER", "_WORKER"))
# docs/operations.md, More hosts; what else a process has is no way to answers or to who answered
LOGINS_AND_SECRETS = {
    "migrate": {OWNER, WEB, READER, WORKER, "SECRET_KEY"},
    "backup": {OWNER, WEB, READER, WORKER, "SECRET_KEY"},
    "web": {WEB, READER, "SECRET_KEY"},
    "web --ballots-only": {WEB, "PROOF_KEY"},
    "worker": {WORKER, "SECRET_KEY"},
    "wave": {WEB, READER, WORKER, "SECRET_KEY"},
}
SECRET = {OWNER, WEB, READER, WORKER, "SECRET_KEY", "PROOF_KEY"}
HAVE_KEYS = {"worker", "wave"}


@dataclass(frozen=True)
class Process:
    """A command as a deployment starts it."""

    where: str
    command: list[str]
    secrets: set[str]
    has_keys: bool
    environment: set[str]

    @property
    def kind(self) -> str:
        """The row of the table that it belongs to."""
        return "web --ballots-only" if "--ballots-only" in self.command else self.command[0]


def _unprefixed(names: Any) -> set[str]:
    return {name.removeprefix(PREFIX) for name in names} & SECRET


def _of_compose() -> list[Process]:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return [
        Process(
            f"compose {name}",
            service["command"],
            _unprefixed(service["secrets"]),
            any("/keys" in volume for volume in service.get("volumes", [])),
            _unprefixed(service["environment"]),
        )
        for name, service in services.items()
        if "verdibarometer" in service["image"]
    ]


PROCESSES = _of_compose()


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.where)
def test_each_process_is_given_the_logins_and_secrets_of_its_kind_and_no_others(process):
    assert process.secrets == LOGINS_AND_SECRETS[process.kind]
    assert not process.environment, "an environment shows to more people than a file"


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.where)
def test_keys_of_open_waves_are_where_waves_are_opened_and_counted_and_nowhere_else(process):
    assert process.has_keys is (process.kind in HAVE_KEYS)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.where)
def test_what_is_started_is_a_command_with_options_that_it_has(process):
    command: click.Command = barometer
    words = list(process.command)
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    if "--help" not in words:
        command.make_context("barometer", words)


@pytest.mark.parametrize("way", sorted({process.where.split()[0] for process in PROCESSES}))
def test_each_way_starts_every_part_of_an_installation(way):
    kinds = {one.kind for one in PROCESSES if one.where.split()[0] == way}
    assert kinds >= {"migrate", "web", "web --ballots-only", "worker", "backup"}


def test_every_setting_that_is_handed_out_is_one():
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for path in (path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".json"):
        named = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", path.read_text()))
        assert named - {f"{PREFIX}DATABASE_URL_"} <= known, path


def test_the_image_is_built_from_what_the_wheel_needs_and_from_no_data_or_secret():
    lines = (DEPLOY / "container" / "Containerfile.dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    taken = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    build = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["hatch"]["build"]
    wheel = build["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"]} <= taken
    named = set(re.findall(r"[\w.-]+\.(?:lock|json|toml)\b", Path("Makefile").read_text()))
    assert {name for name in named if Path(name).exists()} - {"requirements-dev.lock"} <= taken
    private = ("var", "var-keys", "deploy", ".env", ".git", "tests", "docs", ".venv")
    assert not [name for name in private for rule in taken if fnmatch(name, rule)]


def test_the_image_runs_as_nobody_in_particular_and_leaves_its_tools_behind():
    text = (DEPLOY / "container" / "Containerfile").read_text()
    _head, build, runtime = re.split(r"^FROM ", text, flags=re.MULTILINE)
    assert "python3-venv" in build
    assert not re.search(r"\bmake\b|python3-venv|nodejs|gcc|\bpip\b", runtime)
    assert re.search(r"^USER 10001:10001$", runtime, re.MULTILINE)
    assert not re.search(r"^(ENV|ARG).*(PASSWORD|SECRET|URL)", build + runtime, re.MULTILINE)


def test_what_asks_whether_a_process_lives_asks_an_address_and_a_port_that_there_are():
    addresses = {path for route in (live, ready, ready_for_readers) for path in route.paths}
    port = next(one.default for one in barometer.commands["web"].params if one.name == "port")
    said = (DEPLOY / "container" / "Containerfile").read_text()
    assert f"EXPOSE {port}" in said
    [asked] = re.findall(rf"http://127\.0\.0\.1:{port}([a-z/]+)", said)
    assert asked in addresses
    assert f"server 127.0.0.1:{port};" in (DEPLOY / "nginx.conf").read_text()
