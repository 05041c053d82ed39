"""Measurement invariance: whether means of groups, languages or waves may be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.scale_quality.engines import normal_engine, ordinal_engine
from analytics.scale_quality.invariance_rule import Walk, reason
from analytics.scale_quality.structure import structure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.scale_quality.cfa import FactorFit
    from analytics.scale_quality.engines import Engine, Rung
    from analytics.scale_quality.fitting import Estimator
    from analytics.scale_quality.invariance_rule import InvarianceStep, Reached
    from analytics.scale_quality.moments import Missing
    from analytics.scale_quality.samples import SampledClusters
    from analytics.scale_quality.structure import Structure

SMALL_GROUP: Final = 100
MOST_GROUPS: Final = 30  # all are fitted at once: the time grows with the cube of their number


@dataclass(frozen=True, eq=False)
class Invariance:
    """How far the same measurement holds in all groups, or in all waves of the same people.

    ``means_comparable`` is what a page needs: where it is False, a comparison of these groups is
    marked "not comparable", and ``reason`` says why. ``best`` is the last accepted model, ``told``
    what should be said of the groups and of the way to it.
    """

    groups: tuple[str, ...]
    reached: Reached
    means_comparable: bool
    reason: str
    steps: tuple[InvarianceStep, ...]
    best: Rung
    told: tuple[str, ...]

    @cached_property
    def fit(self) -> FactorFit:
        """The last accepted model, laid out for whoever asks: no publication does.

        With the factor means (in standard deviations of the first group) once scalar invariance
        is reached.
        """
        return self.best.tell()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What should be said of the model, the groups, and the way to it."""
        return self.fit.warnings + self.told


def invariance(
    items: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    group: pd.Series,
    *,
    weight: Floats | None = None,
    drawn: SampledClusters | None = None,
    partial: bool = True,
    robust: bool = False,
    ordinal: bool = False,
    estimator: Estimator = "mlm",
    missing: Missing = "listwise",
    releases: bool = False,
    each: Floats | None = None,
) -> Invariance:
    """Test whether a model measures the same in every group.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        Missing is NaN.
    factors : mapping of factor to its items
    group : Series
        Groups, languages or waves; same index as ``items``.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent; then the robust measures decide.
    drawn : SampledClusters, optional
        Clusters and strata; then, too. Not for graded answers.
    partial : bool
        Where a step fails, let the worst items go one at a time while every factor keeps two items
        that hold.
    robust : bool
        Judge by the robust CFI and RMSEA instead of the normal-theory ones.
    ordinal : bool
        Take answers as graded (`ordinal_cfa.confirm_ordinal`): thresholds in the place of
        intercepts, judged by the adjusted measures. ``estimator``, ``missing`` and ``releases``
        have no part then.
    estimator, missing
        As `cfa.fit_factor_model`; with "mlr" the robust measures decide.
    releases : bool
        Add to every step what freeing each equality would bring.
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a row stands for; by "mlm", of those who answered every item.

    Returns
    -------
    Invariance

    Raises
    ------
    SpecificationError
        For fewer than two groups or more than 30, a model that makes no sense, or rows that stand
        for several where each must be one.
    FrameError
        If a group cannot carry the model.

    Notes
    -----
    The steps and the rule that accepts them are those of `invariance_rule.Walk`.
    """
    model = structure(factors)
    if group.nunique() < 2:  # noqa: PLR2004 - nothing to compare
        raise SpecificationError("invariance needs at least two groups with answers")
    if each is not None and (ordinal or drawn or (estimator, missing) != ("mlm", "listwise")):
        raise SpecificationError("rows that stand for several are for the estimator mlm")
    engine = (
        ordinal_engine(model, items, group, weight)
        if ordinal
        else normal_engine(
            model, items, group, weight, drawn, estimator=estimator, missing=missing, each=each
        )
    )
    if len(engine.sizes) > MOST_GROUPS:
        raise SpecificationError(
            f"invariance over {len(engine.sizes)} groups: take at most {MOST_GROUPS}, such as "
            "types of units instead of units"
        )
    decided = robust or estimator == "mlr" or weight is not None or drawn is not None
    return climbed(
        model, engine, partial=partial, robust=decided or ordinal, releases=releases, among="groups"
    )


def climbed(
    model: Structure, engine: Engine, *, partial: bool, robust: bool, releases: bool, among: str
) -> Invariance:
    """Walk as far as the answers allow, and say what follows; ``among`` groups or waves."""
    walk = Walk(model, engine, partial=partial, robust=robust, releases=releases)
    reached = walk.run()
    small = [f"{name} ({n})" for name, n in engine.sizes.items() if n < SMALL_GROUP]
    told = walk.told
    if small:
        told = (
            *told,
            f"fewer than {SMALL_GROUP} respondents in {', '.join(small)}: the test tells little",
        )
    return Invariance(
        tuple(engine.sizes), reached, reached in {"scalar", "partial scalar"},
        reason(reached, walk.steps, among), tuple(walk.steps), walk.best, told,
    )  # fmt: skip
