"""How our processes log: a line once, and with its time only where that ties nothing to an answer.

A line of a web process may be about somebody who is answering just then: it carries the day alone
(``anonymity-design.md`` 4.8, 10). Workers, services and supervisors meet no request.
"""

from __future__ import annotations

import json
import logging
import time
from types import TracebackType
from typing import Any, Final

from survey_app.shared.faults import places_of
from survey_app.shared.request_ids import request_id

LINE: Final = "%(asctime)s %(levelname)s %(name)s%(request)s: %(message)s"
TIMES: Final = "%Y-%m-%dT%H:%M:%S%z"
DAYS: Final = "%Y-%m-%d"
# at INFO an HTTP client writes whole addresses, which hold keys where a service wants them there
QUIET: Final = (
    "httpx", "httpx2", "arq", "arq.worker", "arq.jobs", "mail.log", "aiosmtplib",
)  # fmt: skip
REPEAT_SECONDS: Final = 600.0
REMEMBERED: Final = 200  # different lines

SERVER: Final = "_granian"

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Line(logging.Formatter):
    """One line for each event. Of an error, its kind and where: its message may hold an answer."""

    def __init__(self, dates: str) -> None:
        super().__init__(LINE, dates)

    def format(self, record: logging.LogRecord) -> str:
        """Write the record, whatever was raised, on one line."""
        record.exc_text = None  # another handler's
        number = request_id()
        record.request = f" [{number}]" if number else ""
        return super().format(record).replace("\n", " ")

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's own name
        """Name the kind of an error and the places that it came through."""
        if ei[1] is None:
            return ""
        return f"{type(ei[1]).__name__} at {places_of(ei[1])}"


class JsonLine(Line):
    """One JSON object for each event: ``at``, ``level``, ``logger``, ``message``.

    Beside them ``request`` within one, and ``error`` where something was raised.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write the record, whatever was raised, as JSON on one line."""
        told = {
            "at": self.formatTime(record, self.datefmt),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_id():
            told["request"] = number
        if record.exc_info and (error := self.formatException(record.exc_info)):
            told["error"] = error
        return json.dumps(told, ensure_ascii=False)


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


def server_lines(*, as_json: bool) -> dict[str, Any]:
    """Return how the web server's own lines are written: processes that come and go, no request."""
    kind = JsonLine if as_json else Line
    return {
        "formatters": {"line": {"()": f"{kind.__module__}.{kind.__name__}", "dates": TIMES}},
        "handlers": {"stderr": {"formatter": "line", "class": "logging.StreamHandler"}},
        "loggers": {
            SERVER: {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "granian.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


def log_with_times(*, as_json: bool = False) -> None:
    """Log to the error stream, each line with its second."""
    _log(TIMES, as_json=as_json)


def log_with_days(*, as_json: bool = False) -> None:
    """Log to the error stream, each line with its day; the web server's lines as well."""
    _log(DAYS, as_json=as_json)
    for handler in logging.getLogger(SERVER).handlers:
        handler.setFormatter((JsonLine if as_json else Line)(DAYS))
        handler.addFilter(Once())


def _log(dates: str, *, as_json: bool) -> None:
    handler = logging.StreamHandler()
    handler.addFilter(Once())
    handler.setFormatter((JsonLine if as_json else Line)(dates))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
