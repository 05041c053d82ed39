"""What stands between a process and a service: connections that can be cut, held up, or halved."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
type Dial = Callable[[], Awaitable[Streams]]

CHUNK = 65536
TCP_REPAIR = 19  # linux/tcp.h: a socket that is closed in this mode tells nobody
PATIENCE = 10.0


def may_forget() -> bool:
    """Tell whether this process may close a connection without a word, which takes root."""
    with socket.socket() as one, contextlib.suppress(OSError):
        one.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        return True
    return False


class Network:
    """An event loop in a thread of its own: what is being tested may block the others."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self.loop.run_forever, name="network", daemon=True)
        self._thread.start()

    def do[Result](self, what: Coroutine[Any, Any, Result]) -> Result:
        found: Future[Result] = asyncio.run_coroutine_threadsafe(what, self.loop)
        return found.result(timeout=PATIENCE)

    def stop(self) -> None:
        self.do(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _end(self) -> None:
        for server in self.servers:
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # what was aborted is closed in the next round


@dataclass(eq=False)
class _Line:
    """One connection through the gate, both ends."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter

    def cut(self) -> None:
        for end in (self.near, self.far):
            end.transport.abort()

    def forget(self) -> None:
        """Be gone without a word to the near end, as a machine is that lost its power."""
        found = self.near.get_extra_info("socket")
        found.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        self.cut()


@dataclass(eq=False)
class Gate:
    """A TCP port in front of a service."""

    network: Network
    dial: Dial
    port: int = 0
    left: int | None = None
    """Bytes of replies that are let through before the connection is cut; None for all."""
    asked: int | None = None
    """The same of what is sent to the service."""
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _lines: set[_Line] = field(default_factory=set)
    _server: asyncio.Server | None = None

    def open(self) -> None:
        """Listen, let everything through, and stay at the port that it got at first."""
        self.network.do(self._open())

    def shut(self) -> None:
        """Cut all connections, and take no new ones."""
        self.network.do(self._shut())

    def cut(self) -> None:
        """Cut all connections; new ones are taken."""
        self.network.do(self._cut())

    def hold(self) -> None:
        """Take connections and bytes, and pass none on."""
        self.network.do(self._hold())

    def forget(self) -> None:
        """Drop all connections without telling who waits at them, and take no new ones."""
        self.network.do(self._forget())

    def halve(self, *, left: int | None = None, asked: int | None = None) -> None:
        """Cut each connection after so many bytes."""
        self.left, self.asked = left, asked

    async def _open(self) -> None:
        self.left = self.asked = None
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]
            self.network.servers.append(self._server)

    async def _cut(self) -> None:
        for line in list(self._lines):
            line.cut()

    async def _no_more(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _shut(self) -> None:
        await self._no_more()
        await self._cut()

    async def _hold(self) -> None:
        self._flows.clear()

    async def _forget(self) -> None:
        await self._no_more()
        for line in list(self._lines):
            line.forget()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await self.dial()
        except OSError:
            writer.transport.abort()
            return
        line = _Line(writer, far_writer)
        self._lines.add(line)
        try:
            await asyncio.gather(
                self._pass(reader, far_writer, line, "asked"),
                self._pass(far_reader, writer, line, "left"),
            )
        except (OSError, asyncio.CancelledError):
            line.cut()
        finally:
            self._lines.discard(line)
            for end in (writer, far_writer):
                end.close()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line, budget: str
    ) -> None:
        gone = 0
        while chunk := await reader.read(CHUNK):
            await self._flows.wait()
            most: int | None = getattr(self, budget)
            if most is not None and gone + len(chunk) > most:
                writer.write(chunk[: max(0, most - gone)])
                with contextlib.suppress(OSError):
                    await writer.drain()
                line.cut()
                return
            gone += len(chunk)
            writer.write(chunk)
            await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            if writer.can_write_eof():
                writer.write_eof()
            else:
                writer.close()
