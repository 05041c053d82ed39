"""Peers that are gone without a word: a machine without power, a way through the net that is shut.

Who waits for such a one's answer would wait for hours: nobody is left to say that it will not come.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, Final

from asyncpg import Connection

if TYPE_CHECKING:
    from collections.abc import Mapping

IDLE_SECONDS: Final = 15
BETWEEN_SECONDS: Final = 5
PROBES: Final = 3
GONE_SECONDS: Final = IDLE_SECONDS + PROBES * BETWEEN_SECONDS
"""Until whoever waits for a peer that is gone is told so."""
CANCEL_SECONDS: Final = 5
"""Until a connection whose command cannot be cancelled is let go."""
SERVER_SETTINGS: Final = {
    "tcp_keepalives_idle": str(IDLE_SECONDS),
    "tcp_keepalives_interval": str(BETWEEN_SECONDS),
    "tcp_keepalives_count": str(PROBES),
    "tcp_user_timeout": str(GONE_SECONDS * 1000),
}
"""By which the server finds out the same of a client."""
_NAMES: Final = {
    # how Linux and macOS call the same
    ("TCP_KEEPIDLE", "TCP_KEEPALIVE"): IDLE_SECONDS,
    ("TCP_KEEPINTVL",): BETWEEN_SECONDS,
    ("TCP_KEEPCNT",): PROBES,
    # what was sent and is not acknowledged: else tried again for a quarter of an hour
    ("TCP_USER_TIMEOUT",): GONE_SECONDS * 1000,
}


def probing() -> dict[int, int]:
    """Return the options of a TCP socket that lets its peer be asked whether it is there."""
    return {
        getattr(socket, found[0]): value
        for names, value in _NAMES.items()
        if (found := [name for name in names if hasattr(socket, name)])
    }


class ProbingConnection(Connection):
    """A database connection that asks from time to time whether its server is there.

    A server that stands still answers no request to cancel a command either: the connection is
    then let go, or whoever gave the command up would wait for that.
    """

    __slots__ = ()

    def __init__(
        self,
        protocol: Any,  # noqa: ANN401 - asyncpg's own
        transport: asyncio.Transport,
        *rest: Any,  # noqa: ANN401 - asyncpg's own
    ) -> None:
        super().__init__(protocol, transport, *rest)
        _probe(transport.get_extra_info("socket"), probing())

    def _cancel_current_command(self, *waiting: asyncio.Future[None]) -> None:
        super()._cancel_current_command(*waiting)  # type: ignore[misc]  # left out of its types
        asyncio.get_running_loop().call_later(CANCEL_SECONDS, self._let_go, waiting[-1])

    def _let_go(self, cancelled: asyncio.Future[None]) -> None:
        if not cancelled.done():
            self.terminate()


def _probe(found: Any, options: Mapping[int, int]) -> None:  # noqa: ANN401 - a transport's socket
    if found is None or found.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in options.items():
        found.setsockopt(socket.IPPROTO_TCP, name, value)
