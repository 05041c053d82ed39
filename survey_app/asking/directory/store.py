"""The rows of the directory, as its door reads and writes them."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg

from survey_app.asking.errors import DirectoryBusy, DirectoryTaken
from survey_app.shared.database import Login, engine, fetch

LOCK: Final = 7_310_424_208  # two that write at once see each other's addresses
PATIENCE: Final = 10.0  # seconds, for the others here, and again for the worker and other processes
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
_COLUMNS: Final = (
    "SELECT id, user_name, external_id, language, department, active, given_at, changed_at"
    " FROM asking.directory_person WHERE NOT deleted"
)
# the attributes that programs look people up by, in SQL
LOOKED_UP: Final = {
    "username": "lower(user_name) = lower($1)",
    "externalid": "external_id = $1",
    "id": "id::text = $1",
}


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """Somebody as the directory tells."""

    id: UUID
    user_name: str
    external_id: str | None
    language: str
    department: str
    active: bool
    given_at: datetime
    changed_at: datetime


async def find_told(row: UUID) -> ToldPerson | None:
    """Return somebody by the key that the directory has."""
    found = await looked_up("id", str(row))
    return found[0] if found else None


async def looked_up(attribute: str, value: str) -> list[ToldPerson]:
    """Return whoever has this value of an attribute; ``attribute`` in small letters."""
    rows = await fetch(Login.WEB, f"{_COLUMNS} AND {LOOKED_UP[attribute]}", value)
    return [ToldPerson(**row) for row in rows]


async def list_told(*, first: int = 0, most: int | None = None) -> Sequence[ToldPerson]:
    """Return people in the order in which they were given."""
    rows = await fetch(
        Login.WEB, f"{_COLUMNS} ORDER BY given_at, id OFFSET $1 LIMIT $2", first, most
    )
    return [ToldPerson(**row) for row in rows]


async def count_told() -> int:
    """Return how many people the directory has told of."""
    [row] = await fetch(Login.WEB, "SELECT count(*) FROM asking.directory_person WHERE NOT deleted")
    return int(row["count"])


async def add_told(told: ToldPerson) -> None:
    """Store somebody new; the worker brings it into the register.

    Raises
    ------
    DirectoryTaken
        If somebody else has the address or the number.
    DirectoryBusy
        If the worker or others write for so long that this one is given up.
    """
    async with _one_at_a_time():
        await _refuse_taken(told)
        await fetch(Login.WEB, _INSERT, *_values(told))


async def change_told(row: UUID, change: Callable[[ToldPerson], ToldPerson]) -> ToldPerson | None:
    """Change somebody as they are told of at this moment, and return them.

    Parameters
    ----------
    change : callable
        Makes what is to be stored of what is. It is called while nobody else changes anything: of
        two changes of one person at once neither undoes the other.

    Returns
    -------
    ToldPerson or None
        None where there is nobody any more.

    Raises
    ------
    DirectoryTaken
        If somebody else has the address or the number.
    DirectoryBusy
        If the worker or others write for so long that this one is given up.
    """
    async with _one_at_a_time():
        known = await find_told(row)
        if known is None:
            return None
        told = change(known)
        await _refuse_taken(told)
        former = await fetch(Login.WEB, _FORMER_NUMBER, told.id, told.external_id)
        await fetch(Login.WEB, _UPDATE, *_values(told))
        for one in former:
            await _let_go_of(one["external_id"], told)
    return told


@contextlib.asynccontextmanager
async def _one_at_a_time() -> AsyncIterator[None]:
    """Let others write first, and hold no connection meanwhile: whoever answers needs them."""
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    try:
        await asyncio.wait_for(turn.acquire(), PATIENCE)
    except TimeoutError:
        raise DirectoryBusy from None
    try:
        async with engine(Login.WEB).transaction():
            # the worker holds people's rows while it brings them into the register
            patience = f"{PATIENCE:.0f}s"
            await fetch(Login.WEB, "SELECT set_config('lock_timeout', $1, true)", patience)
            await fetch(Login.WEB, "SELECT pg_advisory_xact_lock($1)", LOCK)
            yield
    except asyncpg.LockNotAvailableError:
        raise DirectoryBusy from None
    finally:
        turn.release()


_INSERT: Final = (
    "INSERT INTO asking.directory_person (id, user_name, external_id, language, department, active,"
    " given_at, changed_at, inactive_since, deleted, state, region, released)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $6 THEN NULL ELSE $8::timestamptz END,"
    " false, 'new', '', false)"
)
_UPDATE: Final = (
    "UPDATE asking.directory_person SET user_name = $2, external_id = $3, language = $4,"
    " department = $5, changed_at = $8, state = 'new', region = '',"
    " inactive_since = CASE WHEN $6 THEN NULL ELSE coalesce(inactive_since, $8::timestamptz) END,"
    " released = released AND NOT $6, active = $6"
    " WHERE id = $1 AND NOT deleted AND $7::timestamptz IS NOT NULL"
)


_FORMER_NUMBER: Final = (
    "SELECT external_id FROM asking.directory_person"
    " WHERE id = $1 AND NOT deleted AND external_id <> $2 FOR UPDATE"
)


async def _let_go_of(number: str, told: ToldPerson) -> None:
    """Note that nobody has a number any more: the register would keep the person twice.

    By the rules of whoever leaves: of many at once somebody of HR is asked.
    """
    gone = replace(
        told,
        id=uuid.uuid4(),
        user_name="",
        external_id=number,
        language="",
        department="",
        active=False,
    )
    await fetch(Login.WEB, _INSERT, *_values(gone))
    await _note_leaver(gone.id, told.changed_at)


def _values(told: ToldPerson) -> tuple[object, ...]:
    return (
        told.id, told.user_name, told.external_id, told.language, told.department, told.active,
        told.given_at, told.changed_at,
    )  # fmt: skip


async def _refuse_taken(told: ToldPerson) -> None:
    rows = await fetch(
        Login.WEB,
        "SELECT lower(user_name) = lower($2) AS address FROM asking.directory_person"
        " WHERE NOT deleted AND id <> $1 AND (lower(user_name) = lower($2) OR external_id = $3)",
        told.id,
        told.user_name,
        told.external_id,
    )
    if rows:
        raise DirectoryTaken("userName" if rows[0]["address"] else "externalId")
    if told.external_id is not None:
        # whoever was taken away gives the number free, and stays until the register knows
        await fetch(
            Login.WEB,
            "UPDATE asking.directory_person SET external_id = NULL, state = 'done'"
            " WHERE deleted AND external_id = $1 AND id <> $2",
            told.external_id,
            told.id,
        )


async def note_leaver(row: UUID, *, now: datetime) -> None:
    """Note that the directory has somebody no more.

    Raises
    ------
    DirectoryBusy
        As for others who write.
    """
    async with _one_at_a_time():
        await _note_leaver(row, now)


async def _note_leaver(row: UUID, now: datetime) -> None:
    await fetch(
        Login.WEB,
        "UPDATE asking.directory_person SET deleted = true, active = false, state = 'new',"
        " region = '', changed_at = $2, inactive_since = coalesce(inactive_since, $2)"
        " WHERE id = $1 AND NOT deleted",
        row,
        now,
    )
