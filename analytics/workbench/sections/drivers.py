"""The [drivers] section: what goes with an outcome, among scales or columns of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.drivers.importance import importance
from analytics.drivers.subsets import MOST_PREDICTORS
from analytics.errors import FrameError
from analytics.estimation.degrees_of_freedom import degrees_of_freedom
from analytics.estimation.domains import whole
from analytics.workbench.file.categories import written
from analytics.workbench.file.items import score
from analytics.workbench.file.numbers import numeric_column
from analytics.workbench.methods.drivers.imputation import imputed_importance
from analytics.workbench.methods.drivers.ordinal_logit import ordinal_logit
from analytics.workbench.protection.error_rounding import DISTRIBUTION
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.specification.drivers import SECTION, DriversSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.drivers.importance import Importance
    from analytics.drivers.shares import Method
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.methods.drivers.ordinal_logit import OrdinalLogit
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.specification.model import Specification

DIGITS: Final = 2
HIDDEN: Final = (
    f"{SECTION} with [disclosure] rests on what the newest wave shows, and of {{name!r}} it shows "
    "nothing: leave the section out"
)
ALIKE: Final = (
    "with [disclosure] fewer than {least} people have anything in {name!r} but what most have, and "
    "what it explains would tell of these few: leave it out"
)


@dataclass(frozen=True, slots=True)
class ExplainedOutcome:
    """Rows for the result, the ordinal logit where it is asked for, and warnings in words."""

    rows: list[dict[str, object]]
    ordinal: dict[str, object] | None
    warnings: list[str]


def explain(
    wave: Wave, spec: Specification, asked: DriversSpec, hidden: Statuses = None
) -> ExplainedOutcome:
    """Estimate the drivers in a wave.

    Parameters
    ----------
    wave : Wave
    spec : Specification
        Supplies the scales, the confidence and the disclosure rule.
    asked : DriversSpec
    hidden : mapping of level to ndarray of str, or None
        Statuses of disclosure control.

    Returns
    -------
    ExplainedOutcome
        A row per predictor: ``weight`` (Johnson's, adding up to 1) with ``low`` and ``high``,
        ``part`` (of R squared), ``rank_low`` and ``rank_high`` (the ranks that chance leaves open),
        ``lmg`` with its interval and ``dominates``, the predictors than which it adds more to every
        set of the others (null for more predictors than all subsets allow), ``r_squared``, ``n``.

    Raises
    ------
    FrameError
        If a name is neither a scale nor a column of numbers, is given twice, or the figures
        cannot be made; or if the wave hides the mean of one of them.
    """
    names = (asked.outcome, *asked.predictors)
    _check_shown(wave, names, hidden)
    values = _columns(wave, spec, names)
    everybody = whole(len(wave.data), None)
    df = float(degrees_of_freedom(wave.design, everybody, _used(values, asked))[0, 0])
    minimum = 1 if spec.disclosure is None else spec.disclosure.minimum
    confidence = spec.design.confidence
    try:
        weights = _shares(wave, values, names, df, asked, "relative", confidence)
        _enough(weights.n, 1 if spec.disclosure is None else max(minimum, DISTRIBUTION))
        exact = (
            _shares(wave, values, names, df, asked, "lmg", confidence)
            if len(asked.predictors) <= MOST_PREDICTORS
            else None
        )
        logit = (
            ordinal_logit(wave.design, values, names, df, confidence=confidence)
            if asked.ordinal
            else None
        )
        if logit is not None:
            _enough(_rarest(values), minimum, " of each answer")
        if spec.disclosure is not None:
            _check_spread(values, names, asked, minimum)
    except FrameError as error:
        raise FrameError(f"{SECTION}: {error}") from error
    digits = None if spec.disclosure is None else DIGITS
    told = [*weights.warnings, *(logit.warnings if logit else ())]
    return ExplainedOutcome(
        _rows(asked.predictors, weights, exact, digits),
        None if logit is None else _logit_entry(asked.predictors, logit, digits),
        [f"{SECTION} {text}" for text in told],
    )


def _check_shown(wave: Wave, names: Sequence[str], hidden: Statuses) -> None:
    """Refuse what rests on answers whose mean is hidden; they are those of the whole wave."""
    if hidden is None:
        return
    whole = wave.levels[0]
    for column, label in enumerate(whole.labels):
        if label.index in names and hidden[whole.by][0, column] != PUBLISHED:
            raise FrameError(HIDDEN.format(name=label.index))


def _columns(wave: Wave, spec: Specification, names: tuple[str, ...]) -> Floats:
    if len(set(names)) < len(names):
        raise FrameError(f"{SECTION} names a column more than once")
    columns = [
        score(wave.data, name, spec.scales[name])
        if name in spec.scales
        else numeric_column(wave.data, name, SECTION)
        for name in names
    ]
    return np.column_stack(columns)


def _used(values: Floats, asked: DriversSpec) -> Booleans:
    """Tell whose answers the correlations rest on; an outcome is never imputed."""
    known = np.isfinite(values)
    if asked.missing == "complete":
        return known.all(axis=1, keepdims=True)
    return known[:, :1] if asked.missing == "impute" else known.any(axis=1, keepdims=True)


def _shares(
    wave: Wave,
    values: Floats,
    names: tuple[str, ...],
    df: float,
    asked: DriversSpec,
    method: Method,
    confidence: float,
) -> Importance:
    if asked.missing == "impute":
        return imputed_importance(
            wave.design, values, names, df, np.random.default_rng(asked.seed),
            draws=asked.imputations, method=method, confidence=confidence,
        )  # fmt: skip
    return importance(
        wave.design, values, names, df, method=method, confidence=confidence,
        missing="pairwise" if asked.missing == "pairwise" else "complete",
    )  # fmt: skip


def _enough(n: int, least: int, of: str = "") -> None:
    if n < least:
        raise FrameError(
            f"fewer respondents than [disclosure] asks for have all values: {least}{of}"
        )


def _check_spread(values: Floats, names: Sequence[str], asked: DriversSpec, minimum: int) -> None:
    """Refuse a column in which fewer than the minimum have anything but what most have.

    What it explains is what these few are like: a 1 for the people of one unit is a division. So it
    is where more have it, and fewer answered what it is read with.
    """
    known = np.isfinite(values)
    everything = known.all(axis=1)
    for name, column, own in zip(names, values.T, known.T, strict=True):
        read = [] if asked.missing == "complete" else [own & other for other in known.T]
        read += [everything] if asked.ordinal or not read else []
        for people in read:
            count = np.unique(column[people], return_counts=True)[1]
            if int(count.sum() - count.max(initial=0)) < minimum:
                raise FrameError(ALIKE.format(name=name, least=minimum))


def _rarest(values: Floats) -> int:
    known = values[np.isfinite(values).all(axis=1), 0]
    return int(np.unique(known, return_counts=True)[1].min())


def _rows(
    predictors: tuple[str, ...], weights: Importance, exact: Importance | None, digits: int | None
) -> list[dict[str, object]]:
    return [
        {
            "predictor": name,
            "weight": _plain(weights.share[number], digits),
            "low": _plain(weights.low[number], digits),
            "high": _plain(weights.high[number], digits),
            "part": _plain(weights.part[number], digits),
            "rank_low": int(weights.rank_low[number]),
            "rank_high": int(weights.rank_high[number]),
            "lmg": None if exact is None else _plain(exact.share[number], digits),
            "lmg_low": None if exact is None else _plain(exact.low[number], digits),
            "lmg_high": None if exact is None else _plain(exact.high[number], digits),
            "dominates": None if exact is None else _dominated(exact, predictors, number),
            "r_squared": _plain(weights.r_squared, digits),
            "n": weights.n,
        }
        for number, name in enumerate(predictors)
    ]


def _dominated(exact: Importance, predictors: tuple[str, ...], number: int) -> list[str]:
    """Name those that a predictor dominates completely in this sample, whatever chance does."""
    return [predictors[other] for other in np.flatnonzero(exact.complete[number] == 1.0)]


def _logit_entry(
    predictors: tuple[str, ...], found: OrdinalLogit, digits: int | None
) -> dict[str, object]:
    answers = [written(float(code)) for code in found.category]
    rows = [
        {
            "predictor": name,
            "slope": _plain(found.slope[number], digits),
            "se": _plain(found.se[number], digits),
            "low": _plain(found.low[number], digits),
            "high": _plain(found.high[number], digits),
            "p": _plain(found.p[number], 4 if digits else None),
            "effect": {
                answer: _plain(found.effect[number, place], digits)
                for place, answer in enumerate(answers)
            },
            "points": _plain(found.points[number], digits),
            "points_se": _plain(found.points_se[number], digits),
            "proportional_odds_p": _plain(found.unequal_p[number], 4 if digits else None),
        }
        for number, name in enumerate(predictors)
    ]
    return {
        "n": found.n,
        "categories": answers,
        "thresholds": [_plain(value, digits) for value in found.threshold],
        "predictors": rows,
    }


def _plain(value: float, digits: int | None) -> float | None:
    number = float(value)
    if not np.isfinite(number):
        return None
    return number if digits is None else round(number, digits)
