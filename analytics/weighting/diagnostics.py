"""How uneven the weights are, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import WeightError

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats

UNEVEN: Final = 2.0  # Kish's design effect above which half of the respondents count for nothing


@dataclass(frozen=True, slots=True)
class WeightDiagnostics:
    """What a methods page says about a wave's weights.

    ``sum`` is in persons, ``deff_kish`` is n / n_eff. ``converged`` and ``iterations`` tell how
    raking ended (true and 0 where nothing was raked), ``merged`` names categories that too few
    belong to, as ``margin:category``, and ``left_out`` margins that too few speak to. ``widened``
    is how many times wider the limits for one weight had to be than they are.
    """

    sum: float
    deff_kish: float
    min: float
    max: float
    converged: bool
    iterations: int
    n_eff: float
    merged: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    widened: float = 1.0


def check_weights(weight: pd.Series) -> None:
    """Refuse weights that speak for nobody.

    Raises
    ------
    WeightError
        If there are none, or one is missing, infinite, zero or negative.
    """
    if weight.empty or not weight.between(0, float("inf"), inclusive="neither").all():
        raise WeightError(f"every one of the {len(weight)} weights must be finite and above zero")


def effective_sample_size(weight: pd.Series, each: Floats | None = None) -> float:
    r"""Count the equally weighted respondents who would tell us as much.

    Parameters
    ----------
    weight : Series of float, shape (n_respondents,)
        Final weights in persons per respondent, each above zero.
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a weight stands for, where it stands for several.

    Returns
    -------
    float
        Respondents, from 1 up to ``n_respondents``.

    Raises
    ------
    WeightError
        If nobody answered, or a weight is missing, infinite, zero or negative.

    Notes
    -----
    Kish's approximation, :math:`(\sum w)^2 / \sum w^2`. It answers for unequal weights alone and
    knows nothing of strata or clusters.

    References
    ----------
    Kish, L. (1992). Weighting for unequal P_i. Journal of Official Statistics 8, 183-200.

    Examples
    --------
    >>> import pandas as pd
    >>> round(effective_sample_size(pd.Series([1.0, 1.0, 2.0])), 3)
    2.667
    """
    check_weights(weight)
    if each is None:
        return float(weight.sum() ** 2 / (weight**2).sum())
    return float((weight * each).sum() ** 2 / (weight**2 * each).sum())


def diagnose(
    weight: pd.Series,
    *,
    each: Floats | None = None,
    converged: bool = True,
    iterations: int = 0,
    merged: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
    widened: float = 1.0,
) -> WeightDiagnostics:
    """Describe final weights.

    Parameters
    ----------
    weight : Series of float, shape (n_respondents,)
        Persons per respondent, each above zero.
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a weight stands for, where it stands for several.
    converged, iterations, merged, left_out, widened
        How the raking ended, and what it was not made to.

    Raises
    ------
    WeightError
        As `effective_sample_size`.
    """
    n_eff = effective_sample_size(weight, each)
    values = weight.to_numpy(dtype=np.float64)
    people = values if each is None else values * each
    return WeightDiagnostics(
        sum=float(people.sum()),
        deff_kish=(len(values) if each is None else float(each.sum())) / n_eff,
        min=float(values.min()),
        max=float(values.max()),
        converged=converged,
        iterations=iterations,
        n_eff=n_eff,
        merged=merged,
        left_out=left_out,
        widened=widened,
    )
