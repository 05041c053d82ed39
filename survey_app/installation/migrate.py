"""Bring the database to this version: Piccolo's migrations, then the walls between logins.

What adds comes first and harms nobody; what takes away comes last, and only when no process of
another version is at work (docs/adr/0126). So a database is migrated while the version before
answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from piccolo.apps.migrations.commands.backwards import run_backwards
from piccolo.apps.migrations.commands.base import MigrationResult
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import MigrationModule
from piccolo.engine.postgres import PostgresEngine

from survey_app.installation.at_work import sessions_of_others
from survey_app.installation.logins import credentials_of, refuse_other_passwords
from survey_app.installation.patience import LOCK_TIMEOUT, MigrationError, patiently
from survey_app.installation.schema_state import (
    APPS,
    EARLIER,
    MARKED,
    UNFINISHED,
    SchemaError,
    comment_of,
    contracting_ids,
    schema_mark,
    schema_state,
)
from survey_app.installation.walls import give_rights, raise_walls
from survey_app.shared.database import Link, Login, bind, connection, engine, engine_with

LOCK = 7_310_424_203  # any constant: two migrating processes wait for each other
WAIT = 0.2  # seconds between two looks whether the other one is ready
OLDEST_POSTGRES = 150_000
# what a database must be before anything is made in it, and what mends it where it is not
_NEEDS: Final = (
    (
        f"current_setting('server_version_num')::int >= {OLDEST_POSTGRES}",
        "its PostgreSQL is too old: use 15 or newer",
    ),
    (
        "current_setting('server_encoding') = 'UTF8'",
        "its encoding is not UTF8: make it anew, with ENCODING 'UTF8' TEMPLATE template0",
    ),
    (
        "current_setting('transaction_read_only') = 'off'",
        "nothing can be written to it: it is a copy, or default_transaction_read_only is on",
    ),
    (
        "pg_has_role((SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE')",
        "this login does not own it: ALTER DATABASE … OWNER TO …",
    ),
    (
        "(SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)",
        "this login may not make the others: ALTER ROLE … CREATEROLE",
    ),
    (
        "coalesce(current_schema() = 'public', false)",
        "its first schema is not public: make that, and ALTER DATABASE … SET search_path = public",
    ),
    (
        "coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), true)",
        "this login may make nothing in the schema public: GRANT CREATE ON SCHEMA public TO …",
    ),
)

type Others = Callable[[Link], Awaitable[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Migrated:
    """What migrating came to.

    Attributes
    ----------
    refused : tuple of str
        Log parameters that the server would not let us set per role; ``doctor`` names them.
    others : tuple of str
        Processes of other versions that are at work: what they need is still there, and goes when
        this is run again without them.
    """

    refused: tuple[str, ...]
    others: tuple[str, ...]


async def run_migrations(
    urls: Mapping[Login, str], *, new_passwords: bool = False, others: Others | None = None
) -> Migrated:
    """Run every migration that has not run and may, then create logins and grants.

    Parameters
    ----------
    urls : mapping of Login to str
        Database address of each login; user and password are taken from there.
    new_passwords : bool
        Whether logins that exist get the passwords of ``urls``: other hosts must be told theirs.
    others : callable, optional
        Names the processes of other versions that are at work; by the database's sessions alone
        when left out.

    Raises
    ------
    MigrationError
        If a migration fails.
    SchemaError
        If the database is newer than this programme, or new and not made as it must be: nothing is
        done to it.
    PasswordError
        If a login exists with another password: it is a host's that works with it.
    """
    look = others or functools.partial(sessions_at_work, urls)
    async with connection(Login.MIGRATOR) as link, _alone(link):
        state = await schema_state()
        if state.unknown:
            raise SchemaError(state.too_new)
        if not (earlier := await _migrated_before(link)):
            await refuse_unfit_database(link)
        if not new_passwords:
            await refuse_other_passwords(link, urls)
        if not earlier:
            look = _nobody
        before = tuple(
            one for one in state.marks or (EARLIER,) if one not in {schema_mark(), UNFINISHED}
        )
        at_work = await look(link)
        # what this version needs is there already where it only takes away: it works on meanwhile
        ours = state.current and not state.overtaken
        begun = (schema_mark(), UNFINISHED) if ours else (UNFINISHED,)
        await _mark(link, *begun, *(before if at_work else ()))
        await _run_piccolo(contracting=False)
        refused = await raise_walls(link, urls, new_passwords=new_passwords)
        # and one that started meanwhile, before the mark told it not to
        at_work = at_work or await look(link)
        if not at_work:
            await _run_piccolo(contracting=True)
        await give_rights(link, urls, narrow=not at_work)
        await _mark(link, schema_mark(), *(before if at_work else ()))
        return Migrated(refused, at_work)


async def refuse_unfit_database(link: Link) -> None:
    """Stop before anything is made in a database that it cannot be made in.

    Raises
    ------
    SchemaError
        With all that it lacks, and what its server's owner does about it.
    """
    held = await link.fetchrow("SELECT " + ", ".join(need for need, _ in _NEEDS))
    lacks = [sentence for (_, sentence), holds in zip(_NEEDS, held or (), strict=True) if not holds]
    if lacks:
        raise SchemaError("the database cannot be used as it is: " + "; ".join(lacks))


async def _nobody(_link: Link) -> tuple[str, ...]:
    return ()


async def _migrated_before(link: Link) -> bool:
    return bool(await link.fetchval("SELECT to_regclass('public.migration') IS NOT NULL"))


async def sessions_at_work(urls: Mapping[Login, str], link: Link) -> tuple[str, ...]:
    """Name the logins that other versions hold sessions of, by the database alone."""
    # whoever reads publications has a session of the web as well
    users = [credentials_of(urls[login], login)[0] for login in (Login.WEB, Login.WORKER)]
    return await sessions_of_others(link, users)


async def migrate_backwards(app: str, migration: str = "1") -> None:
    """Take the latest migration of ``app`` back (tests, and a release gone wrong)."""
    _point_piccolo_here(engine(Login.MIGRATOR))
    with contextlib.redirect_stdout(io.StringIO()):
        result = await run_backwards(app, migration, auto_agree=True)
    if not result.success:
        raise MigrationError(f"{app}: {result.message}")


@contextlib.asynccontextmanager
async def _alone(link: Link) -> AsyncIterator[None]:
    # who waited in the server would hold up the making of indexes, which waits for all statements
    while not await link.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110
        await asyncio.sleep(WAIT)
    try:
        yield
    finally:
        await link.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def _mark(link: Link, *marks: str) -> None:
    """Say which versions may work on the database, once there is one to say it of."""
    if await link.fetchval("SELECT to_regnamespace($1)", MARKED):
        await link.execute(f"COMMENT ON SCHEMA {MARKED} IS '{comment_of(marks)}'")


class _Those(ForwardsMigrationManager):
    """Piccolo's own way forwards, over the migrations that add or those that take away."""

    def __init__(self, app: str, *, contracting: bool) -> None:
        super().__init__(app)
        self._chosen = contracting_ids(app)
        self._contracting = contracting

    def get_migration_modules(self, folder_path: str) -> dict[str, MigrationModule]:
        found = super().get_migration_modules(folder_path)
        return {
            one: module
            for one, module in found.items()
            if (one in self._chosen) is self._contracting
        }


def _point_piccolo_here(chosen: PostgresEngine) -> None:
    # Piccolo remembers the first database that it met in this process
    os.environ["PICCOLO_CONF"] = "survey_app.piccolo_conf"
    piccolo_conf = importlib.import_module("survey_app.piccolo_conf")
    vars(piccolo_conf)["DB"] = chosen
    bind((Migration,), Login.MIGRATOR)


async def _run_piccolo(*, contracting: bool) -> None:
    _point_piccolo_here(engine_with(Login.MIGRATOR, lock_timeout=LOCK_TIMEOUT))
    for app in APPS:
        result = await patiently(functools.partial(_forwards, app, contracting=contracting))
        if not result.success:
            raise MigrationError(f"{app}: {result.message}")


async def _forwards(app: str, *, contracting: bool) -> MigrationResult:
    with contextlib.redirect_stdout(io.StringIO()):
        return await _Those(app, contracting=contracting).run()
