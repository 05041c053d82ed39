"""What is kept of publications, read back: exact tables, and what contents told."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from pyarrow import parquet

from analytics.disclosure.published_cells import PublishedCells
from analytics.disclosure.told import Told
from analytics.disclosure.tree import Domain, DomainTree
from analytics.tables import EstimateTable
from survey_app.publications.formats import read_content

if TYPE_CHECKING:
    from analytics.estimation.change import WaveMeta

WEIGHT: Final = "weight"


def published_cells(meta: WaveMeta, content: bytes) -> PublishedCells:
    """Read what an earlier publication showed and hid."""
    rows = read_content(content)["estimates"]
    return PublishedCells.of(meta.key, _cells(rows, "n", "mean", "se", "low"))


def told_before(label: str, content: bytes) -> Told:
    """Read what an earlier version told of the same responses, over the domains it had then."""
    stored = read_content(content)
    tree = DomainTree(
        tuple(
            Domain(
                row["level"],
                row["code"],
                row["parent"],
                row["kind"] if row["level"] == "unit" else "",
            )
            for row in stored["domains"]
        )
    )
    return Told.of(label, tree, _cells(stored["estimates"], "n"))


def _cells(rows: list[dict[str, Any]], *figures: str) -> pd.DataFrame:
    columns = ("measure", "statistic", "category", "level", "domain", *figures, "status")
    frame = pd.DataFrame([[row.get(name) for name in columns] for row in rows], columns=columns)
    return frame.fillna({"category": "", "domain": ""})


def write_table(table: EstimateTable) -> bytes:
    """Write exact figures as Parquet, which keeps every bit."""
    buffer = io.BytesIO()
    table.frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def read_table(stored: bytes) -> EstimateTable:
    """Read what `write_table` wrote, in this version or an earlier one.

    The first days kept no sums of weights: there ``weight`` is missing in every row.
    """
    frame = pd.read_parquet(io.BytesIO(stored))
    return EstimateTable(frame if WEIGHT in frame else frame.assign(**{WEIGHT: np.nan}))


def knows_weights(stored: bytes) -> bool:
    """Tell whether a table was kept with its sums of weights."""
    return WEIGHT in parquet.read_schema(io.BytesIO(stored)).names
