"""Memory that was used for a moment, given back to the machine.

The C library keeps what is freed for whoever asks next: for each thread apart, and large pieces
too once one has been freed. A process that reads a publication takes twenty times what it keeps of
it, and would hold all of that until its end.
"""

from __future__ import annotations

import ctypes
from typing import Final

# glibc's malloc.h; another C library has neither the numbers nor the functions
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
_LARGE: Final = 256 * 1024  # bytes: pieces from here on are the machine's own, and go back to it


def hoard_nothing() -> None:
    """Let this process give large pieces back as they are freed; for one that has begun just now.

    Its threads share one heap: the interpreter lets one of them at a time make anything.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, _LARGE)


def trim_heap() -> None:
    """Give back what is free between pieces in use, which takes some milliseconds."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
