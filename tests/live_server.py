"""The application behind a real HTTP server, for browsers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(app: Litestar, port: int, *, starts: bool = True) -> AsyncIterator[str]:
    """Serve ``app`` in this event loop; yields its address.

    A second one in the same process starts nothing (``starts``): it finds the pools of the first.
    """
    interface = Interfaces.ASGI if starts else Interfaces.ASGINL
    server = Server(app, port=port, interface=interface, log_enabled=False)
    task = asyncio.create_task(server.serve())
    try:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        await task
