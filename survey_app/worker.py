"""The map of the work: every job and every hour. Nothing is wired elsewhere.

A job is a sentence about rows; Redis only makes it sooner. The sweep finds what is due anyway.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timezone
from typing import Any, cast

from arq import cron
from arq.cron import CronJob
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from redis.exceptions import RedisError

from survey_app.asking.delivery.jobs import nightly, remind_due, send_due_mail
from survey_app.installation.tables import bind_worker
from survey_app.publishing.jobs import (
    close_and_publish,
    close_due_waves,
    destroy_keys,
    forget_old_responses,
    publish_counted_waves,
)
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, pools
from survey_app.shared.queue import QUEUE, pack, redis_settings, unpack

log = logging.getLogger("barometer.worker")

Job = Callable[..., Coroutine[Any, Any, None]]
JOBS: list[Job] = [
    send_due_mail,
    remind_due,
    nightly,
    close_due_waves,
    publish_counted_waves,
    close_and_publish,
    destroy_keys,
    forget_old_responses,
]
# what a sweep starts when nobody asked: every fifteen seconds
SWEEP: list[Job] = [
    send_due_mail,
    remind_due,
    close_due_waves,
    publish_counted_waves,
    destroy_keys,
]
NIGHTLY: list[Job] = [nightly, forget_old_responses]

SHORT, LONG = 120, 900  # seconds before a job is given up and found again by the sweep
RETRY_AFTER = 2.0


def _named(job: Job) -> WorkerCoroutine:
    return cast("WorkerCoroutine", job)


def _cron_jobs() -> list[CronJob]:
    sweep = [
        cron(_named(job), second={0, 15, 30, 45}, timeout=LONG, keep_result=0) for job in SWEEP
    ]
    night = [cron(_named(job), hour=0, minute=5, timeout=LONG, keep_result=0) for job in NIGHTLY]
    return [*sweep, *night]


async def work(*, handle_signals: bool = True) -> None:
    """Work until told to stop; come back by itself when Redis was away."""
    bind_worker()
    async with pools(Login.WORKER, Login.MIGRATOR, size=4):
        while True:
            worker = Worker(
                functions=[func(_named(job), timeout=LONG, keep_result=0) for job in JOBS],
                cron_jobs=_cron_jobs(),
                queue_name=QUEUE,
                redis_settings=redis_settings(),
                job_serializer=pack,
                job_deserializer=unpack,
                keep_result=0,
                max_jobs=4,
                max_tries=1,
                # "nightly" and "as of midnight" are said on pages in Norwegian time
                timezone=cast("timezone", OSLO),
                handle_signals=handle_signals,
                health_check_key="barometer:worker",
            )
            try:
                await worker.async_run()
                return
            except (RedisError, OSError):
                log.warning("queue unreachable: trying again")
                await asyncio.sleep(RETRY_AFTER)
            except asyncio.CancelledError:
                await worker.close()
                return


def start(**state: Any) -> None:  # noqa: ANN401 - settings for jobs, by name
    """Run the worker in this process."""
    JOB_STATE.update(state)
    asyncio.run(work())


JOB_STATE: dict[str, Any] = {}
