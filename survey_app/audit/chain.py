"""How rows of the log hang together, told without the database: the second of two places.

The first is ``migrations/walls/log.sql``, which writes what is read here (docs/adr/0110).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

BEGINNING: Final = bytes(32)  # what the first row of all has before it


class Misfit(StrEnum):
    """What is the matter with the first row that does not fit."""

    CHANGED = "changed"  # what it says, since it was written
    MISSING = "missing"  # the row that should stand here, or several
    UNCHAINED = "unchained"  # it was written past the chain
    OTHER_HEAD = "other head"  # another row stood here on a day that was kept


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a log stands: its last row, by number and hash."""

    number: int = 0
    hash: bytes = BEGINNING


@dataclass(frozen=True, slots=True)
class DayHead:
    """Where the log stood when a day began."""

    day: date
    head: ChainHead


@dataclass(frozen=True, slots=True)
class ChainedRow:
    """One act as it is stored; ``facts`` as the database writes JSON."""

    number: int | None
    id: UUID
    at: datetime
    actor: str
    action: str
    subject: str
    facts: str
    before: bytes | None
    hash: bytes | None


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of looking: how far the log fits, and what does not.

    Attributes
    ----------
    head : ChainHead
        The last row that fits.
    rows : int
        How many were looked at and fit.
    misfit : Misfit, optional
        What is wrong with the row after ``head``; ``None`` where all is well.
    """

    head: ChainHead
    rows: int
    misfit: Misfit | None = None


def row_hash(before: bytes, row: ChainedRow) -> bytes:
    """Return the hash that a row has: SHA-256 of the one before and its parts as netstrings."""
    told = row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    parts = (str(row.number), str(row.id), told, row.actor, row.action, row.subject, row.facts)
    encoded = [part.encode() for part in parts]
    netstrings = b"".join(b"%d:%b," % (len(one), one) for one in encoded)
    return hashlib.sha256(before + netstrings).digest()


def follow(head: ChainHead, rows: Iterable[ChainedRow], kept: Mapping[int, bytes]) -> Verified:
    """Go on from a row through those after it, until one does not fit.

    Parameters
    ----------
    head : ChainHead
        The row that ``rows`` begin after.
    rows : iterable of ChainedRow
        In the order of their numbers.
    kept : mapping of int to bytes
        Hashes that rows had when somebody kept them, by number.
    """
    looked = 0
    for row in rows:
        misfit = _misfit(head, row, kept)
        if misfit:
            return Verified(head, looked, misfit)
        head = ChainHead(head.number + 1, row_hash(head.hash, row))
        looked += 1
    return Verified(head, looked)


def _misfit(head: ChainHead, row: ChainedRow, kept: Mapping[int, bytes]) -> Misfit | None:
    if row.number is None:
        return Misfit.UNCHAINED
    if row.number != head.number + 1:
        return Misfit.MISSING
    if row.before != head.hash or row.hash != row_hash(head.hash, row):
        return Misfit.CHANGED
    if kept.get(row.number, row.hash) != row.hash:
        return Misfit.OTHER_HEAD
    return None
