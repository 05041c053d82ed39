"""The [calibration] section: how weights are fitted to the margins of [rake] and to totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from analytics.errors import WeightError
from analytics.weighting.calibrate import calibrate
from analytics.weighting.rake import largest_gap, rake
from analytics.weighting.trim import trim_keeping_totals
from analytics.workbench.file.items import finite
from analytics.workbench.methods.weighting.constraints import constraints
from analytics.workbench.specification.calibration import WHERE, CalibrationSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.weighting.rake import Margin
    from analytics.workbench.methods.weighting.constraints import Constraints

ROUNDS: Final = 200
TOLERANCE: Final = 1e-9
NOTHING: Final = 1e-9  # a factor that leaves a respondent no weight


@dataclass(frozen=True, slots=True)
class FittedWeights:
    """Final weights, the columns whose totals they reproduce, and how it went."""

    weight: pd.Series
    columns: Floats
    iterations: int
    empty: tuple[str, ...]
    warnings: tuple[str, ...]


def fit_weights(
    data: pd.DataFrame,
    base: pd.Series,
    margins: Sequence[Margin],
    spec: CalibrationSpec,
    each: Floats | None = None,
) -> FittedWeights:
    """Fit base weights to margins and totals, and trim them without losing either.

    Parameters
    ----------
    data : DataFrame
        One row per respondent, with the columns of ``totals``.
    base : Series of float, shape (n_respondents,)
        Design weights whose sum is the number of persons.
    margins : sequence of Margin
        Known shares.
    spec : CalibrationSpec
        Plain raking, without bounds or totals, goes margin by margin; everything else through
        `analytics.weighting.calibrate`.
    each : ndarray of float, shape (n_respondents,), optional
        Of plain raking: respondents that each row stands for.

    Raises
    ------
    FrameError, WeightError
        If a column of ``totals`` is missing or has gaps, a weight comes out below zero, or no
        weights meet all margins and totals, within the bounds and limits that are asked for.
    """
    values = {
        name: (finite(data, name, f"{WHERE} totals"), total) for name, total in spec.totals.items()
    }
    people = base if each is None else base * each
    try:
        wanted = constraints(people, margins, values)
    except WeightError as error:
        raise WeightError(f"{WHERE} {error}") from error
    plain = spec.method == "raking" and spec.bounds is None and not values
    found = _raked(base, margins, wanted, each) if plain else _calibrated(base, wanted, spec)
    return found if spec.trim is None else _trimmed(found, spec.trim, wanted.names)


def _raked(
    base: pd.Series, margins: Sequence[Margin], wanted: Constraints, each: Floats | None
) -> FittedWeights:
    raked = rake(base, margins, rounds=ROUNDS, tolerance=TOLERANCE, each=each)
    weight, iterations = raked.weight, raked.iterations
    if not raked.converged:
        # Rounds may be too few where margins hang together; Newton's method then still finds them.
        count = 1.0 if each is None else each
        found = calibrate(
            base * count, wanted.columns, wanted.totals, names=wanted.names, distance="raking"
        )
        if not found.converged:
            name, gap = largest_gap(raked.weight * count, margins)
            raise WeightError(
                f"[rake] the margins contradict each other in this data: no weights meet all of "
                f"them, {name} stays {100 * gap:.2g} percentage points off; check the figures, or "
                "merge categories"
            )
        weight, iterations = found.weight / count, iterations + found.iterations
    return FittedWeights(weight, wanted.columns, iterations, raked.empty, ())


def _calibrated(base: pd.Series, wanted: Constraints, spec: CalibrationSpec) -> FittedWeights:
    found = calibrate(
        base,
        wanted.columns,
        wanted.totals,
        names=wanted.names,
        distance=spec.method,
        bounds=spec.bounds,
    )
    nothing = int((found.factor <= NOTHING).sum())
    if nothing:
        raise WeightError(
            f"{WHERE} {spec.method} gives {nothing} weights at or below "
            'zero: give bounds, or choose method = "raking"'
        )
    if not found.converged:
        within = "" if spec.bounds is None else " within the bounds"
        mend = "check the figures, or " + ("" if spec.bounds is None else "widen the bounds or ")
        raise WeightError(
            f"{WHERE} no weights{within} meet all margins and totals: {found.worst} stays "
            f"{100 * found.miss:.2g} % off; {mend}merge categories"
        )
    told = (f"{WHERE} {found.bounded} weights stand at a bound",) if found.bounded else ()
    return FittedWeights(found.weight, wanted.columns, found.iterations, wanted.empty, told)


def _trimmed(
    found: FittedWeights, trim: tuple[float, float], names: Sequence[str]
) -> FittedWeights:
    lowest, highest = trim
    result = trim_keeping_totals(
        found.weight, found.columns, lowest=lowest, highest=highest, names=names
    )
    if not result.converged:
        raise WeightError(
            f"{WHERE} no weights of {lowest:g} to {highest:g} times the median keep all margins: "
            f"{result.worst} would be {100 * result.miss:.2g} % off; widen trim"
        )
    told = (f"{WHERE} {result.bounded} weights were trimmed; the margins still hold",)
    return replace(
        found,
        weight=result.weight,
        iterations=found.iterations + result.iterations,
        warnings=found.warnings + (told if result.bounded else ()),
    )
