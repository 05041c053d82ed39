"""``barometer wave finish``: count and publish in a process of its own, which loads no more."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from survey_app.asking.clock_watch import ClockError, trusted_now
from survey_app.installation.family import follow_parent
from survey_app.installation.finish_in_child import NAMED, NOT_WHOLE, PASSED_BY
from survey_app.publishing.claims import INCOMPLETE
from survey_app.publishing.finish_wave import attempt

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from survey_app.settings import Settings


async def finish_for_worker(
    key: str, settings: Settings, counter_key: X25519PrivateKey | None = None
) -> int:
    """Finish a wave in this process, for a worker that waits; returns the exit code."""
    follow_parent()
    try:
        now = await trusted_now()
    except ClockError:
        # it has jumped since the worker looked: that one says so at its next sweep
        return PASSED_BY
    outcome = await attempt(key, key_dir=settings.key_folder, now=now, counter_key=counter_key)
    sys.stderr.write(outcome.sentence)
    if outcome.kind:
        return NOT_WHOLE if outcome.kind == INCOMPLETE else NAMED
    return 0 if outcome.done else PASSED_BY
