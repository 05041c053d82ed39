"""Which processes of other versions are at work on the database: what an upgrade must not break.

Each process says in the queue every few seconds that it lives, and of which schema it is. Where it
has a connection, the database's own list of sessions says so as well. Neither is about anybody who
is served just then, and nothing of it lies in the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Final

from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

from survey_app.installation.schema_state import schema_mark
from survey_app.shared import queue
from survey_app.shared.database import Link, named_session

BEATS: Final = "barometer:at-work:"
BEAT_SECONDS: Final = 15
KEPT_SECONDS: Final = 60
_SESSIONS = """
SELECT DISTINCT usename::text AS name FROM pg_stat_activity
WHERE datname = current_database() AND usename = ANY($1::text[]) AND application_name <> $2
    AND backend_type = 'client backend'
ORDER BY 1"""


def session_of_version() -> str:
    """Return what this programme's sessions are called in the database."""
    return f"barometer {schema_mark().removeprefix('sha256:')[:12]}"


@contextlib.asynccontextmanager
async def telling(part: str) -> AsyncIterator[None]:
    """Say that a process lives for as long as it does.

    Parameters
    ----------
    part : str
        What it is, such as ``"web"``.
    """
    key = f"{BEATS}{uuid.uuid4()}"
    beat = asyncio.create_task(_tell(key, part))
    try:
        yield
    finally:
        beat.cancel()
        await asyncio.gather(beat, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            await queue.redis_client().delete(key)


async def _tell(key: str, part: str) -> None:
    told = json.dumps({"part": part, "schema": schema_mark()})
    while True:
        with contextlib.suppress(RedisError, OSError):
            await queue.redis_client().set(key, told, ex=KEPT_SECONDS)
        await asyncio.sleep(BEAT_SECONDS)


async def sessions_of_others(link: Link, users: Sequence[str]) -> tuple[str, ...]:
    """Name the logins that another version holds sessions of; versions of before name none.

    Parameters
    ----------
    link : asyncpg connection
        The owner's.
    users : sequence of str
        Names of the logins that processes work with.
    """
    return tuple(row["name"] for row in await link.fetch(_SESSIONS, users, named_session()))


async def beats_of_others() -> tuple[str, ...]:
    """Name the parts of another version that live, by the queue; its silence counts as one."""
    client = queue.redis_client()
    try:
        keys = [key async for key in client.scan_iter(match=f"{BEATS}*")]
        told = [json.loads(one) for one in await client.mget(keys) if one] if keys else []
    except (RedisError, OSError) as error:
        # by a socket the library tells of a refusal within a connection that was lost
        refusals = (AuthenticationError, NoPermissionError)
        if any(isinstance(one, refusals) for one in (error, *error.args)):
            return ("Redis, which would know, refuses the password or user of BAROMETER_REDIS_URL",)
        return ("Redis, which would know, does not answer",)
    others = {one["part"] for one in told if one["schema"] != schema_mark()}
    return tuple(sorted(others))
