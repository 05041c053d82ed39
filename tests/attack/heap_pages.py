"""Read a table from its data file, as a thief of the disk does: every version of every row.

Page and tuple layout: PostgreSQL documentation, "Database Page Layout" (storage-page-layout), and
`htup_details.h`. Rows that were deleted or never committed are read like the others, and so are
the free bytes of a page, where old rows may lie on.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = 8192
_PAGE_HEAD = struct.Struct("<QHHHHHHI")
_ROW_HEAD = struct.Struct("<IIIHHHHHB")
_ITEM = struct.Struct("<I")
NORMAL = 1
HAS_NULL = 0x0001
COLUMNS_MASK = 0x07FF
ALIGNMENT = {"c": 1, "s": 2, "i": 4, "d": 8}


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute as `pg_attribute` describes it; ``length`` is -1 where it varies."""

    name: str
    kind: str
    length: int
    alignment: str


@dataclass(frozen=True, slots=True)
class RowVersion:
    """One row as it lies on disk: place, transactions, command, and its bytes."""

    block: int
    offset: int
    xmin: int
    xmax: int
    command: int
    values: dict[str, Any]
    size: int

    @property
    def place(self) -> tuple[int, int]:
        """Where it lies: the `ctid`."""
        return self.block, self.offset


def row_versions(file: Path, columns: Sequence[Column]) -> list[RowVersion]:
    """Return every row version that a line pointer still names, in the order of the file."""
    content = file.read_bytes()
    return [
        row
        for block in range(len(content) // PAGE)
        for row in _rows_of(content[block * PAGE : (block + 1) * PAGE], block, columns)
    ]


def _rows_of(page: bytes, block: int, columns: Sequence[Column]) -> Iterator[RowVersion]:
    _, _, _, lower, _, _, _, _ = _PAGE_HEAD.unpack_from(page)
    for number, at in enumerate(range(_PAGE_HEAD.size, lower, _ITEM.size), start=1):
        (item,) = _ITEM.unpack_from(page, at)
        start, flags, length = item & 0x7FFF, item >> 15 & 0x3, item >> 17
        if flags == NORMAL and length:
            yield _row(page[start : start + length], (block, number), columns)


def _row(raw: bytes, place: tuple[int, int], columns: Sequence[Column]) -> RowVersion:
    xmin, xmax, command, _, _, _, mask2, mask, start = _ROW_HEAD.unpack_from(raw)
    nulls = raw[_ROW_HEAD.size : start] if mask & HAS_NULL else b""
    values: dict[str, Any] = {}
    at = start
    for number, column in enumerate(columns):
        if number >= mask2 & COLUMNS_MASK:
            break
        if nulls and not nulls[number // 8] >> number % 8 & 1:
            values[column.name] = None
            continue
        at, body = _value(raw, at, column)
        values[column.name] = _decoded(column.kind, body)
    return RowVersion(*place, xmin, xmax, command, values, len(raw))


def _value(raw: bytes, at: int, column: Column) -> tuple[int, bytes]:
    """Return where the next value begins, and the bytes of this one."""
    step = ALIGNMENT[column.alignment]
    if column.length >= 0:
        at = -(-at // step) * step
        return at + column.length, raw[at : at + column.length]
    if raw[at] == 0:
        at = -(-at // step) * step
    if raw[at] & 1:
        length = raw[at] >> 1
        return at + length, raw[at + 1 : at + length]
    (head,) = struct.unpack_from("<I", raw, at)
    return at + (head >> 2), raw[at + 4 : at + (head >> 2)]


def _decoded(kind: str, body: bytes) -> Any:
    read = _READERS.get(kind, bytes)
    return read(body)


def _small_ints(body: bytes) -> tuple[int, ...]:
    dimensions, offset, _ = struct.unpack_from("<iiI", body)
    if not dimensions:
        return ()
    (count,) = struct.unpack_from("<i", body, 12)
    # without its own four bytes of length, the data begin after the head of one dimension
    start = 12 + 8 * dimensions if not offset else offset - 4
    return struct.unpack_from(f"<{count}h", body, start)


_READERS: dict[str, Callable[[bytes], Any]] = {
    "uuid": lambda body: uuid.UUID(bytes=body),
    "bool": lambda body: body != b"\0",
    "int2": lambda body: int.from_bytes(body, "little", signed=True),
    "timestamptz": lambda body: int.from_bytes(body, "little", signed=True),
    "varchar": bytes.decode,
    "text": bytes.decode,
    "_int2": _small_ints,
}
