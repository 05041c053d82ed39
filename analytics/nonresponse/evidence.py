"""What earlier waves and other units tell of the silent, though nobody is linked to anything.

Two things. Where a unit's response goes up and down from wave to wave, by chance or by reminders,
more or fewer of the reluctant are heard, and the unit's mean moves with it if they answer
otherwise. And where figures stay from wave to wave, the gap cannot have jumped.

Neither is proof. A unit where things go badly may answer less *because* they do: then the first is
too low. So it may widen what is assumed and never narrow it. The second can only be too large,
since true change is in it; it may narrow what is assumed of changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import optimize, special

from analytics.nonresponse.assumption import LEAST_CHANGE, SIGMA
from analytics.nonresponse.columns import independent

if TYPE_CHECKING:
    from analytics.arrays import Floats

COLUMNS: Final = ("wave", "place", "parent", "mean", "variance", "response")
_LEVEL: Final = 0.05
_CLOSE: Final = 1e-6  # points squared
_SERIES: Final = ["measure", "level"]


@dataclass(frozen=True, slots=True)
class GapEvidence:
    """How much higher those who answered are than the silent, as units over waves tell it.

    ``gap`` with standard error ``se``, in points; ``places`` and ``figures`` it rests on.
    ``sigma`` is the size of a gap, with the ends of its 95 % interval: what is assumed to be
    ``SIGMA`` where nothing is known.
    """

    gap: float
    se: float
    places: int
    figures: int
    sigma: float
    sigma_low: float
    sigma_high: float

    @property
    def identified(self) -> bool:
        """Whether it is known at least as well as what is assumed without it."""
        return self.se <= SIGMA


def gap_of_units(figures: pd.DataFrame) -> GapEvidence | None:
    r"""Estimate the gap from how units' means go with their response over waves.

    Parameters
    ----------
    figures : DataFrame
        ``wave``, ``place`` (the unit), ``parent`` (its region), ``mean``, ``variance`` of its
        error in points squared, and ``response``, 0-1; one row for each unit and wave shown.

    Returns
    -------
    GapEvidence or None
        None where too few units were shown in several waves.

    Notes
    -----
    :math:`m_{ut} = \alpha_u + \lambda_{r(u) t} + g (1 - \rho_{ut}) + e_{ut}`: a mean of those who
    answered is that of all and :math:`(1 - \rho) g`. Where answering depends on the answer by a
    logistic slope :math:`\beta`, :math:`g = \beta S^2` whatever the response. What moves a whole
    region from wave to wave is :math:`\lambda`, so only units against others of their region tell
    of the gap. Weights are :math:`1 / (v_{ut} + \tau^2)` with Paule and Mandel's :math:`\tau^2`.

    Assumed: what makes a unit answer more in one wave than in another, against its region, is
    not what moves its level. ``sigma`` is :math:`\sqrt{\max(\hat g^2 - se^2, 0)}`; its ends are
    those of :math:`|g|`.
    """
    several = figures.groupby("place")["wave"].transform("size") > 1
    used = figures[several & figures[["mean", "variance", "response"]].notna().all(axis=1)]
    if used.empty:
        return None
    moment = used["wave"].astype("str") + "\n" + used["parent"].astype("str")
    effects = np.column_stack([_dummies(used["place"]), _dummies(moment)])
    silent = (1.0 - used["response"]).to_numpy(dtype=np.float64)
    columns = independent(np.column_stack([effects, silent]))
    df = len(used) - columns.shape[1]
    if df < 1 or not np.array_equal(columns[:, -1], silent):
        return None
    mean, variance = (used[name].to_numpy(dtype=np.float64) for name in ("mean", "variance"))
    gap, se = _last_slope(columns, mean, variance, df)
    reach = float(special.stdtrit(df, 1 - _LEVEL / 2)) * se
    return GapEvidence(
        gap=gap,
        se=se,
        places=int(used["place"].nunique()),
        figures=len(used),
        sigma=float(np.sqrt(max(gap**2 - se**2, 0.0))),
        sigma_low=max(abs(gap) - reach, 0.0),
        sigma_high=abs(gap) + reach,
    )


def sigma_from(gap: GapEvidence | None) -> float:
    """Return the deviation that is assumed of the gap: larger where units tell so, never less."""
    if gap is None or not gap.identified:
        return SIGMA
    return max(SIGMA, gap.sigma)


def sigmas_of_changes(figures: pd.DataFrame, sigma: float) -> pd.Series:
    r"""Bound the deviation of the gap's change between waves by how little figures moved.

    Parameters
    ----------
    figures : DataFrame
        ``measure`` and ``level``, ``wave`` (numbers in order), ``place``, ``mean``, ``variance``
        and ``response``.
    sigma : float
        What is assumed of the gap, in points; no bound is above it.

    Returns
    -------
    Series
        By ``measure`` and ``level``, in points, at least ``LEAST_CHANGE``.

    Notes
    -----
    A step of a shown figure is a true step, a step of :math:`(1 - r) g` and chance. With none of
    them against another, the middle one has at most the variance of steps less that of chance;
    :math:`K` steps let :math:`K \bar{d^2} / \chi^2_{.05, K} - \bar v` be its upper 95 % limit.
    Places of a level move together, so only waves are counted as independent.
    """
    known = figures[figures[["mean", "variance", "response"]].notna().all(axis=1)]
    ordered = known.sort_values([*_SERIES, "place", "wave"], kind="stable")
    before = ordered.groupby([*_SERIES, "place"])[["mean", "variance", "response"]].shift(1)
    steps = ordered[[*_SERIES, "wave"]].assign(
        square=(ordered["mean"] - before["mean"]) ** 2,
        variance=ordered["variance"] + before["variance"],
        silent=1.0 - (ordered["response"] + before["response"]) / 2,
    )
    steps = steps[steps["square"].notna()]
    waves = steps.groupby([*_SERIES, "wave"])["square"].mean().groupby(_SERIES).agg(["sum", "size"])
    means = steps.groupby(_SERIES)[["variance", "silent"]].mean()
    upper = waves["sum"] / special.chdtri(waves["size"], 1 - _LEVEL) - means["variance"]
    bound = np.sqrt(upper.clip(lower=0.0)) / means["silent"]
    asked = pd.MultiIndex.from_frame(figures[_SERIES].drop_duplicates())
    # nobody silent, or no step: nothing is known
    told: pd.Series = bound.replace(np.inf, np.nan).reindex(asked).fillna(sigma)
    return told.clip(LEAST_CHANGE, sigma)


def _dummies(column: pd.Series) -> Floats:
    return pd.get_dummies(column, dtype="float64").to_numpy()


def _last_slope(columns: Floats, mean: Floats, variance: Floats, df: int) -> tuple[float, float]:
    """Regress with known variances and as much more as the residuals ask for."""

    def fitted(extra: float) -> tuple[Floats, Floats, Floats]:
        weight = 1.0 / (variance + extra)
        squares = columns.T @ (weight[:, None] * columns)
        return weight, squares, np.linalg.solve(squares, columns.T @ (weight * mean))

    def too_far(extra: float) -> float:
        weight, _, found = fitted(extra)
        return float((weight * (mean - columns @ found) ** 2).sum()) - df

    top = float(np.var(mean)) + 1.0
    extra = 0.0
    if too_far(0.0) > 0 > too_far(top):
        extra = optimize.brentq(too_far, 0.0, top, xtol=_CLOSE)
    _, squares, found = fitted(extra)
    last = np.zeros(len(found))
    last[-1] = 1.0
    return float(found[-1]), float(np.sqrt(np.linalg.solve(squares, last)[-1]))
