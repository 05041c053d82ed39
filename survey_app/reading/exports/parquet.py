"""A table as Parquet: typed columns, nulls where a figure is not shown, notes in the metadata."""

from __future__ import annotations

import io
import json
from typing import Any, Final

from survey_app.reading.exports.model import Column, ExportBook, ExportTable, Value


def parquet_bytes(book: ExportBook, table: ExportTable) -> bytes:
    """Write a table; title, notes and column titles travel in the file's key-value metadata."""
    import pyarrow as pa  # noqa: PLC0415 - a large library, needed here alone
    import pyarrow.parquet as pq  # noqa: PLC0415

    types: Final[dict[str, Any]] = {
        "text": pa.string(), "whole": pa.int64(), "flag": pa.bool_(),
        "figure": pa.float64(), "points": pa.float64(), "share": pa.float64(),
    }  # fmt: skip
    schema = pa.schema([(column.key, types[column.kind]) for column in table.columns])
    columns = [
        pa.array([_typed(row[place], column) for row in table.rows], types[column.kind])
        for place, column in enumerate(table.columns)
    ]
    made = pa.Table.from_arrays(columns, schema=schema.with_metadata(_about(book, table)))
    file = io.BytesIO()
    pq.write_table(made, file, compression="zstd")
    return file.getvalue()


def _typed(value: Value, column: Column) -> Value:
    if value is None or column.kind in {"text", "flag"}:
        return value
    return int(value) if column.kind == "whole" else float(value)


def _about(book: ExportBook, table: ExportTable) -> dict[str, str]:
    return {
        "title": book.title,
        "table": table.title,
        "language": book.language,
        "facts": json.dumps(dict(book.facts), ensure_ascii=False),
        "notes": "\n".join(book.notes),
        "statuses": json.dumps(dict(book.statuses), ensure_ascii=False),
        "columns": json.dumps({one.key: one.title for one in table.columns}, ensure_ascii=False),
    }
