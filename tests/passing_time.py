"""Time that passes for the programme alone, so that nobody waits for it."""

from datetime import timedelta

import pytest

from survey_app.shared import clock


def let_pass(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let it be so much later for the programme, until the test ends."""
    before = clock.now
    patch.setattr(clock, "now", lambda: before() + timedelta(seconds=seconds))
