"""Domains of one sample against each other: a unit and the rest, and all pairs.

Domains of one sample are not independent: they share clusters, and their weights were calibrated
together. And a unit is a part of the whole. So the residuals are subtracted before the variance is
taken, and every covariance is in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.comparison.difference import difference_errors, infer_differences
from analytics.estimation.alike import Level, lent_variances
from analytics.estimation.degrees_of_freedom import degrees_of_freedom, unseen
from analytics.estimation.means import errors
from analytics.estimation.variance import domain_variance

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats
    from analytics.comparison.difference import DifferenceEstimates
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans


type Estimate = Callable[[Partition], DomainMeans]


@dataclass(frozen=True, slots=True)
class AgainstRest:
    """Each domain against all others; arrays of shape (n_domains, n_columns).

    ``se`` and ``found`` are without finite population correction, since the question is whether the
    unit is different as such; ``se_current`` is with it, for "among today's staff".
    """

    own: Floats
    rest: Floats
    found: DifferenceEstimates
    se_current: Floats


def against_rest(
    design: Design, estimate: Estimate, partition: Partition, confidence: float = 0.95
) -> AgainstRest:
    """Compare each domain with all respondents outside it.

    Parameters
    ----------
    design : Design
        Of the whole sample.
    estimate : callable
        Gives the means of a partition: `domain_means`, or with `compose` the indices.
    partition : Partition
        The domains. Respondents in none of them belong to the rest.
    confidence : float
        For instance 0.95.

    Returns
    -------
    AgainstRest
        NaN errors where the domain or the rest has fewer than two, or no degrees of freedom;
        those are Satterthwaite's of the two parts, at most those of both together.

    Notes
    -----
    A unit differs from the rest exactly if it differs from the whole, M_u - M = (1 - share)
    (M_u - M_rest); but an interval of the unit set beside one of the whole counts the unit twice.
    Where all of a unit answered alike, it borrows the deviation within the rest
    (`analytics.estimation.alike`).
    """
    parts = [_against_rest(design, estimate, partition, n) for n in range(partition.size)]
    columns = estimate(partition).mean.shape[1]
    own, rest, error, current, df = np.array(parts).reshape(-1, 5, columns).transpose(1, 0, 2)
    return AgainstRest(own, rest, infer_differences(own - rest, error, df, confidence), current)


def _against_rest(
    design: Design, estimate: Estimate, partition: Partition, number: int
) -> tuple[Floats, ...]:
    """Give a domain's means, those of the rest, both errors of the difference, and its df."""
    code = np.where(partition.code == number, 0, 1).astype(np.int64)
    two = replace(
        partition, domains=("own", "rest"), parents=("", ""), population=(None, None), code=code
    )
    means = estimate(two)
    known = means.n.min(axis=0) > 1
    sign = np.where(code == 0, 1.0, -1.0)[:, None]
    together = domain_variance(design, means.influence * sign, np.zeros_like(code), 1)
    error = errors(design, means, two)
    lent = lent_variances(Level(design, two, means, error))
    apart = error.se_model**2 + lent
    spare = degrees_of_freedom(design, two, means.scored)
    _, df = difference_errors(*np.sqrt(apart), *spare)
    whole = replace(two, domains=("all",), parents=("",), population=(None,), code=code * 0)
    df = np.minimum(df, degrees_of_freedom(design, whole, means.scored)[0])
    current = together.corrected[0] + (lent * unseen(design, two)[:, None]).sum(axis=0)
    return (
        *means.mean,
        np.where(known, np.sqrt(together.model[0] + lent.sum(axis=0)), np.nan),
        np.where(known, np.sqrt(current), np.nan),
        df,
    )
