"""Database, pooler, worker and backups as `deploy/` sets them up."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import yaml

from survey_app.installation.pooler import POOLER
from survey_app.settings import Settings
from survey_app.shared.peers import SERVER_SETTINGS

DEPLOY = Path("deploy")


def test_a_worker_keeps_its_name_when_its_container_is_made_anew():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert services["worker"]["hostname"] == "worker"
    said = [*yaml.safe_load_all((DEPLOY / "kubernetes" / "worker.yaml").read_text())]
    pods = [one["spec"]["template"]["spec"] for one in said if "template" in one["spec"]]
    assert [pod["hostname"] for pod in pods] == ["worker"]


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
