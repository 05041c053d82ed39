"""What lists need of publications: their heads, each read once in the life of a process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from survey_app.publications.asked import asked_by
from survey_app.publications.corrections import Correction, corrections_of
from survey_app.publications.formats import read_head
from survey_app.publications.packed import shared
from survey_app.publications.read_rows import read_rows
from survey_app.publications.store import stands

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.publications.breaks import Asked
    from survey_app.publications.retractions import Retraction

HEADS_KEPT: Final = 400  # heads held in memory: every page lists them, and they never change
HEAD: Final = (
    "p.id, p.campaign, p.wave_key, p.sequence, p.kind, p.population, p.version, p.computed_at,"
    " p.released_at, p.open_results"
)
# of a corrected publication only the newest that is released; the old one stays readable by id
NEWEST: Final = (
    "SELECT DISTINCT ON (own.wave) own.id FROM publications.publication own"  # noqa: S608 - ours
    f" WHERE own.population = {{}} AND own.released_at <= {{}} AND {stands('own')}"
    " ORDER BY own.wave, own.version DESC"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What lists need of a publication; ``head`` is its content without the tables.

    ``measures`` has the codes of what it has figures of, ``asked`` what stood behind each;
    ``retracted`` are the waves of its population whose figures were taken back, ``corrected`` the
    earlier ones of its series that were corrected after it was computed.
    """

    id: UUID
    campaign: str
    wave_key: str
    sequence: int
    kind: str
    population: str
    version: int
    computed_at: datetime
    released_at: datetime
    open_results: int
    head: Mapping[str, Any]
    measures: frozenset[str]
    asked: Asked = field(default_factory=dict)
    correction: Correction | None = None
    retracted: tuple[Retraction, ...] = ()
    corrected: tuple[Head, ...] = ()


_told: OrderedDict[UUID, tuple[Mapping[str, Any], Asked, Correction | None]] = OrderedDict()


async def heads_of(rows: Sequence[Mapping[str, Any]]) -> list[Head]:
    """Put heads together; the large part of each is read once in the life of a process."""
    # taken at once: whoever reads others meanwhile lets some of these go
    known = {row["id"]: _told[row["id"]] for row in rows if row["id"] in _told}
    unknown = [row["id"] for row in rows if row["id"] not in known]
    if unknown:
        found = await read_rows(
            "SELECT id, head FROM publications.publication WHERE id = ANY({})", unknown
        )
        told = {}
        for one in found:
            told[one["id"]] = shared(read_head(one["head"]))
        asked = await asked_by(list(told.values()))
        why = await corrections_of(unknown)
        new = {
            one: (head, behind, why.get(one))
            for (one, head), behind in zip(told.items(), asked, strict=True)
        }
        known |= new
        _told.update(new)
    # several rows of one publication share its head
    made = {row["id"]: row for row in rows}
    heads = {one: _head(row, *known[one]) for one, row in made.items()}
    while len(_told) > HEADS_KEPT:
        _told.popitem(last=False)
    return [heads[row["id"]] for row in rows]


def _head(
    row: Mapping[str, Any], told: Mapping[str, Any], asked: Asked, correction: Correction | None
) -> Head:
    names = ("id", "campaign", "wave_key", "sequence", "kind", "population", "version")
    return Head(
        **{name: row[name] for name in names},
        computed_at=row["computed_at"],
        released_at=row["released_at"],
        open_results=row["open_results"],
        head=told,
        measures=frozenset(asked),
        asked=asked,
        correction=correction,
    )
