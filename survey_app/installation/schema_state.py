"""How the database stands to this programme: what is missing in it, and what it knows more.

A database says by marks which versions of the programme may work on it: the one that it was brought
to, and, as long as their processes run, those before (docs/adr/0126).
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import migrations
from survey_app.shared.database import Login, fetch
from survey_app.shared.errors import BarometerError

APPS: Final = (
    "asking", "counting", "publications", "accounts", "audit", "actions", "events", "earlier",
    "comments", "subscriptions",
)  # fmt: skip
MIGRATIONS: Final = Path(migrations.__file__).parent
WALLS: Final = MIGRATIONS / "walls"
# it says whose schema this is; every login may read a comment, whatever else it may
MARKED: Final = APPS[0]
SIGN: Final = "schema"
# in the place of the newest mark while a version is being brought in, and after it while it takes
# away what those before needed
UNFINISHED: Final = "unfinished"
# of a version that wrote no mark of this kind
EARLIER: Final = "earlier"


class SchemaError(BarometerError):
    """The database is not the one that this programme works on."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """What parts a database from this programme.

    Parameters
    ----------
    missing : tuple of str
        Migrations that have not run and without which this programme cannot work, each
        ``"app id"``.
    unknown : tuple of str
        Migrations that have run and that this programme does not have: it is the older of the two.
    marks : tuple of str
        Versions that may work here, the newest first.
    """

    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Whether this programme may work on the database."""
        return self.walls_stand and not self.missing and (self.overtaken or not self.unknown)

    @property
    def walls_stand(self) -> bool:
        """Whether rights, triggers and functions are fit for this programme."""
        return schema_mark() in self.marks

    @property
    def overtaken(self) -> bool:
        """Whether a newer version is here already, and lets this one go on."""
        return schema_mark() in self.marks[1:]

    @property
    def shared(self) -> bool:
        """Whether the database still serves versions before the newest."""
        return len(self.marks) > 1

    @property
    def sentence(self) -> str:
        """What is wrong, and how to mend it; empty where nothing is."""
        if self.current:
            return ""
        if self.unknown:
            return self.too_new
        if self.missing:
            return (
                f"the database is older than this programme ({len(self.missing)} migrations have"
                f" not run, first {self.missing[0]}): run barometer migrate"
            )
        return (
            "the logins of the database have the rights of another version of this programme:"
            " run barometer migrate"
        )

    @property
    def too_new(self) -> str:
        """What is wrong with a database that this programme may not migrate; empty for others."""
        if not self.unknown:
            return ""
        return (
            f"the database is newer than this programme ({len(self.unknown)} of its migrations"
            f" are not known here, first {self.unknown[0]}): install the version that migrated"
            " it, or restore the backup from before"
        )

    @property
    def note(self) -> str:
        """What is left to do though all is well; empty where nothing is."""
        if not self.current or not self.shared:
            return ""
        if self.overtaken:
            return (
                "the database was brought to a newer version, which still lets this one work:"
                " install it here"
            )
        return (
            "the database still serves the version before: when none of its processes is left,"
            " run barometer migrate again"
        )


async def schema_state(login: Login = Login.MIGRATOR) -> SchemaState:
    """Compare the database with this programme, as any of its logins."""
    [seen] = await fetch(
        login,
        "SELECT has_table_privilege(to_regclass('public.migration'), 'SELECT') AS may_read,"
        " obj_description(to_regnamespace($1), 'pg_namespace') AS told",
        MARKED,
    )
    if seen["may_read"] is False:
        # the walls of this version let each login read it
        return SchemaState()
    rows = (
        await fetch(login, "SELECT app_name, name FROM public.migration")
        if seen["may_read"]
        else []
    )
    marks = marks_in(seen["told"])
    ran = {(row["app_name"], row["name"]) for row in rows}
    needed = {
        (app, one)
        for app in APPS
        for one in migration_ids(app)
        # what takes something away waits until nobody needs it
        if len(marks) <= 1 or one not in contracting_ids(app)
    }
    known = {(app, one) for app in APPS for one in migration_ids(app)}
    return SchemaState(_named(needed - ran), _named(ran - known), marks)


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
    return tuple(sorted(module.ID for module in _modules(app)))


@functools.cache
def contracting_ids(app: str) -> frozenset[str]:
    """Return the ids of those that take away what the version before may use.

    Such a migration says so itself: ``CONTRACTS`` is a sentence with what goes.
    """
    return frozenset(module.ID for module in _modules(app) if getattr(module, "CONTRACTS", ""))


def _modules(app: str) -> Iterator[ModuleType]:
    package = importlib.import_module(f"migrations.{app}.piccolo_migrations")
    for found in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{found.name}")


@functools.cache
def schema_mark() -> str:
    """Name the schema of this programme: its migrations, grants, triggers and functions."""
    digest = hashlib.sha256()
    for file in sorted(MIGRATIONS.glob("*/piccolo_migrations/*.py")):
        # none that was shipped is edited
        digest.update(f"{file.parent.parent.name} {file.name}\n".encode())
    for file in sorted(WALLS.glob("*.sql")):
        digest.update(f"{file.name}\n".encode())
        digest.update(file.read_bytes())
    return f"sha256:{digest.hexdigest()}"


def marks_in(told: str | None) -> tuple[str, ...]:
    """Read the marks of a database: the newest version's, then those that it still serves."""
    sign, *marks = (told or "none").split()
    return tuple(marks) if sign == SIGN else ()


def comment_of(marks: Sequence[str]) -> str:
    """Write them."""
    return " ".join((SIGN, *marks))


def _named(ids: set[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(" ".join(one) for one in sorted(ids))
