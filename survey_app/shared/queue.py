"""The only door to arq and Redis: enqueue, a client, and how a worker is set up.

Redis carries work and sessions, never the truth: when it is away, rows stay due and a sweep picks
them up. Jobs carry ids only, are JSON, and leave no results (``anonymity-design.md`` 4.11).
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import urlsplit

import redis.asyncio as redis
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError

from survey_app.shared.errors import ServiceError

log = logging.getLogger("barometer.queue")
QUEUE = "barometer:jobs"
FAILED = "barometer:failed-jobs"
REPLY_SECONDS = 10.0  # until a silent queue is given up; nothing that is asked of it takes longer
_OF_CERTIFICATES: Final = (
    "ssl_ca_certs", "ssl_ca_data", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs",
    "ssl_check_hostname",
)  # fmt: skip
WORKER = "barometer:worker"  # what a living worker writes anew every few seconds

_state: dict[str, Any] = {"url": "", "pool": None, "client": None, "own": None}


def configure(url: str) -> None:
    """Say where Redis is; replaces what was said before.

    Raises
    ------
    ServiceError
        If the address cannot be read; without its words, since a password may be among them.
    """
    try:
        redis.ConnectionPool.from_url(url).make_connection()  # type: ignore[no-untyped-call] # theirs
        _refuse_named_database(url)
    except TypeError as error:
        option = str(error).split("'")[1]
        raise ServiceError(f"BAROMETER_REDIS_URL: there is no option {option}") from None
    except (ValueError, AttributeError, UnboundLocalError, RedisError):
        # the library's own readings of some options end in the two in the middle
        raise ServiceError(
            "BAROMETER_REDIS_URL cannot be read: signs such as @, : and / in its password are"
            " written as %40, %3A and %2F, port and database are numbers, and each option has a"
            " value of its kind"
        ) from None
    _state.update(url=url, pool=None, client=None, own=None)


def _refuse_named_database(url: str) -> None:
    # the library takes the first database for one that it cannot read
    parts = urlsplit(url)
    named = parts.scheme != "unix" and parts.path.strip("/")
    if named and "db" not in parse_url(url):
        raise ValueError("the database is no number")


def redis_settings() -> RedisSettings:
    """Return Redis' address as arq wants it, with all that our own clients read in it.

    arq's own reading leaves signs in passwords as they are written, and certificates out.
    """
    given = parse_url(_state["url"])
    asked = {name: value for name, value in given.items() if name in _OF_CERTIFICATES}
    path = given.get("path")
    settings = RedisSettings(
        host=given.get("host", "localhost"),
        port=given.get("port", 6379),
        unix_socket_path=path,
        database=given.get("db", 0),
        username=given.get("username"),
        password=given.get("password"),
        ssl=urlsplit(_state["url"]).scheme == "rediss",
        **cast("dict[str, Any]", asked),
    )
    return replace(settings, conn_retries=1) if path else settings


def redis_client() -> redis.Redis:
    """Return this process's client for sessions and counters."""
    if _state["client"] is None:
        _state["client"] = redis.Redis.from_url(
            _state["url"], socket_timeout=2, socket_connect_timeout=2
        )
    return cast("redis.Redis", _state["client"])


async def worker_beats() -> bool:
    """Tell whether a worker, on whatever host, was alive some seconds ago."""
    return bool(await redis_client().exists(WORKER))


async def note_failure(job: str) -> None:
    """Count a job that ended with a fault; without Redis nobody counts."""
    with contextlib.suppress(RedisError, OSError):
        # typed as if it might answer at once
        await cast("Awaitable[int]", redis_client().hincrby(FAILED, job, 1))


async def failed_jobs() -> dict[str, int]:
    """Return how often each job has ended with a fault, since Redis was last empty."""
    found = await cast("Awaitable[dict[bytes, bytes]]", redis_client().hgetall(FAILED))
    return {job.decode(): int(number) for job, number in found.items()}


async def depth() -> int:
    """Return how many jobs wait for a worker."""
    return int(await redis_client().zcard(QUEUE))


def own_connection() -> redis.Redis:
    """Return a client of one connection that stays open, and is opened anew when it is lost."""
    if _state["own"] is None:
        _state["own"] = redis.Redis.from_url(
            _state["url"],
            socket_timeout=2,
            socket_connect_timeout=2,
            single_connection_client=True,
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[ConnectionLost],
        )
    return cast("redis.Redis", _state["own"])


def pack(job: dict[str, Any]) -> bytes:
    """Serialise a job; never pickle."""
    return json.dumps(job, default=str).encode()


def unpack(raw: bytes) -> dict[str, Any]:
    """Read a job."""
    return cast("dict[str, Any]", json.loads(raw))


async def give_up_silence(pool: ArqRedis) -> None:
    """Let whoever waits for a queue that is gone without a word be told; arq has no setting."""
    connections = pool.connection_pool
    connections.connection_kwargs["socket_timeout"] = REPLY_SECONDS
    # those that are there were made before
    await connections.disconnect()
    connections.reset()  # type: ignore[no-untyped-call] # the library's own


async def _pool() -> ArqRedis:
    if _state["pool"] is None:
        pool = await create_pool(
            redis_settings(),
            job_serializer=pack,
            job_deserializer=unpack,
            default_queue_name=QUEUE,
        )
        await give_up_silence(pool)
        _state["pool"] = pool
    return cast("ArqRedis", _state["pool"])


async def enqueue(job: str, *ids: str) -> None:
    """Ask a worker to do ``job`` soon; without Redis the sweep does it a little later."""
    try:
        pool = await _pool()
        # the id keeps one job from standing in the queue twice
        await pool.enqueue_job(job, *ids, _job_id=":".join((job, *ids)))
    except (RedisError, OSError):
        _state["pool"] = None
        log.warning("queue unreachable: %s waits for the sweep", job)


async def close() -> None:
    """Close what this process opened."""
    for name in ("pool", "client", "own"):
        if _state[name] is not None:
            await _state[name].aclose()
            _state[name] = None
