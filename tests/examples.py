"""How many examples a test draws: some in `make test`, and more in `make audit`.

Each run draws others. What is wrong in one of twenty is met by the next run or the one after; what
is wrong in one of a thousand is looked for by whoever has the time. A test that names no number
draws that of its profile; `make audit` runs every test that draws.
"""

from __future__ import annotations

from typing import Final

from hypothesis import settings

IN_AUDIT: Final = "audit"
"""The profile under which as many are drawn as by `make audit`."""
EACH_TIME: Final = "each time"
"""The profile of every other run."""
DRAWN: Final = {EACH_TIME: 25, IN_AUDIT: 100}
"""How many examples a test draws that does not say it itself."""


def draw_as(profile: str) -> None:
    """Let tests draw so many, and hold none to the clock: a busy machine is no fault of theirs."""
    settings.register_profile(profile, deadline=None, max_examples=DRAWN[profile])
    settings.load_profile(profile)


def examples(some: int, *, audit: int) -> settings:
    """Let a test draw ``some`` examples, and ``audit`` of them where `make audit` runs it."""
    thorough = settings.get_current_profile_name() == IN_AUDIT
    return settings(max_examples=audit if thorough else some)
