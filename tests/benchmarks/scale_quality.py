"""Simulated worlds for scale quality: coverage, false verdicts, power, seconds.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python -m tests.benchmarks.scale_quality [repetitions]

Prints one line per figure. Intervals are 95 %; nominal coverage is .95.
"""

import sys
import time

import numpy as np
import pandas as pd

from analytics.scale_quality.alpha import alpha_interval, bonett_interval, cronbach_alpha
from analytics.scale_quality.cfa import fit_factor_model
from analytics.scale_quality.invariance import invariance
from analytics.scale_quality.ordinal_cfa import confirm_ordinal
from analytics.scale_quality.screening import screen_items

FACTORS = {f: [f"{f}{n}" for n in range(5)] for f in "xyz"}
ITEMS = [item for own in FACTORS.values() for item in own]
LOADING, UNIQUE = 0.75, 0.66
CUTS = np.array([-1.6, -0.8, 0.2, 1.1])  # mostly agree: skewed, as staff surveys are


def opinions(rng, n, shift=None):
    """Three factors correlated .5, five items each; ``shift`` moves items (deviations)."""
    root = np.linalg.cholesky(0.5 + 0.5 * np.eye(3))
    factors = rng.normal(size=(n, 3)) @ root.T
    latent = np.repeat(factors, 5, axis=1) * LOADING + UNIQUE * rng.normal(size=(n, 15))
    for item, amount in (shift or {}).items():
        latent[:, ITEMS.index(item)] += amount
    return pd.DataFrame(latent, columns=ITEMS)


def graded(frame):
    return pd.DataFrame(np.searchsorted(CUTS, frame.to_numpy()) + 1.0, columns=frame.columns)


def alpha_coverage(rng, repetitions):
    own = FACTORS["x"]
    for kind, make in (("normal", lambda f: f), ("graded 1-5", graded)):
        truth = cronbach_alpha(make(opinions(rng, 400_000))[own].cov().to_numpy())
        for n in (20, 200, 2000):
            hits = np.zeros(2)
            for _ in range(repetitions):
                alpha = cronbach_alpha(make(opinions(rng, n))[own].cov().to_numpy())
                for number, interval in enumerate((alpha_interval, bonett_interval)):
                    low, high = interval(alpha, n, 5)
                    hits[number] += low <= truth <= high
            feldt, bonett = hits / repetitions
            print(f"alpha {truth:.3f}, {kind}, n={n}: Feldt {feldt:.3f}, Bonett {bonett:.3f}")


def loading_coverage(rng, repetitions):
    truth = LOADING / np.hypot(LOADING, UNIQUE)
    for name, fit, make in (
        ("ML, normal", fit_factor_model, lambda f: f),
        ("WLSMV, graded 1-5", confirm_ordinal, graded),
    ):
        for n in (200, 2000):
            loading, correlation = [], []
            for _ in range(repetitions):
                found = fit(make(opinions(rng, n)), FACTORS)
                s = found.loadings
                loading += list(np.abs(s["standardised"] - truth) < 1.96 * s["standardised_se"])
                c = found.correlations
                correlation += list(np.abs(c["correlation"] - 0.5) < 1.96 * c["se"])
            print(
                f"{name}, n={n}: standardised loadings {np.mean(loading):.3f}, "
                f"factor correlations {np.mean(correlation):.3f}"
            )


def fit_tests(rng, repetitions):
    """How often a true model is rejected at .05."""
    for name, fit, make in (
        ("ML chi-square, normal", lambda d: fit_factor_model(d, FACTORS).fit, lambda f: f),
        ("ML chi-square, graded", lambda d: fit_factor_model(d, FACTORS).fit, graded),
        ("Satorra-Bentler, graded", lambda d: fit_factor_model(d, FACTORS).robust, graded),
        ("WLSMV, graded", lambda d: confirm_ordinal(d, FACTORS).robust, graded),
    ):
        p = [fit(make(opinions(rng, 500))).p for _ in range(repetitions)]
        print(f"{name}, n=500: a true model is rejected {np.mean(np.array(p) < 0.05):.3f} (.05)")


def verdicts(rng, repetitions):
    worlds = {
        "nothing differs": {},
        "one item .2 deviations": {"x0": 0.2},
        "one item .5 deviations": {"x0": 0.5},
        "four of five items of a factor, each its own way": {
            "x0": 0.6, "x1": -0.6, "x2": 1.2, "x3": -1.2,
        },
    }  # fmt: skip
    for name, shift in worlds.items():
        for n in (200, 1000):
            reached: dict[str, int] = {}
            for _ in range(repetitions):
                data = pd.concat([opinions(rng, n), opinions(rng, n, shift)], ignore_index=True)
                found = invariance(graded(data), FACTORS, pd.Series(np.arange(2 * n) // n))
                reached[found.reached] = reached.get(found.reached, 0) + 1
            told = ", ".join(f"{k} {v / repetitions:.2f}" for k, v in sorted(reached.items()))
            print(f"invariance, {name}, 2 x {n}, graded: {told}")


def screening(rng, repetitions):
    for shift in (0.0, 0.3, 0.6):
        flagged = np.zeros(5)
        for _ in range(repetitions):
            data = pd.concat([opinions(rng, 400), opinions(rng, 400, {"x0": shift})])
            scored = (graded(data)[FACTORS["x"]] - 1) * 25
            found = screen_items(scored, pd.Series(np.arange(800) // 400))
            flagged += found["flagged"].to_numpy()
        share = flagged / repetitions
        print(
            f"screening, item moved {shift:.1f} deviations, 2 x 400: flagged {share[0]:.3f}, "
            f"each other item {share[1:].mean():.3f}"
        )


def seconds(rng):
    data = graded(opinions(rng, 3000))
    for groups in (1, 2, 5):
        group = pd.Series(np.arange(3000) % groups)
        for name, run in (
            ("ML fit", lambda g=group: fit_factor_model(data, FACTORS, group=g)),
            ("WLSMV fit", lambda g=group: confirm_ordinal(data, FACTORS, group=g)),
            ("invariance", lambda g=group: invariance(data, FACTORS, g)),
            ("ordinal invariance", lambda g=group: invariance(data, FACTORS, g, ordinal=True)),
        ):
            if groups == 1 and "invariance" in name:
                continue
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            print(f"{name}, 15 items, 3 factors, 3,000 answers, {groups} groups: "
                  f"{wall:.2f} s, {cpu:.2f} s of processor")  # fmt: skip


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rng = np.random.default_rng(2026)
    seconds(rng)
    alpha_coverage(rng, repetitions * 5)
    fit_tests(rng, repetitions)
    loading_coverage(rng, repetitions)
    screening(rng, repetitions)
    verdicts(rng, repetitions // 4)


if __name__ == "__main__":
    main()
