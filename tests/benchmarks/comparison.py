"""Coverage, false verdicts and power of comparisons, by repeated sampling.

Run `python -m tests.benchmarks.comparison`: three minutes on one core. Everything goes through
`analyse`, as a file does, or through the table of a publication, as a wave does.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.change import decide
from analytics.comparison.difference import infer_differences
from analytics.comparison.implied_overlap import Invitations, implied_error
from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition
from analytics.estimation.means import domain_means
from analytics.workbench.analyse import analyse
from analytics.workbench.methods.comparison.pairs import all_pairs
from analytics.workbench.methods.comparison.ranks import rank_intervals

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

REPETITIONS: Final = 300
SPREAD, RESIDUAL = 17.0, 10.0  # of true scores and of a person's two answers around them


def a_staff(rng: Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Give a staff its two answers on 0-100, whole quarters, correlated about .7."""
    true = rng.normal(65, SPREAD, size)
    both = [true + rng.normal(0, RESIDUAL, size) for _ in range(2)]
    return tuple(np.clip(np.round(part * 0.6) / 0.6, 0, 100) for part in both)


def a_file(waves: list[tuple[np.ndarray, np.ndarray]], population: float | None) -> pd.DataFrame:
    """Stack two waves of (persons, answers)."""
    parts = [
        pd.DataFrame({"wave": number, "id": people, "value": values})
        for number, (people, values) in enumerate(waves, start=1)
    ]
    data = pd.concat(parts, ignore_index=True)
    return data if population is None else data.assign(N=population)


def change(data: pd.DataFrame, person: bool | None) -> dict[str, float]:
    """Analyse the file; its change overall: linked, not linked, or (None) as independent."""
    spec = {
        "variables": {"means": ["value"]},
        "domains": {"wave": "wave"} | ({"person": "id"} if person else {}),
        "design": {"fpc": "N"} if "N" in data else {},
        "change": {"invited": "independent"} if person is None else {},
    }
    return analyse(data, spec).result["changes"][0]


def independent(rng: Generator, n: int) -> tuple[pd.DataFrame, float, bool]:
    """Two samples of a large public; the true change is 0."""
    one, other = a_staff(rng, n)[0], a_staff(rng, n)[0]
    return a_file([(np.arange(n), one), (np.arange(n) + n, other)], None), 0.0, False


def overlapping(rng: Generator, n: int, person: bool) -> tuple[pd.DataFrame, float, bool]:
    """A rotating panel: half of each wave is in both, of a staff three times the sample."""
    size = 3 * n
    y, z = a_staff(rng, size)
    order = rng.permutation(size)
    one, other = order[:n], order[n // 2 : n // 2 + n]
    data = a_file([(one, y[one]), (other, z[other])], size)
    return data, float(z.mean() - y.mean()), person


def disjoint(rng: Generator, n: int) -> tuple[pd.DataFrame, float, bool]:
    """Two of three panels that are kept apart, linked by the file."""
    size = 3 * n
    y, z = a_staff(rng, size)
    order = rng.permutation(size)
    one, other = order[:n], order[n : 2 * n]
    return (
        a_file([(one, y[one]), (other, z[other])], size), float(z.mean() - y.mean()), True
    )  # fmt: skip


def census(rng: Generator, n: int, person: bool | None) -> tuple[pd.DataFrame, float, bool | None]:
    """Eight of ten answer, both times, each time by chance."""
    size = round(n / 0.8)
    y, z = a_staff(rng, size)
    one, other = (rng.permutation(size)[:n] for _ in range(2))
    data = a_file([(one, y[one]), (other, z[other])], size)
    return data, float(z.mean() - y.mean()), person


DESIGNS: Final[dict[str, Callable[[Generator, int], tuple[pd.DataFrame, float, bool | None]]]] = {
    "independent samples": independent,
    "rotating panel, persons linked": partial(overlapping, person=True),
    "rotating panel, not linked": partial(overlapping, person=False),
    "panels kept apart, linked": disjoint,
    "finite census 80 %, linked": partial(census, person=True),
    "finite census 80 %, not linked": partial(census, person=False),
    "finite census 80 %, independent": partial(census, person=None),
}


def coverage() -> None:
    print(f"coverage of the 95 % interval of a change, {REPETITIONS} repetitions")
    for name, draw in DESIGNS.items():
        shown = []
        for n in (20, 200, 2000):
            rng = np.random.default_rng([n, len(name)])
            hits, width, error = [], [], []
            for _ in range(REPETITIONS):
                data, true, person = draw(rng, n)
                row = change(data, person)
                hits.append(row["low"] <= true <= row["high"])
                width.append(row["se"])
                error.append(row["difference"] - true)
            ratio = np.sqrt(np.mean(np.square(width))) / np.std(error)
            shown.append(f"n={n}: {np.mean(hits):.3f} (se/true {ratio:.2f})")
        print(f"  {name}: " + "; ".join(shown), flush=True)


def parts(rng: Generator, stayed: int, moved: int, *, graded: bool) -> dict[str, bool]:
    """Tell whether each part's interval holds the truth, where a few or many stay, join and leave.

    Who stays moves from 55 to 58; who joins stands at 65, who leaves at 45.
    """
    true = rng.normal(0, SPREAD, stayed)
    waves = [
        np.concatenate([
            middle + true + rng.normal(0, RESIDUAL, stayed),
            other + rng.normal(0, np.hypot(SPREAD, RESIDUAL), moved),
        ])
        for middle, other in ((55, 45), (58, 65))
    ]  # fmt: skip
    if graded:
        waves = [np.clip(np.round(own / 25) * 25, 0, 100) for own in waves]
    people = [np.r_[:stayed, place : place + moved] for place in (1000, 2000)]
    spec = {
        "variables": {"means": ["value"]},
        "domains": {"wave": "wave", "person": "id"},
        "change": {"composition": True},
    }
    data = a_file(list(zip(people, waves, strict=True)), None)
    row = analyse(data, spec).result["composition"][0]
    share = moved / (stayed + moved)
    truth = {"stayers": 3.0, "joiners": share * (65 - 58), "leavers": share * (45 - 55)}
    return {name: covers(row[name], value) for name, value in truth.items()}


def covers(figure: dict[str, float | None], value: float) -> float:
    """1 or 0; NaN where no interval is told, as of five who all moved by the same grade."""
    low, high = figure["low"], figure["high"]
    return np.nan if low is None or high is None else float(low <= value <= high)


def composition(repetitions: int = 1000) -> None:
    print(f"coverage of the parts of a change, {repetitions} repetitions")
    for graded in (False, True):
        for stayed, moved in ((5, 195), (10, 190), (30, 170), (195, 5), (190, 10), (170, 30)):
            rng = np.random.default_rng([stayed, moved])
            found = [parts(rng, stayed, moved, graded=graded) for _ in range(repetitions)]
            rates = pd.DataFrame(found).mean().round(3).to_dict()
            untold = pd.DataFrame(found).isna().mean()
            answers = "five grades" if graded else "normal"
            line = f"  {answers}, {stayed} stayed, {moved} joined and left: {rates}"
            none = untold[untold > 0].round(3).to_dict()
            print(line + (f", without an interval {none}" if none else ""), flush=True)


def wave_means(
    rng: Generator, sizes: np.ndarray, rate: float, shift: float, varies: bool = True
) -> list[np.ndarray]:
    """Means, errors without correction and respondents of units in two counts.

    A share answers, each time by chance. Where answers vary a person's two answers correlate .7,
    else they are the same but for the shift.
    """
    staffs = [a_staff(rng, int(size)) for size in sizes]
    found = []
    for wave in (0, 1):
        rows = []
        for staff, size in zip(staffs, sizes, strict=True):
            n = max(int(rng.binomial(int(size), rate)), 2)
            y = staff[wave if varies else 0][rng.permutation(int(size))[:n]] + wave * shift
            rows.append((y.mean(), y.std(ddof=1) / np.sqrt(n), n))
        found.append(np.array(rows).T)
    return found


def current_staff(then: np.ndarray, now: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """With finite population correction: would all of them have said something else?"""
    everybody = Invitations(sizes, sizes, sizes, sizes)
    return implied_error(everybody, (then[2], now[2]), (then[1], now[1])).se


def same_staff(then: np.ndarray, now: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """As such, but by the same people, whose two answers correlate at least .5."""
    everybody = Invitations(np.full(len(sizes), np.inf), sizes, sizes, sizes)
    answered, error = (then[2], now[2]), (then[1], now[1])
    return implied_error(everybody, answered, error, (0.5, 1.0)).se


def as_such(then: np.ndarray, now: np.ndarray, _sizes: np.ndarray) -> np.ndarray:
    """Without correction: two groups of anybody."""
    return np.hypot(then[1], now[1])


RULES: Final = {
    "with correction": current_staff,
    "same staff, correlation >= .5": same_staff,
    "without correction": as_such,
}


def decided(
    difference: np.ndarray, se: np.ndarray, df: np.ndarray, level: str, *, alone: bool = False
) -> pd.Series:
    """Give verdicts; many units are one family, unless each stands alone."""
    found = infer_differences(difference, se, df)
    names = [str(number) for number in range(len(se))]
    frame = pd.DataFrame(
        {
            "measure": names if alone else "KI", "statistic": "mean", "level": level,
            "domain": names, "since": "w", "role": "previous",
            "difference": difference, "se": se, "low": found.low, "high": found.high, "p": found.p,
        }
    )  # fmt: skip
    return decide(frame).frame["verdict"]


def verdicts(years: int = 300) -> None:
    sizes = np.random.default_rng(7).integers(25, 250, 60).astype(np.float64)
    share = sizes / sizes.sum()
    print(f"a world without change, {years} pairs of waves, 60 units of 25 to 250, 70 % answer")
    for varies in (False, True):
        rng = np.random.default_rng(8)
        wrong: dict[str, list[int]] = {rule: [] for rule in RULES}
        whole: dict[str, list[str]] = {rule: [] for rule in RULES}
        for _ in range(years):
            then, now = wave_means(rng, sizes, 0.7, 0.0, varies)
            for rule, error in RULES.items():
                se, moved = error(then, now, sizes), now[0] - then[0]
                df = then[2] + now[2] - 2
                units = decided(moved, se, df, "unit")
                wrong[rule].append(int(units.isin(["up", "down"]).sum()))
                agency = np.array([share @ moved]), np.array([np.sqrt(share**2 @ se**2)])
                whole[rule].append(decided(*agency, np.array([df.sum()]), "agency")[0])
        print("  answers of a person " + ("vary (correlation .7)" if varies else "are the same"))
        for rule in RULES:
            found = np.array(wrong[rule])
            agency = pd.Series(whole[rule]).value_counts().to_dict()
            print(
                f"    {rule}: units up or down {found.mean() / 60:.5f}, at least one in "
                f"{(found > 0).mean():.3f} of the pairs; agency {agency}"
            )


def power() -> None:
    rng = np.random.default_rng(11)
    repetitions = 300
    print(f"power, {repetitions} repetitions, answers vary: verdicts by true change")
    for level, n, rate in (
        ("agency", 5600, 0.6), ("region", 900, 0.6), ("unit", 45, 0.6), ("unit", 100, 0.7),
        ("unit", 250, 0.7),
    ):  # fmt: skip
        sizes = np.full(repetitions, float(n))
        for rule, error in RULES.items():
            shown = []
            for true in (0.0, 3.0, 5.0, 8.0):
                then, now = wave_means(rng, sizes, rate, true)
                df = then[2] + now[2] - 2
                se = error(then, now, sizes)
                found = decided(now[0] - then[0], se, df, level, alone=True)
                parts = found.value_counts(normalize=True).round(2)
                shown.append(f"{true:g}: " + ", ".join(f"{k} {v:g}" for k, v in parts.items()))
            print(f"  {level} of {n}, {rate:.0%} answer, {rule}: " + "; ".join(shown), flush=True)


def ranks() -> None:
    rng = np.random.default_rng(3)
    size, repetitions = 20, 300
    mean = np.sort(rng.normal(65, 4, size))[::-1]
    true = np.arange(1, size + 1)
    hits, width = [], []
    code = np.repeat(np.arange(size), 40).astype(np.int64)
    units = Partition("unit", tuple(map(str, range(size))), ("",) * size, (None,) * size, code)
    design = simple_design(np.ones(len(code)), code)
    for _ in range(repetitions):
        y = (mean[code] + rng.normal(0, 20, len(code)))[:, None]
        means = domain_means(design, y, units)
        found = rank_intervals(all_pairs(design, means, units), size)
        hits.append(((found.best <= true) & (true <= found.worst)).all())
        width.append((found.worst - found.best + 1).mean())
    print(f"joint coverage of 20 ranks at 95 %, {repetitions} repetitions")
    print(f"  by pairs (Holm): {np.mean(hits):.3f}, {np.mean(width):.1f} places wide")


if __name__ == "__main__":
    coverage()
    composition()
    verdicts()
    power()
    ranks()
