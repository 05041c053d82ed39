"""How many examples a test draws: some in `make test`, and more in `make audit`.

Each run draws others. What is wrong in one of twenty is met by the next run or the one after; what
is wrong in one of a thousand is looked for by whoever has the time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

IN_AUDIT = "audit"
"""The profile under which as many are drawn as by `make audit`."""


def examples(some: int, *, audit: int) -> Callable[[Any], Any]:
    """Let a test draw ``some`` examples, and ``audit`` of them where `make audit` runs it."""
    thorough = settings.get_current_profile_name() == IN_AUDIT
    drawing = settings(max_examples=audit if thorough else some)
    return lambda test: pytest.mark.examples(drawing(test))
