"""Waves as they are stored, for the rooms that count and publish them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from questionnaires.as_opened import AsOpened
from questionnaires.loader import load_library
from questionnaires.margins import Margins
from questionnaires.model import Questionnaire
from questionnaires.series import in_one_series
from survey_app.asking.campaigns.field_days import last_day
from survey_app.asking.campaigns.states import State
from survey_app.shared.database import Link, Row, fetch_one
from survey_app.shared.trustees import Trustee, trustees_of

if TYPE_CHECKING:
    from analytics.pipeline import Kind

_WAVES: Final = (
    "SELECT w.id, w.key, w.state, w.sequence, w.kind, w.labels, w.invite, w.form, w.questionnaire,"
    " w.plan_hash, w.minimum_group, w.margins, w.verdict_margins, w.as_opened, w.opens_on,"
    " w.closes_on, w.results_on, w.opened_at, w.closed_at, c.key AS campaign, c.title,"
    " c.population, c.demo, c.release, c.open_results"
    " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
)


@dataclass(frozen=True, slots=True)
class StoredWave:
    """A wave and what its campaign says of it; of a draft, what opening writes is missing."""

    id: UUID
    key: str
    state: State
    sequence: int
    kind: Kind
    labels: dict[str, Any]
    invite: str
    form: str
    questionnaire: str
    plan_hash: str
    minimum_group: int
    margins: date
    verdict_margins: Margins
    as_opened: AsOpened | None
    opens_on: date
    closes_on: date
    results_on: date
    opened_at: datetime
    closed_at: datetime
    campaign: str
    title: dict[str, str]
    population: str
    demo: bool
    release: str
    open_results: bool

    @property
    def last_day(self) -> date:
        """The last day on which anybody could answer."""
        return last_day(self.closes_on, self.closed_at)


@dataclass(frozen=True, slots=True)
class OpenedWave:
    """What a wave was opened with, as its urn is counted by it.

    ``comment`` is the reason that the page gives for asking, by language; empty where it does not.
    """

    key: str
    population: str
    invite: str
    minimum_group: int
    questionnaire: Questionnaire
    plan_hash: str
    margins: date | None
    as_opened: AsOpened | None
    key_list: bytes | None
    replaced: int
    not_reachable: int
    letters_undelivered: int
    letters_outside: int
    comment: dict[str, str]
    comment_days: int
    minimum_comments: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class SealedTo:
    """What the ballots of a wave are sealed to; without trustees, to the worker's own key."""

    key: str
    trustees: tuple[Trustee, ...]
    cover_key: bytes
    ballot_size: int


@dataclass(frozen=True, slots=True)
class HeldWave:
    """A wave as its key holders see it; ``can_hand_over``: its ballots have covers."""

    id: UUID
    key: str
    state: State
    labels: dict[str, Any]
    closes_on: date
    results_on: date
    ballot_size: int | None
    public_key: bytes | None
    can_hand_over: bool


def _stored(row: Row) -> StoredWave:
    read = {name: json.loads(row[name]) for name in ("labels", "title")}
    # of a draft, and of what was opened before agencies had margins of their own, there are none
    margins = Margins.of(json.loads(row["verdict_margins"] or "null"))
    kept = AsOpened.read(json.loads(row["as_opened"] or "null"))
    read |= {"state": State(row["state"]), "verdict_margins": margins, "as_opened": kept}
    return StoredWave(**dict(row) | read)


async def stored_wave(link: Link, key: str) -> StoredWave | None:
    """Return the wave with this key."""
    row = await link.fetchrow(f"{_WAVES} WHERE w.key = $1", key)
    return None if row is None else _stored(row)


async def waves_before(
    link: Link, wave: StoredWave, states: Collection[State] = tuple(State)
) -> list[StoredWave]:
    """Return the earlier waves of a wave's series that stand in one of ``states``, in order."""
    rows = await link.fetch(
        f"{_WAVES} WHERE c.population = $1 AND w.sequence < $2 AND w.state = ANY($3)"
        " ORDER BY w.sequence",
        wave.population,
        wave.sequence,
        list(states),
    )
    return [
        _stored(row)
        for row in rows
        if in_one_series(wave.population, wave.campaign, row["campaign"])
    ]


async def waves_by_id(link: Link, waves: Collection[UUID]) -> dict[UUID, StoredWave]:
    """Return waves by their ids."""
    rows = await link.fetch(f"{_WAVES} WHERE w.id = ANY($1)", list(waves))
    return {row["id"]: _stored(row) for row in rows}


async def opened_wave(link: Link, wave: UUID) -> OpenedWave:
    """Return what a wave was opened with."""
    row = await fetch_one(
        link,
        "SELECT w.key, c.population, w.invite, w.minimum_group, q.content AS questionnaire,"
        " w.plan_hash, w.margins, w.as_opened, w.key_list, w.replaced, w.not_reachable,"
        " w.letters_undelivered, w.letters_outside, w.comment, w.comment_days, w.minimum_comments,"
        " w.closed_at FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " JOIN asking.questionnaire q ON q.hash = w.questionnaire WHERE w.id = $1",
        wave,
    )
    read = {
        "questionnaire": load_library().with_sensitivity(
            Questionnaire.from_json(row["questionnaire"])
        ),
        "as_opened": AsOpened.read(json.loads(row["as_opened"] or "null")),
        "comment": json.loads(row["comment"]),
    }
    return OpenedWave(**dict(row) | read)


async def sealed_to(link: Link, wave: UUID) -> SealedTo:
    """Return what the ballots of a wave are sealed to."""
    row = await fetch_one(
        link, "SELECT key, trustees, cover_key, ballot_size FROM asking.wave WHERE id = $1", wave
    )
    trustees = trustees_of(row["trustees"])
    return SealedTo(row["key"], trustees, row["cover_key"] or b"", row["ballot_size"])


async def public_key_of(link: Link, wave: UUID) -> bytes | None:
    """Return the key that ballots of a wave without key holders are sealed to."""
    row = await fetch_one(link, "SELECT public_key FROM asking.wave WHERE id = $1", wave)
    return cast("bytes | None", row["public_key"])


async def held_wave(link: Link, wave: UUID) -> HeldWave:
    """Return a wave as its key holders see it."""
    row = await fetch_one(
        link,
        "SELECT id, key, state, labels, closes_on, results_on, ballot_size, public_key,"
        " cover_key IS NOT NULL AS can_hand_over FROM asking.wave WHERE id = $1",
        wave,
    )
    read = {"state": State(row["state"]), "labels": json.loads(row["labels"])}
    return HeldWave(**dict(row) | read)


async def waves_to_lay_out(link: Link) -> dict[UUID, str]:
    """Return closed waves whose holders can open their ballots on pages, with their keys."""
    rows = await link.fetch(
        "SELECT w.id, w.key FROM asking.wave w WHERE w.state = 'closed' AND w.cover_key IS NOT NULL"
        " AND EXISTS (SELECT FROM asking.key_holder h WHERE h.wave = w.id"
        "  AND h.trouble NOT IN ('too large', 'tampered'))"
        " ORDER BY w.closes_on"
    )
    return {row["id"]: row["key"] for row in rows}


async def key_list_of(link: Link, wave: UUID) -> bytes | None:
    """Return the key list that respondents were given, as the bytes that were written."""
    found: bytes | None = await link.fetchval(
        "SELECT key_list FROM asking.wave WHERE id = $1", wave
    )
    return found


async def key_of(link: Link, wave: UUID) -> str:
    """Return a wave's key."""
    return str(await link.fetchval("SELECT key FROM asking.wave WHERE id = $1", wave))


async def domains_of(link: Link, wave: UUID) -> tuple[dict[str, Any], ...]:
    """Return a wave's frame, in its order.

    Returns
    -------
    tuple of dict
        ``level``, ``code``, ``parent``, ``name``, ``kind``, ``members``, ``population``,
        ``invited``.
    """
    rows = await link.fetch(
        "SELECT level, code, parent, name, kind, members, population, invited"
        " FROM asking.wave_domain WHERE wave = $1 ORDER BY position, level, code",
        wave,
    )
    return tuple(dict(row) for row in rows)


async def questionnaires(link: Link, hashes: Sequence[str]) -> dict[str, Questionnaire]:
    """Return questionnaires as they were frozen, by their hashes."""
    rows = await link.fetch(
        "SELECT hash, content FROM asking.questionnaire WHERE hash = ANY($1)", list(set(hashes))
    )
    library = load_library()
    return {
        row["hash"]: library.with_sensitivity(Questionnaire.from_json(row["content"]))
        for row in rows
    }


async def past_retention(link: Link, now: datetime) -> dict[UUID, str]:
    """Return waves whose answers were promised to be gone by now, with their keys.

    Published or not: what two people withhold, and what could not be shown, was promised as well.
    """
    rows = await link.fetch(
        "SELECT w.id, w.key FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE w.state IN ('counted', 'published')"
        " AND w.closed_at + make_interval(days => c.retention_days) < $1",
        now,
    )
    return {row["id"]: row["key"] for row in rows}
