"""Recurring jobs of a worker go on when its machine's clock is set right again."""

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
