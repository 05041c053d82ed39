"""A worker whose recurring jobs go on when its machine's clock is set back.

The library remembers at which hour each is due next. After a clock that had jumped forward was set
right, nothing was due for as long as the jump had been: no mail was found, no wave closed.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from arq.worker import Worker

log = logging.getLogger("barometer.worker")
BACK: Final = timedelta(seconds=5)
"""A smaller step back delays each job by no more than that."""


class SteadyWorker(Worker):
    """arq's worker, which reckons anew what is due when the clock goes back."""

    _reckoned: datetime | None = None

    async def run_cron(self, n: datetime, delay: float, num_windows: int = 2) -> None:
        """Queue what is due at ``n``."""
        if self._reckoned is not None and n < self._reckoned - BACK:
            log.warning("the clock was set back by %s: recurring jobs go on", self._reckoned - n)
            for one in self.cron_jobs:
                one.next_run = None
            self._last_health_check = 0.0  # or nobody hears of this worker until then
        self._reckoned = n
        await super().run_cron(n, delay, num_windows)
