"""Units that an event touched against units of the same type that it did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import FrameError

if TYPE_CHECKING:
    from analytics.arrays import Floats

COLUMNS: Final = ("unit", "type", "wave", "estimate", "affected", "after")
FEWEST_UNITS: Final = 2
FEW_UNITS: Final = 6
FEW_WARNING: Final = (
    "Only {n} {what} units: the error rests on few units, and a single one can carry the result."
)
_DUST: Final = 1e-10


@dataclass(frozen=True, slots=True)
class Difference:
    """The change of affected units beyond that of the others, in points."""

    estimate: float
    se: float
    df: float
    low: float
    high: float
    p: float
    affected: int
    others: int
    warnings: tuple[str, ...]


def difference_in_differences(rows: pd.DataFrame, *, confidence: float = 0.95) -> Difference:
    r"""Compare affected units with others of their type, before and after an event.

    Parameters
    ----------
    rows : DataFrame
        A row per unit and wave: ``unit``, ``type``, ``wave``, ``estimate`` in points (NaN where
        none is published), ``affected`` (of the unit) and ``after`` (of the wave), both bool.
    confidence : float
        For instance 0.95.

    Returns
    -------
    Difference
        NaN error and interval where only one unit on a side is left.

    Raises
    ------
    FrameError
        If a column is missing, a unit is affected in one row and not in another, a wave both before
        and after, a unit occurs twice in a wave, or no type has both kinds of units.

    Notes
    -----
    Least squares of the estimate on unit, wave within type, and affected x after; each unit counts
    once. Types with one kind of unit, and units without a figure on both sides of the event,
    are left out. The variance is clustered on unit with the CR2 adjustment, and t has the
    degrees of freedom of Bell and McCaffrey: with few affected units the usual sandwich (CR1) is
    far too small. In two waves and one type this is Welch's test on the changes.

    It rests on parallel paths: without the event, both kinds would have moved alike.

    References
    ----------
    instruments.md 4.5. Bell, R. M., McCaffrey, D. F. (2002). Survey Methodology 28, 169-181.
    Pustejovsky, J. E., Tipton, E. (2018). Journal of Business and Economic Statistics 36, 672-683.
    """
    used = _usable(rows)
    within = _within_unit(used)
    target, nuisance, outcome = within[:, 0], within[:, 2:], within[:, 1]
    # what the waves of each type explain is taken out of both (Frisch-Waugh)
    basis = _basis(nuisance)
    target = target - basis @ (basis.T @ target)
    size = float(target @ target)
    if size < _DUST:
        raise FrameError("affected and other units have no wave in common on both sides")
    estimate = float(target @ outcome) / size
    left = outcome - basis @ (basis.T @ outcome) - estimate * target
    full = np.column_stack([basis, target / np.sqrt(size)])
    clusters = pd.factorize(used["unit"])[0]
    se, df = _clustered(full, target / size, left, clusters)
    kinds = used.groupby("unit")["affected"].first()
    counts = {"affected": int(kinds.sum()), "other": int((~kinds).sum())}
    if min(counts.values()) < FEWEST_UNITS:
        se = df = float("nan")
    reach = float(stats.t.ppf(0.5 + confidence / 2, df)) * se
    return Difference(
        estimate=estimate,
        se=se,
        df=df,
        low=estimate - reach,
        high=estimate + reach,
        p=float(2 * stats.t.sf(abs(estimate) / se, df)) if se > 0 else float("nan"),
        affected=counts["affected"],
        others=counts["other"],
        warnings=tuple(
            FEW_WARNING.format(n=n, what=what) for what, n in counts.items() if n < FEW_UNITS
        ),
    )


def _usable(rows: pd.DataFrame) -> pd.DataFrame:
    absent = [name for name in COLUMNS if name not in rows.columns]
    if absent:
        raise FrameError(f"difference in differences needs the column {absent[0]}")
    if rows.duplicated(["unit", "wave"]).any():
        raise FrameError("a unit occurs twice in a wave: give one row per unit and wave")
    for key, fixed in (("unit", "affected"), ("unit", "type"), ("wave", "after")):
        kinds = rows[[key, fixed]].drop_duplicates()
        if kinds[key].duplicated().any():
            raise FrameError(f"{fixed} must be the same in all rows of a {key}")
    frame = rows[np.isfinite(rows["estimate"].astype("float64"))]
    frame = frame.assign(affected=frame["affected"].astype(bool), after=frame["after"].astype(bool))
    both = frame.groupby("unit")["after"].transform("nunique") == len((False, True))
    frame = frame[both]
    mixed = frame.groupby("type")["affected"].transform("nunique") == len((False, True))
    frame = frame[mixed]
    if frame.empty:
        raise FrameError(
            "no type has affected and other units with figures before and after the event"
        )
    return frame.reset_index(drop=True)


def _within_unit(frame: pd.DataFrame) -> Floats:
    """Return target, outcome and wave-by-type columns less their means within each unit."""
    cell = pd.MultiIndex.from_frame(frame[["type", "wave"]]).factorize()[0]
    columns = np.column_stack(
        [
            (frame["affected"] & frame["after"]).to_numpy(dtype=np.float64),
            frame["estimate"].to_numpy(dtype=np.float64),
            np.eye(cell.max() + 1)[cell],
        ]
    )
    means = pd.DataFrame(columns).groupby(frame["unit"].to_numpy()).transform("mean")
    return np.asarray(columns - means.to_numpy(dtype=np.float64), dtype=np.float64)


def _basis(columns: Floats) -> Floats:
    u, size, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(u[:, size > _DUST * max(float(size.max()), 1.0)], dtype=np.float64)


def _clustered(
    full: Floats, solve: Floats, left: Floats, clusters: np.ndarray
) -> tuple[float, float]:
    """Give the CR2 error of one coefficient and its Bell-McCaffrey degrees of freedom."""
    many = int(clusters.max()) + 1
    adjusted = np.zeros((len(left), many))
    for cluster in range(many):
        rows = clusters == cluster
        own = np.eye(int(rows.sum())) - full[rows] @ full[rows].T
        value, vector = np.linalg.eigh(own)
        root = np.where(value > _DUST, 1 / np.sqrt(np.maximum(value, _DUST)), 0.0)
        adjusted[rows, cluster] = (vector * root) @ vector.T @ solve[rows]
    variance = float(((adjusted.T @ left) ** 2).sum())
    spread = adjusted - full @ (full.T @ adjusted)
    gram = spread.T @ spread
    df = float(np.trace(gram) ** 2 / (gram**2).sum()) if gram.any() else float("nan")
    return float(np.sqrt(variance)), df
