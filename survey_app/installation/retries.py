"""When to try again what has ended, and when to stop trying."""

from __future__ import annotations

from dataclasses import dataclass

STEADY_SECONDS = 10.0  # who lived as long was well
LONGEST_WAIT = 10.0
TRIES = 8
GIVE_UP_SECONDS = 300.0


@dataclass(slots=True)
class Retries:
    """The failures of one part since it was last well."""

    number: int = 0
    since: float = 0.0

    def wait(self, *, lived: float, now: float) -> float | None:
        """Note that the part ended, and return the seconds to wait before it is started again.

        Parameters
        ----------
        lived : float
            Seconds since it was started.
        now : float
            A clock that only goes forward, in seconds.

        Returns
        -------
        float or None
            At most ten seconds; None when it has failed too often and for too long.
        """
        if lived >= STEADY_SECONDS or not self.number:
            self.number, self.since = 0, now
        self.number += 1
        if self.number > TRIES and now - self.since >= GIVE_UP_SECONDS:
            return None
        if self.number == 1:
            return 0.0
        return float(min(2.0 ** (self.number - 3), LONGEST_WAIT))
