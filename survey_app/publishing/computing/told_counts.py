"""How many answered, beside figures: told where the row of the place tells it, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.tables import tuples_of
from survey_app.publishing.computing.domain_rows import counted_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def with_told_counts(
    frame: pd.DataFrame, population: str, domains: Iterable[Mapping[str, Any]]
) -> pd.DataFrame:
    """Leave out how many answered where the row of the domain does not tell it either.

    Parameters
    ----------
    frame : DataFrame
        Protected estimates.
    population : str
    domains : iterable of mapping
        Those of the publication.

    Notes
    -----
    Beside the register an n tells how many did not answer, and nearly all of a unit may have. What
    weights cost follows from the answers of each unit inside, so that it is told of those alone
    whose units are all counted.
    """
    if population != "staff":
        return frame
    rows = list(domains)
    told = counted_rows(rows)
    around = {
        key
        for row in rows
        if row["level"] == "unit" and ("unit", row["code"]) not in told
        for key in (("agency", ""), ("region", row["parent"]), ("unit_type", row["kind"]))
    }
    places = tuples_of(frame, ["level", "domain"])
    kept = pd.Series([place in told for place in places], index=frame.index)
    inside = kept & pd.Series([place not in around for place in places], index=frame.index)
    return frame.assign(
        n=frame["n"].where(kept),
        **{name: frame[name].where(inside) for name in ("n_eff", "deff")},
    )
