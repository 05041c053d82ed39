"""A reply that is finished before it is asked for, or needs nothing of Litestar's own making."""

from __future__ import annotations

from dataclasses import dataclass

from litestar.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished reply. Encoded by hand: Litestar's own would build the headers each time."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        length = (b"content-length", str(len(self.body)).encode())
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [*self.headers, length],
            }
        )
        await send({"type": "http.response.body", "body": self.body, "more_body": False})
