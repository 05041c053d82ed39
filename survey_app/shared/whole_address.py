"""A request whose Host is no address is refused (RFC 9112, 3.2) before anything reads its own.

The framework reads the port of a request's address with the rest of it, and raises where that is no
number: in handlers, and once more in the page that tells of the fault.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.response.base import ASGIResponse

from survey_app.shared.head import AlsoHead

if TYPE_CHECKING:
    from litestar.types import (
        LifeSpanReceive,
        LifeSpanScope,
        LifeSpanSend,
        Receive,
        Scope,
        Send,
    )


class AtAWholeAddress(AlsoHead):
    """An application that answers requests to an address which can be read."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Answer a request; 400 where its Host is none."""
        asked = cast("Scope", scope)
        if scope["type"] != ScopeType.HTTP or is_host(_host(asked)):
            await super().__call__(scope, receive, send)
            return
        told = (
            b"" if scope.get("method") == "HEAD" else b"The host of this request is no address.\n"
        )
        refusal = ASGIResponse(
            body=told,
            status_code=400,
            media_type="text/plain; charset=utf-8",
            headers={"cache-control": "no-store", "x-content-type-options": "nosniff"},
        )
        await refusal(asked, cast("Receive", receive), cast("Send", send))


def _host(scope: Scope) -> str:
    # read from the raw headers: Litestar's own mapping is built of all of them for each request
    for name, value in scope["headers"]:
        if name == b"host":
            return value.decode("latin-1")
    return ""


@lru_cache(maxsize=128)  # it is the house's address, and nobody's own
def is_host(written: str) -> bool:
    """Tell whether a Host header can be read, with a port that there is.

    Examples
    --------
    >>> [is_host(one) for one in ("", "example.org:8443", "[::1]:8000")]
    [True, True, True]
    >>> [is_host(one) for one in ("example.org:x", "example.org:99999", "[::1", "a:1.example.org")]
    [False, False, False, False]
    """
    try:
        urlsplit(f"//{written}").port  # noqa: B018 - reading it raises where it is no number
    except ValueError:
        return False
    return True
