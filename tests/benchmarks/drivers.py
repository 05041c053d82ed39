"""How often driver intervals cover, the order is recovered, and how fast all subsets are tried.

Run with ``python -m tests.benchmarks.drivers [repetitions]``; about a minute for 300.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from analytics.drivers.dominance import lmg
from analytics.drivers.explained import explained
from analytics.drivers.importance import importance
from analytics.drivers.shares import divided
from analytics.estimation.design import simple_design
from analytics.workbench.methods.drivers.ordinal_logit import ordinal_logit

BETA = np.array([0.6, 0.4, 0.3, 0.15, 0.0])
NAMES = ("outcome", "first", "second", "third", "fourth", "none")
REST = 1.2


def population() -> tuple[np.ndarray, np.ndarray]:
    """Give the predictors' correlations (.3 among four, 0 with the fifth) and those of all."""
    between = np.full((5, 5), 0.3) + 0.7 * np.eye(5)
    between[4, :4] = between[:4, 4] = 0
    both = np.zeros((6, 6))
    both[1:, 1:] = between
    both[0, 1:] = both[1:, 0] = between @ BETA
    both[0, 0] = BETA @ between @ BETA + REST
    spread = np.sqrt(np.diag(both))
    return between, both / np.outer(spread, spread)


def shares(repetitions: int) -> None:
    between, whole = population()
    root = np.linalg.cholesky(between)
    for method in ("lmg", "relative"):
        parts, _ = divided(whole, method)
        truth = parts / parts.sum()
        print(f"{method}: true shares {truth.round(3).tolist()}, R squared {parts.sum():.2f}")
        for n in (20, 50, 200, 2000):
            rng = np.random.default_rng(n)
            design = simple_design(np.ones(n), np.zeros(n, dtype=np.int64))
            covered, ordered, ranks, surely = np.zeros(5), 0, np.zeros(5), 0
            for _ in range(repetitions):
                x = rng.normal(size=(n, 5)) @ root.T
                y = x @ BETA + np.sqrt(REST) * rng.normal(size=n)
                found = importance(design, np.column_stack([y, x]), NAMES, n - 1.0, method=method)
                covered += (found.low <= truth) & (truth <= found.high)
                ordered += found.share.argsort()[::-1].tolist() == [0, 1, 2, 3, 4]
                place = np.arange(1, 6)
                ranks += (found.rank_low <= place) & (place <= found.rank_high)
                surely += (found.rank_low == found.rank_high).all()
            print(
                f"  n={n}: intervals cover {(covered / repetitions).round(3).tolist()}, rank "
                f"intervals {(ranks / repetitions).round(3).tolist()}; whole order right "
                f"{ordered / repetitions:.2f}, every rank decided {surely / repetitions:.2f}"
            )


def together(repetitions: int) -> None:
    """Coverage of what all predictors explain together, with uneven weights and missing answers."""
    rng = np.random.default_rng(1)
    size = 9
    names = ("outcome", *(f"x{number}" for number in range(size)))
    for n, slope in ((200, 0.15), (800, 0.15), (800, 0.05), (3000, 0.2)):
        between = 0.36 + 0.64 * np.eye(size)
        true = slope**2 * between.sum() / (1 + slope**2 * between.sum())
        found = []
        for _ in range(repetitions):
            x = 0.6 * rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, size))
            values = np.column_stack([x.sum(axis=1) * slope + rng.normal(size=n), x])
            values[rng.random(values.shape) < 0.05] = np.nan
            design = simple_design(rng.uniform(0.6, 1.4, n), np.zeros(n, dtype=np.int64))
            found.append(explained(design, values, names, n - 1.0))
        mean = np.mean([one.r_squared for one in found])
        covered = 100 * np.mean([one.low <= true <= one.high for one in found])
        print(f"n {n}: R squared {true:.3f}, estimated {mean:.3f}, covered {covered:.1f} %")


def logit(repetitions: int) -> None:
    for n in (100, 200, 2000):
        rng = np.random.default_rng(n)
        design = simple_design(np.ones(n), np.zeros(n, dtype=np.int64))
        covered, flagged = np.zeros(2), np.zeros(2)
        for _ in range(repetitions):
            x = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)])
            latent = x @ [0.8, -0.5] + rng.logistic(size=n)
            y = np.searchsorted([-2.0, -0.5, 0.5, 2.0], latent) + 1.0
            found = ordinal_logit(design, np.column_stack([y, x]), ("y", "pull", "flag"), n - 1.0)
            covered += (found.low <= [0.8, -0.5]) & (np.array([0.8, -0.5]) <= found.high)
            flagged += found.unequal_p < 0.05
        print(
            f"ordinal logit n={n}: slopes covered {(covered / repetitions).round(3).tolist()}, "
            f"proportional odds refused though true {(flagged / repetitions).round(3).tolist()}"
        )


def speed() -> None:
    rng = np.random.default_rng(1)
    for size in (8, 14, 16, 18):
        matrix = np.corrcoef((rng.normal(size=(300, size + 1)) + rng.normal(size=(300, 1))).T)
        taken = []
        for _ in range(5):
            start = time.perf_counter()
            lmg(matrix)
            taken.append(time.perf_counter() - start)
        print(f"exact LMG of {size} predictors: {1000 * min(taken):.1f} ms")
    for n in (5600, 1_000_000):
        x = rng.normal(size=(n, 14)) + rng.normal(size=(n, 1))
        values = np.column_stack([x @ np.linspace(0, 1, 14) + 3 * rng.normal(size=n), x])
        design = simple_design(np.ones(n), (np.arange(n) % 60).astype(np.int64))
        names = tuple(f"x{number}" for number in range(15))
        for method in ("lmg", "relative"):
            start = time.perf_counter()
            importance(design, values, names, n - 60.0, method=method)
            print(
                f"{method}, 14 predictors, {n:,} respondents, 60 strata, with intervals and ranks: "
                f"{1000 * (time.perf_counter() - start):.0f} ms"
            )


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    speed()
    shares(times)
    together(times)
    logit(times)
