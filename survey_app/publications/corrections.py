"""What is said of a publication that corrects earlier ones, and which one corrects it in its turn.

Reached as whatever login the tables are bound to: ``reader`` in a web process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from survey_app.publications.read_rows import read_rows
from survey_app.publications.store import is_retraction, stands


@dataclass(frozen=True, slots=True)
class Correction:
    """When the wave's first figures were released, and why others stand in their place.

    ``reason`` is in the words of whoever corrected; empty of corrections of the first days, when it
    stood in the audit log alone. ``back_at``: when the first figures after the wave's last ones
    were taken back were computed, these or earlier ones; None where none were.
    """

    first_at: datetime
    reason: str
    back_at: datetime | None = None


async def corrections_of(publications: Sequence[UUID]) -> dict[UUID, Correction]:
    """Return what those of the publications correct that correct any.

    What was mended before the day of its release stands in place of nothing that anybody saw.
    """
    rows = await read_rows(
        "SELECT p.id, coalesce(p.manifest->'parameters'->>'reason', '') AS reason,"  # noqa: S608 - ours
        " min(f.released_at) AS first_at,"
        " (SELECT min(b.computed_at) FROM publications.publication b WHERE b.wave = p.wave"
        "  AND b.version <= p.version AND b.version > (SELECT max(r.version)"
        "   FROM publications.publication r WHERE r.wave = p.wave AND r.version < p.version"
        f"   AND {is_retraction('r')})) AS back_at"
        " FROM publications.publication p"
        " JOIN publications.publication f ON f.wave = p.wave AND f.released_at < p.released_at"
        f" AND NOT {is_retraction('f')} WHERE p.id = ANY({{}}) AND p.version > 1 GROUP BY p.id",
        list(publications),
    )
    return {row["id"]: Correction(row["first_at"], row["reason"], row["back_at"]) for row in rows}


async def superseding(publication: UUID, *, at: datetime) -> UUID | None:
    """Return the newest released publication of the same wave, where that is a later version."""
    rows = await read_rows(
        "SELECT n.id FROM publications.publication p"  # noqa: S608 - our own columns
        " JOIN publications.publication n ON n.wave = p.wave AND n.version > p.version"
        f" WHERE p.id = {{}} AND n.released_at <= {{}} AND {stands('n')}"
        " ORDER BY n.version DESC LIMIT 1",
        publication,
        at,
    )
    found: UUID | None = rows[0]["id"] if rows else None
    return found
