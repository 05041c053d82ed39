"""Answers of services that are not ours: read as far as is reasonable, within a time."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Final

import httpx2

AT_MOST: Final = 60.0
"""Seconds for all of a request and its answer: one that drips would hold up everything else."""

OK: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class ServiceReply:
    """An answer; without content where that was larger than it can have to be."""

    status: int
    headers: httpx2.Headers
    content: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever the service says
        """Return what it says.

        Raises
        ------
        ValueError
            If it is no JSON, too large, or nested too deeply to be read.
        """
        try:
            return json.loads(self.content)
        except RecursionError:
            raise ValueError("nested too deeply") from None


async def ask_service(
    client: httpx2.AsyncClient,
    method: str,
    address: str,
    *,
    largest: int,
    **request: Any,  # noqa: ANN401 - as httpx2 takes it
) -> ServiceReply:
    """Make one request, and read its answer.

    Parameters
    ----------
    client : httpx2.AsyncClient
    method, address
        As HTTP has them.
    largest : int
        Bytes that an answer may have; none of one with more is kept.
    **request
        Headers and content.

    Raises
    ------
    httpx2.HTTPError
        If there is no answer.
    TimeoutError
        If it takes more than `AT_MOST` seconds, however much of it comes.
    """
    async with (
        asyncio.timeout(AT_MOST),
        client.stream(method, address, **request) as reply,
    ):
        content = bytearray()
        async for part in reply.aiter_bytes():
            content += part
            if len(content) > largest:
                return ServiceReply(reply.status_code, reply.headers, b"")
        return ServiceReply(reply.status_code, reply.headers, bytes(content))
