"""PackedRows of a table held as columns: the same rows, in a twentieth of the memory.

A table of a publication repeats itself: few measures, places and categories, and figures to one
decimal. Each column keeps what stands in it once, and of each row which of these it is. A row is
put together when it is asked for, with the names in the order in which it had them.
"""

from __future__ import annotations

import json
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, overload

_ABSENT: Final = object()  # a row that lacks a name is not one that has None
_WIDTHS: Final = (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32))
_NUMBERS: Final = frozenset({bool, int, float})
_EACH: Final = 90  # bytes of a value that is kept once, with its place in a dictionary

type Row = Mapping[str, Any]


class _Column:
    """One name's values: each of them once, and a number for each row."""

    __slots__ = ("codes", "number_of", "values")

    def __init__(self, values: Sequence[object]) -> None:
        number_of: dict[object, int] = {}
        numbers = [number_of.setdefault(key, len(number_of)) for key in _keys(values)]
        kept: list[object] = [None] * len(number_of)
        for number, value in zip(numbers, values, strict=True):
            kept[number] = value
        self.codes = array(_width(len(kept)), numbers)
        # texts are the same in every publication, and kept once for all of them
        self.values: tuple[Any, ...] = tuple(
            sys.intern(one) if isinstance(one, str) else one for one in kept
        )
        # only texts are looked for
        self.number_of = {one: at for at, one in enumerate(self.values) if isinstance(one, str)}

    @property
    def size(self) -> int:
        return self.codes.itemsize * len(self.codes) + _EACH * len(self.values)


def _width(different: int) -> str:
    return next(code for code, most in _WIDTHS if different <= most)


def _keys(values: Sequence[object]) -> Sequence[object]:
    """Give values that are to be kept apart other keys: 1 is not 1.0, and 0.0 not -0.0."""
    kinds = {type(one) for one in values}
    if kinds & {dict, list}:
        return [id(one) for one in values]
    if len(kinds & _NUMBERS) > 1:
        return [(type(one), repr(one)) if one == 0 else (type(one), one) for one in values]
    if float in kinds:
        return [("zero", repr(one)) if one == 0 else one for one in values]
    return values


class PackedRows(Sequence[Row]):
    """A table, one mapping a row, held as columns. It never changes.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of one table. What they hold is kept, not copied.
    """

    __slots__ = ("_columns", "_kinds", "_of_kind")

    def __init__(self, rows: Sequence[Row]) -> None:
        # which names a row has, and in which order: the same of all, or nearly
        kinds: dict[tuple[str, ...], int] = {}
        of_kind = [kinds.setdefault(tuple(row), len(kinds)) for row in rows]
        names = dict.fromkeys(name for kind in kinds for name in kind)
        self._columns = {name: _Column([row.get(name, _ABSENT) for row in rows]) for name in names}
        self._of_kind = array(_width(len(kinds)), of_kind)
        self._kinds = tuple(
            tuple((name, self._columns[name].values, self._columns[name].codes) for name in kind)
            for kind in kinds
        )

    @classmethod
    def of(cls, rows: Sequence[Row]) -> PackedRows:
        """Hold rows as columns, unless they are held so."""
        return rows if isinstance(rows, cls) else cls(rows)

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        columns = sum(one.size for one in self._columns.values())
        return columns + self._of_kind.itemsize * len(self._of_kind)

    def __len__(self) -> int:
        return len(self._of_kind)

    def __eq__(self, other: object) -> bool:
        """Hold the same rows, however they are held."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as of a list

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        kind = self._kinds[self._of_kind[at]]
        return {name: values[codes[at]] for name, values, codes in kind}

    def __iter__(self) -> Iterator[Row]:
        return (self[at] for at in range(len(self)))

    def value(self, at: int, name: str) -> Any:  # noqa: ANN401 - whatever JSON has
        """Return one value of a row, which need not be put together for it; None if it lacks it."""
        column = self._columns.get(name)
        found = column.values[column.codes[at]] if column else _ABSENT
        return None if found is _ABSENT else found

    def column(self, name: str) -> _Column:
        """Return a column that every row has."""
        return self._columns[name]

    def where(self, name: str, wanted: Callable[[Any], bool]) -> list[int]:
        """Return the numbers of rows whose value of ``name`` is ``wanted``; of all that lack it."""
        column = self._columns.get(name)
        if column is None:
            return [*range(len(self))]
        good = {at for at, one in enumerate(column.values) if one is _ABSENT or wanted(one)}
        return [at for at, code in enumerate(column.codes) if code in good]

    def by(self, name: str, among: Sequence[int]) -> dict[str, array[int]]:
        """Divide rows by a text that each of them has; in each part in the order of the table."""
        found: dict[str, array[int]] = {}
        if among:
            column = self.column(name)
            for at in among:
                found.setdefault(column.values[column.codes[at]], array("I")).append(at)
        return found


class KeyIndex:
    """PackedRows of a table found by what stands in some of their columns, which are texts.

    Parameters
    ----------
    rows : PackedRows
    names : sequence of str
        Columns that every row has.
    among : sequence of int, optional
        Numbers of the rows that can be found; all, when left out. Of rows with the same key the
        last is found.
    """

    __slots__ = ("_at", "_keys", "_numbers", "_sizes", "rows")

    def __init__(
        self, rows: PackedRows, names: Sequence[str], among: Sequence[int] | None = None
    ) -> None:
        columns = [rows.column(name) for name in names] if rows else []
        self.rows = rows
        self._numbers = [column.number_of for column in columns]
        self._sizes = [len(column.values) for column in columns]
        found = among if among is not None else range(len(rows))
        keys = [0] * len(found)
        for column, size in zip(columns, self._sizes, strict=True):
            keys = [key * size + column.codes[at] for key, at in zip(keys, found, strict=True)]
        order = sorted(range(len(found)), key=keys.__getitem__)
        self._keys = array("Q", (keys[one] for one in order))
        self._at = array("I", (found[one] for one in order))

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return self._keys.itemsize * len(self._keys) + self._at.itemsize * len(self._at)

    def get(self, *values: str) -> Row | None:
        """Return the row with these values; None where there is none."""
        at = self.number(*values)
        return None if at is None else self.rows[at]

    def number(self, *values: str) -> int | None:
        """Return the number of the row with these values."""
        if not self._numbers:
            return None
        key = 0
        for value, numbers, size in zip(values, self._numbers, self._sizes, strict=True):
            code = numbers.get(value)
            if code is None:
                return None
            key = key * size + code
        place = bisect_right(self._keys, key) - 1
        return self._at[place] if place >= 0 and self._keys[place] == key else None


_TABLES: Final = ("estimates", "changes", "pooled")
_SILENT: Final = ("ranges", "tipping")


def packed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Hold the long tables of a publication as columns.

    Parameters
    ----------
    content : mapping
        As `survey_app.publications.formats.read_content` gave it, and with all marks: what is not
        shown was taken away there, and nothing can be laid beside a row here.
    """
    kept = {**content, **{one: PackedRows.of(content[one]) for one in _TABLES if one in content}}
    if silent := content.get("nonresponse"):
        tables = {one: PackedRows.of(silent[one]) for one in _SILENT if one in silent}
        kept["nonresponse"] = silent | tables
    return kept


_shared: dict[bytes, Any] = {}
_REPEATED: Final = ("measures", "domains")


def shared(head: Mapping[str, Any]) -> dict[str, Any]:
    """Let the head of a publication use the rows of others where they are the same.

    Parameters
    ----------
    head : mapping
        Its ``measures`` and ``domains`` are told by every wave that asked the same, in all words.
        Nobody may change a row.
    """
    return {**head, **{one: [_same(row) for row in head[one]] for one in _REPEATED if one in head}}


def _same(row: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    written = json.dumps(row, ensure_ascii=False).encode()
    return _shared.setdefault(blake2b(written, digest_size=16).digest(), row)


def bytes_of(held: object) -> int:
    """Count the bytes of a content in memory, about: what it shares with others, too."""
    if isinstance(held, PackedRows):
        return held.size
    inside: Iterable[object] = ()
    if isinstance(held, Mapping):
        inside = held.values()
    elif isinstance(held, list | tuple):
        inside = held
    return sys.getsizeof(held) + sum(map(bytes_of, inside))
