"""What `deploy/` hands out starts what there is, and gives each process what it needs alone."""

from __future__ import annotations

import configparser
import os
import platform
import re
import subprocess
import sys
import tomllib
import uuid
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from survey_app.app import create_app
from survey_app.cli import barometer
from survey_app.installation.health_routes import live, ready, ready_for_readers
from survey_app.installation.pooler import POOLER
from survey_app.settings import PREFIX, Settings
from survey_app.shared.peers import SERVER_SETTINGS

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


def test_the_proxy_leads_answers_to_their_own_process_and_readers_to_no_other_than_theirs():
    head, *servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {\n")
    reached = {
        re.findall(r"server_name (\S+);", one)[0]: set(
            re.findall(r"^ *proxy_pass (\S+);", one, re.MULTILINE)
        )
        for one in servers
    }
    assert reached["svar.example.org"] == {"http://answering"}
    assert reached["barometer.example.org"] == {"http://barometer"}
    behind = dict(re.findall(r"^upstream (\w+) \{\n(.*?)^\}", head, re.MULTILINE | re.DOTALL))
    [own] = re.findall(r"server (127\.0\.0\.1:\d+);", behind["answering"])
    assert f"server {own}" not in behind["barometer"]
    port = own.partition(":")[2]
    unit = (DEPLOY / "systemd" / "verdibarometer-answering.service").read_text()
    assert f" web --host 127.0.0.1 --port {port}\n" in unit
    assert f"s/server {own}/server answering:8000/" in (DEPLOY / "compose.yaml").read_text()
    ingress = yaml.safe_load_all((DEPLOY / "kubernetes" / "ingress.yaml").read_text())
    led = {
        one["metadata"]["name"]: {
            path["backend"]["service"]["name"]
            for rule in one["spec"]["rules"]
            for path in rule["http"]["paths"]
        }
        for one in ingress
    }
    assert (led["answering"], led["readers"]) == ({"answering"}, {"web"})


def test_every_setting_that_is_handed_out_is_one():
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    # what is filled in for an installation lies beside them, and is no file of ours
    ours = (path for path in DEPLOY.rglob("*") if not {*path.parts} & {"secrets", "backup"})
    for path in (path for path in ours if path.is_file() and path.suffix not in {".json", ".key"}):
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


def test_units_are_closed_alike_and_each_part_has_a_user_of_its_own():
    users: dict[str, set[str]] = {}
    closed = set()
    for path in (DEPLOY / "systemd").glob("*.service"):
        text = path.read_text()
        closed.add(
            text.partition("# What the process may do")[2].partition("\n[Install]")[0].strip()
        )
        [user] = re.findall(r"^User=(\S+)$", text, re.MULTILINE)
        users.setdefault(user, set()).add(path.stem)
        made = re.search(r"^StateDirectory=(.*)$", text, re.MULTILINE)
        assert made
        for name in re.findall(r"%S/(\S+)", text):
            assert name in made[1].split(), f"{path} names a folder that it does not make"
    assert len(closed) == 1
    assert users["verdibarometer-worker"] == {"verdibarometer-worker"}
    declared = set(
        re.findall(
            r"^u (\S+)", (DEPLOY / "systemd/verdibarometer.sysusers").read_text(), re.MULTILINE
        )
    )
    assert set(users) == declared


def test_a_command_of_a_part_has_its_sandbox_line_by_line_in_its_order(tmp_path):
    units = (DEPLOY / "systemd").resolve()
    (tmp_path / "systemctl").write_text(f'#!/bin/sh\ncat "{units}/$2"\n')
    (tmp_path / "systemd-run").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    for programme in tmp_path.iterdir():
        programme.chmod(0o755)
    told = subprocess.run(
        ["sh", units / "barometer-as", "worker", "wave", "list"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[-3:] == ["/opt/verdibarometer/current/bin/barometer", "wave", "list"]
    unit = (units / "verdibarometer-worker.service").read_text().splitlines()
    # each takes away from the ones before it, or gives something back
    filters = [line for line in unit if line.startswith("SystemCallFilter=")]
    assert len(filters) > 1
    given = [line.removeprefix("--property=") for line in told]
    assert [line for line in given if line in filters] == filters


def test_a_backup_by_hand_has_folders_of_its_own(tmp_path):
    units = (DEPLOY / "systemd").resolve()
    (tmp_path / "systemctl").write_text(f'#!/bin/sh\ncat "{units}/$2"\n')
    (tmp_path / "systemd-run").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    for programme in tmp_path.iterdir():
        programme.chmod(0o755)
    told = subprocess.run(
        ["sh", units / "barometer-as", "backup", "backup", "FILE"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    [run] = [line.removeprefix("--unit=") for line in told if line.startswith("--unit=")]
    # the timer's, which may be at work, goes with the timer's unit
    assert f"--property=RuntimeDirectory={run}" in told
    assert f"--property=Environment=BAROMETER_DATA_DIR=/run/{run}" in told
    assert "--property=StateDirectory=verdibarometer-backup" in told
    # a command line has no specifiers
    assert not [line for line in told if re.search(r"%[a-zA-Z]", line)]


def a_bundle(folder: Path, says: str) -> Path:
    """What `install.sh` needs of a bundle, with an installer of packages that writes ``says``."""
    (folder / "wheels").mkdir(parents=True)
    uv = (
        "#!/bin/sh\ncase $1 in venv) for last; do :; done; mkdir -p $last/bin;"
        f" printf '#!/bin/sh\\necho {says}\\n' > $last/bin/barometer;"
        " chmod +x $last/bin/barometer;; esac\n"
    )
    with zipfile.ZipFile(folder / "wheels" / "uv-1.whl", "w") as wheel:
        # with the time of writing, the same bundle would be another two seconds later
        wheel.writestr(zipfile.ZipInfo("uv-1.data/scripts/uv"), uv)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    here = f"{platform.system().lower()}-{platform.machine()}"
    (folder / "about").write_text(f"python={version} platform={here} version=1.2\n")
    (folder / "install.sh").write_text((DEPLOY / "bundle" / "install.sh").read_text())
    sums = subprocess.run(
        "sha256sum about wheels/*", shell=True, cwd=folder, capture_output=True, check=True
    )
    (folder / "SHA256SUMS").write_bytes(sums.stdout)
    return folder


def test_other_files_of_a_version_that_is_there_are_installed_beside_it(tmp_path):
    to = tmp_path / "to"
    for says in ("first", "first", "mended"):
        bundle = a_bundle(tmp_path / uuid.uuid4().hex, says)
        environment = os.environ | {"PYTHON": sys.executable}
        subprocess.run(["sh", bundle / "install.sh", to], check=True, env=environment)
        told = subprocess.run([to / "current/bin/barometer"], capture_output=True, check=True)
        assert told.stdout.decode().strip() == says
    # what runs from the one before is not taken away from under it
    before, beside = sorted(path.name for path in to.iterdir() if not path.is_symlink())
    assert (before, beside[:4], len(beside)) == ("1.2", "1.2-", 16)
    assert subprocess.check_output([to / "1.2/bin/barometer"]).decode().strip() == "first"


def test_the_password_of_the_mail_server_stands_in_no_command(tmp_path):
    script, address = DEPLOY / "make-secrets.sh", "smtp+starttls://user:password@mail.example:587"

    def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", script, *arguments], input=typed, capture_output=True, text=True, check=False
        )

    refused = run(str(tmp_path), address)
    assert (refused.returncode, "is asked for" in refused.stderr) == (2, True)
    assert "nothing was written" in run(str(tmp_path), typed="mail.example\n").stderr
    assert not list(tmp_path.iterdir())
    assert run(str(tmp_path), "db", typed=f"{address}\n").returncode == 0
    assert (tmp_path / "BAROMETER_SMTP_URL").read_text() == address
    secret = (tmp_path / "BAROMETER_SECRET_KEY").read_text()
    assert "@db:5432/" in (tmp_path / "BAROMETER_DATABASE_URL").read_text()
    # run again when a version needs one more: nothing is asked, and what is there stays
    assert run(str(tmp_path)).returncode == 0
    assert (tmp_path / "BAROMETER_SECRET_KEY").read_text() == secret


def test_a_worker_keeps_its_name_when_its_container_is_made_anew():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert services["worker"]["hostname"] == "worker"
    pods = map(_pod, yaml.safe_load_all((DEPLOY / "kubernetes" / "worker.yaml").read_text()))
    assert [pod["hostname"] for pod in pods if pod] == ["worker"]


def test_old_backups_go_also_where_no_new_one_could_be_made():
    unit = (DEPLOY / "systemd" / "verdibarometer-backup.service").read_text()
    # what comes after a start is run where that ended well alone
    assert re.search(r"^ExecStopPost=.*-mtime \+13 -delete$", unit, re.MULTILINE)
    job = (DEPLOY / "kubernetes" / "backup.yaml").read_text()
    assert job.index("-mtime +13 -delete") < job.index("exec barometer backup")


def test_a_copy_that_takes_the_place_of_the_database_has_every_commit():
    cluster = yaml.safe_load((DEPLOY / "kubernetes" / "postgres.yaml").read_text())
    # an urn that is full again after its key was destroyed can be counted by nobody
    asked = cluster["spec"]["postgresql"]["synchronous"]
    assert asked == {"method": "any", "number": 1}
    assert cluster["spec"]["instances"] > asked["number"] + 1


def test_a_pooler_lends_by_transaction_and_finds_out_that_a_client_is_gone():
    file = configparser.ConfigParser(comment_prefixes=(";",))
    file.read_string((DEPLOY / "pgbouncer.ini").read_text())
    pooler = file["pgbouncer"]
    assert pooler["pool_mode"] == "transaction"
    # each mail that is handed over has a transaction of its own, and there is other work
    assert int(pooler["default_pool_size"]) >= Settings().mail_connections + 10
    assert f"max_prepared_statements = {pooler['max_prepared_statements']}" in POOLER
    asked = {name: pooler[f"tcp_keep{name}"] for name in ("idle", "intvl", "cnt")}
    assert list(asked.values()) == [
        SERVER_SETTINGS[f"tcp_keepalives_{name}"] for name in ("idle", "interval", "count")
    ]
    assert pooler["tcp_user_timeout"] == SERVER_SETTINGS["tcp_user_timeout"]
    # no line of its log tells that somebody was there, or in which minute
    lines = ("log_connections", "log_disconnections", "log_stats")
    assert {pooler[line] for line in lines} == {"0"}
    assert pooler["admin_users"] == ""


def test_no_log_of_the_proxy_holds_a_link_that_opens_something():
    secret = {
        route.path.partition("{token")[0]
        for route in create_app(Settings(secret_key="for the table of routes alone")).routes
        if "{token" in route.path
    }
    assert {"/answer/", "/sign-in/password/", "/subscriptions/stop/"} <= secret
    _head, *servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {\n")
    readers = next(one for one in servers if "server_name barometer.example.org;" in one)
    quiet = [
        pattern
        for pattern, inside in re.findall(r"location ~ (\S+) \{(.*?)\n    \}", readers, re.DOTALL)
        if "access_log off;" in inside and "error_log /dev/null crit;" in inside
    ]
    assert not [path for path in secret if not any(re.match(one, path) for one in quiet)]


def test_no_log_of_a_cluster_holds_a_link_of_somebody_who_answers_or_holds_a_key():
    told = {
        one["metadata"]["name"]: one["metadata"]["annotations"]
        for one in yaml.safe_load_all((DEPLOY / "kubernetes" / "ingress.yaml").read_text())
    }
    nginx = "nginx.ingress.kubernetes.io/"
    for name in ("answering", "ballots", "readers"):
        assert told[name][f"{nginx}enable-access-log"] == "false"
        assert "error_log /dev/null crit;" in told[name][f"{nginx}configuration-snippet"]


def test_the_answering_host_shows_the_same_addresses_in_a_cluster_as_behind_nginx():
    nginx = (DEPLOY / "nginx.conf").read_text()
    ingress = (DEPLOY / "kubernetes" / "ingress.yaml").read_text()
    [behind] = re.findall(r"location ~ \^/\((answer\|open[^)]*?static.*?)\)\(/\|\$\) \{", nginx)
    assert f"path: /({behind})(/.*)?$" in ingress
    for path in ("results|actions/unit|sign-in", "answer|open|stop|kode|kiosk|ballot"):
        assert f"({path})(/|$)" in nginx
        assert path in ingress
    assert 'proxy_set_header Cookie "";' in ingress
