"""What calibration must reproduce, made from margins and from totals of columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import WeightError
from analytics.weighting.rake import possible_shares

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.weighting.rake import Margin


@dataclass(frozen=True, slots=True)
class Constraints:
    """Columns and their totals, as `calibrate` takes them.

    ``columns`` has shape (n_respondents, n_totals); ``names`` reads ``margin:category``, the name
    of a column, or "persons". ``empty`` names categories of the population that nobody in the
    sample belongs to; their share was spread over the others of the margin in proportion.
    """

    columns: Floats
    totals: Floats
    names: tuple[str, ...]
    empty: tuple[str, ...]


def constraints(
    base: pd.Series,
    margins: Sequence[Margin],
    values: Mapping[str, tuple[Floats, float]] | None = None,
) -> Constraints:
    """Make constraints that keep the sum of the weights.

    Parameters
    ----------
    base : Series of float, shape (n_respondents,)
        Weights whose sum is the number of persons.
    margins : sequence of Margin
        Known shares. Those without a category keep factor 1 in that margin and stay as many
        persons as they are; the shares hold among the others.
    values : mapping of name to (ndarray of float, shape (n_respondents,), float), optional
        Further columns and their totals in the population, for instance age in years.

    Returns
    -------
    Constraints

    Raises
    ------
    WeightError
        As `analytics.weighting.rake.possible_shares`, or if a value is missing.
    """
    weight = base.to_numpy(dtype=np.float64)
    columns, totals, names = [np.ones(len(base))], [float(weight.sum())], ["persons"]
    empty: list[str] = []
    for one in margins:
        share, absent = possible_shares(one)
        empty += [f"{one.name}:{one.categories[n]}" for n in np.flatnonzero(absent).tolist()]
        known = float(weight[one.code >= 0].sum())
        for number in np.flatnonzero(share > 0).tolist():
            columns.append((one.code == number).astype(np.float64))
            totals.append(float(share[number]) * known)
            names.append(f"{one.name}:{one.categories[number]}")
    for name, (value, total) in (values or {}).items():
        if not np.isfinite(value).all():
            missing = int((~np.isfinite(value)).sum())
            raise WeightError(f"{missing} rows have no {name}: a total needs a value in every row")
        columns.append(value)
        totals.append(total)
        names.append(name)
    return Constraints(np.column_stack(columns), np.array(totals), tuple(names), tuple(empty))
