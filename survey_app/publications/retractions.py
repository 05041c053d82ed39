"""Figures that were taken back: which, when, and why.

A retraction is a version of a wave's publication with the same content, so that what was shown is
still known to whatever protects later ones; ``retracted`` in its manifest says that it stands for
figures that nobody shall rely on. A correction after it ends it (docs/adr/0217).

Reached as whatever login the tables are bound to: ``reader`` in a web process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from survey_app.publications.read_rows import read_rows
from survey_app.publications.store import is_retraction

_COLUMNS: Final = (
    "SELECT p.id, p.wave_key, p.campaign, p.population, p.open_results, p.released_at,"  # noqa: S608 - ours
    " p.manifest->'retracted'->>'reason' AS reason, p.head->'wave' AS facts,"
    " coalesce((p.head->'campaign'->>'demo')::boolean, false) AS demo"
    f" FROM publications.publication p WHERE {is_retraction('p')}"
)


@dataclass(frozen=True, slots=True)
class Retraction:
    """That a wave's figures were taken back; ``reason`` is in the words of whoever did it.

    ``labels`` are the wave's words, ``closed_on`` its last day.
    """

    publication: UUID
    wave_key: str
    campaign: str
    population: str
    open_results: int
    at: datetime
    reason: str
    labels: Mapping[str, Any]
    closed_on: str
    demo: bool


async def retractions(*, at: datetime) -> list[Retraction]:
    """Return those that stand at a moment, of all populations, oldest wave first."""
    rows = await read_rows(
        _COLUMNS + " AND p.released_at <= {}"
        " AND NOT EXISTS (SELECT FROM publications.publication n WHERE n.wave = p.wave"
        "  AND n.version > p.version AND n.released_at <= {})"
        " ORDER BY p.head->'wave'->>'closed_on', p.sequence, p.wave_key",
        at,
        at,
    )
    return [_retraction(row) for row in rows]


async def retraction_of(publication: UUID) -> Retraction | None:
    """Return what took a publication back, whatever was corrected since."""
    rows = await read_rows(
        _COLUMNS + " AND EXISTS (SELECT FROM publications.publication f"
        "  WHERE f.id = {} AND f.wave = p.wave AND f.version <= p.version)"
        " ORDER BY p.version LIMIT 1",
        publication,
    )
    return _retraction(rows[0]) if rows else None


def _retraction(row: Mapping[str, Any]) -> Retraction:
    facts = row["facts"]
    told = json.loads(facts) if isinstance(facts, str) else facts
    return Retraction(
        row["id"],
        row["wave_key"],
        row["campaign"],
        row["population"],
        row["open_results"],
        row["released_at"],
        row["reason"],
        told["labels"],
        told["closed_on"],
        row["demo"],
    )
