"""Whether a model that asks for more equality fits worse beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analytics.scale_quality.fit_measures import Statistic
from analytics.scale_quality.ordinal_cfa import residual_weight, scale_and_shift
from analytics.scale_quality.ordinal_structure import assign_ordinal

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Equality
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.ordinal_moments import OrdinalSamples
    from analytics.scale_quality.ordinal_structure import OrdinalStructure

NO_TEST = float("nan")


def scaled_gap(wide: FitMeasures, tight: FitMeasures) -> float:
    r"""Test a model fitted by maximum likelihood against one nested in it.

    Parameters
    ----------
    wide, tight : FitMeasures
        Of the model with fewer and with more equality; both plain or both scaled.

    Returns
    -------
    float
        p; NaN where the models have the same degrees of freedom or the scaling fails.

    Notes
    -----
    :math:`(X_1 - X_0) / c` with X the unscaled statistics and :math:`c = (d_1 c_1 - d_0 c_0) / (d_1
    - d_0)`; with scaling factors of 1 the plain difference (``lavTestLRT`` with
    ``satorra.bentler.2001``).

    References
    ----------
    Satorra, A., Bentler, P. M. (2001). Psychometrika 66, 507-514.
    """
    df = tight.df - wide.df
    if df <= 0:
        return NO_TEST
    fall = tight.chi2 * tight.scaling - wide.chi2 * wide.scaling
    scaling = (tight.df * tight.scaling - wide.df * wide.scaling) / df
    return _p(fall / scaling, df) if scaling > 0 else NO_TEST


def ordinal_gap(
    whole: OrdinalStructure,
    data: OrdinalSamples,
    wide: tuple[FitMeasures, Equality, Floats],
    tight: tuple[FitMeasures, Equality, Floats],
) -> float:
    r"""Test a model of graded answers against one nested in it.

    Parameters
    ----------
    wide, tight : tuple of FitMeasures, Equality, ndarray
        The unadjusted measures, what groups share, and each group's parameters.

    Returns
    -------
    float
        p; NaN where the models have the same degrees of freedom.

    Notes
    -----
    The difference of the unadjusted statistics, shifted and scaled to the mean and variance of
    chi-square by the traces of :math:`(U_1 - U_0) \Gamma`, each U at its own estimates (in the
    manner of ``lavTestLRT`` with ``satorra.2000``, which takes both at one).

    References
    ----------
    Satorra, A. (2000). In Heijmans, Pollock, Satorra (eds), Innovations in Multivariate
    Statistical Analysis, 233-247. Asparouhov, T., Muthen, B. (2010). Simple second order
    chi-square correction. Mplus note.
    """
    df = tight[0].df - wide[0].df
    if df <= 0:
        return NO_TEST
    weights = []
    for _, equality, vectors in (wide, tight):
        assignment = assign_ordinal(whole, len(data.groups), equality)
        free = np.zeros(assignment.size)
        used = assignment.place >= 0
        free[assignment.place[used]] = vectors[used]
        weights.append(residual_weight(whole, data, assignment, free))
    change = weights[1] - weights[0]
    trace, square = float(np.trace(change)), float((change * change.T).sum())
    if square <= 0:
        return NO_TEST
    return _p(scale_and_shift(Statistic(tight[0].chi2 - wide[0].chi2, df), trace, square).chi2, df)


def _p(chi2: float, df: int) -> float:
    return float(special.chdtrc(df, max(chi2, 0.0)))
