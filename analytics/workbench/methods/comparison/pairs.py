"""All pairs of domains of one sample, and what many comparisons at once do to p values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from analytics.comparison.difference import difference_errors, infer_differences
from analytics.comparison.multiplicity import METHODS
from analytics.errors import AnalyticsError
from analytics.estimation.alike import Level, lent_variances
from analytics.estimation.degrees_of_freedom import count_reach, each_scored, unseen
from analytics.estimation.means import errors
from analytics.estimation.variance import Variance, domain_variance
from analytics.workbench.methods.comparison.studentized_range import StudentizedRange

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats, Integers
    from analytics.comparison.difference import DifferenceEstimates
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans


TUKEY: Final = "tukey"
ADJUSTMENTS: Final = (*METHODS, TUKEY)
ROOT: Final = np.sqrt(2.0)


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of domains of one column; arrays of shape (n_pairs,).

    ``first`` and ``second`` are positions in the partition; a difference is the first's mean less
    the second's. ``found`` is without finite population correction, as of `AgainstRest`;
    ``se_current`` is the error with it. ``reach`` is half the length of intervals that hold all
    together, where the adjustment makes such (Tukey's).
    """

    first: Integers
    second: Integers
    found: DifferenceEstimates
    p_adjusted: Floats
    se_current: Floats
    reach: Floats | None = None

    def among(self, show: Booleans, adjust: str, confidence: float) -> Pairs:
        """Keep the pairs of domains that are shown, numbered among those, p adjusted anew."""
        place = np.cumsum(show) - 1
        kept = show[self.first] & show[self.second]
        values = {name: getattr(self.found, name)[kept] for name in self.found.__slots__}
        found = Pairs(
            place[self.first[kept]].astype(np.int64),
            place[self.second[kept]].astype(np.int64),
            replace(self.found, **values),
            self.p_adjusted[kept],
            self.se_current[kept],
        )
        return found.adjusted(adjust, confidence)

    def of_current_staff(self, adjust: str, confidence: float) -> Pairs:
        """Judge the same pairs with the finite population correction."""
        own = self.found
        found = infer_differences(own.difference, self.se_current, own.df, confidence)
        return replace(self, found=found).adjusted(adjust, confidence)

    def adjusted(self, adjust: str, confidence: float) -> Pairs:
        """Adjust p for the number of pairs.

        Parameters
        ----------
        adjust : str
            One of `ADJUSTMENTS`.
        confidence : float
            Of the intervals that hold all together.

        Notes
        -----
        "tukey" refers |t| times the root of 2 to the studentized range of as many groups as have an
        error, with the degrees of freedom of each pair: Games and Howell's (1976) procedure for
        errors of the design. It is exact for independent means of one error, and on the safe side
        for independent means whose errors differ (Hayter 1984).
        """
        found = self.found
        if adjust != TUKEY:
            return replace(self, p_adjusted=METHODS[adjust](found.p), reach=None)
        known = np.isfinite(found.p)
        groups = len(np.unique(np.concatenate([self.first[known], self.second[known]])))
        if not groups:
            return replace(self, p_adjusted=found.p, reach=found.p)
        judged = StudentizedRange.of(groups)
        none = np.where(found.difference == 0, 0.0, np.inf)
        t = np.divide(np.abs(found.difference), found.se, out=none, where=found.se > 0)
        p = judged.beyond(np.where(known, ROOT * t, np.nan), found.df)
        reach = judged.quantile(confidence, found.df) / ROOT * found.se
        # What is left of a tail by rounding is never less than that of the pair alone.
        return replace(self, p_adjusted=np.fmax(p, found.p), reach=reach)


def all_pairs(
    design: Design,
    means: DomainMeans,
    partition: Partition,
    column: int = 0,
    adjust: str = "holm",
    confidence: float = 0.95,
) -> Pairs:
    """Compare every two domains, and adjust p for their number.

    Parameters
    ----------
    design : Design
        Of the whole sample.
    means : DomainMeans
        Of the partition.
    partition : Partition
        The domains.
    column : int
        Which column of ``means``.
    adjust : {"holm", "hochberg", "benjamini-hochberg", "tukey"}
        Holm's by default: pairs share domains, and his needs no independence.
    confidence : float
        Of each single interval.

    Returns
    -------
    Pairs
        Without finite population correction: unit against unit is a question about units as such.

    Raises
    ------
    AnalyticsError
        If ``adjust`` is none of these.
    """
    if adjust not in ADJUSTMENTS:
        raise AnalyticsError(f"no adjustment is called {adjust!r}: choose {', '.join(ADJUSTMENTS)}")
    first, second = np.triu_indices(partition.size, 1)
    together = _freedom(design, partition, means.scored[:, [column]])
    spare = np.diag(together)
    mean, known = means.mean[:, column], means.n[:, column] > 1
    own = errors(design, means, partition)
    lent = lent_variances(Level(design, partition, means, own))[:, column]
    variance = _pair_variances(design, means.influence[:, column], partition)
    both = known[first] & known[second]
    error = np.where(both, np.sqrt(variance.model[0] + lent[first] + lent[second]), np.nan)
    owed = lent * unseen(design, partition)
    current = np.where(both, np.sqrt(variance.corrected[0] + owed[first] + owed[second]), np.nan)
    single = np.sqrt(own.se_model[:, column] ** 2 + lent)
    _, df = difference_errors(single[first], single[second], spare[first], spare[second])
    df = np.minimum(df, together[first, second])
    found = infer_differences(mean[first] - mean[second], error, df, confidence)
    numbers = first.astype(np.int64), second.astype(np.int64)
    return Pairs(*numbers, found, found.p, current).adjusted(adjust, confidence)


def _pair_variances(design: Design, influence: Floats, partition: Partition) -> Variance:
    """Estimate the variance of each pair's difference, one first domain after the other."""
    code, size = partition.code, partition.size
    everybody = np.zeros(len(code), dtype=np.int64)
    parts = [Variance(np.zeros((1, 0)), np.zeros((1, 0)))]
    for number in range(size - 1):
        others = np.arange(number + 1, size)
        u = np.where(code[:, None] == others, -influence[:, None], 0.0)
        u += np.where(code == number, influence, 0.0)[:, None]
        parts.append(domain_variance(design, u, everybody, 1))
    return Variance(
        np.concatenate([part.corrected for part in parts], axis=1),
        np.concatenate([part.model for part in parts], axis=1),
    )


def _freedom(design: Design, partition: Partition, scored: Booleans | Floats) -> Floats:
    """Count clusters minus strata of those that hold somebody scored in either of two domains.

    No error of the difference of two domains has more degrees of freedom: where both lie in the
    same clusters, it is made of one difference in each.

    Returns
    -------
    ndarray of float, shape (n_domains, n_domains)
        Of the first column of ``scored``; that of a domain by itself on the diagonal.
    """
    stage, reach = design.stages[0], count_reach(design, partition, scored)
    there = np.flatnonzero((partition.code >= 0) & (each_scored(scored)[:, 0] > 0))
    domain, cluster = partition.code[there], stage.cluster[there]
    clusters, strata = reach.clusters[:, 0], reach.strata[:, 0]
    # of persons that were drawn themselves none lies in two domains
    in_both = (
        np.diag(clusters) if stage.drawn_themselves else _in_both(cluster, domain, partition.size)
    )
    strata_of_both = _in_both(stage.stratum[cluster], domain, partition.size)
    together = clusters[:, None] + clusters - in_both
    return np.maximum(together - (strata[:, None] + strata - strata_of_both), 0.0)


def _in_both(unit: Integers, domain: Integers, size: int) -> Floats:
    shape = int(unit.max(initial=-1)) + 1, size
    held = sparse.coo_array((np.ones(len(unit)), (unit, domain)), shape).tocsr()
    held.data[:] = 1.0
    return np.asarray((held.T @ held).toarray(), dtype=np.float64)
