"""Measurement invariance: whether means of groups, languages or waves may be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.errors import SpecificationError
from analytics.scale_quality.engines import normal_engine, ordinal_engine
from analytics.scale_quality.equality import Equality
from analytics.scale_quality.release import released
from analytics.scale_quality.structure import structure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.scale_quality.cfa import FactorFit
    from analytics.scale_quality.engines import Engine, Rung
    from analytics.scale_quality.equality import Step
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.moments import Drawn
    from analytics.scale_quality.release import Part
    from analytics.scale_quality.structure import Structure

CFI_FALL: Final = 0.010  # instruments.md 4.10; Cheung and Rensvold (2002), Chen (2007)
RMSEA_RISE: Final = 0.015
CFI_FLOOR: Final = 0.90  # a model that fails one of three, beyond chance, fits no group
RMSEA_CEILING: Final = 0.10
SRMR_CEILING: Final = 0.10
CFI_GOOD: Final = 0.95
RMSEA_GOOD: Final = 0.08
SRMR_GOOD: Final = 0.08
INVARIANT_ITEMS: Final = 2  # per factor, in partial invariance
CHANCE: Final = 0.02  # of a loss or a misfit: the two steps together err once in 25
SMALL_GROUP: Final = 100
MOST_GROUPS: Final = 30  # all are fitted at once: the time grows with the cube of their number
ROUNDING: Final = 1e-9

type Reached = Literal["none", "configural", "metric", "partial metric", "scalar", "partial scalar"]


@dataclass(frozen=True, slots=True)
class InvarianceStep:
    """One model on the way: its fit, what it lost to the accepted one before, and the verdict.

    ``freed`` names the items let go in this step; ``cfi_fall``, ``rmsea_rise`` and ``p`` (of the
    difference in fit) are NaN in the first.
    """

    step: Step
    freed: tuple[str, ...]
    fit: FitMeasures
    cfi_fall: float
    rmsea_rise: float
    p: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Invariance:
    """How far the same measurement holds in all groups.

    ``means_comparable`` is what a page needs: where it is False, a comparison of these groups is
    marked "not comparable", and ``reason`` says why. ``fit`` is the last accepted model, with the
    factor means (in standard deviations of the first group) once scalar invariance is reached.
    """

    groups: tuple[str, ...]
    reached: Reached
    means_comparable: bool
    reason: str
    steps: tuple[InvarianceStep, ...]
    fit: FactorFit
    warnings: tuple[str, ...]


def invariance(
    items: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    group: pd.Series,
    *,
    weight: Floats | None = None,
    drawn: Drawn | None = None,
    partial: bool = True,
    robust: bool = False,
    ordinal: bool = False,
) -> Invariance:
    """Test whether a model measures the same in every group.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        Missing is NaN, left out listwise.
    factors : mapping of factor to its items
    group : Series
        Groups, languages or waves; same index as ``items``.
    weight : ndarray of float, shape (n_respondents,), optional
        Persons per respondent; then the robust measures decide.
    drawn : Drawn, optional
        Clusters and strata; then, too. Not for graded answers.
    partial : bool
        Where a step fails, let the worst items go one at a time while every factor keeps two items
        that hold.
    robust : bool
        Judge by the robust CFI and RMSEA instead of the normal-theory ones.
    ordinal : bool
        Take answers as graded (`ordinal_cfa.confirm_ordinal`): thresholds in the place of
        intercepts, judged by the adjusted measures.

    Returns
    -------
    Invariance

    Raises
    ------
    SpecificationError
        For fewer than two groups or more than 30, or a model that makes no sense.
    FrameError
        If a group cannot carry the model.

    Notes
    -----
    Configural (same pattern), metric (same loadings), scalar (and intercepts). A step is accepted
    if CFI falls by at most .010 and RMSEA rises by at most .015 from the model accepted before
    (RMSEA counts as 0 where that has no degrees of freedom), or if p of the difference between
    the models is at least .02 (`nested`): in small models RMSEA rises by more than .015 in every
    third sample though nothing differs. Whatever a step loses, its model must fit the answers: it
    is refused if CFI is below .90, SRMR above .10, or RMSEA above .10 with p of its chi-square
    below .02. One measure is enough: CFI alone lets a model of strongly related items pass at any
    RMSEA, and RMSEA is above .10 by chance in every eighth true model of four degrees of freedom
    and 2 x 100 answers. A pattern beyond .95, .08 and .08 is called moderate. The worst item is
    that with the largest score statistic (`release.gains`).

    References
    ----------
    Meredith, W. (1993). Psychometrika 58, 525-543. Cheung, G. W., Rensvold, R. B. (2002).
    Structural Equation Modeling 9, 233-255. Chen, F. F. (2007). Structural Equation Modeling 14,
    464-504. Byrne, B. M., Shavelson, R. J., Muthen, B. (1989). Psychological Bulletin 105, 456-466.
    Fit of each model: Browne, M. W., Cudeck, R. (1993), in Bollen & Long, Testing Structural
    Equation Models, 136-162 (no model beyond an RMSEA of .10). Hu, L., Bentler, P. M. (1999).
    Structural Equation Modeling 6, 1-55 (two kinds of measures together; CFI .95, SRMR .08).
    Kenny, D. A., Kaniskan, B., McCoach, D. B. (2015). Sociological Methods & Research 44, 486-507
    (RMSEA where degrees of freedom are few). Schermelleh-Engel, K., Moosbrugger, H., Muller, H.
    (2003). Methods of Psychological Research Online 8, 23-74 (SRMR up to .10).
    """
    model = structure(factors)
    if group.nunique() < 2:  # noqa: PLR2004 - nothing to compare
        raise SpecificationError("invariance needs at least two groups with answers")
    engine = (
        ordinal_engine(model, items, group, weight)
        if ordinal
        else normal_engine(model, items, group, weight, drawn)
    )
    if len(engine.sizes) > MOST_GROUPS:
        raise SpecificationError(
            f"invariance over {len(engine.sizes)} groups: take at most {MOST_GROUPS}, such as "
            "types of units instead of units"
        )
    walk = _Walk(
        model,
        engine,
        partial=partial,
        robust=robust or ordinal or weight is not None or drawn is not None,
        nested=not ordinal,
    )
    reached = walk.run()
    comparable = reached in {"scalar", "partial scalar"}
    small = [f"{name} ({n})" for name, n in engine.sizes.items() if n < SMALL_GROUP]
    best = walk.best.found
    told = best.warnings + walk.told
    if small:
        told = (
            *told,
            f"fewer than {SMALL_GROUP} respondents in {', '.join(small)}: the test tells little",
        )
    reason = _reason(reached, walk.steps)
    return Invariance(best.groups, reached, comparable, reason, tuple(walk.steps), best, told)


class _Walk:
    """The way from the pattern to equal intercepts, keeping the last accepted model."""

    def __init__(
        self, model: Structure, engine: Engine, *, partial: bool, robust: bool, nested: bool
    ) -> None:
        self.model, self.engine = model, engine
        self.partial, self.robust, self.nested = partial, robust, nested
        self.steps: list[InvarianceStep] = []
        self.told: tuple[str, ...] = ()
        self.best = self.pattern = engine.fit(Equality())

    def run(self) -> Reached:
        """Walk as far as the data allow."""
        fit = self._measures(self.best)
        sound = self.best.found.converged and fits(fit)
        nan = float("nan")
        self.steps.append(InvarianceStep("configural", (), fit, nan, nan, nan, sound))
        if not sound:
            return "none"
        if fit.cfi < CFI_GOOD or fit.rmsea > RMSEA_GOOD or fit.srmr > SRMR_GOOD:
            self.told = (f"the pattern itself fits only moderately ({_told(fit)})",)
        if not self._climb("metric", "loading"):
            return "configural"
        loose = bool(self.best.equality.free_loadings)
        if not self._climb("scalar", "intercept"):
            return "partial metric" if loose else "metric"
        loose = loose or bool(self.best.equality.free_intercepts)
        return "partial scalar" if loose else "scalar"

    def _measures(self, rung: Rung) -> FitMeasures:
        return rung.found.robust if self.robust else rung.found.fit

    def _climb(self, step: Step, part: Part) -> bool:
        """Take one step, letting the worst items go until it is accepted or none may go."""
        equality, freed = replace(self.best.equality, step=step), list[str]()
        while True:
            rung = self.engine.fit(equality)
            taken = self._judged(rung, tuple(freed))
            self.steps.append(taken)
            if taken.accepted:
                self.best = rung
                return True
            item = self._worst(equality, rung.vectors, part) if rung.found.converged else None
            if item is None:
                return False
            freed.append(item)
            equality = released(equality, item, part)

    def _judged(self, rung: Rung, freed: tuple[str, ...]) -> InvarianceStep:
        """Hold a model against the one accepted before: by the size of the loss, and by chance."""
        before, fit = self._measures(self.best), self._measures(rung)
        fall = before.cfi - fit.cfi
        rise = fit.rmsea - (before.rmsea if before.df else 0.0)
        # equal thresholds with free scales are nested in the pattern, not in equal loadings
        wide = self.best if self.nested or rung.equality.step == "metric" else self.pattern
        both = rung.found.converged and wide.found.converged
        # scaled whatever decides about size: answers on five steps are not normal
        p = self.engine.gap(wide, rung, robust=True) if both else float("nan")
        small = fall <= CFI_FALL + ROUNDING and rise <= RMSEA_RISE + ROUNDING
        holds = bool(rung.found.converged and (small or p >= CHANCE) and fits(fit))
        return InvarianceStep(rung.equality.step, freed, fit, fall, rise, p, holds)

    def _worst(self, equality: Equality, vectors: Floats, part: Part) -> str | None:
        """Find the item whose release gains most, among those that may go."""
        if not self.partial:
            return None
        gone = equality.free_loadings | equality.free_intercepts
        held = np.array([item not in gone for item in self.model.items])
        left = self.model.pattern & held[:, None]
        # An item may go if each of its factors keeps enough others that hold.
        enough = (left.sum(axis=0) > INVARIANT_ITEMS) | ~self.model.pattern
        gain = self.engine.gains(equality, vectors, part)
        gain = np.where(held & enough.all(axis=1), gain, 0.0)
        return self.model.items[int(gain.argmax())] if gain.max() > 0 else None


def fits(fit: FitMeasures) -> bool:
    """Tell whether a model fits the answers at all, whatever it is compared with.

    Returns
    -------
    bool
        False if CFI is below .90, SRMR above .10, or RMSEA above .10 and not by chance alone; see
        `invariance`. True where a model has no degrees of freedom.
    """
    far = fit.rmsea > RMSEA_CEILING and fit.p < CHANCE
    return not (fit.cfi < CFI_FLOOR or fit.srmr > SRMR_CEILING or far)


def _told(fit: FitMeasures) -> str:
    return f"CFI {fit.cfi:.3f}, RMSEA {fit.rmsea:.3f}, SRMR {fit.srmr:.3f}"


def _reason(reached: Reached, steps: Sequence[InvarianceStep]) -> str:
    """Say in one sentence what may be compared."""
    last = steps[-1]
    lost = "no model with what is asked could be fitted"
    if not last.accepted and not fits(last.fit):
        lost = f"such a model does not fit the answers: {_told(last.fit)}"
    elif np.isfinite(last.cfi_fall) and np.isfinite(last.rmsea_rise):
        lost = f"CFI falls by {last.cfi_fall:.3f} and RMSEA rises by {last.rmsea_rise:.3f}"
    freed = dict.fromkeys(name for one in steps if one.accepted for name in one.freed)
    if reached == "none":
        return (
            f"the items do not form these factors in the groups ({_told(last.fit)}): neither "
            "relations nor means may be compared"
        )
    if reached == "configural":
        return f"the items do not weigh the same in the groups ({lost}): means may not be compared"
    if reached in {"metric", "partial metric"}:
        return (
            "people with the same opinion answer differently in the groups "
            f"({lost}): relations may be compared, means may not"
        )
    if reached == "partial scalar":
        return (
            f"means may be compared: all items but {', '.join(freed)} work the same in the groups, "
            "at least two in every factor"
        )
    return "means may be compared: the items work the same in the groups"
