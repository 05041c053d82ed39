"""Where something broke, for the log: never what, for a message may hold an answer or a link."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

INNERMOST: Final = 6


def places_of(error: BaseException) -> str:
    """Name the innermost places that an error came through, the innermost first.

    Parameters
    ----------
    error : BaseException
        Its message is left out: a database names the row that it refused, a parser the text.

    Returns
    -------
    str
        As in ``"close_wave.py:217 < jobs.py:60"``; empty for an error that was never raised.
    """
    frames = traceback.extract_tb(error.__traceback__)[-INNERMOST:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
