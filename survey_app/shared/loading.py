"""Modules that stay, loaded without looking for what may be thrown away."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Load what a process needs until its end, and let the garbage collector pass over it.

    Loading makes much and throws nothing away: to look for garbage meanwhile is a tenth of it, and
    to look through it later holds up whoever waits for an answer just then.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
