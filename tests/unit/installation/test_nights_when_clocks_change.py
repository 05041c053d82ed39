"""The worker goes on through the nights when clocks change, and its night begins once each day."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from arq.utils import to_unix_ms

from survey_app.shared.clock import OSLO
from survey_app.worker import NIGHTLY, QUEUE_CLOCK, SWEEP, cron_jobs, is_at_night

STEP = timedelta(seconds=5)


def runs(job, first, hours):
    """Ask the queue's own arithmetic when it starts a job, as its loop does; names and times."""
    [cron] = [one for one in cron_jobs() if one.name == f"cron:{job.__qualname__}"]
    first = first.astimezone(QUEUE_CLOCK)
    cron.calculate_next(first)
    found, at = [], first
    while at.astimezone(UTC) < first.astimezone(UTC) + timedelta(hours=hours):
        if cron.next_run < at + STEP:
            found.append((f"{cron.name}:{to_unix_ms(cron.next_run)}", at))
            cron.calculate_next(cron.next_run)
        at = (at.astimezone(UTC) + STEP).astimezone(QUEUE_CLOCK)
    return found


@pytest.mark.parametrize("day", [datetime(2026, 10, 24, 23, tzinfo=UTC),
                                 datetime(2027, 3, 27, 23, tzinfo=UTC)])  # fmt: skip
def test_what_is_due_is_looked_for_all_night_long(day):
    times = [at for _, at in runs(SWEEP[0], day, 4)]
    assert len(times) in {4 * 240 - 1, 4 * 240}
    assert max(later - at for at, later in pairwise(times)) <= 2 * 3 * STEP


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 10, 23, 12, tzinfo=UTC),
        datetime(2027, 3, 26, 12, tzinfo=UTC),
        datetime(2027, 12, 30, 12, tzinfo=UTC),
        datetime(2028, 2, 27, 12, tzinfo=UTC),
    ],
)
def test_the_night_begins_once_each_day_at_five_past_midnight_in_norway(day):
    for job in NIGHTLY:
        nights = [at.astimezone(OSLO) for name, at in runs(job, day, 72) if is_at_night(name)]
        assert [(one.hour, (one + STEP).minute) for one in nights] == [(0, 5)] * 3
        first = nights[0].date()
        assert [one.date() - first for one in nights] == [timedelta(days=n) for n in range(3)]
