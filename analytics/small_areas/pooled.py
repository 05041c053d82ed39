"""Small units lean on units of their type, so that a heatmap colours signal and not noise.

Every figure made here is shrunken and is shown as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.comparison.shades import beside_a_whole
from analytics.small_areas.fay_herriot import fay_herriot
from analytics.small_areas.sampling_variance import steadied
from analytics.tables import POOLED_COLUMNS, PooledTable
from analytics.unit_types import SEVERAL_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from analytics.arrays import Floats
    from analytics.tables import EstimateTable


def pool_units(table: EstimateTable, unit_types: Mapping[str, str] | None = None) -> PooledTable:
    """Shrink unit means of indices and scales towards the mean of their type.

    Parameters
    ----------
    table : EstimateTable
        Exact estimates of a staff wave.
    unit_types : mapping of unit to type, optional
        Without it all units are of one kind. One of ``SEVERAL_TYPES`` leans on units of all types.

    Returns
    -------
    PooledTable
        Units with at least two answers. ``differs`` compares with the agency.

    Notes
    -----
    Fay and Herriot's model with the unit type as covariate, fitted by REML: EB = g M_u +
    (1 - g) M_type with g = tau^2 / (tau^2 + SE_u^2) and one tau^2 for all types, since a type has
    few units. Its error includes that of the type's mean and of tau^2. Errors carry no finite
    population correction: units are compared with each other (instruments.md 4.5), and those of
    few answers lean on the others', so that a handful of equal answers is not certainty
    (`analytics.small_areas.sampling_variance.steadied`); intervals keep the unit's own degrees of
    freedom, which readers see. Where units are too few for the model, the method of moments within
    each type, see `shrink`.
    """
    frame = table.frame
    means = frame[(frame["statistic"] == "mean") & frame["kind"].isin(["index", "scale"])]
    known = means["se_model"].notna() | (means["all_equal"] & (means["n"] > 1))
    units = means[(means["level"] == "unit") & known]
    whole = means[means["level"] == "agency"]
    agency = dict(zip(whole["measure"], whole["mean"].to_numpy(dtype=np.float64), strict=True))
    kinds = units["domain"].map(dict(unit_types or {})).fillna("")
    parts = [
        _pooled(group, kinds.loc[group.index], float(agency[str(measure)]))
        for measure, group in units.groupby("measure", sort=False)
    ]
    if not parts:
        return PooledTable.empty()
    return PooledTable(pd.concat(parts, ignore_index=True))


def shrink_within(mean: Floats, se: Floats, kind: pd.Series) -> tuple[Floats, Floats, Floats]:
    """Shrink units towards the mean of their type.

    Parameters
    ----------
    mean, se : ndarray of float, shape (n_units,)
        Unit means and their errors, in points.
    kind : Series of str, shape (n_units,)
        Their types; units of ``SEVERAL_TYPES`` lean on those of all types alike.

    Returns
    -------
    eb, eb_se, g : ndarray of float, shape (n_units,)
        As for `shrink`.
    """
    code, types = pd.factorize(kind)
    if len(mean) > len(types) + 1 and (se > 0).any():
        dummies = _dummies(code, types)
        found = fay_herriot(mean, se**2, dummies)
        return found.estimate, np.sqrt(found.mse), found.own
    eb, eb_se, g = np.empty_like(mean), np.empty_like(mean), np.empty_like(mean)
    for number in range(len(types)):
        own = code == number
        eb[own], eb_se[own], g[own] = shrink(mean[own], se[own])
    return eb, eb_se, g


def shrink(mean: Floats, se: Floats) -> tuple[Floats, Floats, Floats]:
    """Shrink means towards their precision-weighted mean, by the method of moments.

    Parameters
    ----------
    mean, se : ndarray of float, shape (n_units,)
        Unit means and their errors, in points.

    Returns
    -------
    eb, eb_se, g : ndarray of float, shape (n_units,)
        Shrunken means, their errors and the weight of the unit's own mean, 0 to 1. Where no answers
        vary in any unit there is no error to lean on, and it is taken as one point.

    Notes
    -----
    Its errors take tau^2 as known. With few units that is too sure (in simulations intervals cover
    87 to 93 percent), so `shrink_within` uses it only where units are too few for anything else.
    """
    safe = np.where(se > 0, se, 1.0)
    tau2 = pooled_between_variance(mean, safe)
    weight = 1.0 / (safe**2 + tau2)
    middle = float((weight * mean).sum() / weight.sum())
    g = weight_of_own(tau2, safe)
    own = safe**2 * g
    return (
        g * mean + (1 - g) * middle,
        np.sqrt(own + (1 - g) ** 2 / weight.sum()),
        g,
    )


def _dummies(code: npt.NDArray[np.intp], types: pd.Index) -> Floats:
    rows: Floats = (code[:, None] == np.arange(len(types))).astype(np.float64)
    typed = np.array(types != SEVERAL_TYPES, dtype=bool)
    if typed.all() or not typed.any():
        return rows
    untyped = rows[:, ~typed].any(axis=1)
    rows[untyped] = rows[~untyped].mean(axis=0)
    return np.asarray(rows[:, typed], dtype=np.float64)


def weight_of_own(tau2: float, se: Floats) -> Floats:
    """Give g = tau^2 / (tau^2 + SE^2), the weight of a unit's own mean."""
    return np.asarray(tau2 / (tau2 + se**2), dtype=np.float64)


def pooled_between_variance(mean: Floats, se: Floats) -> float:
    """Estimate how much units differ beyond chance, in points squared.

    References
    ----------
    DerSimonian, R., Laird, N. (1986). Controlled Clinical Trials 7, 177-188.
    """
    if len(mean) < 2:  # noqa: PLR2004 - one unit differs from nobody
        return 0.0
    weight = 1.0 / se**2
    middle = (weight * mean).sum() / weight.sum()
    spread = float((weight * (mean - middle) ** 2).sum())
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    if scale <= 0:  # one unit outweighs all others, so nothing can be told of the rest
        return 0.0
    return max(0.0, (spread - (len(mean) - 1)) / scale)


def _pooled(group: pd.DataFrame, kind: pd.Series, agency: float) -> pd.DataFrame:
    mean, se, n, df = (
        group[name].to_numpy(dtype=np.float64) for name in ("mean", "se_model", "n", "df")
    )
    # What a unit of equal answers has borrowed already is not lent again.
    se = np.where(group["all_equal"], 0.0, se)
    eb, eb_se, g = shrink_within(mean, np.sqrt(steadied(se**2, n, df).variance), kind)
    columns = {
        "measure": group["measure"].to_numpy(),
        "unit": group["domain"].to_numpy(),
        "eb": eb,
        "eb_se": eb_se,
        "g": g,
        "differs": beside_a_whole(eb, eb_se, df, np.full(len(eb), agency)),
    }
    return pd.DataFrame({name: columns[name] for name in POOLED_COLUMNS})
