"""A Parquet file, read some rows at a time into columns that take as little as they can.

A file may be larger than the memory. Of its columns those alone are kept that the specification
mentions: a whole number takes one byte or two where it is small, text a number for each category.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS: Final = 65_536  # read at a time
BUFFER: Final = 1 << 20  # bytes of a column read at a time, where its rows lie in one group
MOST: Final = np.iinfo(np.int16).max  # categories of a column of text
# Up to here a float of so many bytes holds every whole number, and is written as one.
WHOLE: Final = ((np.float16, 2.0**11), (np.float32, 2.0**24))
SMALL: Final = (np.int8, np.int16, np.int32)


def parquet_columns(path: Path) -> list[str]:
    """List the names of all columns, as they stand in the file."""
    with parquet.ParquetFile(path) as file:
        return list(map(str, file.schema_arrow.names))


def read_columns(path: Path, names: Sequence[str]) -> pd.DataFrame:
    """Read some columns of a file.

    Parameters
    ----------
    path : Path
    names : sequence of str
        Each occurs once in the file.
    """
    with parquet.ParquetFile(path, buffer_size=BUFFER) as file:
        schema = file.schema_arrow
        columns = {name: _Column(schema.field(name).type) for name in names}
        for batch in file.iter_batches(ROWS, columns=list(names)):
            for name, column in columns.items():
                column.add(batch.column(name))
        rows = file.metadata.num_rows
    made = {name: columns.pop(name).made() for name in names}
    return pd.DataFrame(made, index=pd.RangeIndex(rows), columns=pd.Index(names), copy=False)


class _Column:
    """A column that grows by some rows at a time."""

    def __init__(self, kind: pa.DataType) -> None:
        self._kind = kind
        self._parts: list[Any] = []
        self._add, self._made = self._manner()

    def _manner(self) -> tuple[Callable[[pa.Array], Any], Callable[[], Any]]:
        kind = self._kind
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return _smaller, self._numbers
        if _is_text(kind):
            return pa.Array.dictionary_encode, self._categories
        return (lambda values: values), self._others

    def add(self, values: pa.Array) -> None:
        """Add rows."""
        self._parts.append(self._add(values))

    def made(self) -> Any:  # noqa: ANN401 - what a column of a frame can be
        """Put the parts together."""
        return self._made() if self._parts else self._others()

    def _numbers(self) -> np.ndarray:
        return np.concatenate(self._parts)

    def _categories(self) -> pd.Categorical | pd.Series:
        if max(len(part.dictionary) for part in self._parts) > MOST:
            return self._text()
        found = pa.chunked_array(self._parts).unify_dictionaries()
        names = found.chunk(0).dictionary
        if len(names) > MOST:
            return self._text()
        small = np.int8 if len(names) <= np.iinfo(np.int8).max else np.int16
        codes = [part.indices.fill_null(-1).to_numpy().astype(small) for part in found.chunks]
        return pd.Categorical.from_codes(np.concatenate(codes), pd.Index(names.to_pandas()))

    def _text(self) -> pd.Series:
        parts = [part.dictionary_decode() for part in self._parts]
        return _in_pandas(pa.chunked_array(parts, self._kind))

    def _others(self) -> pd.Series:
        values = pa.chunked_array(self._parts, self._kind)
        if pa.types.is_dictionary(self._kind):
            values = values.unify_dictionaries()  # each part has its own
        if pa.types.is_binary(self._kind) or pa.types.is_large_binary(self._kind):
            # Some programs do not say of text that it is; else whoever asks for it is told.
            with suppress(pa.ArrowInvalid):
                values = values.cast(pa.string())
        return _in_pandas(values)


def _in_pandas(values: pa.ChunkedArray) -> pd.Series:
    found: pd.Series = values.to_pandas()
    return found


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _smaller(values: pa.Array) -> np.ndarray:
    """Write numbers in as few bytes as hold each of them; missing is NaN."""
    found: np.ndarray = values.to_numpy(zero_copy_only=False)
    if found.dtype == np.uint64:
        return found  # beside smaller ones it would become a float, which does not hold them all
    if found.dtype.kind in "iu":
        ends = int(found.min(initial=0)), int(found.max(initial=0))
        fits = (
            kind
            for kind in SMALL
            if np.iinfo(kind).min <= ends[0] and ends[1] <= np.iinfo(kind).max
        )
        return found.astype(next(fits, found.dtype))
    known = found[~np.isnan(found)]
    if np.isfinite(known).all() and (known % 1 == 0).all():
        largest = float(np.abs(known).max(initial=0.0))
        return found.astype(next((kind for kind, most in WHOLE if largest <= most), found.dtype))
    return found
