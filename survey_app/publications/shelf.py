"""Take publications from the shelf: only what is released, and never anything computed.

Reached as whatever login the tables are bound to: ``reader`` in a web process.
"""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from questionnaires.series import FRAMED, in_one_series
from survey_app.publications.breaks import (
    break_rows,
    kept_apart,
    says_what_was_asked,
    without_waves,
)
from survey_app.publications.errors import NotOnShelfError, RetractedError
from survey_app.publications.formats import mark_foreign, read_content
from survey_app.publications.heads import HEAD, NEWEST, Head, heads_of
from survey_app.publications.packed import KeyIndex, PackedRows, bytes_of, packed
from survey_app.publications.read_rows import read_rows
from survey_app.publications.retractions import retraction_of, retractions
from survey_app.publications.store import is_retraction, stands
from survey_app.shared.given_back import trim_heap
from survey_app.shared.kept import KeptInBytes

if TYPE_CHECKING:
    from datetime import datetime

SHOWN: Final = "published"
# bytes of publications held in memory, of which content never changes under an id; a publication
# with 60 units takes some 3 MB, one with 1,080 some 30
KEPT_BYTES: Final = 48 * 1024**2

# earlier waves that went into it and were taken back since, whatever was corrected after that
_BACK: Final = (
    "ARRAY(SELECT back.wave_key FROM publications.publication back"  # noqa: S608 - ours
    " WHERE back.population = p.population AND back.sequence < p.sequence"
    f" AND (p.population IN ({', '.join(map(repr, sorted(FRAMED)))}) OR back.campaign = p.campaign)"
    f" AND back.released_at > p.computed_at AND {is_retraction('back')} ORDER BY 1) AS back"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One published cell; a suppressed one has a status and nothing else."""

    measure: str
    statistic: str
    category: str
    level: str
    domain: str
    n: int | None = None
    mean: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    deff: float | None = None
    n_eff: float | None = None
    band: str = ""
    status: str = SHOWN
    foreign_answers: bool = False
    range_low: float | None = None
    range_high: float | None = None
    wording: int = 0
    """In a series, how many times the measure was asked otherwise before: only figures of the same
    number are comparable."""
    why: str = ""
    """In a series, of a figure whose measure has the same questions as before and is another all
    the same: `survey_app.publications.breaks.REDIRECTED`, ``RESCORED`` or ``REWEIGHTED``."""
    linked: str = ""
    """Of an earlier wave of a unit that was changed: made of its parts ``together``, or
    ``reference``, the figure of the unit that it was a part of."""
    delta: float | None = None
    """In a series, of a figure in other words than the newest: what a link lays on it to bring it
    to those (`survey_app.publications.links`), in points; None where nothing does."""
    delta_se: float | None = None
    over: str = ""
    """By which links that is, oldest first: ``A`` for other words, ``B`` for other items."""

    @property
    def shown(self) -> bool:
        """Whether the cell carries a figure."""
        return self.mean is not None and self.low is not None and self.high is not None

    @property
    def told_delta_se(self) -> float | None:
        """Give `delta_se` as files and the API tell it."""
        return None if self.delta_se is None else round(self.delta_se, 2)

    @property
    def least(self) -> float | None:
        """Lower end of what is said of a level: with the silent, where the publication tells."""
        return self.low if self.range_low is None else self.range_low

    @property
    def most(self) -> float | None:
        """Upper end; see `least`."""
        return self.high if self.range_high is None else self.range_high


class ShelvedPublication:
    """A publication with its tables, found by key in constant time."""

    __slots__ = ("__dict__", "content", "head")

    def __init__(self, head: Head, content: Mapping[str, Any]) -> None:
        self.head = head
        self.content = content

    @property
    def domains(self) -> list[dict[str, Any]]:
        """The agency, its regions and units, or the background groups, in order."""
        found: list[dict[str, Any]] = self.content["domains"]
        return found

    def measure(self, code: str) -> dict[str, Any] | None:
        """Find a measure with its words."""
        return self._measures.get(code)

    def estimate(
        self,
        measure: str,
        level: str = "agency",
        domain: str = "",
        statistic: str = "mean",
        category: str = "",
    ) -> Cell | None:
        """Find a cell; None where the publication has no such cell."""
        row = self._estimates.get(measure, statistic, category, level, domain)
        return Cell(**row) if row else None

    def change(
        self, measure: str, level: str, domain: str, role: str = "previous"
    ) -> dict[str, Any] | None:
        """Find the change of a mean since the ``previous`` or the ``first`` wave."""
        row = self._changes.get(measure, "mean", level, domain, role)
        return dict(row) if row else None

    @functools.cached_property
    def _measures(self) -> dict[str, dict[str, Any]]:
        return {row["code"]: row for row in self.content["measures"]}

    @functools.cached_property
    def _estimates(self) -> KeyIndex:
        names = ("measure", "statistic", "category", "level", "domain")
        return KeyIndex(PackedRows.of(self.content["estimates"]), names)

    @functools.cached_property
    def _changes(self) -> KeyIndex:
        names = ("measure", "statistic", "level", "domain", "role")
        return KeyIndex(PackedRows.of(self.content["changes"]), names)


# with the series that an earlier format is read in: it grows when another wave is released
_kept: KeptInBytes[tuple[UUID | str, ...], Mapping[str, Any]] = KeptInBytes(KEPT_BYTES)
# one is read at a time: until it is packed, it takes twenty times as much
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def heads(population: str, *, at: datetime) -> list[Head]:
    """List what is released for a population, oldest wave first.

    Parameters
    ----------
    population : str
        The campaign's: staff, public, open, candidates or stakeholders.
    at : datetime
        Who asks at this moment; nothing released later is told of.
    """
    found = await _newest_of(population, at)
    told = [replace(one, corrected=_corrected_since(one, found)) for one in found]
    return await _with_retractions(told, at)


async def _newest_of(population: str, at: datetime) -> list[Head]:
    rows = await read_rows(
        f"SELECT {HEAD} FROM publications.publication p"  # noqa: S608 - our own columns
        f" WHERE p.id IN ({NEWEST}) ORDER BY p.sequence, p.wave_key",
        population,
        at,
    )
    return await heads_of(rows)


def _corrected_since(head: Head, others: Sequence[Head]) -> tuple[Head, ...]:
    """Find what a publication may be compared with as it stood before it was corrected.

    Nothing is compared with what was taken back, by what was computed until it stood again.
    """
    return tuple(
        one
        for one in others
        if one.correction is not None
        and one.sequence < head.sequence
        and one.computed_at > head.computed_at
        and in_one_series(head.population, head.campaign, one.campaign)
        and (one.correction.back_at or head.computed_at) <= head.computed_at
    )


async def find_head(publication: str, *, at: datetime) -> Head:
    """Find a released publication by id, or by ``latest`` and ``latest:CAMPAIGN``.

    Raises
    ------
    NotOnShelfError
        If there is none, or it is not released.
    RetractedError
        If its figures were taken back.
    """
    head, _ = await _find(publication, at)
    told = replace(head, corrected=_corrected_since(head, await _newest_of(head.population, at)))
    return (await _with_retractions([told], at))[0]


async def _with_retractions(found: list[Head], at: datetime) -> list[Head]:
    """Say beside heads which waves of their populations were taken back."""
    back = await retractions(at=at)
    if not back:
        return found
    of = {one.population: tuple(r for r in back if r.population == one.population) for one in found}
    return [replace(one, retracted=of[one.population]) for one in found]


async def _find(publication: str, at: datetime) -> tuple[Head, tuple[str, ...]]:
    """Find a head, and the keys of waves that went into it and were taken back since."""
    name, _, campaign = publication.partition(":")
    if name == "latest":
        rows = await read_rows(
            f"SELECT {HEAD}, {_BACK} FROM publications.publication p"  # noqa: S608 - our own columns
            f" WHERE p.released_at <= {{}} AND ({{}} = '' OR p.campaign = {{}}) AND {stands('p')}"
            # an old wave that is corrected today is not the latest
            " ORDER BY p.head->'wave'->>'closed_on' DESC, p.wave_key DESC, p.version DESC LIMIT 1",
            at,
            campaign,
            campaign,
        )
    else:
        rows = await read_rows(
            f"SELECT {HEAD}, {_BACK}, {stands('p')} AS stands FROM publications.publication p"  # noqa: S608 - ours
            " WHERE p.id = {} AND p.released_at <= {}",
            _as_id(publication),
            at,
        )
    if not rows:
        raise NotOnShelfError
    if not rows[0].get("stands", True):
        back = await retraction_of(rows[0]["id"])
        assert back is not None  # it does not stand
        raise RetractedError(back)
    return (await heads_of(rows))[0], tuple(rows[0]["back"])


async def load(publication: UUID | str, *, at: datetime) -> ShelvedPublication:
    """Open a released publication.

    Raises
    ------
    NotOnShelfError
        If there is none with this id, or it is not released.
    RetractedError
        If its figures were taken back.
    """
    head, back = await _find(str(publication), at)
    series = await _series(head, at)
    key: tuple[UUID | str, ...] = (head.id, *(one.id for one in series), *back)
    content = _kept.find(key)
    if content is None:
        async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            content = _kept.find(key)
            if content is None:
                content = await _read(head, series, back)
                _kept.keep(key, content, bytes_of(content))
    return ShelvedPublication(head, content)


async def _read(head: Head, series: Sequence[Head], back: Sequence[str]) -> Mapping[str, Any]:
    """Read a publication's content, as columns and with all marks."""
    places = await _foreign(head.id)
    rows = await read_rows("SELECT content FROM publications.publication WHERE id = {}", head.id)

    def as_columns() -> Mapping[str, Any]:
        content = read_content(rows[0]["content"])
        if series:
            content = _with_asked(kept_apart(content, *_breaks(series)), head)
        if back:
            content = without_waves(content, back)
        columns = packed(mark_foreign(content, places))
        del content  # what is given back is what nobody holds any more
        trim_heap()
        return columns

    # whoever answers meanwhile does not wait for it
    return await asyncio.to_thread(as_columns)


async def raw_content(publication: UUID | str, *, at: datetime) -> bytes:
    """Return a released publication's content for whoever reads it elsewhere.

    As it lies there, but for the marks of places with answers from other units, and without what
    was compared in earlier formats between waves that asked otherwise, or with a wave that was
    taken back since.

    Raises
    ------
    NotOnShelfError
        If there is none with this id, or it is not released.
    RetractedError
        If its figures were taken back.
    """
    head, back = await _find(str(publication), at)
    rows = await read_rows("SELECT content FROM publications.publication WHERE id = {}", head.id)
    stored, places = bytes(rows[0]["content"]), await _foreign(head.id)
    breaks, labels = _breaks(await _series(head, at))
    if not places and not breaks and not back:
        return stored
    content = json.loads(stored)
    if breaks:
        content = kept_apart(content, breaks, labels)
    if back:
        content = without_waves(content, back)
    return json.dumps(mark_foreign(content, places)).encode()


def _with_asked(content: dict[str, Any], head: Head) -> dict[str, Any]:
    """Say of each measure what stood behind it, and give the words for waves beside breaks."""
    measures = [row | {"identity": head.asked.get(row["code"], {})} for row in content["measures"]]
    return content | {"measures": measures}


async def _series(head: Head, at: datetime) -> list[Head]:
    """Return the waves that a publication of an earlier format is read beside, itself the last.

    Returns
    -------
    list of Head
        Of what is released at that moment; empty where the publication says itself what was asked.
    """
    if says_what_was_asked(head.head["measures"]):
        return []
    rows = await read_rows(
        f"SELECT {HEAD} FROM publications.publication p"  # noqa: S608 - our own columns
        f" WHERE p.id IN ({NEWEST}) AND p.sequence < {{}} ORDER BY p.sequence, p.wave_key",
        head.population,
        at,
        head.sequence,
    )
    return [*await heads_of(rows), head]


def _breaks(series: Sequence[Head]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Find where the measures of a series are broken up to its last wave, and the waves' words."""
    if not series:
        return [], {}
    waves = [(one.wave_key, one.asked) for one in series]
    labels = {one.wave_key: one.head["wave"]["labels"] for one in series}
    return break_rows(series[-1].head["measures"], waves), labels


async def _foreign(publication: UUID) -> frozenset[tuple[str, str]]:
    rows = await read_rows(
        "SELECT f.level, f.domain FROM publications.foreign_answers f"
        " JOIN publications.publication p ON p.wave = f.wave WHERE p.id = {}",
        publication,
    )
    return frozenset((row["level"], row["domain"]) for row in rows)


def _as_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotOnShelfError from None
