"""The result of `barometer analyse` as plain values, with keys that stay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.digits import number_to_digits, round_interval_outwards
from analytics.weighting.diagnostics import diagnose
from analytics.workbench.file.estimates import within_ends
from analytics.workbench.protection.error_rounding import coarse, grades, steps
from analytics.workbench.protection.over_hidden import error_steps, parted_by_design, told_bases
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.plain_values import plain
from analytics.workbench.sections.result_values import head, rounded

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats
    from analytics.scale_quality.reliability import Reliability
    from analytics.workbench.file.adjust import Adjusted
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.specification.model import Specification

EMPTY = "empty"  # nobody answered: n is 0 and there are no figures
FIGURES = ("mean", "se", "low", "high", "deff", "n_eff", "df")


def weight_entry(
    weight: pd.Series, adjusted: list[Adjusted], *, protected: bool
) -> dict[str, object]:
    """Describe the final weights of the file; of a protected one their sum alone.

    Where a unit's persons are known its weight tells how many answered. The least and the largest
    weight are some unit's, and ``n_eff`` and ``deff_kish`` are sums of those over all units, the
    hidden ones too: with one decimal, deff still gave back every second count of small files.
    """
    found = diagnose(weight)
    entry: dict[str, object] = {
        "sum": found.sum,
        "deff_kish": found.deff_kish,
        "n_eff": found.n_eff,
        "min": found.min,
        "max": found.max,
        "converged": True,  # margins that no weights meet stop the analysis
        "iterations": max(one.iterations for one in adjusted),
    }
    if not protected:
        return entry
    nothing = dict.fromkeys(("deff_kish", "n_eff", "min", "max"))
    return entry | nothing | {"sum": number_to_digits(found.sum, 1)}


def scale_entry(judged: Reliability, mean: pd.Series) -> dict[str, object]:
    """Describe a scale; ``mean`` holds the items' means in their own unit, as in the file."""
    return {
        "n": judged.n,
        "pairwise": judged.pairwise,
        "alpha": plain(judged.alpha),
        "alpha_low": plain(judged.alpha_low),
        "alpha_high": plain(judged.alpha_high),
        "omega_total": plain(judged.omega_total),
        "items": {
            item.item: {
                "mean": plain(float(mean[item.item])),
                "rest_correlation": plain(item.rest_correlation),
                "alpha_if_dropped": plain(item.alpha_if_dropped),
                "missing": item.missing,
            }
            for item in judged.items
        },
    }


def estimate_rows(wave: Wave, spec: Specification, hidden: Statuses) -> list[dict[str, object]]:
    """List a wave's estimates, overall and in the domains that were asked for."""
    asked = {(), *spec.by}
    found = [level for level in wave.levels if level.by in asked]
    if hidden is not None:
        grade = grades(wave.data, spec, wave.levels[0].labels)
        bases = told_bases(wave, hidden, spec)
        found = [_coarse(level, grade, bases[level.by], spec) for level in found]
    return [
        row
        for level in found
        for number in range(len(level.domains))
        for row in _domain_rows(wave, level, number, hidden)
    ]


@dataclass(frozen=True, slots=True)
class Coarseness:
    """What a figure of a protected file stands on and its error is rounded up to; 0 is neither."""

    base: float
    step: float


def coarseness(wave: Wave, spec: Specification, hidden: Statuses) -> list[Coarseness]:
    """Say of each row of `estimate_rows` how coarse it is; nothing where nothing is protected."""
    if hidden is None:
        return []
    grade, bases = grades(wave.data, spec, wave.levels[0].labels), told_bases(wave, hidden, spec)
    parted = parted_by_design(wave, hidden, spec)
    asked = {(), *spec.by}
    rows: list[tuple[float, float]] = []
    for level in wave.levels:
        if level.by in asked:
            base = bases[level.by]
            step = np.maximum(steps(level, grade), error_steps(base, parted[level.by], level))
            rows += zip(base.ravel(), step.ravel(), strict=True)
    return [Coarseness(float(base), float(step)) for base, step in rows]


def _coarse(
    level: DivisionEstimates, grade: Floats, base: Floats, spec: Specification
) -> DivisionEstimates:
    se, *wider = coarse(level, grade)
    mean, safe = level.means.mean, np.where(base > 0, base, 1.0)
    # an error that is rounded up once more moves the ends off the base
    _, *on_base = round_interval_outwards(mean, mean - wider[0], wider[1] - mean, safe)
    ends = [np.where(base > 0, told, own) for told, own in zip(on_base, wider, strict=True)]
    low, high = within_ends((ends[0], ends[1]), level.labels, spec)
    return replace(level, errors=replace(level.errors, se=se), low=low, high=high)


def _domain_rows(
    wave: Wave, level: DivisionEstimates, number: int, hidden: Statuses
) -> list[dict[str, object]]:
    domain = dict(zip(level.by, level.domains[number], strict=True))
    figures = {
        "mean": level.means.mean, "se": level.errors.se, "low": level.low, "high": level.high,
        "deff": level.errors.deff, "n_eff": level.errors.n_eff, "df": level.df,
    }  # fmt: skip
    own = {name: values[number].tolist() for name, values in figures.items()}
    rows = []
    for column, label in enumerate(level.labels):
        status = PUBLISHED if hidden is None else str(hidden[level.by][number, column])
        row = head(label) | {"wave": wave.name, "domain": domain}
        if status == PUBLISHED:
            n = int(level.means.n[number, column])
            status = status if n else EMPTY
            row["n"] = n
            for name in FIGURES:
                value = own[name][column]
                row[name] = plain(value if hidden is None else rounded(value, name, label, n))
        rows.append(row | {"status": status})
    return rows
