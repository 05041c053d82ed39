"""How often intervals of shrunken means cover the true means, and how large their errors are.

Run with ``python -m tests.benchmarks.small_areas [repetitions]``; about a minute for 200.

Units of six types (25, 12, 9, 7, 5 and 3), 6 to 200 answers each, deviation 18 points; sampling
variances are estimated from the answers, as in a survey.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from analytics.estimation.intervals import t_quantile
from analytics.small_areas.pooled import shrink, shrink_within
from analytics.small_areas.sampling_variance import steadied
from analytics.workbench.methods.nested_error import nested_error

TYPES = np.repeat(np.arange(6), [25, 12, 9, 7, 5, 3])
SPREAD = 18.0


def moments(mean: np.ndarray, se: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shrink within each type by the method of moments."""
    eb, error = np.empty_like(mean), np.empty_like(mean)
    for kind in range(6):
        own = kind == TYPES
        eb[own], error[own], _ = shrink(mean[own], se[own])
    return eb, error


def area_level(repetitions: int) -> None:
    kinds = pd.Series(TYPES.astype(str))
    for between in (0.0, 2.0, 5.0, 8.0):
        rng = np.random.default_rng(int(between))
        size = np.round(rng.lognormal(3.3, 0.7, len(TYPES))).clip(6, 200)
        reach = t_quantile(size - 1)
        told = {name: np.zeros(4) for name in ("direct", "moments", "Fay-Herriot")}
        for _ in range(repetitions):
            truth = (60 + 3 * rng.normal(size=6))[TYPES] + between * rng.normal(size=len(TYPES))
            mean = truth + SPREAD / np.sqrt(size) * rng.normal(size=len(TYPES))
            se = SPREAD * np.sqrt(rng.chisquare(size - 1) / (size - 1) / size)
            for name, (eb, error) in {
                "direct": (mean, se),
                "moments": moments(mean, se),
                "Fay-Herriot": shrink_within(mean, se, kinds)[:2],
            }.items():
                hit = np.abs(eb - truth) <= reach * error
                told[name] += [
                    hit.mean(), hit[size < 20].mean(), hit[TYPES >= 3].mean(),
                    ((eb - truth) ** 2).mean(),
                ]  # fmt: skip
        for name, sums in told.items():
            every, small, few, square = sums / repetitions
            print(
                f"units differ by {between:.0f} points, {name}: coverage {every:.3f}, under 20 "
                f"answers {small:.3f}, types of 7 and fewer {few:.3f}; root mean square error "
                f"{np.sqrt(square):.2f}"
            )


def five_points(repetitions: int) -> None:
    """Cover true means of three questions with five answers each, from 5 answers per unit on.

    As published: errors of few answers lean on the others' (`steadied`). Beside it, errors of 0
    replaced by the median of the others, and all others taken as known.
    """
    kinds, grid = pd.Series(TYPES.astype(str)), np.linspace(0, 110, 111)
    for between in (0.0, 2.0, 5.0, 8.0):
        rng = np.random.default_rng(int(between) + 5)

        def answers(opinion: np.ndarray, rng: np.random.Generator = rng) -> np.ndarray:
            person = opinion + SPREAD * rng.normal(size=opinion.shape)
            noisy = person[..., None] + 14 * rng.normal(size=(*opinion.shape, 3))
            return 25 * np.clip(np.round(noisy / 25), 0, 4).mean(axis=-1)

        expected = answers(np.repeat(grid[:, None], 20_000, axis=1)).mean(axis=1)
        size = np.round(rng.lognormal(2.5, 0.7, len(TYPES))).clip(5, 200).astype(int)
        area, told = np.repeat(np.arange(len(TYPES)), size), {}
        for _ in range(repetitions):
            opinion = (60 + 3 * rng.normal(size=6))[TYPES] + between * rng.normal(size=len(TYPES))
            given, truth = answers(opinion[area]), np.interp(opinion, grid, expected)
            mean = np.bincount(area, given) / size
            variance = np.bincount(area, (given - mean[area]) ** 2) / (size - 1) / size
            error = steadied(variance, size.astype(float), size - 1.0)
            median = np.where(variance > 0, variance, np.median(variance[variance > 0]))
            for name, square in {
                "the median for 0": median,
                "steadied": error.variance,
            }.items():
                eb, se, _ = shrink_within(mean, np.sqrt(square), kinds)
                hit = np.abs(eb - truth) <= t_quantile(size - 1.0) * se
                sums = (hit.mean(), hit[size < 10].mean(), ((eb - truth) ** 2).mean())
                told[name] = told.get(name, np.zeros(3)) + sums
        for name, sums in told.items():
            every, few, square = sums / repetitions
            print(
                f"five-point answers, units differ by {between:.0f} points, {name}: coverage "
                f"{every:.3f}, under 10 answers {few:.3f}; root mean square error "
                f"{np.sqrt(square):.2f}"
            )


def unit_level(repetitions: int) -> None:
    for between in (0.0, 3.0, 8.0):
        rng = np.random.default_rng(int(between) + 10)
        covered, square, direct = 0.0, 0.0, 0.0
        for _ in range(repetitions):
            size = rng.integers(3, 30, 30)
            area = np.repeat(np.arange(30), size)
            truth = 60 + between * rng.normal(size=30)
            outcome = truth[area] + SPREAD * rng.normal(size=len(area))
            found = nested_error(outcome, area, 30)
            reach = t_quantile(np.full(30, len(area) - 30.0)) * np.sqrt(found.mse)
            covered += (np.abs(found.estimate - truth) <= reach).mean()
            square += ((found.estimate - truth) ** 2).mean()
            own = np.bincount(area, outcome) / size
            direct += ((own - truth) ** 2).mean()
        print(
            f"unit level, areas differ by {between:.0f} points: coverage "
            f"{covered / repetitions:.3f}; root mean square error "
            f"{np.sqrt(square / repetitions):.2f}, of the areas' own means "
            f"{np.sqrt(direct / repetitions):.2f}"
        )


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    area_level(times)
    five_points(times)
    unit_level(times)
