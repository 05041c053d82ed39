"""What a programme may rely on in a database, and what of it another schema takes away."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from survey_app.installation.schema_state import APPS, WALLS

LOGINS = ("web", "reader", "worker")
_COLUMNS = """
SELECT n.nspname || '.' || c.relname AS table, a.attname AS column,
    format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
    a.atthasdef OR a.attidentity <> '' AS has_default
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped"""
_RULES = """
SELECT conrelid::regclass::text AS table, conname || ' ' || pg_get_constraintdef(k.oid) AS rule
FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
    JOIN pg_class c ON c.oid = k.conrelid
WHERE n.nspname = ANY($1) AND contype IN ('c', 'u', 'f', 'x') AND NOT c.relispartition
UNION ALL
SELECT indrelid::regclass::text, 'unique index ' || i.indexrelid::regclass
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND indisunique AND NOT c.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
UNION ALL
SELECT tgrelid::regclass::text, 'trigger ' || tgname
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND NOT tgisinternal AND NOT c.relispartition"""
_FUNCTIONS = """
SELECT p.oid::regprocedure::text || ' returns ' || pg_get_function_result(p.oid) AS name
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY($1)"""
_RIGHTS = """
SELECT l.login || ' may ' || v.verb || ' ' || c.oid::regclass || ' ' || a.attname AS one
FROM unnest($2::text[]) AS l (login),
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS v (verb),
    pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    AND has_column_privilege(l.login, c.oid, a.attnum, v.verb)
UNION ALL
SELECT l.login || ' may DELETE ' || c.oid::regclass FROM unnest($2::text[]) AS l (login),
    pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND has_table_privilege(l.login, c.oid, 'DELETE')
UNION ALL
SELECT l.login || ' may call ' || p.oid::regprocedure FROM unnest($2::text[]) AS l (login),
    pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = ANY($1) AND has_function_privilege(l.login, p.oid, 'EXECUTE')
    AND p.prorettype <> 'trigger'::regtype
UNION ALL
SELECT l.login || ' may use ' || n.nspname FROM unnest($2::text[]) AS l (login), pg_namespace n
WHERE n.nspname = ANY($1) AND has_schema_privilege(l.login, n.oid, 'USAGE')"""

_NAMES = """
SELECT n.nspname || '.' || proname AS name FROM pg_proc p JOIN pg_namespace n
    ON n.oid = p.pronamespace WHERE n.nspname = ANY($1)"""
_MADE = re.compile(r"^CREATE OR REPLACE FUNCTION ([\w.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Shape:
    """What is there, and what is refused."""

    columns: dict[tuple[str, str], tuple[str, bool, bool]]
    rules: set[tuple[str, str]]
    functions: set[str]
    rights: set[str] = field(default_factory=set)

    @property
    def tables(self) -> set[str]:
        return {table for table, _ in self.columns}


async def shape_of(link: Any, *, with_rights: bool = False) -> Shape:
    apps = list(APPS)
    rights = await link.fetch(_RIGHTS, apps, list(LOGINS)) if with_rights else []
    return Shape(
        {
            (row["table"], row["column"]): (row["type"], row["required"], row["has_default"])
            for row in await link.fetch(_COLUMNS, apps)
        },
        {(row["table"], row["rule"]) for row in await link.fetch(_RULES, apps)},
        {row["name"] for row in await link.fetch(_FUNCTIONS, apps)},
        {row["one"] for row in rights},
    )


async def functions_there(link: Any) -> list[str]:
    """Name each function that is there; one that is there with two signatures comes twice."""
    return sorted(row["name"] for row in await link.fetch(_NAMES, list(APPS)))


def functions_made() -> list[str]:
    """Name each function that this version makes."""
    return sorted(name for file in WALLS.glob("*.sql") for name in _MADE.findall(file.read_text()))


def _holds(kind: str, former: str) -> bool:
    """Tell whether a type takes all that another took, and gives it back alike."""
    varying = re.compile(r"character varying\((\d+)\)")
    now, was = varying.fullmatch(kind), varying.fullmatch(former)
    if was and now:
        return int(now[1]) >= int(was[1])
    return kind == former or (was is not None and kind == "text")


def narrower(before: Shape, after: Shape) -> list[str]:
    """Name what worked on the first and does not on the second."""
    told = [f"{table}.{column} is gone" for table, column in before.columns.keys() - after.columns]
    for (table, column), (kind, required, has_default) in after.columns.items():
        if table not in before.tables:
            continue
        was = before.columns.get((table, column))
        if was is None:
            if required and not has_default:
                told.append(f"{table}.{column} must be given")
            continue
        if not _holds(kind, was[0]):
            told.append(f"{table}.{column} is {kind} and was {was[0]}")
        if (required and not was[1]) or (was[2] and not has_default and required):
            told.append(f"{table}.{column} must be given")
    told += [
        f"{table} refuses by {rule}"
        for table, rule in after.rules - before.rules
        if table in before.tables
    ]
    told += [f"{one} is gone" for one in before.functions - after.functions]
    told += [f"{one} no more" for one in before.rights - after.rights]
    return sorted(told)
