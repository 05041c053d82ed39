"""The sessions of an account: where somebody is signed in, ended one by one or all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from survey_app.accounts.sessions import list_of, session_name, too_old
from survey_app.settings import Settings
from survey_app.shared.queue import redis_client

_HANDLE: Final = 20  # signs of the hash of the id: enough to tell them apart, none to sign in by


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as its owner sees it.

    Attributes
    ----------
    handle : str
        What a form names it by.
    began : datetime
    used : datetime
        To the hour.
    browser : str
        As told at signing in; may be empty.
    current : bool
        Whether it is the one that asks.
    """

    handle: str
    began: datetime
    used: datetime
    browser: str
    current: bool


async def list_sessions(account: str, session_id: str, settings: Settings) -> list[ListedSession]:
    """Return the sessions of an account, the one that asks first, then the latest used.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    keys = await sessions_of(account)
    raws = await redis_client().mget(keys) if keys else []
    here, found, gone = session_name(session_id), [], []
    for key, raw in zip(keys, raws, strict=True):
        stored = json.loads(raw) if raw else None
        if stored is None or too_old(stored, settings):
            gone.append(key)
            continue
        began = datetime.fromisoformat(stored["began"])
        used = datetime.fromisoformat(stored.get("used", stored["began"]))
        found.append(
            ListedSession(_handle(key), began, used, stored.get("browser", ""), key == here)
        )
    if gone:
        await end_these(account, gone)
    return sorted(found, key=lambda one: (one.current, one.used, one.began), reverse=True)


async def end_session(account: str, handle: str) -> bool:
    """End one session of an account; tell whether there was such a one.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    return await end_these(
        account, [key for key in await sessions_of(account) if _handle(key) == handle]
    )


async def end_all(account: str, *, but: str = "") -> bool:
    """End every session of an account but that of the id ``but``; tell whether there was any.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    kept = session_name(but)
    return await end_these(account, [key for key in await sessions_of(account) if key != kept])


async def sessions_of(account: str) -> list[str]:
    """Return the names in Redis of an account's sessions.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    found = await cast("Any", redis_client().smembers(list_of(account)))
    return sorted(one.decode() for one in found)


async def end_these(account: str, keys: list[str]) -> bool:
    """End sessions of an account, by their names in Redis; tell whether there was any.

    Raises
    ------
    RedisError, OSError
        If Redis does not answer.
    """
    if not keys:
        return False
    async with redis_client().pipeline(transaction=True) as both:
        both.delete(*keys)
        both.srem(list_of(account), *keys)
        ended, _ = await both.execute()
    return bool(ended)


def _handle(key: str) -> str:
    return key.rpartition(":")[2][:_HANDLE]
