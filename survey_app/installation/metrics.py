"""How an installation is, in the words of Prometheus: looked at when somebody asks."""

from __future__ import annotations

import asyncio
import logging
import math
import shutil
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from asyncpg import InterfaceError, PostgresError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from redis.exceptions import RedisError

from survey_app.accounts.api_tokens import list_tokens
from survey_app.asking.campaigns.sealing_alarms import alarmed_waves
from survey_app.asking.delivery.waiting_mail import oldest_waiting
from survey_app.audit.heads import last_look
from survey_app.installation.alarms.alarm import AlarmKind
from survey_app.installation.alarms.keep import lasting
from survey_app.installation.health import OK, Dependency, examine_parts
from survey_app.installation.request_counts import all_processes
from survey_app.publishing.claims import troubles
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch
from survey_app.waves.progress import being_computed, days_of_open_keys

log = logging.getLogger("barometer.web")
PREFIX: Final = "barometer_"
PATIENCE: Final = 2.0  # seconds
_AWAY: Final = (OSError, PostgresError, InterfaceError, RedisError)
Look = Callable[[], Awaitable[Iterable[Metric]]]


async def measurements(chosen: Settings, *logins: Login, now: datetime) -> bytes:
    """Return everything that is measured, as Prometheus reads it.

    What cannot be looked at, as the database is away, is left out; ``barometer_up`` says so.

    Parameters
    ----------
    chosen : Settings
    logins : Login
        Those of this process.
    now : datetime
        With a zone.
    """
    looks: list[Look] = [
        lambda: _parts(*logins), _clock, _mail, lambda: _waves(now),
        lambda: _tokens(now), lambda: _log(now),
        lambda: _alarms(now), _jobs, lambda: _own(chosen),
    ]  # fmt: skip
    found = await asyncio.gather(*(_patiently(look) for look in looks))
    here = CollectorRegistry()
    here.register(_Found([metric for metrics in found for metric in metrics]))
    return generate_latest(all_processes()) + generate_latest(here)


class _Found:
    """What was looked at already, for a library that asks by itself."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return iter(self._metrics)


async def _patiently(look: Look) -> Iterable[Metric]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await look()
    except _AWAY:
        return ()


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, told, value=value)


def _by(name: str, told: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, told, labels=[label])
    for one, value in values.items():
        family.add_metric([one], value)
    return family


async def _parts(*logins: Login) -> Iterable[Metric]:
    found = (await examine_parts(*logins)).parts
    values: dict[str, float] = {part: float(told == OK) for part, told in found.items()}
    told = "Whether a part answers (" + ", ".join(Dependency) + ")"
    return [_by("up", told, "part", values)]


async def _clock() -> Iterable[Metric]:
    [row] = await fetch(Login.WEB, "SELECT clock_timestamp() AS at")
    offset = (datetime.now(UTC) - row["at"]).total_seconds()
    told = "This host's clock less the database's, with the way there and back"
    return [_gauge("clock_offset_seconds", told, offset)]


async def _mail() -> Iterable[Metric]:
    told = (
        "How long the oldest mail that is due has waited; reminders in whole hours, since how fast"
        " they go tells how many have not answered"
    )
    return [_by("oldest_waiting_mail_seconds", told, "kind", await oldest_waiting(Login.WEB))]


async def _waves(now: datetime) -> Iterable[Metric]:
    return [
        _gauge(
            "publications_computing", "Waves that are counted and computed just now",
            await being_computed(Login.WEB),
        ),
        _gauge(
            "waves_held_up", "Waves that should have been counted or published and were not",
            len(await troubles(Login.WEB)),
        ),
        _gauge(
            "sealing_alarms", "Waves of which somebody changed what ballots are sealed to",
            len(await alarmed_waves(Login.WEB)),
        ),
        _by(
            "wave_key_age_days", "Days since the key of a wave was made that is not counted yet",
            "wave", await days_of_open_keys(Login.WEB, now.astimezone(OSLO).date()),
        ),
    ]  # fmt: skip


async def _tokens(now: datetime) -> Iterable[Metric]:
    today = now.astimezone(OSLO).date()
    left = {
        str(one["name"]): float((one["expires_on"] - today).days)
        for one in reversed(await list_tokens())
        if not one["revoked"] and one["expires_on"] >= today
    }
    return [_by("token_days_left", "Days until a program's token ends", "token", left)]


async def _log(now: datetime) -> Iterable[Metric]:
    last = await last_look(Login.WEB)
    if last is None:
        return []
    age = (now - last.verified_at).total_seconds()
    return [
        _gauge("log_whole", "Whether the audit log fitted when it was last verified",
            float(last.found.misfit is None)),
        _gauge("log_verified_age_seconds", "How long ago the audit log was verified", age),
    ]  # fmt: skip


async def _alarms(now: datetime) -> Iterable[Metric]:
    number: dict[str, float] = dict.fromkeys(AlarmKind, 0)
    for one in await lasting(Login.WEB, now=now):
        number[one.kind] += 1
    told = "What is wrong, as on the page /settings/health"
    return [_by("alarms", told, "kind", number)]


async def _jobs() -> Iterable[Metric]:
    failed = CounterMetricFamily(
        f"{PREFIX}jobs_failed", "Jobs that ended with a fault, since Redis began", labels=["job"]
    )
    for job, number in (await queue.failed_jobs()).items():
        failed.add_metric([job], number)
    return [_gauge("queue_depth", "Jobs that wait for a worker", await queue.depth()), failed]


async def _own(chosen: Settings) -> Iterable[Metric]:
    disk = await asyncio.to_thread(shutil.disk_usage, chosen.data_dir)
    info = GaugeMetricFamily(f"{PREFIX}build_info", "Which version this is", labels=["version"])
    info.add_metric([version("verdibarometer")], 1)
    return [
        info,
        # in whole percent: an embedded database lies there, and grows with what is answered
        _gauge("disk_free_ratio", "Free part of the data folder's disk, in whole percent",
            math.floor(100 * disk.free / disk.total) / 100),
    ]  # fmt: skip
