"""The rows of a mixed model's result: waves, changes, variances, and each unit's own change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from analytics.comparison.difference import infer_differences
from analytics.comparison.verdict import verdicts, verdicts_of_intervals
from analytics.estimation.intervals import mean_interval
from analytics.workbench.methods.mixed.changes import Estimates, combinations
from analytics.workbench.methods.mixed.fit import profile_interval, wald_interval
from analytics.workbench.sections.plain_values import plain
from analytics.workbench.specification.change import DIFFERENCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.workbench.methods.mixed.fit import MixedFit
    from analytics.workbench.sections.mixed.answers import Answers

type Rows = list[dict[str, object]]
type Design = tuple[Floats, int]

SHRUNKEN: Final = "shrunken"
NONE: Final = "none"
PROFILE: Final = "profile"
_NORMAL: Final = 1.959963984540054


def wave_rows(
    found: MixedFit,
    answers: Answers,
    design: Design | None,
    unit: tuple[float, float],
    confidence: float,
    ends: tuple[float, float],
) -> Rows:
    """List the mean of each wave; ``unit`` is what 0 and 1 of the model are in the outcome's."""
    middle, scale = unit
    known = _fixed(found, np.eye(found.equations.waves), design)
    mean, se = middle + scale * known.value, scale * known.se
    low, high = mean_interval(mean, se, known.df, confidence)
    # a line of the model may run beyond the ends of the scale
    mean, low, high = np.clip((mean, low, high), *ends)
    count = np.bincount(answers.wave, minlength=len(answers.waves))
    figures = {"mean": mean, "se": se, "df": known.df, "low": low, "high": high}
    return [
        {"wave": name, "n": int(count[at]), **_row(figures, at)}
        for at, name in enumerate(answers.waves)
    ]


def mixed_change_rows(
    found: MixedFit,
    answers: Answers,
    design: Design | None,
    scale: float,
    confidence: float,
    margin: float,
) -> Rows:
    """List the change from each wave to the next; the errors are the design's where it is given."""
    waves = found.equations.waves
    known = _fixed(found, np.diff(np.eye(waves), axis=0), design)
    told = infer_differences(scale * known.value, scale * known.se, known.df, confidence)
    limit = np.full(waves - 1, margin)
    verdict, _ = verdicts(
        told.difference, told.low, told.high, limit, np.ones(waves - 1, dtype=bool)
    )
    names = ("difference", "se", "df", "low", "high", "p")
    figures = {name: getattr(told, name) for name in names}
    return [
        {
            "from": answers.waves[at],
            "to": answers.waves[at + 1],
            **_row(figures, at),
            "verdict": str(verdict[at]),
            "verdict_rule": DIFFERENCES,
        }
        for at in range(waves - 1)
    ]


def variance_rows(found: MixedFit, scale: float, confidence: float, intervals: str) -> Rows:
    """List variances with the part that each has, and the interval of each deviation."""
    total = float(found.variance.sum())
    rows: Rows = []
    for number, name in enumerate(found.equations.names):
        ends = (np.nan, np.nan)
        if intervals != NONE:
            interval = profile_interval if intervals == PROFILE else wald_interval
            ends = interval(found, number, confidence)
        value = float(found.variance[number])
        rows.append(
            {
                "effect": name,
                "variance": value * scale**2,
                "share": value / total,
                "deviation": float(np.sqrt(value)) * scale,
                "low": plain(float(np.sqrt(ends[0])) * scale),
                "high": plain(float(np.sqrt(ends[1])) * scale),
            }
        )
    return rows


def unit_rows(
    found: MixedFit,
    answers: Answers,
    blocks: Mapping[str, Integers],
    named: tuple[str, float],
    margin: float,
    confidence: float,
) -> Rows:
    """List each unit's change between waves that follow each other in the file.

    Parameters
    ----------
    found : MixedFit
    answers : Answers
    blocks : mapping of name to codes
        Of the fit: units, then their waves.
    named : tuple
        The column of units, and the unit of the model in that of the outcome.
    margin, confidence : float

    Returns
    -------
    list of dict
        ``difference`` drawn towards the change of all, ``own`` that of the answers themselves.
    """
    column, scale = named
    cell = list(blocks.values())[-1]
    place = {
        (int(u), int(w)): int(c) for u, w, c in zip(_unit(answers), answers.wave, cell, strict=True)
    }
    pairs = [
        (unit, wave)
        for unit in range(len(answers.units))
        for wave in range(len(answers.waves) - 1)
        if (unit, wave) in place and (unit, wave + 1) in place
    ]
    if not pairs:
        return []
    known = combinations(found, _contrasts(found, pairs, place))
    value, se = scale * known.value, scale * known.se
    low, high = mean_interval(value, se, np.full(len(pairs), np.inf), confidence)
    verdict, _ = verdicts_of_intervals(
        value, value - _NORMAL * se, value + _NORMAL * se, np.full(len(pairs), margin)
    )
    chance = ndtr((np.abs(value) - margin / 2) / np.maximum(se, np.finfo(float).tiny))
    own = _own(answers, cell)
    figures = {
        "difference": value, "se": se, "se_known": scale * known.se_known, "low": low, "high": high,
        "own": np.array([own[place[u, w + 1]] - own[place[u, w]] for u, w in pairs]),
        "chance": chance,
    }  # fmt: skip
    return [
        {
            "domain": {column: answers.units[unit]},
            "from": answers.waves[wave],
            "to": answers.waves[wave + 1],
            **_row(figures, at),
            "verdict": str(verdict[at]),
            "verdict_rule": SHRUNKEN,
        }
        for at, (unit, wave) in enumerate(pairs)
    ]


def _unit(answers: Answers) -> Integers:
    assert answers.unit is not None
    return answers.unit


def _contrasts(
    found: MixedFit, pairs: Sequence[tuple[int, int]], place: Mapping[tuple[int, int], int]
) -> Floats:
    """Take a unit's later wave less its earlier one, of effects and of wave means."""
    equations = found.equations
    contrast = np.zeros((len(pairs), equations.effects + equations.waves))
    first = equations.effects - equations.sizes[-1]
    for at, (unit, wave) in enumerate(pairs):
        for sign, when in ((-1.0, wave), (1.0, wave + 1)):
            contrast[at, first + place[unit, when]] = sign
            contrast[at, equations.effects + when] = sign
    return contrast


def _own(answers: Answers, cell: Integers) -> Floats:
    total = np.bincount(cell, answers.weight * answers.value)
    return np.asarray(total / np.bincount(cell, answers.weight), dtype=np.float64)


def _fixed(found: MixedFit, contrast: Floats, design: Design | None) -> Estimates:
    """Estimate combinations of wave means, by the design where it is given."""
    effects = found.equations.effects
    known = combinations(found, np.hstack([np.zeros((len(contrast), effects)), contrast]))
    if design is None:
        return Estimates(known.value, known.se_known, known.se_known, known.df)
    covariance, spare = design
    se = np.sqrt(np.einsum("ni,ij,nj->n", contrast, covariance, contrast))
    return Estimates(known.value, se, known.se_known, np.full(len(contrast), float(spare)))


def _row(figures: Mapping[str, Floats], at: int) -> dict[str, object]:
    return {name: plain(float(values[at])) for name, values in figures.items()}
