"""Whether a process can do its work, part by part: what load balancers and watchers ask.

A part that is away takes out only what needs it: answers are taken without the queue, and without
the server that readers' figures come from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from asyncpg import InterfaceError, PostgresError
from redis.exceptions import RedisError

from survey_app.asking.delivery.waiting_mail import mail_went
from survey_app.installation.alarms.keep import mail_refused_at
from survey_app.installation.copy_lag import MOST_LAG, copy_lag
from survey_app.installation.schema_state import schema_state
from survey_app.shared import queue
from survey_app.shared.database import Login, fetch

PATIENCE = 2.0  # seconds
OK = "ok"
AWAY = "does not answer"


class Dependency(StrEnum):
    """What a web process stands on."""

    DATABASE = "database"
    SCHEMA = "schema"
    SHELF = "shelf"
    QUEUE = "queue"
    WORKER = "worker"
    MAIL = "mail"


# without these nobody can answer, and without those nobody can sign in and read
ANSWERING = frozenset({Dependency.DATABASE, Dependency.SCHEMA})
READING = ANSWERING | {Dependency.SHELF, Dependency.QUEUE}


@dataclass(frozen=True, slots=True)
class Health:
    """How each part is: ``"ok"``, or what is wrong in a few words."""

    parts: dict[Dependency, str]

    def allows(self, needed: frozenset[Dependency]) -> bool:
        """Whether everything that is needed, of what this process has at all, is well."""
        return all(self.parts.get(part, OK) == OK for part in needed)


async def examine_parts(*logins: Login) -> Health:
    """Look at each part at the same time; none is waited for longer than two seconds.

    Parameters
    ----------
    logins : Login
        Those of this process. One that takes ballots alone has no shelf and no queue.
    """
    looks: dict[Dependency, Callable[[], Awaitable[str]]] = {
        Dependency.DATABASE: lambda: _database(Login.WEB),
        Dependency.SCHEMA: _schema,
    }
    if Login.READER in logins:
        looks |= {
            Dependency.SHELF: _shelf,
            Dependency.QUEUE: _queue,
            Dependency.WORKER: _worker,
            Dependency.MAIL: _mail,
        }
    found = await asyncio.gather(*(_patiently(look) for look in looks.values()))
    return Health(dict(zip(looks, found, strict=True)))


async def _patiently(look: Callable[[], Awaitable[str]]) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return await look()
    except (OSError, PostgresError, InterfaceError, RedisError):
        return AWAY


async def _database(login: Login) -> str:
    await fetch(login, "SELECT 1")
    return OK


async def _shelf() -> str:
    lag = await copy_lag()
    return OK if lag <= MOST_LAG else f"is a copy that lags by {lag.total_seconds():.0f} s"


async def _schema() -> str:
    state = await schema_state(Login.WEB)
    return OK if state.current else "is of another version: barometer migrate"


async def _queue() -> str:
    await queue.redis_client().ping()
    return OK


async def _mail() -> str:
    # as the worker found it: a web process may have no way to the mail server
    refused = await mail_refused_at(Login.WEB)
    if refused is None or await mail_went(Login.WEB, since=refused):
        return OK
    return "is refused by its server: what is to go waits"


async def _worker() -> str:
    return OK if await queue.worker_beats() else "has not been heard of"
