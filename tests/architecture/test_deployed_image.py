"""The image holds what the wheel needs and nothing private, and says where it can be asked."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from survey_app.cli import barometer
from survey_app.installation.health_routes import live, ready, ready_for_readers

DEPLOY = Path("deploy")


def test_the_image_is_built_from_what_the_wheel_needs_and_from_no_data_or_secret():
    lines = (DEPLOY / "container" / "Containerfile.dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    taken = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    build = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["hatch"]["build"]
    wheel = build["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"]} <= taken
    named = set(re.findall(r"[\w.-]+\.(?:lock|json|toml)\b", Path("Makefile").read_text()))
    assert {name for name in named if Path(name).exists()} - {
        "requirements-dev.lock",
        "requirements-audit.lock",
    } <= taken
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
    pods = "".join(path.read_text() for path in (DEPLOY / "kubernetes").glob("*.yaml"))
    probes = set(re.findall(r"httpGet: \{path: (\S+), port: (\d+)\}", pods))
    assert probes == {("/health/live", str(port)), ("/health/ready", str(port))}
    assert {path for path, _ in probes} <= addresses
