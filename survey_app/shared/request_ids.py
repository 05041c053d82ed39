"""A short number for each request of those who read and run: on a fault's page and in the log.

It is made by chance, so it says nothing of who asks. Pages that people answer on have none: whoever
quotes one would say when they answered (``anonymity-design.md`` 4.8).
"""

from __future__ import annotations

import hashlib
import secrets
import traceback
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

# without signs that are taken for one another when they are read aloud
SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 4

_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the number of the request that is being answered; empty outside of one."""
    return _current.get()


class RequestIds:
    """Gives each request its number."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request under its number."""
        number = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
        before = _current.set(number)
        try:
            await self._app(scope, receive, send)
        finally:
            _current.reset(before)


def fault_id(error: BaseException) -> str:
    """Name a fault by its kind and the place that it arose at: the same each time it happens.

    The log holds a line back that it has written a moment ago; by this its readers find it all the
    same.

    Examples
    --------
    >>> fault_id(KeyError("x")) == fault_id(KeyError("another"))
    True
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else ""
    raw = hashlib.sha256(f"{type(error).__name__} {where}".encode()).digest()
    return "".join(SIGNS[byte % len(SIGNS)] for byte in raw[:LENGTH])
