"""A worker whose recurring jobs go on when its machine's clock jumps.

The library remembers at which hour each is due next. After a clock that had jumped forward was set
right, nothing was due for as long as the jump had been: no mail was found, no wave closed. After a
machine had slept, each job was due once for every time that was missed, two a second: a weekend's
sweeps took hours of all that the worker had, and a server that took nothing was asked in each.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from arq.cron import CronJob
from arq.worker import Worker

log = logging.getLogger("barometer.worker")
BACK: Final = timedelta(seconds=5)
"""A smaller step back delays each job by no more than that."""


class SteadyWorker(Worker):
    """arq's worker, which reckons anew what is due when the clock jumps."""

    _reckoned: datetime | None = None

    async def run_cron(self, n: datetime, delay: float, num_windows: int = 2) -> None:
        """Queue what is due at ``n``."""
        if self._reckoned is not None and n < self._reckoned - BACK:
            log.warning("the clock was set back by %s: recurring jobs go on", self._reckoned - n)
            for one in self.cron_jobs:
                one.next_run = None
            self._last_health_check = 0.0  # or nobody hears of this worker until then
        self._reckoned = n
        for one in self.cron_jobs:
            since = n - _made_up_for(one)
            if one.next_run is not None and one.next_run < since:
                one.calculate_next(since)
        await super().run_cron(n, delay, num_windows)


def _made_up_for(job: CronJob) -> timedelta:
    """Say how far back what was missed is made up for: the last night and the last hour once.

    The hour, too: what mixes the urns (docs/adr/0026) does not wait for the next.
    """
    if job.hour is not None:
        return timedelta(days=1)
    return timedelta(minutes=1) if job.minute is None else timedelta(hours=1)
