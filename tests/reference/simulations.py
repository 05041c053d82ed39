"""Print in one table how often intervals cover, verdicts err, and changes and orders are found.

``python -m tests.reference.simulations [repetitions]`` (200 when left out; a quarter of an hour).
The worlds are those of ``tests/benchmarks``; what a file is asked goes through ``analyse``. A cell
is the share of repetitions in which a 95 % interval held the truth, in per cent, for n respondents
(per wave, per area, in all), with its Monte Carlo error and, where one world has one, the length.
TEST lines: the share in which a test at 5 % did not find what is not there.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analytics.comparison.agreement import icc
from analytics.drivers.importance import importance
from analytics.drivers.shares import divided
from analytics.estimation.design import simple_design
from analytics.estimation.intervals import t_quantile
from analytics.scale_quality.alpha import alpha_interval, bonett_interval, cronbach_alpha
from analytics.small_areas.fay_herriot import fay_herriot
from analytics.small_areas.sampling_variance import steadied
from analytics.trend.series import wave_series
from analytics.trend.slope import slope
from analytics.trend.smooth import smooth
from analytics.workbench.analyse import analyse
from tests.benchmarks import (
    comparison,
    drivers,
    file_changes,
    intervals,
    planning,
    staff_changes,
)
from tests.benchmarks.scale_quality import FACTORS, graded, opinions
from tests.benchmarks.trend import days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SIZES = intervals.SIZES
type Hits = dict[str, float]
type World = Callable[[np.random.Generator, int], Hits]


def held(row: dict[str, Any], truth: float) -> float:
    """Tell whether a row's interval holds the truth; one that cannot be given holds nothing."""
    return float(row["low"] is not None and row["low"] <= truth <= row["high"])


def a_file(rng: np.random.Generator, n: int) -> Hits:
    """Draw persons of two strata with unequal weights, and ask for everything at once."""
    h = np.sort(np.arange(n) % 2)
    x = rng.gamma(4, 5, n) + 5 * h
    data = pd.DataFrame({
        "h": h, "w": np.where(h, 1.0, 3.0) * 4000 / n, "x": x, "y": 2 * x + rng.normal(0, 8, n),
        "g": rng.integers(0, 2, n), "kind": (rng.random(n) < 0.3).astype(int),
    })  # fmt: skip
    data["w"] *= 10_000 / data["w"].sum()
    spec = {
        "design": {"weight": "w", "strata": "h"},
        "variables": {
            "means": ["x"], "totals": ["x"], "shares": ["kind"], "ratios": [["y", "x"]]
        },
        "domains": {"by": ["g"]},
        "comparison": {"by": "g"},
        "nonresponse": {"response": 0.4, "gaps": [0]},
    }  # fmt: skip
    found: Any = analyse(data, spec).result
    share = float(data.loc[data["h"] == 0, "w"].sum()) / 10_000
    mean = share * 20 + (1 - share) * 25
    rows = {(r["index"], r["statistic"], r.get("category"), *r["domain"].values()): r
            for r in found["estimates"]}  # fmt: skip
    rest = next(row for row in found["comparison"]["rest"] if row["index"] == "x")
    return {
        "total": held(rows["x", "total", None], 10_000 * mean),
        "ratio": held(rows["y/x", "ratio", None], 2.0),
        "mean of a domain of half": held(rows["x", "mean", None, "1"], mean),
        "share of a domain of half": held(rows["kind", "share", "1", "1"], 0.3),
        "unit against the rest": held(rest, 0.0),
    }


def nothing_differs(rng: np.random.Generator, n: int) -> Hits:
    """Test four groups of one distribution, which lie across 20 clusters or were drawn as rows.

    A test is right where p is 5 % or more, or where it says that it cannot tell.
    """
    cluster, found = np.sort(np.arange(n) % 20), {}
    own = rng.gamma(4, 5, n)
    for name, design, x in (
        ("rows", {}, own),
        ("20 clusters", {"cluster": "c", "strata": "h"}, own + 3 * rng.normal(size=20)[cluster]),
    ):
        data = pd.DataFrame({
            "h": cluster % 2, "c": cluster, "w": np.where(cluster % 2, 1.0, 3.0), "x": x,
            "g": rng.integers(0, 4, n), "high": (x > 20).astype(int),
        })  # fmt: skip
        spec = {
            "design": {"weight": "w", **design},
            "variables": {"means": ["x"]},
            "domains": {"by": ["g"]},
            "comparison": {
                "by": "g", "pairs": True, "adjust": "tukey", "equality": True,
                "rank_tests": "wilcoxon", "model_based": True,
            },
            "association": {"tables": [["g", "high"]]},
        }  # fmt: skip
        result: Any = analyse(data, spec).result
        tests = result["comparison"]
        p = {
            "table": result["association"][0]["p"],
            "four means": tests["equality"][0]["p"],
            "four means, R's Wald": tests["equality"][0]["unadjusted"]["p"],
            "ranks": tests["rank_tests"][0]["p"],
            "six pairs, Tukey": least(row["p_adjusted"] for row in tests["pairs"]),
        }
        if not design:
            pairs = tests["model_based"][0]["pairs"]
            p["six pairs, Games-Howell"] = least(row["games_howell"]["p"] for row in pairs)
        found |= {
            f"TEST right, {key}, {name}": float(one is None or one >= 0.05)
            for key, one in p.items()
        }
    return found


def least(p: Iterable[float | None]) -> float:
    """Find the smallest p, 1 where none is known."""
    return min((one for one in p if one is not None), default=1.0)


def changes(rng: np.random.Generator, n: int) -> Hits:
    found = {}
    for name, draw in comparison.DESIGNS.items():
        data, truth, person = draw(rng, n)
        found[f"change, {name}"] = held(comparison.change(data, person), truth)
    return found


def alphas(rng: np.random.Generator, n: int, truth: dict[str, float]) -> Hits:
    found = {}
    for kind, make in (("normal", lambda frame: frame), ("graded 1-5", graded)):
        alpha = cronbach_alpha(make(opinions(rng, n))[FACTORS["x"]].cov().to_numpy())
        for name, interval in (("Feldt", alpha_interval), ("Bonett", bonett_interval)):
            low, high = interval(alpha, n, 5)
            found[f"alpha, {name}, {kind}"] = float(low <= truth[kind] <= high)
    return found


def true_alphas() -> dict[str, float]:
    rng, own = np.random.default_rng(1), FACTORS["x"]
    many = opinions(rng, 400_000)
    return {
        "normal": cronbach_alpha(many[own].cov().to_numpy()),
        "graded 1-5": cronbach_alpha(graded(many)[own].cov().to_numpy()),
    }


def areas(rng: np.random.Generator, n: int) -> Hits:
    """Draw 30 areas of n answers, 5 points apart."""
    truth = 60 + 5 * rng.normal(size=30)
    answers = truth[:, None] + 20 * rng.normal(size=(30, n))
    mean, squares = answers.mean(axis=1), answers.var(axis=1, ddof=1) / n
    error = steadied(squares, np.full(30, float(n)), np.full(30, n - 1.0))
    found = fay_herriot(mean, error.variance)
    reach = t_quantile(error.df) * np.sqrt(found.mse)
    code = np.repeat(np.arange(30), n)
    own = icc(answers.ravel(), code)
    return {
        "shrunken mean (Fay-Herriot)": float((np.abs(found.estimate - truth) <= reach).mean()),
        "ICC(1)": float(own.low <= 25 / 425 <= own.high),
    }


def lines(rng: np.random.Generator, n: int) -> Hits:
    answers = rng.normal(60, 20, (8, n))
    mean, se = answers.mean(axis=1), answers.std(axis=1, ddof=1) / np.sqrt(n)
    series = wave_series(days(8), mean, se, [n - 1] * 8)
    line, level = slope(series), smooth(series).level[-1]
    return {
        "slope over four waves": float(line.low <= 0 <= line.high),
        "level after eight waves": float(level.low <= 60 <= level.high),
    }


def driver_shares(rng: np.random.Generator, n: int) -> Hits:
    between, whole = drivers.population()
    x = rng.normal(size=(n, 5)) @ np.linalg.cholesky(between).T
    y = x @ drivers.BETA + np.sqrt(drivers.REST) * rng.normal(size=n)
    design, found = simple_design(np.ones(n), np.zeros(n, dtype=np.int64)), {}
    for method in ("lmg", "relative"):
        parts, _ = divided(whole, method)
        own = importance(design, np.column_stack([y, x]), drivers.NAMES, n - 1.0, method=method)
        inside = (own.low <= parts / parts.sum()) & (parts / parts.sum() <= own.high)
        found[f"driver share, {method}"] = float(inside[:4].mean())
        found[f"ORDER of five drivers right, {method}"] = float(
            own.share.argsort()[::-1].tolist() == [0, 1, 2, 3, 4]
        )
    return found


def imputed(rng: np.random.Generator, n: int) -> Hits:
    return {"mean, 30 % imputed (Rubin)": float(planning.imputed(rng, n, 5))}


def coverage(repetitions: int) -> None:
    head = f"{'held by the 95 % interval, %':40}" + "".join(f"{f'n = {n}':>22}" for n in SIZES)
    print(f"{head}\n{'-' * len(head)}")
    for name in intervals.KINDS:
        cells = [intervals.cell(name, n, repetitions) for n in SIZES]
        print(f"{name:40}" + "".join(f"{one:>22}" for one in cells), flush=True)
    worlds = [
        a_file,
        nothing_differs,
        changes,
        partial(alphas, truth=true_alphas()),
        areas,
        lines,
        driver_shares,
    ]
    for world in (*worlds, imputed):
        columns = []
        for n in SIZES:
            rng = np.random.default_rng(n)
            columns.append(pd.DataFrame([world(rng, n) for _ in range(repetitions)]))
        for name in columns[0].columns:
            rates = [float(column[name].mean()) for column in columns]
            cells = [
                f"{100 * rate:.1f} ({100 * np.sqrt(rate * (1 - rate) / repetitions):.1f}){'':8}"
                for rate in rates
            ]
            print(f"{name:40}" + "".join(f"{one:>22}" for one in cells), flush=True)


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    coverage(repetitions)
    print("\nFALSE VERDICTS where nothing changes, files")
    file_changes.REPETITIONS = repetitions
    file_changes.main()
    print("\nFALSE VERDICTS and POWER in files of a finite staff that nobody links")
    staff_changes.main(repetitions // 2, (0.7,))
    print("\nFALSE VERDICTS where nothing changes, published waves")
    comparison.verdicts(repetitions)
    print("\nPOWER of published verdicts, limit 3 (agency, region) and 5 (unit)")
    comparison.power()
    print("\nPLANS against what simulated waves keep")
    planning.main()


if __name__ == "__main__":
    main()
