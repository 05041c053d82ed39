"""How sure a change is where a finite staff was asked twice and nobody may link the answers.

Between two questions lies a third: have the same people changed beyond the wobble of single
answers? A person asked twice does not answer alike, also where nothing has changed. The full
finite population correction takes that wobble for a change of the unit; no correction at all
forgets that the same people answered (docs/adr/0012).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import DesignError

if TYPE_CHECKING:
    from analytics.arrays import Floats

# The least that the same person's answers a few months apart may be thought to go together.
# Without it, every person's ordinary variation would be called a change of the unit.
LEAST_CORRELATION: Final = 0.5


def unlinked_errors(
    se: tuple[Floats, Floats],
    se_model: tuple[Floats, Floats],
    correlation: float = LEAST_CORRELATION,
    *,
    together: float = 1.0,
) -> Floats:
    r"""Give the errors of changes between two waves of a finite population, nobody linked.

    Parameters
    ----------
    se, se_model : tuple of ndarray of float, same shape
        Errors of the earlier and of the later wave, with and without finite population
        correction, in the unit of the estimates.
    correlation : float
        The least that the two waves' figures of the whole population are taken to go together.
    together : float
        What the two waves share by their invitations, in multiples of what two waves of everybody
        do (`analytics.waves.answers_together`).

    Returns
    -------
    ndarray of float, same shape

    Raises
    ------
    DesignError
        If the correlation lies outside 0 to 1, or ``together`` is negative.

    Notes
    -----
    With V the variance with and :math:`V_0` that without correction of the same estimate,

    .. math:: V_{0,1} + V_{0,2} - 2 \rho c \sqrt{(V_{0,1} - V_1)(V_{0,2} - V_2)},

    c being 1 where one of them invited everybody.

    An estimate errs from the figure of its whole population (V), and that figure varies itself,
    as people's answers do (:math:`V_0 - V`, at least 0). Given the answers of everybody both
    times, two waves that are drawn or answered independently of each other err independently, so
    by the law of total covariance their covariance is that of the two whole figures. That holds
    for any linearised estimate: under strata, clusters and further stages with corrections, in
    domains, of shares, totals and composites, and after calibration, where it is the part that
    the known totals leave open. For one stage of n out of N, :math:`V_0 - V = (n/N) V_0`, and it
    is the largest error of `analytics.comparison.implied_overlap` with everybody invited and
    no population behind the staff (Tam 1984).

    The correlation of the whole figures is that of a person's two answers where persons are the
    units and stay; of clusters it is that of a cluster's two totals, commonly higher. It is too
    high a guess where most of a staff has been replaced. Of a part of the staff, correction is for
    the whole of it: with the shares :math:`f_1` and :math:`f_2` invited and :math:`f_{12}` twice,
    :math:`c = f_{12} / (f_1 f_2)`, so that panels kept apart take the plain sum (docs/adr/0136).
    Where the same people answer each time, the error is too large. Without a correction in either
    wave it is that sum too.

    References
    ----------
    Tam, S. M. (1984). On covariances from overlapping samples. The American Statistician 38,
    288-289.
    """
    if not 0 <= correlation <= 1:
        raise DesignError("the correlation of two answers must lie between 0 and 1")
    if together < 0:
        raise DesignError("the overlap of two waves cannot be negative")
    # With few clusters the first stage alone may come out below both stages together.
    free = [np.maximum(own, other) for own, other in zip(se, se_model, strict=True)]
    whole = [endless**2 - own**2 for own, endless in zip(se, free, strict=True)]
    both = 2.0 * correlation * together * np.sqrt(whole[0] * whole[1])
    return np.asarray(np.sqrt(np.maximum(free[0] ** 2 + free[1] ** 2 - both, 0.0)), np.float64)
