"""Connections that outlive a query: opening one costs a server process more than most queries do.

Outside the pools of a web process or a worker, the product opens a connection per query. What a
test builds and looks up it would open dozens of times, and a pool at the start of each test. So
here a closed one waits for the next who asks in the same event loop, a pool or a query, without
anything that its session held. Where tests share their loop (`tests/one_loop.py`), it waits for the
next of them to whom the same database is lent.
"""

from __future__ import annotations

import asyncio
import functools
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine

from survey_app.shared.database import Login, engine
from survey_app.shared.peers import ProbingConnection

WAITING = 4  # to one database as one login: more are open only while they are used at once


class _Kept(ProbingConnection):
    __slots__ = ("waiting",)
    waiting: list[_Kept]

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's
        if self in self.waiting:
            return
        if len(self.waiting) < WAITING and not self.is_closed() and not self.is_in_transaction():
            try:
                await self.reset()
            except asyncpg.InterfaceError:  # a query of it is still going on
                pass
            except asyncio.CancelledError:
                self.terminate()
                raise
            else:
                self._leave_the_pool()
                self.waiting.append(self)
                return
        await self.end(timeout)

    def _leave_the_pool(self) -> None:
        """Give back the place in a pool, as asyncpg does with a connection that ends."""
        holder, self._pool_holder = self._pool_holder, None
        if holder is not None and (place := holder()) is not None:
            place._release_on_close()

    async def end(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's
        await super().close(timeout=timeout)


@dataclass(slots=True)
class _Loop:
    """What waits in one event loop, by address."""

    waiting: dict[str, list[_Kept]] = field(default_factory=lambda: defaultdict(list))
    watch: AsyncIterator[None] | None = None


_loops: dict[asyncio.AbstractEventLoop, _Loop] = {}


def keep_connections() -> None:
    """Let the engines of this process keep their connections."""
    for login in Login:
        one = engine(login)
        vars(one)["get_new_connection"] = functools.partial(_connection, one)
        vars(one)["start_connection_pool"] = functools.partial(_start_pool, one)


def kept() -> list[int]:
    """Return the server's processes for what waits, in whichever loop: they are at rest."""
    return [
        link.get_server_pid()
        for here in _loops.values()
        for waiting in here.waiting.values()
        for link in waiting
        if not link.is_closed()
    ]


async def close_kept() -> None:
    """Close what waits in the running loop."""
    if here := _loops.get(asyncio.get_running_loop()):
        for waiting in here.waiting.values():
            while waiting:
                await waiting.pop().end()


async def _connection(asked: PostgresEngine) -> _Kept:
    waiting = (await _here()).waiting[asked.config["dsn"]]
    while waiting:
        link = waiting.pop()
        if not link.is_closed():
            return link
    link: Any = await asyncpg.connect(**{**asked.config, "connection_class": _Kept})
    link.waiting = waiting
    return link


async def _start_pool(asked: PostgresEngine, **chosen: Any) -> None:
    async def lent(*_address: Any, **_settings: Any) -> _Kept:
        return await _connection(asked)

    await type(asked).start_connection_pool(asked, **{**chosen, "connect": lent})


async def _here() -> _Loop:
    loop = asyncio.get_running_loop()
    if loop not in _loops:
        here = _loops[loop] = _Loop()
        here.watch = _until_the_loop_ends(loop)
        await anext(here.watch)
    return _loops[loop]


async def _until_the_loop_ends(loop: asyncio.AbstractEventLoop) -> AsyncIterator[None]:
    """Wait, as a loop that is closed ends its generators, and close what waits in it."""
    try:
        yield
    finally:
        await close_kept()
        del _loops[loop]
