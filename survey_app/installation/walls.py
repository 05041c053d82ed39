"""Raise the walls between the logins: functions, triggers, roles and rights (docs/adr/0005)."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Final

import asyncpg

from survey_app.installation.logins import OTHERS, credentials_of, proof_of
from survey_app.installation.patience import alter, lone_steps, make_indexes
from survey_app.installation.schema_state import WALLS
from survey_app.shared.database import LOCK_SECONDS, Link, Login
from survey_app.shared.errors import ServiceError
from survey_app.shared.log_parameters import ROLE_SETTINGS
from survey_app.shared.peers import SERVER_SETTINGS

BEFORE_GRANTS: Final = (
    "urn.sql", "marks.sql", "owner.sql", "comments.sql", "events.sql", "subscribers.sql",
    "trials.sql", "alarms.sql", "two_people.sql", "versions.sql", "log.sql", "forgetting.sql",
    "sending.sql", "samples.sql",
)  # fmt: skip
INDEXES: Final = "indexes.sql"
# with the names of the installation's logins
USED_LINKS: Final = "used_links.sql"
GRANTS: Final = "grants.sql"
# who is given a table must be allowed to make one there
TO_WORKER: Final = "to_worker.sql"
ISOLATION: Final = {"default_transaction_isolation": "read committed"}
PATIENCE: Final = {"lock_timeout": f"{LOCK_SECONDS}s"}
# what takes away, once nobody needs it
REVOKE, NARROW = "revoke.sql", "narrow.sql"
# of columns that are sampled no more; not where a view reads one, as of addresses of accounts
_SAMPLED: Final = """
SELECT attrelid::regclass AS place,
    string_agg(format('ALTER COLUMN %I TYPE %s', a.attname, format_type(atttypid, atttypmod)), ', ')
        AS steps
FROM pg_stats s JOIN pg_attribute a ON a.attname = s.attname
    AND attrelid = format('%I.%I', schemaname, tablename)::regclass
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND attstattarget = 0
    AND NOT EXISTS (SELECT 1 FROM pg_depend JOIN pg_rewrite r ON r.oid = objid
        WHERE refobjid = attrelid AND refobjsubid = attnum)
GROUP BY attrelid ORDER BY attrelid::regclass::text
"""


async def raise_walls(
    link: Link, urls: Mapping[Login, str], *, new_passwords: bool
) -> tuple[str, ...]:
    """Make functions, triggers, indexes and logins of this version, each while others work.

    Parameters
    ----------
    link : asyncpg connection
        The owner's.
    urls : mapping of Login to str
    new_passwords : bool
        Whether logins that exist get the passwords of ``urls``.

    Returns
    -------
    tuple of str
        Log parameters that the server would not let us set.
    """
    for file in BEFORE_GRANTS:
        for step in lone_steps(_read(file)):
            await alter(link, step)
    await forget_samples(link)
    await make_indexes(link, _read(INDEXES))
    for login in OTHERS:
        user, password = credentials_of(urls[login], login)
        await _ensure_login(link, user, password, new_password=new_passwords)
    names = _names(urls)
    for step in lone_steps(_read(USED_LINKS)):
        await alter(link, _filled(step, names))
    await _settle_sessions(link, names)
    return await _quieten(link, [names["web"], names["worker"]])


async def give_rights(link: Link, urls: Mapping[Login, str], *, narrow: bool) -> None:
    """Give each login its rights.

    Parameters
    ----------
    link : asyncpg connection
        The owner's.
    urls : mapping of Login to str
    narrow : bool
        Whether rights and functions go that only a version before this one needs.
    """
    # in one transaction, so that no login is without its rights for a moment
    rights = _read(REVOKE) + _read(GRANTS) if narrow else _read(GRANTS)
    names = _names(urls)
    await alter(link, _filled(rights, names))
    await alter(link, _filled(_read(TO_WORKER), names))
    if narrow:
        await alter(link, _read(NARROW))


async def forget_samples(link: Link) -> None:
    """Let go of what the planner kept before, one table at a time.

    It goes as a column is given the type that it has.
    """
    for row in await link.fetch(_SAMPLED):
        await alter(link, f"ALTER TABLE {row['place']} {row['steps']}")


def _names(urls: Mapping[Login, str]) -> dict[str, str]:
    return {login.value: f'"{credentials_of(urls[login], login)[0]}"' for login in OTHERS}


def _read(file: str) -> str:
    return (WALLS / file).read_text()


def _filled(sql: str, names: Mapping[str, str]) -> str:
    for name, quoted in names.items():
        sql = sql.replace("{" + name + "}", quoted)
    return sql


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
        await link.execute(f"ALTER ROLE {quoted} LOGIN PASSWORD '{proof_of(password)}'")
    superuser = await link.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not superuser:
        try:
            await link.execute(f"GRANT {quoted} TO CURRENT_USER")
        except asyncpg.InsufficientPrivilegeError:
            raise ServiceError(
                f"somebody else made the login '{user}': let the server's owner run GRANT {user} TO"
                " … WITH ADMIN OPTION, for the login of barometer migrate"
            ) from None
    database = await link.fetchval("SELECT quote_ident(current_database())")
    await link.execute(f"GRANT CONNECT ON DATABASE {database} TO {quoted}")


async def _settle_sessions(link: Link, names: Mapping[str, str]) -> None:
    """Let locks go soon of a process whose machine is gone: it cannot let them go itself.

    Let each statement see what was committed before it, whatever the server's own rule: who waited
    for a lock would else be refused. And let no page wait for one for long.
    """
    # whoever made the roles may not have left them to us
    with contextlib.suppress(asyncpg.InsufficientPrivilegeError):
        for name, value in {**SERVER_SETTINGS, **ISOLATION}.items():
            for role in names.values():
                await link.execute(f"ALTER ROLE {role} SET {name} = '{value}'")
        for name, value in PATIENCE.items():
            await link.execute(f"ALTER ROLE {names['web']} SET {name} = '{value}'")


async def _quieten(link: Link, roles: list[str]) -> tuple[str, ...]:
    refused: list[str] = []
    for name, value in ROLE_SETTINGS.items():
        for role in roles:
            try:
                await link.execute(f"ALTER ROLE {role} SET {name} = '{value}'")
            except asyncpg.InsufficientPrivilegeError:
                refused.append(name)
    return tuple(dict.fromkeys(refused))
