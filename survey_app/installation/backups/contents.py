"""What a database holds, counted: by this a backup and what was restored from it are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

from survey_app.installation.schema_state import APPS
from survey_app.publications.store import publication_hashes
from survey_app.shared.database import Link

# what migrating writes by itself: an installation that holds nothing else is empty
OF_MIGRATING: Final = frozenset({"public.migration"})
COUNT: Final = "SELECT count(*) FROM {}"
_TABLES: Final = """
SELECT n.nspname || '.' || c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
    c.relkind = 'p' AS parent
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND (n.nspname = ANY($1) OR c.oid = to_regclass('public.migration'))
ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Contents:
    """One state of the database.

    Attributes
    ----------
    migrations : tuple of str
        Those that have run, each ``"app id"``, sorted.
    rows : dict of str to int
        Rows of each table, by ``schema.table``; partitions by their own names.
    publications : dict of str to str
        SHA-256 of the content of each publication, by id.
    of_the_worker : tuple of str
        Tables that the worker owns, and may drop.
    """

    migrations: tuple[str, ...]
    rows: dict[str, int]
    publications: dict[str, str]
    of_the_worker: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nobody has put anything in."""
        return not any(count for table, count in self.rows.items() if table not in OF_MIGRATING)

    def as_json(self) -> dict[str, Any]:
        """Return it for a manifest."""
        return {
            "migrations": list(self.migrations),
            "rows": self.rows,
            "publications": self.publications,
            "of_the_worker": list(self.of_the_worker),
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        """Read it from a manifest."""
        return cls(
            tuple(told["migrations"]),
            dict(told["rows"]),
            dict(told["publications"]),
            tuple(told["of_the_worker"]),
        )


async def look_at(link: Link, worker: str) -> Contents:
    """Count what the database holds, as the owner of the connection's transaction sees it.

    Parameters
    ----------
    link : asyncpg connection
        The owner's.
    worker : str
        Name of the worker's login.
    """
    tables = await link.fetch(_TABLES, list(APPS))
    rows = {
        table["name"]: await link.fetchval(COUNT.format(_quoted(table["name"])))
        for table in tables
        if not table["parent"]
    }
    found: dict[str, str] = {}
    if "publications.publication" in rows:
        found = await publication_hashes(link)
    ran = (
        await link.fetch("SELECT app_name || ' ' || name AS one FROM public.migration ORDER BY 1")
        if "public.migration" in rows
        else []
    )
    owned = tuple(table["name"] for table in tables if table["owner"] == worker)
    return Contents(tuple(row["one"] for row in ran), rows, found, owned)


def _quoted(name: str) -> str:
    schema, _, table = name.partition(".")
    return f'"{schema}"."{table}"'


def unlike(before: Contents, after: Contents) -> list[str]:
    """Name what is not the same in two states: tables with other counts, publications."""
    tables = [
        table
        for table in sorted(before.rows.keys() | after.rows.keys())
        if before.rows.get(table) != after.rows.get(table)
    ]
    shelf = [
        f"publication {one}"
        for one in sorted(before.publications.keys() | after.publications.keys())
        if before.publications.get(one) != after.publications.get(one)
    ]
    return tables + shelf
