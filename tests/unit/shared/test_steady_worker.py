"""Recurring jobs of a worker go on when its machine's clock jumps."""

from datetime import UTC, datetime, timedelta

import pytest
from arq import cron
from arq.connections import RedisSettings

from survey_app.shared.steady_worker import SteadyWorker

NOON = datetime(2028, 2, 29, 12, 0, 5, tzinfo=UTC)
SOON = datetime(2028, 2, 29, 12, 1, tzinfo=UTC)


async def nothing(_ctx):
    pass


@pytest.mark.parametrize("jump", [timedelta(minutes=70), timedelta(days=1), timedelta(days=366)])
async def test_after_a_clock_is_set_back_jobs_are_due_as_the_clock_says(jump):
    job = cron(nothing, second=0, microsecond=0)
    worker = SteadyWorker(cron_jobs=[job], redis_settings=RedisSettings(), timezone=UTC)
    worker._last_health_check = (NOON + jump).timestamp()
    await worker.run_cron(NOON + jump, 0.5)
    assert job.next_run == SOON + jump
    await worker.run_cron(NOON, 0.5)
    assert job.next_run == SOON
    # and it is heard of again
    assert worker._last_health_check == 0


@pytest.mark.parametrize("slept", [timedelta(hours=8), timedelta(days=3), timedelta(days=366)])
async def test_after_a_machine_slept_the_last_hour_and_night_are_made_up_for_once_and_little_else(
    slept, monkeypatch
):
    often = cron(nothing, name="often", second={0, 15, 30, 45})
    each_hour = cron(nothing, name="each hour", minute={7}, second=10)
    at_night = cron(nothing, name="at night", hour={22, 23}, minute=5)
    jobs = [often, each_hour, at_night]
    worker = SteadyWorker(cron_jobs=jobs, redis_settings=RedisSettings(), timezone=UTC)
    due = []

    class Queue:
        async def enqueue_job(self, name, *, _job_id, **_more):
            due.append((name, datetime.fromtimestamp(int(_job_id.rpartition(":")[2]) / 1000, UTC)))

    worker._pool = Queue()
    await worker.run_cron(NOON + timedelta(hours=9), 0.5)
    awake = NOON + timedelta(hours=9) + slept
    for beat in range(60):
        await worker.run_cron(awake + timedelta(seconds=beat / 2), 0.5)
    nights = [at for name, at in due if name == "at night"]
    assert [(at.hour, awake - at < timedelta(days=1)) for at in nights] == [(22, True), (23, True)]
    assert [awake - at < timedelta(hours=1) for name, at in due if name == "each hour"] == [True]
    assert 2 < sum(name == "often" for name, _ in due) <= 7
