"""How often each kind of 95 % interval covers the truth, at n = 20, 200 and 2,000.

``python -m tests.benchmarks.intervals`` draws again and again from populations whose figures are
known: stratified with unequal weights, clustered, with non-response that margins explain. Printed
are coverage in per cent, its Monte Carlo error, and the mean length. ``REPETITIONS`` makes it
longer. Shares are right for Wilson and logit if their coverage is near 95 on average over p, and
for beta if it never falls far below.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import norm

from analytics.estimation.degrees_of_freedom import degrees_of_freedom
from analytics.estimation.design import Design, Stage, simple_design
from analytics.estimation.domains import whole
from analytics.estimation.intervals import mean_interval
from analytics.estimation.means import compose, domain_means, errors
from analytics.weighting.rake import margin_from_column, rake
from analytics.workbench.methods.estimation.quantiles import domain_quantiles
from analytics.workbench.methods.estimation.replicate_weights import bootstrap, jackknife
from analytics.workbench.methods.estimation.replicates import replicate_errors
from analytics.workbench.methods.estimation.share_intervals import (
    finite_share_interval,
    share_interval_by,
)
from analytics.workbench.methods.weighting.constraints import constraints
from analytics.workbench.methods.weighting.recalibration import raked_again

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = int(os.environ.get("REPETITIONS", "400"))
SIZES = (20, 200, 2000)
STRATA = np.array([0.5, 0.3, 0.2])  # of the population; the sample takes a third of each
type Interval = tuple[float, float]


def stratified(rng: np.random.Generator, n: int) -> tuple[Design, np.ndarray, np.ndarray]:
    """Draw equal numbers from unequal strata; also give each respondent's stratum and trait."""
    stratum = np.sort(np.arange(n) % 3)
    weight = (STRATA / np.bincount(stratum))[stratum] * 10_000
    return simple_design(weight, stratum), stratum, rng.normal(0, 1, n)


def by_t(design: Design, values: np.ndarray, part: dict[str, float] | None = None) -> Interval:
    everybody = whole(len(values), None)
    means = domain_means(design, values, everybody)
    if part:
        means = compose(means, list(part), [part])
    se = errors(design, means, everybody).se
    df = degrees_of_freedom(design, everybody, means.scored)
    low, high = mean_interval(means.mean, se, df)
    return float(low[0, 0]), float(high[0, 0])


def mean(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
    design, stratum, trait = stratified(rng, n)
    score = np.clip(np.round(3.2 + 0.4 * stratum + trait), 1, 5) * 25 - 25
    return by_t(design, score[:, None]), TRUE_MEAN


def composite(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
    design, stratum, trait = stratified(rng, n)
    scores = 50 + 5 * stratum[:, None] + 12 * trait[:, None] + rng.normal(0, 10, (n, 3))
    missing = rng.random((n, 3)) < (0.1, 0.2, 0.3)
    missing[:3] = False
    parts = {"a": 0.5, "b": 0.3, "c": 0.2}
    interval = by_t(design, np.where(missing, np.nan, scores), parts)
    return interval, 50 + 5 * float(STRATA @ [0, 1, 2])


def clustered(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
    clusters = max(n // 10, 5)
    cluster = np.arange(n) % clusters
    value = 50 + rng.normal(0, 5, clusters)[cluster] + rng.normal(0, 15, n)
    stage = Stage(cluster, np.zeros(clusters, dtype=np.int64), np.zeros(1), np.ones(1))
    return by_t(Design(np.ones(n), (stage,)), value[:, None]), 50.0


def respondents(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, float]:
    """Young men answer least and are least content; sex and age are known of everybody."""
    many = rng.random((6 * n, 2)) < (0.5, 0.4)
    answers = rng.random(6 * n) < 0.45 - 0.2 * many[:, 0] - 0.15 * many[:, 1]
    taken = many[answers][:n]
    value = 60 - 8 * taken[:, 0] - 12 * taken[:, 1] + rng.normal(0, 15, len(taken))
    data = pd.DataFrame({"man": taken[:, 0], "young": taken[:, 1], "value": value})
    return data, 60 - 4 - 4.8


def margins(data: pd.DataFrame) -> list:
    known = {"man": {"True": 0.5, "False": 0.5}, "young": {"True": 0.4, "False": 0.6}}
    return [
        margin_from_column(name, data[name].astype("str"), share) for name, share in known.items()
    ]


def six_margins(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, list, float]:
    """Draw respondents who differ by sex, four ages and three schools, all known of everybody."""
    known = {"sex": [0.5, 0.5], "age": [0.3, 0.3, 0.25, 0.15], "school": [0.4, 0.35, 0.25]}
    people = {name: rng.choice(len(p), 8 * n, p=p) for name, p in known.items()}
    sex, age, school = people.values()
    taken = np.flatnonzero(rng.random(8 * n) < 0.5 - 0.2 * sex - 0.05 * age - 0.05 * school)[:n]
    value = 60 - 8 * sex - 4 * age + 3 * school + rng.normal(0, 15, 8 * n)
    data = pd.DataFrame({name: column[taken].astype(str) for name, column in people.items()})
    made = [
        margin_from_column(name, data[name], {str(k): part for k, part in enumerate(p)})
        for name, p in known.items()
    ]
    return data.assign(value=value[taken]), made, 60 - 4 - 4 * 1.25 + 3 * 0.85


def two_margins(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, list, float]:
    data, truth = respondents(rng, n)
    return data, margins(data), truth


def raked(
    world: Callable[[np.random.Generator, int], tuple[pd.DataFrame, list, float]],
    *,
    leverage: bool = False,
) -> Callable[[np.random.Generator, int], tuple[Interval, float]]:
    def draw(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
        while True:
            data, made, truth = world(rng, n)
            if all(len(np.unique(one.code)) == len(one.categories) for one in made):
                break
        base = pd.Series(10_000 / len(data), index=data.index)
        weight = rake(base, made, rounds=200, tolerance=1e-9).weight.to_numpy()
        stages = simple_design(weight, np.zeros(len(data), dtype=np.int64)).stages
        columns = constraints(base, made).columns
        design = Design(
            weight, stages, calibration=columns, base=base.to_numpy(), leverage=leverage
        )
        return by_t(design, data[["value"]].to_numpy()), truth

    return draw


def raked_again_and_again(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
    """Leave one out and rake the rest, where linearisation takes the fit as free."""
    while True:
        data, truth = respondents(rng, n)
        # Nobody may be alone in a category: without them there is nothing to rake.
        if min(data[name].value_counts().min() for name in ("man", "young")) > 1:
            break
    value = data["value"].to_numpy()
    start = simple_design(np.full(len(data), 10_000 / len(data)), np.zeros(len(data), np.int64))
    found = replicate_errors(
        start,
        jackknife(start),
        lambda w: np.array([w @ value / w.sum()]),
        reweigh=raked_again(margins(data), 10_000, tolerance=1e-6),
    )
    low, high = mean_interval(found.estimate, found.se, np.array([n - 1.0]))
    return (float(low[0]), float(high[0])), truth


def unweighted(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
    """Show what raking mends: the same respondents, all alike."""
    data, truth = respondents(rng, n)
    design = simple_design(np.ones(len(data)), np.zeros(len(data), dtype=np.int64))
    return by_t(design, data[["value"]].to_numpy()), truth


def median(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
    design, _, trait = stratified(rng, n)
    value = np.exp(trait)[:, None]
    found = domain_quantiles(design, value, whole(n, None), 0.5)
    # An end that the sample does not hold is beyond it.
    low, high = np.nan_to_num(found.low[0, 0], nan=0.0), np.nan_to_num(found.high[0, 0], nan=1e9)
    return (float(low), float(high)), 1.0


def replicated(kind: str) -> Callable[[np.random.Generator, int], tuple[Interval, float]]:
    def draw(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
        design, stratum, trait = stratified(rng, n)
        score = np.clip(np.round(3.2 + 0.4 * stratum + trait), 1, 5) * 25 - 25
        made = jackknife(design) if kind == "jackknife" else bootstrap(design, rng, 200)
        found = replicate_errors(design, made, lambda w: np.array([w @ score / w.sum()]))
        df = np.array([float(n - 3)])
        low, high = mean_interval(found.estimate, found.se, df)
        return (float(low[0]), float(high[0])), TRUE_MEAN

    return draw


def share(p: float, method: str) -> Callable[[np.random.Generator, int], tuple[Interval, float]]:
    def draw(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
        design, stratum, _ = stratified(rng, n)
        hit = (rng.random(n) < p * (1 + 0.2 * (stratum - 1)))[:, None].astype(float)
        everybody = whole(n, None)
        means = domain_means(design, hit, everybody)
        found = errors(design, means, everybody)
        df = degrees_of_freedom(design, everybody, means.scored)
        low, high = share_interval_by(
            method, means.mean, found.se, df, means.n.astype(float), found.n_eff
        )
        truth = float(p * (1 + 0.2 * (STRATA @ [-1, 0, 1])))
        return (float(low[0, 0]), float(high[0, 0])), truth

    return draw


def small_unit(p: float) -> Callable[[np.random.Generator, int], tuple[Interval, float]]:
    """A unit of which six in ten have answered."""

    def draw(rng: np.random.Generator, n: int) -> tuple[Interval, float]:
        people = rng.random(round(n / 0.6)) < p
        hits = rng.permutation(people)[:n].sum()
        low, high = finite_share_interval(*(np.array([v]) for v in (hits, n, len(people))))
        return (float(low[0]), float(high[0])), float(people.mean())

    return draw


def true_mean() -> float:
    """Integrate the rounded and clipped normal over the strata."""
    total = 0.0
    for number, part in enumerate(STRATA):
        middle = 3.2 + 0.4 * number
        cut = norm.cdf(np.array([1.5, 2.5, 3.5, 4.5]) - middle)
        total += part * (np.diff(np.concatenate([[0], cut, [1]])) @ [0, 25, 50, 75, 100])
    return float(total)


TRUE_MEAN = true_mean()
KINDS: dict[str, Callable[[np.random.Generator, int], tuple[Interval, float]]] = {
    "mean, stratified": mean,
    "mean, clustered": clustered,
    "composite of three scales": composite,
    "mean, raked, 2 free": raked(two_margins),
    "mean, raked, 2 free, leverage": raked(two_margins, leverage=True),
    "mean, raked, 6 free": raked(six_margins),
    "mean, raked, 6 free, leverage": raked(six_margins, leverage=True),
    "mean, raked, jackknife": raked_again_and_again,
    "the same, not weighted": unweighted,
    "median (Woodruff)": median,
    "mean, jackknife": replicated("jackknife"),
    "mean, bootstrap": replicated("bootstrap"),
    **{
        f"share {p:g}, {method}": share(p, method)
        for p in (0.02, 0.1, 0.5, 0.8)
        for method in ("logit", "beta", "wilson")
    },
    **{f"share {p:g} of a finite unit": small_unit(p) for p in (0.1, 0.5, 0.8)},
}
HEAVY = ("jackknife", "bootstrap")


def cell(name: str, n: int, repetitions: int = REPETITIONS) -> str:
    """Write coverage, its Monte Carlo error and the mean length of one kind of interval."""
    if any(word in name for word in HEAVY) and n > 200:
        return "-"
    rng = np.random.default_rng(n)
    found = [KINDS[name](rng, n) for _ in range(repetitions)]
    known = [(low, high, t) for (low, high), t in found if np.isfinite(low + high)]
    # An interval that cannot be given covers nothing.
    hit = sum(low - 1e-9 <= t <= high + 1e-9 for low, high, t in known) / repetitions
    error = 100 * np.sqrt(hit * (1 - hit) / repetitions)
    length = np.mean([high - low for low, high, _ in known])
    return f"{100 * hit:.1f} ({error:.1f}) {length:7.3g}"


def main() -> None:
    print(f"{'':30}" + "".join(f"{f'n = {n}':>22}" for n in SIZES))
    for name in KINDS:
        heavy = any(word in name for word in HEAVY)
        cells = [cell(name, n, REPETITIONS // 3 if heavy else REPETITIONS) for n in SIZES]
        print(f"{name:30}" + "".join(f"{one:>22}" for one in cells), flush=True)


if __name__ == "__main__":
    main()
