"""How the database stands to this programme: what is missing in it, and what it knows more."""

from __future__ import annotations

import functools
import hashlib
import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import migrations
from survey_app.shared.database import Login, fetch
from survey_app.shared.errors import BarometerError

APPS: Final = (
    "asking", "counting", "publications", "accounts", "audit", "actions", "events", "earlier",
    "comments", "subscriptions",
)  # fmt: skip
WALLS: Final = Path(migrations.__file__).parent / "walls"
# it says which walls stand; every login may read a comment, whatever else it may
MARKED: Final = APPS[0]


class SchemaError(BarometerError):
    """The database is not the one that this programme works on."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """What parts a database from this programme.

    Parameters
    ----------
    missing : tuple of str
        Migrations of this programme that have not run, each ``"app id"``.
    unknown : tuple of str
        Migrations that have run and that this programme does not have: it is the older of the two.
    walls_stand : bool
        Whether rights, triggers and functions are those of this programme.
    """

    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    walls_stand: bool = True

    @property
    def current(self) -> bool:
        """Whether this programme may work on the database."""
        return not self.missing and not self.unknown and self.walls_stand

    @property
    def sentence(self) -> str:
        """What is wrong, and how to mend it; empty where nothing is."""
        if self.unknown:
            return (
                f"the database is newer than this programme ({len(self.unknown)} of its migrations"
                f" are not known here, first {self.unknown[0]}): install the version that migrated"
                " it, or restore the backup from before"
            )
        if self.missing:
            return (
                f"the database is older than this programme ({len(self.missing)} migrations have"
                f" not run, first {self.missing[0]}): run barometer migrate"
            )
        if not self.walls_stand:
            return (
                "the logins of the database have the rights of another version of this programme:"
                " run barometer migrate"
            )
        return ""


async def schema_state(login: Login = Login.MIGRATOR) -> SchemaState:
    """Compare the database with this programme, as any of its logins."""
    [seen] = await fetch(
        login,
        "SELECT has_table_privilege(to_regclass('public.migration'), 'SELECT') AS may_read,"
        " obj_description(to_regnamespace($1), 'pg_namespace') AS walls",
        MARKED,
    )
    if seen["may_read"] is False:
        # the walls of this version let each login read it
        return SchemaState(walls_stand=False)
    rows = (
        await fetch(login, "SELECT app_name, name FROM public.migration")
        if seen["may_read"]
        else []
    )
    ran = {(row["app_name"], row["name"]) for row in rows}
    known = {(app, one) for app in APPS for one in migration_ids(app)}
    return SchemaState(
        _named(known - ran), _named(ran - known), walls_stand=seen["walls"] == walls_mark()
    )


async def refuse_strange_schema(login: Login) -> None:
    """Stop before anything is served from a database that this programme does not know.

    Raises
    ------
    SchemaError
        With one sentence that says what to do.
    """
    state = await schema_state(login)
    if not state.current:
        raise SchemaError(state.sentence)


@functools.cache
def migration_ids(app: str) -> tuple[str, ...]:
    """Return the ids of an app's migrations, in order."""
    package = importlib.import_module(f"migrations.{app}.piccolo_migrations")
    return tuple(
        sorted(
            importlib.import_module(f"{package.__name__}.{found.name}").ID
            for found in pkgutil.iter_modules(package.__path__)
        )
    )


@functools.cache
def walls_mark() -> str:
    """Name the walls of this programme: grants, triggers and functions (docs/adr/0005)."""
    digest = hashlib.sha256()
    for file in sorted(WALLS.glob("*.sql")):
        digest.update(f"{file.name}\n".encode())
        digest.update(file.read_bytes())
    return f"walls sha256:{digest.hexdigest()}"


def _named(ids: set[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(" ".join(one) for one in sorted(ids))
