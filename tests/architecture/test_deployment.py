"""What `deploy/` hands out starts what there is, and gives each process what it needs alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from survey_app.cli import barometer
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


def _of_kubernetes() -> list[Process]:
    found = []
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for one in yaml.safe_load_all(path.read_text()):
            pod = _pod(one)
            if pod is None or pod["containers"][0]["image"] != "verdibarometer":
                continue
            container = pod["containers"][0]
            [secret] = [volume["secret"] for volume in pod["volumes"] if "secret" in volume]
            found.append(
                Process(
                    f"kubernetes {one['metadata']['name']}",
                    # a shell that runs one of our commands in the end
                    container["args"]
                    if "command" not in container
                    else container["args"][0].partition("exec barometer ")[2].split(),
                    _unprefixed(SECRETS_OF_CLUSTER[secret["secretName"]]),
                    any("/keys" in mount["mountPath"] for mount in container["volumeMounts"]),
                    _unprefixed(variable["name"] for variable in container.get("env", [])),
                )
            )
    return found


def _pod(one: dict[str, Any]) -> dict[str, Any] | None:
    spec = one.get("spec", {})
    spec = spec.get("jobTemplate", {}).get("spec", spec)
    return spec.get("template", {}).get("spec")


def _made_secrets() -> dict[str, set[str]]:
    """Which files go into each secret of the cluster, by the commands of docs/operations.md."""
    made = {}
    lines = OPERATIONS.replace("\\\n", " ").splitlines()
    for line in lines:
        if found := re.search(r"create secret generic (\w+) ", line):
            made[found[1]] = set(re.findall(r"--from-file=\S*/(\w+)", line))
    return made


def _of_systemd() -> list[Process]:
    found = []
    for path in sorted((DEPLOY / "systemd").glob("*.service")):
        lines = path.read_text().splitlines()
        [start] = [line for line in lines if line.startswith("ExecStart=")]
        words = start.partition("/current/bin/barometer ")[2].rstrip("'").replace('"', "").split()
        named = [word for line in lines for word in line.partition("=")[2].split()]
        found.append(
            Process(
                f"systemd {path.stem}",
                words,
                _unprefixed(
                    line.partition("=")[2].partition(":")[0]
                    for line in lines
                    if line.startswith("LoadCredential=")
                ),
                any(one.startswith("BAROMETER_KEY_DIR=") for one in named),
                _unprefixed(one.partition("=")[0] for one in named),
            )
        )
    return found


OPERATIONS = Path("docs/operations.md").read_text()
SECRETS_OF_CLUSTER = _made_secrets()
PROCESSES = [*_of_compose(), *_of_systemd(), *_of_kubernetes()]


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
    if "--help" not in words and "--recipient" not in words:  # that reads a file
        command.make_context("barometer", words)


@pytest.mark.parametrize("way", sorted({process.where.split()[0] for process in PROCESSES}))
def test_each_way_starts_every_part_of_an_installation(way):
    kinds = {one.kind for one in PROCESSES if one.where.split()[0] == way}
    assert kinds >= {"migrate", "web", "web --ballots-only", "worker", "backup"}


@pytest.mark.parametrize("way", sorted({process.where.split()[0] for process in PROCESSES}))
def test_each_way_has_a_process_for_those_who_answer_beside_that_of_readers(way):
    names = [one.where for one in PROCESSES if one.where.split()[0] == way and one.kind == "web"]
    assert len(names) == 2
    assert any(name.endswith("answering") for name in names)


def test_every_setting_that_is_handed_out_is_one():
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    # what is filled in for an installation lies beside them, and is no file of ours
    ours = (path for path in DEPLOY.rglob("*") if not {*path.parts} & {"secrets", "backup"})
    for path in (path for path in ours if path.is_file() and path.suffix not in {".json", ".key"}):
        named = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", path.read_text()))
        assert named - {f"{PREFIX}DATABASE_URL_"} <= known, path


def test_nothing_that_answers_pass_through_in_containers_writes_its_memory_down_when_it_crashes():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert [name for name, one in services.items() if one.get("ulimits") != {"core": 1}] == []


def test_who_may_read_a_secret_in_the_cluster_is_a_number_to_every_reader_of_yaml():
    # 0440 is 440 to one edition of YAML, and 0o440 a text to the other
    told = [
        mode
        for path in (DEPLOY / "kubernetes").glob("*.yaml")
        for mode in re.findall(r"defaultMode: (.*)", path.read_text())
    ]
    assert {*told} == {f"{0o440}  # 0440"}
