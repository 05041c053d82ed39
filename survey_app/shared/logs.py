"""How our processes log: a line once, and with its time only where that ties nothing to an answer.

A line of a web process may be about somebody who is answering just then: it carries the day alone
(``anonymity-design.md`` 4.8, 10). Workers, services and supervisors meet no request.
"""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Any, Final

from survey_app.shared.faults import places_of

LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TIMES: Final = "%Y-%m-%dT%H:%M:%S%z"
DAYS: Final = "%Y-%m-%d"
QUIET: Final = ("httpx", "arq", "arq.worker", "arq.jobs", "mail.log", "aiosmtplib")
REPEAT_SECONDS: Final = 600.0
REMEMBERED: Final = 200  # different lines

SERVER: Final = "_granian"
# the web server's own lines: processes that come and go, no request
GRANIAN: Final[dict[str, Any]] = {
    "formatters": {"line": {"()": "survey_app.shared.logs.Line", "dates": TIMES}},
    "handlers": {"stderr": {"formatter": "line", "class": "logging.StreamHandler"}},
    "loggers": {
        SERVER: {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "granian.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Line(logging.Formatter):
    """One line for each event. Of an error, its kind and where: its message may hold an answer."""

    def __init__(self, dates: str) -> None:
        super().__init__(LINE, dates)

    def format(self, record: logging.LogRecord) -> str:
        """Write the record, whatever was raised, on one line."""
        record.exc_text = None  # another handler's
        return super().format(record).replace("\n", " ")

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's own name
        """Name the kind of an error and the places that it came through."""
        if ei[1] is None:
            return ""
        return f"{type(ei[1]).__name__} at {places_of(ei[1])}"


class Once(logging.Filter):
    """Lets a line through once in ten minutes, and tells next time how often it was held back."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Hold back a line that was written a moment ago."""
        # what follows the first line names one task or request, and quotes what was raised
        told = record.getMessage().partition("\n")[0]
        record.msg, record.args = told, None
        now = time.monotonic()
        first, held = self._seen.get((record.name, told), (now - REPEAT_SECONDS, 0))
        if now - first < REPEAT_SECONDS:
            self._seen[record.name, told] = (first, held + 1)
            return False
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[record.name, told] = (now, 0)
        if held:
            record.msg = f"{told} (and {held} times more since)"
        return True


def log_with_times() -> None:
    """Log to the error stream, each line with its second."""
    _log(TIMES)


def log_with_days() -> None:
    """Log to the error stream, each line with its day; the web server's lines as well."""
    _log(DAYS)
    for handler in logging.getLogger(SERVER).handlers:
        handler.setFormatter(Line(DAYS))
        handler.addFilter(Once())


def _log(dates: str) -> None:
    handler = logging.StreamHandler()
    handler.addFilter(Once())
    handler.setFormatter(Line(dates))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
