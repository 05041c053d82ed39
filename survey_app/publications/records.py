"""Wave records on the shelf, from their release on; everybody may read them.

Reached as whatever login the tables are bound to: ``reader`` in a web process. A receipt that
somebody looks for is compared in memory: it is not sent to the database, and not kept.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, overload
from uuid import UUID

from survey_app.publications.doubted import is_doubted
from survey_app.publications.errors import NotOnShelfError, RetractedError
from survey_app.publications.retractions import Retraction, retractions
from survey_app.publications.store import is_retraction
from survey_app.publications.tables import Publication, WaveRecord
from survey_app.shared.agency import in_language

if TYPE_CHECKING:
    from datetime import datetime

KEPT: Final = 100  # receipts of so many waves held in memory, 32 bytes for each ballot
OPEN_ALL: Final = 2
_BYTES: Final = 32
# the newest released version tells the name; the record itself is one for all versions
_RELEASED: Final = (
    "SELECT DISTINCT ON (p.sequence, p.wave) p.id, r.wave_key, r.content_hash, p.population,"
    " p.open_results, r.key_list IS NOT NULL AS keyed"
    " FROM publications.wave_record r JOIN publications.publication p ON p.wave = r.wave"
    " WHERE p.released_at <= {}"
)
_ORDER: Final = " ORDER BY p.sequence, p.wave, p.version DESC"


@dataclass(frozen=True, slots=True)
class RecordHead:
    """A wave whose record is published.

    ``keyed``: with its key list; ``open_content``: its whole publication is open to everybody, too;
    ``doubted``: its forms did not come as from people, which stands wherever it is named;
    ``retraction``: that its figures were taken back, and why.
    """

    wave_key: str
    population: str
    name: Mapping[str, str]
    closed_on: str
    content_hash: str
    keyed: bool
    open_content: bool
    doubted: bool
    retraction: Retraction | None = None

    def title(self, language: str) -> str:
        """Return the wave's name in a language, else in bokmål, which it always has."""
        return in_language(self.name, language)


async def records(*, at: datetime) -> list[RecordHead]:
    """List the waves whose record is released, the newest first."""
    rows = await WaveRecord.raw(_RELEASED + _ORDER, at)
    await _read_names([row["id"] for row in rows])
    back = {one.wave_key: one for one in await retractions(at=at)}
    found = [_head(row, _named[row["id"]], back.get(row["wave_key"])) for row in rows]
    return sorted(found, key=lambda head: (head.closed_on, head.wave_key), reverse=True)


async def hashes_on_shelf(*, at: datetime) -> dict[str, dict[str, str]]:
    """Return the hash of each record and of each publication that is released.

    Returns
    -------
    dict of str to dict of str to str
        ``records`` by the wave's key; ``publications`` by wave and version, ``"wave/1"``: a
        correction stands beside what it corrects; ``retracted``, of the versions that take figures
        back, which: the version before.
    """
    rows = await Publication.raw(
        "SELECT p.wave_key, p.version, p.content_hash, r.content_hash AS record,"  # noqa: S608 - ours
        f" {is_retraction('p')} AS retracts"
        " FROM publications.publication p"
        " LEFT JOIN publications.wave_record r ON r.wave = p.wave"
        " WHERE p.released_at <= {} ORDER BY p.wave_key, p.version",
        at,
    )
    return {
        "records": {row["wave_key"]: row["record"] for row in rows if row["record"]},
        "publications": {
            f"{row['wave_key']}/{row['version']}": row["content_hash"] for row in rows
        },
        "retracted": {
            f"{row['wave_key']}/{row['version']}": f"{row['wave_key']}/{row['version'] - 1}"
            for row in rows
            if row["retracts"]
        },
    }


async def record_bytes(wave_key: str, *, at: datetime) -> bytes:
    """Return the exact bytes of a wave's record.

    Raises
    ------
    NotOnShelfError
        If there is none, or its wave is not released; readers cannot tell which.
    """
    return await _column("r.content", wave_key, at)


async def has_record(wave_key: str) -> bool:
    """Tell whether a wave was counted by a version that writes records."""
    return bool(await WaveRecord.exists().where(WaveRecord.wave_key == wave_key))


async def key_list(wave_key: str, *, at: datetime) -> bytes:
    """Return the key list that was published with a wave's record.

    Raises
    ------
    NotOnShelfError
        If there is none, or its wave is not released.
    """
    return await _column("r.key_list", wave_key, at)


async def open_publication(wave_key: str, *, at: datetime) -> bytes:
    """Return the content of a wave's newest publication, where all of it is open to everybody.

    Raises
    ------
    NotOnShelfError
        If there is none, it is not released, or not all of it is open.
    RetractedError
        If its figures were taken back.
    """
    for back in await retractions(at=at):
        if back.wave_key == wave_key and back.open_results == OPEN_ALL:
            raise RetractedError(back)
    return await _column(
        f"CASE WHEN p.open_results = 2 AND NOT {is_retraction('p')} THEN p.content END",
        wave_key,
        at,
    )


async def files_of(wave_key: str, *, publication: UUID | None = None) -> dict[str, bytes]:
    """Return record, key list and publication of a wave, released or not, for the worker.

    Parameters
    ----------
    wave_key : str
    publication : UUID, optional
        Which of its versions; the newest when left out.
    """
    rows = await WaveRecord.raw(
        "SELECT r.content AS record, r.key_list AS keys, p.content AS publication"
        " FROM publications.wave_record r JOIN publications.publication p ON p.wave = r.wave"
        " WHERE r.wave_key = {} AND p.id = coalesce({}::uuid, p.id)"
        " ORDER BY p.version DESC LIMIT 1",
        wave_key,
        publication,
    )
    return {
        f"{name}.json": bytes(content)
        for row in rows
        for name, content in row.items()
        if content is not None
    }


async def find_receipt(receipt: str, *, at: datetime) -> RecordHead | None:
    """Return the wave whose record holds ``receipt`` (64 hexadecimal digits), if one does."""
    wanted = bytes.fromhex(receipt)
    for head in await records(at=at):
        held = await _receipts(head, at)
        place = bisect_left(held, wanted)
        if place < len(held) and held[place] == wanted:
            return head
    return None


class _Packed(Sequence[bytes]):
    """Sorted receipts, end to end."""

    __slots__ = ("_all",)

    def __init__(self, receipts: Sequence[str]) -> None:
        self._all = bytes.fromhex("".join(receipts))

    def __len__(self) -> int:
        return len(self._all) // _BYTES

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        return self._all[at * _BYTES : (at + 1) * _BYTES]


_kept: OrderedDict[str, _Packed] = OrderedDict()


async def _receipts(head: RecordHead, at: datetime) -> _Packed:
    if head.content_hash not in _kept:
        content = json.loads(await record_bytes(head.wave_key, at=at))
        _kept[head.content_hash] = _Packed(content["receipts"])
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return _kept[head.content_hash]


async def _column(column: str, wave_key: str, at: datetime) -> bytes:
    rows = await WaveRecord.raw(
        f"SELECT {column} AS found FROM publications.wave_record r"  # noqa: S608 - our own columns
        " JOIN publications.publication p ON p.wave = r.wave"
        " WHERE r.wave_key = {} AND p.released_at <= {} ORDER BY p.version DESC LIMIT 1",
        wave_key,
        at,
    )
    if not rows or rows[0]["found"] is None:
        raise NotOnShelfError
    return bytes(rows[0]["found"])


_named: dict[UUID, Mapping[str, Any]] = {}


async def _read_names(publications: Sequence[UUID]) -> None:
    """Read what waves are called, once in the life of a process: publications never change."""
    unknown = [one for one in publications if one not in _named]
    if not unknown:
        return
    rows = await Publication.raw(
        "SELECT id, jsonb_build_object('wave', head->'wave', 'warnings',"
        " coalesce(head->'warnings', '[]')) AS told"
        " FROM publications.publication WHERE id = ANY({})",
        unknown,
    )
    for row in rows:
        told = row["told"]
        _named[row["id"]] = json.loads(told) if isinstance(told, str) else told


def _head(
    row: Mapping[str, Any], told: Mapping[str, Any], retraction: Retraction | None
) -> RecordHead:
    wave = told["wave"]
    return RecordHead(
        wave_key=row["wave_key"],
        population=row["population"],
        name=wave["labels"]["name"],
        closed_on=wave["closed_on"],
        content_hash=row["content_hash"],
        keyed=row["keyed"],
        open_content=row["open_results"] >= OPEN_ALL and retraction is None,
        doubted=is_doubted(told),
        retraction=retraction,
    )
