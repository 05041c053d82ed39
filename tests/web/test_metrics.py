"""``/metrics``: closed unless it was opened, and nothing in it tells that somebody answered."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from survey_app import worker
from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.asking.delivery.waiting_mail import oldest_waiting
from survey_app.audit.jobs import watch_log
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock, queue
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave, some_answers
from tests.live_server import free_port, serving
from tests.one_app import the_app

DEPLOY = Path(__file__).parents[2] / "deploy"
LOCAL = (ip_network("127.0.0.1"),)


@pytest.fixture
async def watched(database, redis, settings):
    """A client whose address is one of those that may look."""
    queue.configure(redis.url)
    with Redis.from_url(redis.url) as client:
        client.flushdb()
    app = the_app(settings.model_copy(update={"metrics_from": LOCAL}))
    bind_web()
    async with (
        serving(app, free_port()) as address,
        httpx.AsyncClient(base_url=address, timeout=60) as client,
    ):
        yield client


async def a_token(*scopes):
    bind_worker()
    token, _ = await create_token(name="watcher", scopes=scopes, days=30, now=clock.now())
    bind_web()
    return {"Authorization": f"Bearer {token}"}


async def samples(web):
    reply = await web.get("/metrics")
    assert reply.status_code == 200, reply.text
    return {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(reply.text)
        for one in family.samples
    }


async def test_nobody_sees_the_measurements_unless_somebody_opened_them(web):
    assert (await web.get("/metrics")).status_code == 404
    stranger = {"Authorization": "Bearer vb_nothing"}
    assert (await web.get("/metrics", headers=stranger)).status_code == 403
    reads = await a_token(Scope.STAFF, Scope.PUBLIC)
    assert (await web.get("/metrics", headers=reads)).status_code == 403
    watches = await a_token(Scope.METRICS)
    reply = await web.get("/metrics", headers=watches)
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    # and that token reads no results
    asked = await web.get("/api/v1/publications", headers=watches)
    assert not asked.json()["items"]


async def test_an_address_of_the_settings_sees_them_and_none_that_a_stranger_wrote(watched):
    assert (await watched.get("/metrics")).status_code == 200
    for name in ("X-Forwarded-For", "Forwarded"):
        for told in ("127.0.0.1", "for=127.0.0.1"):
            reply = await watched.get("/metrics", headers={name: told})
            assert reply.status_code == 404, (name, told)


async def test_what_is_measured_is_there(watched):
    bind_worker()
    await watch_log({})
    bind_web()
    found = await samples(watched)
    assert found["barometer_up", "database"] == 1
    assert found["barometer_up", "queue"] == 1
    assert found["barometer_up", "worker"] == 0
    assert found["barometer_log_whole",] == 1
    assert abs(found["barometer_clock_offset_seconds",]) < 5
    assert 0 <= found["barometer_disk_free_ratio",] <= 1
    assert found["barometer_queue_depth",] == 0
    assert found["barometer_publications_computing",] == 0
    assert found["barometer_oldest_waiting_mail_seconds", "invitation"] == 0
    assert ("barometer_build_info", "0.2.0") in found


async def test_a_database_that_is_away_is_said_and_the_rest_is_told(watched, monkeypatch):
    async def away(*_):
        raise OSError

    for place in ("health", "metrics"):
        monkeypatch.setattr(f"survey_app.installation.{place}.fetch", away)
    found = await samples(watched)
    assert found["barometer_up", "database"] == 0
    assert ("barometer_clock_offset_seconds",) not in found
    assert ("barometer_build_info", "0.2.0") in found


async def test_jobs_that_fail_are_counted_for_all_workers_together(watched):
    async def broken(_context):
        raise ZeroDivisionError

    bind_worker()
    for _ in range(2):
        await worker.quietly(broken)({})
    bind_web()
    assert (await samples(watched))["barometer_jobs_failed_total", "broken"] == 2


async def test_pages_are_counted_by_route_of_readers_and_programs_alone(web, sign_in):
    watches = await a_token(Scope.METRICS, Scope.STAFF)

    async def counted():
        text = (await web.get("/metrics", headers=watches)).text
        return dict(
            re.findall(r'barometer_replies_total\{route="([^"]+)",status="2xx"\} (\S+)', text)
        )

    before = await counted()
    for _ in range(3):
        await web.get("/results")
        await web.get("/sign-in")
        await web.get("/promise")
    assert await counted() == before
    await sign_in(Role.ADMIN)
    for _ in range(2):
        await web.get("/settings/log")
    await web.get("/api/v1/publications", headers=watches)
    after = await counted()
    assert float(after["/settings/log"]) - float(before.get("/settings/log", 0)) == 2
    assert float(after["/api/v1/publications"]) - float(before.get("/api/v1/publications", 0)) == 1


async def test_nothing_that_is_measured_moves_when_somebody_answers(watched, settings):
    bind_worker()
    wave = await an_open_wave(settings)
    bind_web()
    moving = re.compile(
        r"^barometer_(clock_offset|log_verified_age|oldest_waiting|disk_free_ratio).*$",
        re.MULTILINE,
    )

    async def told():
        return moving.sub("", (await watched.get("/metrics")).text)

    before = await told()
    for token in wave.tokens[:3]:
        link = f"/answer/{token}"
        assert (await watched.get(link)).status_code == 200
        reply = await watched.post(link, data=some_answers(), follow_redirects=True)
        assert reply.status_code == 200
    assert await told() == before
    assert 'route="/answer' not in before
    assert "process_" not in before


async def test_how_long_a_run_of_reminders_lasts_is_told_in_hours(database, settings):
    bind_worker()
    await an_open_wave(settings)
    late = clock.now() - timedelta(minutes=59)
    await fetch(Login.MIGRATOR, "UPDATE asking.outbox SET state = 'due', due_at = $1", late)
    assert (await oldest_waiting(Login.WEB))["invitation"] >= 59 * 60
    await fetch(Login.MIGRATOR, "UPDATE asking.outbox SET kind = 'reminder-1'")
    assert await oldest_waiting(Login.WEB) == {"invitation": 0, "reminder": 0}
    older = clock.now() - timedelta(minutes=150)
    await fetch(Login.MIGRATOR, "UPDATE asking.outbox SET due_at = $1", older)
    assert (await oldest_waiting(Login.WEB))["reminder"] == 7200


async def test_the_dashboard_and_the_alarms_ask_for_what_there_is(watched):
    bind_worker()
    await watch_log({})
    bind_web()
    there = {name for name, *_ in await samples(watched)}
    # what has no value yet has no sample
    there |= {
        f"barometer_{name}"
        for name in (
            *("replies_total", "reply_seconds_bucket", "jobs_failed_total"),
            *("wave_key_age_days", "token_days_left"),
        )
    }
    files = {"dashboard": "grafana-dashboard.json", "alarms": "alarms.yml"}
    for name in files.values():
        text = (DEPLOY / name).read_text()
        asked = set(re.findall(r"\bbarometer_\w+", text))
        assert asked, name
        assert asked <= there, (name, asked - there)
    json.loads((DEPLOY / files["dashboard"]).read_text())


COUNT_ONE = """
from survey_app.installation import request_counts as counts
from prometheus_client import generate_latest
counts._replies.labels("/culture", "2xx").inc()
print(generate_latest(counts.all_processes()).decode())
"""


def test_processes_that_share_a_port_count_together(tmp_path):
    told = ""
    for _ in range(2):
        told = subprocess.run(
            [sys.executable, "-c", COUNT_ONE],
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    assert 'barometer_replies_total{route="/culture",status="2xx"} 2.0' in told
