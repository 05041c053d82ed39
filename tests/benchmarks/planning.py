"""What plans promise against what simulated waves keep: ``python -m tests.benchmarks.planning``.

For each size a population is drawn anew, two waves are sampled from it, and the published test and
verdict are counted; then means with answers missing at random, imputed and pooled.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from analytics.missing.rubin import pool
from analytics.planning.difference import difference_precision
from analytics.planning.power import power, verdict_chances
from analytics.planning.precision import mean_precision
from analytics.planning.sample import simple_sample

SD, LEVEL, MARGIN, WAVES, FILES = 19.0, 60.0, 3.0, 4000, 1000
PLANS = [(12, 20, 8.0), (60, 100, 5.0), (200, None, 5.0), (850, 5600, 3.0), (2000, None, 2.0)]
FILLED = [(20, 5), (200, 5), (2000, 5), (200, 20)]


def two_waves(rng, n, people, change):
    """Draw two independent samples, from one finite population where there is one."""
    if people is None:
        return rng.normal(LEVEL, SD, n), rng.normal(LEVEL + change, SD, n)
    everybody = rng.normal(0, 1, people)
    everybody = LEVEL + SD * (everybody - everybody.mean()) / everybody.std(ddof=1)
    return rng.choice(everybody, n, False), rng.choice(everybody, n, False) + change


def verdict(then, now, left):
    squares = [left * part.var(ddof=1) / len(part) for part in (then, now)]
    free = sum(squares) ** 2 / (sum(s**2 for s in squares) / (len(then) - 1))
    reach = special.stdtrit(free, 0.975) * math.sqrt(sum(squares))
    change = now.mean() - then.mean()
    own = special.stdtrit(len(then) - 1, 0.975) * math.sqrt(squares[0])
    return abs(change) > reach, change > reach and change >= MARGIN, abs(then.mean() - LEVEL) <= own


def imputed(rng, n, m):
    """Impute 30 % of an outcome from a covariate, with the uncertainty of the regression."""
    x = rng.normal(0, 1, n)
    y = LEVEL + 10 * x + rng.normal(0, 15, n)
    there, columns = rng.random(n) >= 0.3, np.column_stack([np.ones(n), x])
    solve = np.linalg.inv(columns[there].T @ columns[there])
    slope = solve @ columns[there].T @ y[there]
    left = float(((y[there] - columns[there] @ slope) ** 2).sum())
    estimates, variances = [], []
    for _ in range(m):
        noise = left / rng.chisquare(there.sum() - 2)
        drawn = columns[~there] @ rng.multivariate_normal(slope, noise * solve)
        full = y.copy()
        full[~there] = drawn + rng.normal(0, math.sqrt(noise), int((~there).sum()))
        estimates.append(full.mean())
        variances.append(full.var(ddof=1) / n)
    found = pool(np.array(estimates), np.array(variances), n - 1)
    return float(found.low) <= LEVEL <= float(found.high)


def main() -> None:
    rng = np.random.default_rng(4)
    for n, people, change in PLANS:
        sample = simple_sample(n, people)
        apart = difference_precision(sample, sample, SD)
        left = 1 - n / people if people else 1.0
        rates = np.mean(
            [verdict(*two_waves(rng, n, people, change), left) for _ in range(WAVES)], axis=0
        )
        print(
            f"n {n} of {people or 'many'}, true change {change:g}: power planned "
            f"{power(change, apart):.3f}, simulated {rates[0]:.3f}; 'up' planned "
            f"{verdict_chances(change, apart, MARGIN).up:.3f}, simulated {rates[1]:.3f}; mean "
            f"covered {rates[2]:.3f}; planned margin {mean_precision(sample, SD).margin:.2f}"
        )
    for n, m in FILLED:
        covered = np.mean([imputed(rng, n, m) for _ in range(FILES)])
        print(f"n {n}, 30 % imputed {m} times: true mean covered {covered:.3f}")


if __name__ == "__main__":
    main()
