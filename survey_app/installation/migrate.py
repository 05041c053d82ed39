"""Bring the database to this version: Piccolo's migrations, then the walls between logins."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
from collections.abc import Mapping

import asyncpg
from piccolo.apps.migrations.commands.backwards import run_backwards
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.tables import Migration

from survey_app.installation.logins import OTHERS, credentials_of, refuse_other_passwords
from survey_app.installation.schema_state import (
    APPS,
    MARKED,
    WALLS,
    SchemaError,
    schema_state,
    walls_mark,
)
from survey_app.shared.database import Link, Login, bind, connection, engine
from survey_app.shared.errors import BarometerError
from survey_app.shared.log_parameters import ROLE_SETTINGS

BEFORE_GRANTS = (
    "urn.sql", "marks.sql", "owner.sql", "comments.sql", "events.sql", "subscribers.sql",
    "trials.sql", "alarms.sql", "two_people.sql", "versions.sql", "log.sql", "forgetting.sql",
)  # fmt: skip
LOCK = 7_310_424_203  # any constant: two migrating processes wait for each other


class MigrationError(BarometerError):
    """A migration did not run; the database is as it was before that migration."""


async def migrate(urls: Mapping[Login, str], *, new_passwords: bool = False) -> tuple[str, ...]:
    """Run every migration that has not run, then create logins and grants.

    Parameters
    ----------
    urls : mapping of Login to str
        Database address of each login; user and password are taken from there.
    new_passwords : bool
        Whether logins that exist get the passwords of ``urls``: other hosts must be told theirs.

    Returns
    -------
    tuple of str
        Log parameters that the server would not let us set per role; ``doctor`` names them.

    Raises
    ------
    MigrationError
        If a migration fails.
    SchemaError
        If the database is newer than this programme: nothing is done to it.
    PasswordError
        If a login exists with another password: it is a host's that works with it.
    """
    async with connection(Login.MIGRATOR) as link:
        await link.execute("SELECT pg_advisory_lock($1)", LOCK)
        try:
            if (state := await schema_state()).unknown:
                raise SchemaError(state.sentence)
            if not new_passwords:
                await refuse_other_passwords(link, urls)
            await _run_piccolo()
            return await _raise_walls(link, urls, new_passwords=new_passwords)
        finally:
            await link.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def migrate_backwards(app: str, migration: str = "1") -> None:
    """Take the latest migration of ``app`` back (tests, and a release gone wrong)."""
    _point_piccolo_here()
    with contextlib.redirect_stdout(io.StringIO()):
        result = await run_backwards(app, migration, auto_agree=True)
    if not result.success:
        raise MigrationError(f"{app}: {result.message}")


async def ensure_migrated(urls: Mapping[Login, str], *, embedded: bool) -> None:
    """Bring an embedded database to this version; of another, say that it is not there yet.

    Raises
    ------
    SchemaError
        If the database is newer; or if one of the agency's own is behind, since its owner decides
        when it is migrated.
    """
    state = await schema_state(known_login(urls))
    if state.current:
        return
    if not embedded:
        raise SchemaError(state.sentence)
    await migrate(urls)


def known_login(urls: Mapping[Login, str]) -> Login:
    """Return a login that a command may look at the database with: the first it was given."""
    return next(login for login in Login if login in urls)


def _point_piccolo_here() -> None:
    # Piccolo remembers the first database that it met in this process
    os.environ["PICCOLO_CONF"] = "survey_app.piccolo_conf"
    piccolo_conf = importlib.import_module("survey_app.piccolo_conf")
    vars(piccolo_conf)["DB"] = engine(Login.MIGRATOR)
    bind((Migration,), Login.MIGRATOR)


async def _run_piccolo() -> None:
    _point_piccolo_here()
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        for app in APPS:
            result = await run_forwards(app)
            if not result.success:
                raise MigrationError(f"{app}: {result.message}")


async def _raise_walls(
    link: Link,
    urls: Mapping[Login, str],
    *,
    new_passwords: bool,
) -> tuple[str, ...]:
    for file in BEFORE_GRANTS:
        await link.execute((WALLS / file).read_text())
    names: dict[str, str] = {}
    for login in OTHERS:
        user, password = credentials_of(urls[login], login)
        names[login.value] = f'"{user}"'
        await _ensure_login(link, user, password, new_password=new_passwords)
    grants = (WALLS / "grants.sql").read_text()
    for name, quoted in names.items():
        grants = grants.replace("{" + name + "}", quoted)
    await link.execute(grants)
    await link.execute(f"COMMENT ON SCHEMA {MARKED} IS '{walls_mark()}'")
    return await _quieten(link, [names["web"], names["worker"]])


async def _ensure_login(
    link: Link,
    user: str,
    password: str | None,
    *,
    new_password: bool,
) -> None:
    quoted = f'"{user}"'
    exists = await link.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", user)
    if not exists:
        with contextlib.suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            await link.execute(f"CREATE ROLE {quoted} LOGIN")
    if password and (new_password or not exists):
        literal = await link.fetchval("SELECT quote_literal($1)", password)
        await link.execute(f"ALTER ROLE {quoted} LOGIN PASSWORD {literal}")
    superuser = await link.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not superuser:
        await link.execute(f"GRANT {quoted} TO CURRENT_USER")
    database = await link.fetchval("SELECT quote_ident(current_database())")
    await link.execute(f"GRANT CONNECT ON DATABASE {database} TO {quoted}")


async def _quieten(link: Link, roles: list[str]) -> tuple[str, ...]:
    refused: list[str] = []
    for name, value in ROLE_SETTINGS.items():
        for role in roles:
            try:
                await link.execute(f"ALTER ROLE {role} SET {name} = '{value}'")
            except asyncpg.InsufficientPrivilegeError:
                refused.append(name)
    return tuple(dict.fromkeys(refused))
