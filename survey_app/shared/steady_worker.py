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

from arq.worker import Worker

log = logging.getLogger("barometer.worker")
BACK: Final = timedelta(seconds=5)
"""A smaller step back delays each job by no more than that."""
MISSED: Final = timedelta(minutes=1)
MISSED_HOURS: Final = timedelta(days=1)
"""What was due before is not made up for: of a job that has its hours, and of all that come often.

So the last night is made up for once.
"""


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
            since = n - (MISSED if one.hour is None else MISSED_HOURS)
            if one.next_run is not None and one.next_run < since:
                one.calculate_next(since)
        await super().run_cron(n, delay, num_windows)
