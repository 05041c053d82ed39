"""The map of the work: every job and every hour. Nothing is wired elsewhere.

A job is a sentence about rows; Redis only makes it sooner, and tells it nothing: who writes there
closes no wave. The sweep finds what is due anyway.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

import asyncpg
from arq import cron
from arq.cron import CronJob
from arq.typing import WorkerCoroutine
from arq.worker import func
from redis.exceptions import RedisError

from survey_app.accounts.forget_accounts import forget_closed_accounts
from survey_app.actions.jobs import remind_of_actions
from survey_app.administration.jobs import (
    forget_old_notices,
    send_account_notices,
    send_password_links,
)
from survey_app.asking.clock_watch import trusted_now
from survey_app.asking.delivery.alarm_mail import send_arrival_mail
from survey_app.asking.delivery.jobs import (
    nightly,
    read_returns,
    remind_due,
    send_due_mail,
    send_due_sms,
)
from survey_app.asking.directory.bring_in import follow_directory
from survey_app.asking.errors import ReleasedContentError
from survey_app.asking.forget_actors import forget_actors
from survey_app.asking.instruments.released_content import follow_soon
from survey_app.asking.people.carry_out import carry_out_uploads
from survey_app.asking.people.forget_leavers import forget_leavers
from survey_app.asking.people.link_acts import carry_out_links
from survey_app.audit.jobs import forget_old_log, watch_log
from survey_app.comments.jobs import forget_old_comments
from survey_app.events.jobs import sweep_event_words
from survey_app.installation.alarms.jobs import watch_alarms
from survey_app.installation.at_work import telling
from survey_app.installation.finish_in_child import carry_out_in_child, finish_in_child
from survey_app.installation.tables import bind_worker
from survey_app.piloting.jobs import carry_out_pilots, forget_old_pilots
from survey_app.publishing.jobs import (
    FINISH,
    destroy_keys,
    finish_due_waves,
    finish_handed_over,
    forget_old_responses,
    serve_key_holders,
    sweep_old_marks,
    watch_sealing,
)
from survey_app.reading.actions.jobs import send_action_mail
from survey_app.reading.results.jobs import draw_share_pictures, write_open_data
from survey_app.reading.subscriptions.jobs import send_subscriptions
from survey_app.running.carry_out import APART, carry_out_acts
from survey_app.running.carry_out_campaigns import carry_out_campaign_acts
from survey_app.running.make_requested_letters import make_requested_letters
from survey_app.running.send_trials import send_text_trials, send_trials
from survey_app.settings import settings
from survey_app.shared.clock import OSLO, now
from survey_app.shared.database import Login, pools
from survey_app.shared.errors import BarometerError
from survey_app.shared.faults import places_of
from survey_app.shared.queue import (
    QUEUE,
    WORKER,
    give_up_silence,
    note_failure,
    pack,
    redis_settings,
    unpack,
)
from survey_app.shared.steady_worker import SteadyWorker
from survey_app.subscriptions.forget_letters import forget_old_letters
from survey_app.waves.bring_back_days import bring_back_days
from survey_app.waves.mix_urns import mix_urns
from survey_app.waves.watch_arrivals import watch_arrivals
from survey_app.waves.wave_keys import settle_keys

log = logging.getLogger("barometer.worker")

Job = Callable[..., Coroutine[Any, Any, None]]
JOBS: list[Job] = [
    send_due_mail,
    send_due_sms,
    read_returns,
    remind_due,
    nightly,
    remind_of_actions,
    send_action_mail,
    send_subscriptions,
    send_password_links,
    send_account_notices,
    forget_old_notices,
    finish_due_waves,
    watch_sealing,
    destroy_keys,
    sweep_old_marks,
    forget_old_comments,
    forget_old_responses,
    sweep_event_words,
    draw_share_pictures,
    write_open_data,
    mix_urns,
    watch_arrivals,
    send_arrival_mail,
    bring_back_days,
    carry_out_uploads,
    carry_out_links,
    carry_out_acts,
    carry_out_campaign_acts,
    send_trials,
    send_text_trials,
    watch_log,
    forget_old_log,
    forget_leavers,
    forget_closed_accounts,
    forget_old_letters,
    forget_actors,
    follow_directory,
    carry_out_pilots,
    forget_old_pilots,
]
# what a sweep starts when nobody asked: every fifteen seconds
SWEEP: list[Job] = [
    send_due_mail,
    send_due_sms,
    remind_due,
    send_action_mail,
    finish_due_waves,
    send_subscriptions,
    send_password_links,
    send_account_notices,
    watch_sealing,
    destroy_keys,
    sweep_old_marks,
    carry_out_uploads,
    carry_out_links,
    carry_out_acts,
    carry_out_campaign_acts,
    send_trials,
    carry_out_pilots,
    send_text_trials,
]
# what is sealed to one process is for that process alone, and the queue gives a job to any
# of them; each in a round of its own, so that who counts for minutes still says that it lives
# what looks whether all is well works without the queue, which may be what is not
EACH_WORKER: list[Job] = [
    serve_key_holders, finish_handed_over, make_requested_letters, watch_alarms,
]  # fmt: skip
# what needs to be neither at once nor to wait for the night
EVERY_MINUTE: list[Job] = [
    draw_share_pictures,
    write_open_data,
    watch_arrivals,
    send_arrival_mail,
    read_returns,
    watch_log,
    follow_directory,
    bring_back_days,
]
# what costs who answers a moment, and need not be at once
HOURLY: list[Job] = [mix_urns]
# comments are the first thing that is deleted
NIGHTLY: list[Job] = [
    nightly, remind_of_actions, forget_old_comments, forget_old_responses, sweep_event_words,
    forget_old_log, forget_leavers, forget_closed_accounts, forget_old_letters, forget_actors,
    forget_old_notices, forget_old_pilots,
]  # fmt: skip

# what cannot be undone, or is told to people, on a day: only while the clock can be trusted
DATED: frozenset[Job] = frozenset(
    {
        remind_due, nightly, remind_of_actions, forget_old_comments, forget_old_responses,
        watch_log, forget_old_log, forget_leavers, forget_closed_accounts, forget_old_letters,
        forget_actors, forget_old_notices, forget_old_pilots, bring_back_days,
    }
)  # fmt: skip
LONG = 900  # seconds before a job is given up and found again by the sweep
# a wave is counted in a child that has a limit of its own, and that somebody waits for
WITHOUT_LIMIT = 30 * 24 * 3600
PATIENT: frozenset[Job] = frozenset({finish_due_waves})
# said once, whatever was being done
_DATABASE_AWAY = (ConnectionError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError)
RETRY_AFTER = 2.0
BEAT_SECONDS = 5
# Not that of Norway: the queue adds seconds to the clock on the wall, and would stand still for the
# hour that comes twice in October.
QUEUE_CLOCK = UTC
EACH_WORKER_SECONDS = 15


def quietly(job: Job) -> WorkerCoroutine:
    """Let a job that fails be logged by kind and place.

    The queue's own log would quote the message, and a database's holds the row that it refused.
    """

    @functools.wraps(job)
    async def run(*arguments: object) -> None:
        try:
            if job in DATED:
                await trusted_now()
            await _follow_content()
            await job(*arguments)
        except BarometerError as refused:
            log.warning("%s: %s", job.__name__, refused)
        except _DATABASE_AWAY:
            log.warning("the database does not answer: what is due waits for the next sweep")
        except Exception as error:  # noqa: BLE001 - one job must not stop the others
            log.error(  # noqa: TRY400 - a traceback ends with that message
                "%s failed: unexpected %s at %s",
                job.__name__, type(error).__name__, places_of(error),
            )  # fmt: skip
            await note_failure(job.__name__)

    return cast("WorkerCoroutine", run)


async def _follow_content() -> None:
    try:
        await follow_soon(Login.WORKER, settings().data_dir)
    except ReleasedContentError as error:
        # what is sent and counted does not rest on it; opening a wave does, and refuses
        log.error("%s", error)  # noqa: TRY400 - a sentence of ours


def _limit(job: Job) -> int:
    return WITHOUT_LIMIT if job in PATIENT else LONG


def cron_jobs() -> list[CronJob]:
    """Return what the queue starts by the clock: its own, which is UTC."""
    times: list[tuple[Sequence[Job], dict[str, Any]]] = [
        (SWEEP, {"second": {0, 15, 30, 45}}),
        (EVERY_MINUTE, {"second": 40}),
        (HOURLY, {"minute": 7, "second": 10}),
    ]
    found = [
        cron(quietly(job), timeout=_limit(job), keep_result=0, **when)
        for jobs, when in times
        for job in jobs
    ]
    return found + [
        cron(_at_night(job), timeout=_limit(job), keep_result=0, hour={22, 23}, minute=5)
        for job in NIGHTLY
    ]


def is_at_night(job_id: str) -> bool:
    """Tell whether a job was to begin just after midnight in Norway; its name ends with when."""
    begins = datetime.fromtimestamp(int(job_id.rpartition(":")[2]) / 1000, OSLO)
    return begins.hour == 0


def _at_night(job: Job) -> WorkerCoroutine:
    run = quietly(job)

    @functools.wraps(job)
    async def run_at_night(context: dict[str, Any]) -> None:
        if is_at_night(context["job_id"]):
            await run(context)

    return cast("WorkerCoroutine", run_at_night)


@asynccontextmanager
async def _beside_the_queue() -> AsyncIterator[None]:
    async def again_and_again(job: Job) -> None:
        run = quietly(job)
        while True:
            await run({FINISH: finish_in_child})
            await asyncio.sleep(EACH_WORKER_SECONDS)

    tasks = [asyncio.create_task(again_and_again(job)) for job in EACH_WORKER]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _give_up_silence(ctx: dict[Any, Any]) -> None:
    await give_up_silence(ctx["redis"])


def new_worker(*, handle_signals: bool) -> SteadyWorker:
    """Return a worker of the queue that has not begun."""
    worker = SteadyWorker(
        functions=[func(quietly(job), timeout=_limit(job), keep_result=0) for job in JOBS],
        ctx={FINISH: finish_in_child, APART: carry_out_in_child},
        cron_jobs=cron_jobs(),
        queue_name=QUEUE,
        redis_settings=redis_settings(),
        job_serializer=pack,
        job_deserializer=unpack,
        keep_result=0,
        max_jobs=4,
        max_tries=1,
        timezone=QUEUE_CLOCK,
        handle_signals=handle_signals,
        on_startup=_give_up_silence,
        health_check_key=WORKER,
        health_check_interval=BEAT_SECONDS,
    )
    # The queue would hold a killed worker's jobs for as long as a job may last that nobody limits,
    # a month; and a hundred of them are all that it looks at.
    worker.in_progress_timeout_s = LONG + 10
    return worker


async def work(*, handle_signals: bool = True) -> None:
    """Work until told to stop; come back by itself when Redis was away."""
    bind_worker()
    chosen = settings()
    await settle_keys(data_dir=chosen.data_dir, key_dir=chosen.key_folder, now=now())
    stopped = asyncio.Event()
    async with pools(Login.WORKER, size=4), telling("worker"), _beside_the_queue():
        while not stopped.is_set():
            worker = new_worker(handle_signals=handle_signals)
            # a signal between two of them reaches the one before
            worker.on_stop = lambda _signal: stopped.set()
            try:
                await worker.async_run()
                return
            except (RedisError, OSError):
                log.warning("queue unreachable: trying again")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopped.wait(), RETRY_AFTER)
            except asyncio.CancelledError:
                with contextlib.suppress(RedisError, OSError):
                    await worker.close()
                return


def start(**state: object) -> None:
    """Run the worker in this process."""
    JOB_STATE.update(state)
    asyncio.run(work())


JOB_STATE: dict[str, Any] = {}
