"""The rule by which groups or waves measure the same: what a step may cost, and what must fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.scale_quality.equality import Equality
from analytics.scale_quality.release import released

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.engines import Engine, Rung
    from analytics.scale_quality.equality import Step
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.release import Part, Release
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
MISFIT_BY_CHANCE: Final = 0.02  # of an RMSEA beyond its ceiling
LOSS_BY_CHANCE: Final = 0.001  # of each step: a year's publications take some fifty (docs/adr/0190)
ROUNDING: Final = 1e-9

type Reached = Literal["none", "configural", "metric", "partial metric", "scalar", "partial scalar"]


@dataclass(frozen=True, slots=True)
class InvarianceStep:
    """One model on the way: its fit, what it lost to the accepted one before, and the verdict.

    ``freed`` names the items let go in this step; ``cfi_fall``, ``rmsea_rise`` and ``p`` (of the
    difference in fit) are NaN in the first. ``releases`` tells what freeing each equality would
    bring, largest first, where it was asked for.
    """

    step: Step
    freed: tuple[str, ...]
    fit: FitMeasures
    cfi_fall: float
    rmsea_rise: float
    p: float
    accepted: bool
    releases: tuple[Release, ...] = ()


class Walk:
    """The way from the pattern to equal intercepts, keeping the last accepted model.

    Parameters
    ----------
    model : Structure
        Of one group or wave.
    engine : Engine
        Fits it to all of them.
    partial : bool
        Where a step fails, let the worst items go one at a time while every factor keeps two items
        that hold.
    robust : bool
        Judge by the robust CFI and RMSEA instead of the normal-theory ones.
    releases : bool
        Add to every step what freeing each equality would bring.

    Notes
    -----
    Configural (same pattern), metric (same loadings), scalar (and intercepts). A step is accepted
    if CFI falls by at most .010 and RMSEA rises by at most .015 from the model accepted before
    (RMSEA counts as 0 where that has no degrees of freedom), or if p of the difference between the
    models is at least .001 (`nested`): in small models RMSEA rises by more than .015 in every third
    sample though nothing differs, and a publication takes dozens of such steps. Whatever a step
    loses, its model must fit the answers: it is refused if CFI is below .90, SRMR above .10, or
    RMSEA above .10 with p of its chi-square below .02. One measure is enough: CFI alone lets a
    model of strongly related items pass at any RMSEA, and RMSEA is above .10 by chance in every
    eighth true model of four degrees of freedom and 2 x 100 answers. A pattern beyond .95, .08 and
    .08 is called moderate. The worst item is that with the largest score statistic
    (`release.score_tests`).

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

    def __init__(
        self, model: Structure, engine: Engine, *, partial: bool, robust: bool, releases: bool
    ) -> None:
        self.model, self.engine = model, engine
        self.partial, self.robust, self.releases = partial, robust, releases
        self.steps: list[InvarianceStep] = []
        self.told: tuple[str, ...] = ()
        self.best = self.pattern = engine.fit(Equality())

    def run(self) -> Reached:
        """Walk as far as the data allow."""
        fit = self._measures(self.best)
        sound = self.best.converged and fits(fit)
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
        return rung.robust if self.robust else rung.fit

    def _climb(self, step: Step, part: Part) -> bool:
        """Take one step, letting the worst items go until it is accepted or none may go."""
        equality, freed = replace(self.best.equality, step=step), list[str]()
        while True:
            rung = self.engine.fit(equality)
            taken = self._judged(rung, tuple(freed))
            if self.releases and rung.converged:
                taken = replace(taken, releases=self.engine.releases(rung))
            self.steps.append(taken)
            if taken.accepted:
                self.best = rung
                return True
            item = self._worst(equality, rung.vectors, part) if rung.converged else None
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
        wide = self.best if self.engine.nested or rung.equality.step == "metric" else self.pattern
        both = rung.converged and wide.converged
        # scaled whatever decides about size: answers on five steps are not normal
        p = self.engine.gap(wide, rung, robust=True) if both else float("nan")
        small = fall <= CFI_FALL + ROUNDING and rise <= RMSEA_RISE + ROUNDING
        holds = bool(rung.converged and (small or p >= LOSS_BY_CHANCE) and fits(fit))
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
        `Walk`. True where a model has no degrees of freedom.
    """
    if fit.df and not np.isfinite(fit.cfi):
        return False
    far = fit.rmsea > RMSEA_CEILING and fit.p < MISFIT_BY_CHANCE
    return not (fit.cfi < CFI_FLOOR or fit.srmr > SRMR_CEILING or far)


def _told(fit: FitMeasures) -> str:
    return f"CFI {fit.cfi:.3f}, RMSEA {fit.rmsea:.3f}, SRMR {fit.srmr:.3f}"


def reason(reached: Reached, steps: Sequence[InvarianceStep], among: str) -> str:
    """Say in one sentence what may be compared ``among`` groups or waves."""
    last = steps[-1]
    lost = "no model with what is asked could be fitted"
    if not last.accepted and not fits(last.fit) and np.isfinite(last.fit.cfi):
        lost = f"such a model does not fit the answers: {_told(last.fit)}"
    elif np.isfinite(last.cfi_fall) and np.isfinite(last.rmsea_rise):
        lost = f"CFI falls by {last.cfi_fall:.3f} and RMSEA rises by {last.rmsea_rise:.3f}"
    freed = dict.fromkeys(name for one in steps if one.accepted for name in one.freed)
    if reached == "none":
        if not np.isfinite(last.fit.cfi):
            return f"the model could not be fitted in the {among}: nothing may be compared"
        return (
            f"the items do not form these factors in the {among} ({_told(last.fit)}): neither "
            "relations nor means may be compared"
        )
    if reached == "configural":
        return f"the items do not weigh the same in the {among} ({lost}): means may not be compared"
    if reached in {"metric", "partial metric"}:
        return (
            f"people with the same opinion answer differently in the {among} "
            f"({lost}): relations may be compared, means may not"
        )
    if reached == "partial scalar":
        return (
            f"means may be compared: all items but {', '.join(freed)} work the same in the "
            f"{among}, at least two in every factor"
        )
    return f"means may be compared: the items work the same in the {among}"
