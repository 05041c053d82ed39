"""Modules that stay, loaded without looking for what may be thrown away."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

from survey_app.shared.given_back import trim_heap


@contextlib.contextmanager
def loading(*, serves: bool = False) -> Iterator[None]:
    """Load what a process needs until its end, and let the garbage collector pass over it.

    Loading makes much and throws little away: to look for garbage meanwhile is a tenth of it, and
    to look through it later holds up whoever waits for an answer just then.

    Parameters
    ----------
    serves : bool
        Whether the process goes on for weeks. Then what loading did throw away, a tenth of the
        memory, is looked for once, in a fifth of a second, and given back to the machine.
    """
    gc.disable()
    try:
        yield
        if serves:
            gc.collect()
            trim_heap()
    finally:
        gc.freeze()
        gc.enable()
