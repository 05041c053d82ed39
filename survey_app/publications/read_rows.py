"""Ask the shelf: as whatever login its tables are bound to, ``reader`` in a web process."""

from __future__ import annotations

from typing import Any


async def read_rows(sql: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows of a query, with ``{}`` where each value belongs."""
    # a child that writes a file has rows of the shelf in hand, and asks for none
    from survey_app.publications.tables import Publication  # noqa: PLC0415

    rows: list[dict[str, Any]] = await Publication.raw(sql, *values)
    return rows
