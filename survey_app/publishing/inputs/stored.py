"""What is kept of publications, read back: exact tables, and what contents told."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from analytics.disclosure.releases import CELL, PublishedCells
from analytics.disclosure.rules import PUBLISHED
from analytics.disclosure.table import DomainTree, PriorRelease, TableDomain
from analytics.scale_quality.kept_moments import Moments
from analytics.tables import EstimateTable, tuples_of
from survey_app.publications.formats import read_plain_cells

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from analytics.waves import WaveMeta

WEIGHT: Final = "weight"
MOMENTS: Final = b"moments"


def published_cells(
    meta: WaveMeta,
    content: bytes,
    exact: EstimateTable,
    foreign: Collection[tuple[str, str]] = (),
) -> PublishedCells:
    """Read what an earlier publication showed and hid of what changes are told of: plain cells.

    Parameters
    ----------
    meta : WaveMeta
    content : bytes
    exact : EstimateTable
        Of the same wave: the number of answers behind a figure that came without it.
    foreign : collection of (level, code)
        Places whose figures hold answers from elsewhere: nothing is compared with them.
    """
    cells = _counted(_cells(read_plain_cells(content), "n", "mean", "se", "low"), exact)
    strange = [place in foreign for place in tuples_of(cells, ["level", "domain"])]
    return PublishedCells.of(
        meta.key, cells.assign(low=cells["low"].mask(pd.Series(strange, index=cells.index)))
    )


def told_before(label: str, content: Mapping[str, Any], exact: EstimateTable) -> PriorRelease:
    """Read what an earlier version told of the same responses, over the domains it had then.

    Parameters
    ----------
    label : str
    content : mapping
        As `read_content` reads it.
    exact : EstimateTable
        Of the same responses: the number of answers behind a figure that came without it.
    """
    counted = _counted(_cells(content["estimates"], "n"), exact)
    return PriorRelease.of(label, domains_then(content), counted)


def domains_then(content: Mapping[str, Any]) -> DomainTree:
    """Read the domains that a publication was made over."""
    return DomainTree(
        tuple(
            TableDomain(
                row["level"],
                row["code"],
                row["parent"],
                row["kind"] if row["level"] == "unit" else "",
            )
            for row in content["domains"]
        )
    )


def _cells(rows: list[dict[str, Any]], *figures: str) -> pd.DataFrame:
    columns = ("measure", "statistic", "category", "level", "domain", *figures, "status")
    frame = pd.DataFrame([[row.get(name) for name in columns] for row in rows], columns=columns)
    return frame.fillna({"category": "", "domain": ""})


def _counted(frame: pd.DataFrame, exact: EstimateTable) -> pd.DataFrame:
    """Fill in the number of answers behind figures that were shown without it."""
    counts = exact.frame.set_index(CELL)["n"]
    own = counts.reindex(pd.MultiIndex.from_frame(frame[CELL])).to_numpy()
    told = pd.to_numeric(frame["n"])
    # a cell that a later version has no more counted somebody
    kept = told.where(told.notna(), own).fillna(1)
    return frame.assign(n=kept.where(frame["status"] == PUBLISHED))


def write_table(table: EstimateTable, moments: Mapping[str, Moments] | None = None) -> bytes:
    """Write exact figures as Parquet, which keeps every bit.

    Parameters
    ----------
    table : EstimateTable
    moments : mapping of str to Moments, optional
        By measure: what later waves are held against to see whether they measure the same. They
        stand in the file's metadata, so that they are hashed, kept and guarded as the figures are.
    """
    made = pa.Table.from_pandas(table.frame, preserve_index=False)
    kept = {
        measure: [own.items, own.n, own.mean.tolist(), own.covariance.tolist()]
        for measure, own in (moments or {}).items()
    }
    written = json.dumps(kept, sort_keys=True).encode()
    made = made.replace_schema_metadata({**(made.schema.metadata or {}), MOMENTS: written})
    buffer = io.BytesIO()
    parquet.write_table(made, buffer, compression="zstd")
    return buffer.getvalue()


def read_moments(stored: bytes) -> dict[str, Moments]:
    """Read the moments beside exact figures; none are there before format 4."""
    written = (parquet.read_schema(io.BytesIO(stored)).metadata or {}).get(MOMENTS, b"{}")
    return {
        measure: Moments(tuple(items), n, np.array(mean), np.array(covariance))
        for measure, (items, n, mean, covariance) in json.loads(written).items()
    }


def read_table(stored: bytes, *, plain: bool = False) -> EstimateTable:
    """Read what `write_table` wrote, in this version or an earlier one.

    The first days kept no sums of weights: there ``weight`` is missing in every row. ``plain``
    leaves out figures of a category, as shares are: no change is told of one.
    """
    frame = pd.read_parquet(io.BytesIO(stored), filters=[("category", "==", "")] if plain else None)
    return EstimateTable(frame if WEIGHT in frame else frame.assign(**{WEIGHT: np.nan}))


def knows_weights(stored: bytes) -> bool:
    """Tell whether a table was kept with its sums of weights."""
    return WEIGHT in parquet.read_schema(io.BytesIO(stored)).names
