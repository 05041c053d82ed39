"""One engine for each login; which tables a process reaches is decided where it starts.

The logins are the wall between those who know who answered and those who know what was answered
(``anonymity-design.md`` 4.3).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from enum import StrEnum
from typing import Any, NoReturn, cast

import asyncpg
from asyncpg import Connection, Record
from asyncpg.pool import Pool, PoolAcquireContext, PoolConnectionProxy
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.table import Table

from survey_app.shared.errors import ServiceError
from survey_app.shared.peers import ProbingConnection

# what our SQL runs on: a connection of a pool, or one of its own
type Link = Connection | PoolConnectionProxy
# what it returns: a row whose columns are read by name
type Row = Record | Mapping[str, Any]

# whoever answers is told soon that the answer was not taken, and has it still
CONNECT_SECONDS = 10
CLOSE_SECONDS = 10
# whoever waits for a page is told so; a register of 200,000 people is taken in by shorter commands
COMMAND_SECONDS = 60
# whoever waits for something that another process holds in the database is told so, on every page
LOCK_SECONDS = 10
# and whoever waits for a connection of a pool: those who hold one wait no longer than that
POOL_SECONDS = 30
# a password that is renewed just now is here a moment before or after it is there
PASSWORD_TRIES = 5
PASSWORD_PAUSE = 0.5


class Login(StrEnum):
    """The four logins of an installation."""

    MIGRATOR = "migrator"
    WEB = "web"
    READER = "reader"
    WORKER = "worker"


class _Transaction(PostgresTransaction):
    """Piccolo's, which is over in any case where its end could not be told to the database.

    Piccolo's own would stay that of whatever runs in the same task, for good, and keep its
    connection of the pool.
    """

    async def begin(self) -> None:
        """Begin, or give back nothing that is half begun."""
        try:
            await super().begin()  # type: ignore[no-untyped-call]  # Piccolo's has no types
        except BaseException:
            self._cut_off()
            raise

    async def __aexit__(self, *raised: object) -> bool:
        """End, or cut the connection off: the database takes back what was not committed."""
        try:
            return await super().__aexit__(*cast("Any", raised))
        except BaseException as end:
            self.engine.current_transaction.reset(self.context)
            self._cut_off()
            if raised[1] is None or not isinstance(end, Exception):
                raise
            return False  # what went wrong first says more of it

    def _cut_off(self) -> None:
        # of one that broke, the pool knows already
        with contextlib.suppress(asyncpg.InterfaceError):
            self.connection.terminate()


_answers: ContextVar[bool] = ContextVar("answers", default=False)


@contextlib.contextmanager
def for_answers() -> Iterator[None]:
    """Take connections from those that are kept for whoever answers, and leave the others alone."""
    before = _answers.set(True)
    try:
        yield
    finally:
        _answers.reset(before)


class _Pools:
    """One login's pools: what others wait for takes no connection from those who answer.

    Nor do they take one of the others'.
    """

    def __init__(self, others: Pool, of_answers: Pool | None, patience: float | None) -> None:
        self._others = others
        self._of_answers = of_answers
        self._patience = patience

    def _here(self) -> Pool:
        return self._of_answers if self._of_answers and _answers.get() else self._others

    def acquire(self) -> PoolAcquireContext:
        return self._here().acquire(timeout=self._patience)

    async def release(self, lent: PoolConnectionProxy) -> None:
        await self._here().release(lent)

    async def close(self) -> None:
        ending = [one.close() for one in (self._others, self._of_answers) if one]
        await asyncio.gather(*ending)


class _LazyEngine(PostgresEngine):
    """An engine that opens no connection before its first query."""

    async def start_connection_pool(self, **chosen: Any) -> None:  # noqa: ANN401 - asyncpg's
        """Start the pools of this login: ``answers`` of ``max_size`` are for whoever answers."""
        answers, patience = chosen.pop("answers"), chosen.pop("patience")
        chosen["max_size"] -= answers
        others = await asyncpg.create_pool(**{**self.config, **chosen})
        chosen["max_size"] = answers
        own = await asyncpg.create_pool(**{**self.config, **chosen}) if answers else None
        self.pool = cast("Pool", _Pools(others, own, patience))

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        """Return a transaction that is joined by those within it."""
        return _Transaction(self, allow_nested=allow_nested)

    async def check_version(self) -> None:
        """Leave the version to ``doctor``: a new database does not know its logins yet."""

    async def get_new_connection(self) -> Connection:
        """Return a connection of its own."""
        return await _connect(**self.config)


class _NotGiven:
    """In the place of an engine that this process was not given: every use of it is refused."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def __getattr__(self, _name: str) -> NoReturn:
        raise ServiceError(_refusal(self._login))


_engines: dict[Login, PostgresEngine] = {}
_session: dict[str, str] = {"name": "barometer"}


def setting_of(login: Login) -> str:
    """Return the name of the setting that holds a login's address."""
    name = "BAROMETER_DATABASE_URL"
    return name if login is Login.MIGRATOR else f"{name}_{login.name}"


def _refusal(login: Login) -> str:
    return (
        f"this process was not given the database login '{login}':"
        f" set {setting_of(login)} where this is run"
    )


async def _connect(*arguments: Any, **choices: Any) -> Connection:  # noqa: ANN401 - asyncpg's
    for _ in range(PASSWORD_TRIES - 1):
        try:
            return await asyncpg.connect(*arguments, **choices)
        except asyncpg.InvalidPasswordError:
            await asyncio.sleep(PASSWORD_PAUSE)
    return await asyncpg.connect(*arguments, **choices)


def connect(
    urls: Mapping[Login, str],
    *,
    named: str = "barometer",
    passwords: Mapping[Login, Callable[[], str]] | None = None,
) -> None:
    """Say how each login reaches the database; replaces what was said before.

    Parameters
    ----------
    urls : mapping of Login to str
    named : str
        What the database's list of sessions calls this process.
    passwords : mapping of Login to callable, optional
        Where a login's password is asked for at each connection, in the place of its address's.
    """
    _engines.clear()
    _session["name"] = named
    asked = passwords or {}
    for login, url in urls.items():
        given = {"password": asked[login]} if login in asked else {}
        _engines[login] = _LazyEngine(config={**_config(url), **given}, extensions=())


def named_session() -> str:
    """Return what the database's list of sessions calls this process."""
    return _session["name"]


def engine_with(login: Login, **parameters: str) -> PostgresEngine:
    """Return an engine of its own for ``login`` whose sessions have other parameters."""
    config = engine(login).config
    settings = {**config["server_settings"], **parameters}
    return _LazyEngine(config={**config, "server_settings": settings}, extensions=())


def _config(url: str) -> dict[str, Any]:
    return {
        "dsn": url,
        "timeout": CONNECT_SECONDS,
        "connection_class": ProbingConnection,
        "server_settings": {"application_name": _session["name"]},
    }


def engine(login: Login) -> PostgresEngine:
    """Return the engine of ``login``.

    Raises
    ------
    ServiceError
        If this process was not given that login.
    """
    try:
        return _engines[login]
    except KeyError:
        raise ServiceError(_refusal(login)) from None


def is_given(login: Login) -> bool:
    """Tell whether this process was given a login."""
    return login in _engines


def bind(tables: Sequence[type[Table]], login: Login) -> None:
    """Let ``tables`` be reached as ``login`` in this process; where it was not given, by nobody."""
    chosen = _engines.get(login) or _NotGiven(login)
    for table in tables:
        table._meta.db = cast("PostgresEngine", chosen)  # noqa: SLF001 - Piccolo's own way


async def _keep(_connection: Link) -> None:
    """Leave a returned connection as it is: locks and settings here end with their transaction."""


@contextlib.asynccontextmanager
async def pools(
    *logins: Login,
    size: int = 8,
    answers: int = 0,
    seconds: float | None = None,
    patience: float | None = None,
) -> AsyncIterator[None]:
    """Hold a connection pool open for each login while the process serves.

    It connects at the first query: a process starts while the database is away, and says so.

    Parameters
    ----------
    logins : Login
    size : int
        The connections of each, at most.
    answers : int
        How many of these are kept for those who answer, and no more for them (``for_answers``).
    seconds : float, optional
        When a command is given up that the database does not answer.
    patience : float, optional
        When somebody goes without who found all connections lent.
    """
    for login in logins:
        await engine(login).start_connection_pool(
            min_size=0,
            max_size=size,
            reset=_keep,
            connect=_connect,
            command_timeout=seconds,
            answers=answers,
            patience=patience,
        )
    try:
        yield
    finally:
        for login in logins:
            await _close_pool(engine(login))


async def _close_pool(chosen: PostgresEngine) -> None:
    """Close a pool, without waiting for a connection that nobody gives back."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await chosen.close_connection_pool()
    except TimeoutError:
        chosen.pool = None  # a pool whose closing is given up ends its connections itself


async def fetch(login: Login, sql: str, *values: object) -> list[dict[str, Any]]:
    """Run plain SQL with ``$1`` placeholders as ``login`` and return its rows.

    Joins the transaction that ``engine(login).transaction()`` opened, if any.
    """
    chosen = engine(login)
    transaction = chosen.current_transaction.get()
    if transaction is not None:
        return [dict(row) for row in await transaction.connection.fetch(sql, *values)]
    async with connection(login) as link:
        return [dict(row) for row in await link.fetch(sql, *values)]


async def fetch_one(link: Link, sql: str, *values: object) -> Record:
    """Return the row of a query that cannot come back empty.

    Raises
    ------
    LookupError
        If it does: what the caller has in hand is gone.
    """
    row = await link.fetchrow(sql, *values)
    if row is None:
        raise LookupError(f"no row where one must be: {sql}")
    return row


def connection(login: Login) -> contextlib.AbstractAsyncContextManager[Link]:
    """Lend a raw asyncpg connection as ``login``: the pool's, else a new one."""
    chosen = engine(login)
    if chosen.pool is not None:
        # the pool's own context: one of ours around it would cost each answer as much again
        lent: contextlib.AbstractAsyncContextManager[Link] = chosen.pool.acquire()
        return lent
    return _new_one(chosen)


@contextlib.asynccontextmanager
async def _new_one(chosen: PostgresEngine) -> AsyncIterator[Link]:
    own = await chosen.get_new_connection()
    try:
        yield own
    finally:
        await own.close()
