"""What is called a change in a file of a finite staff whose answers nobody links.

``python -m tests.benchmarks.staff_changes [repetitions]``. Sixty units of 25 to 250 people are
asked twice, in strata with their numbers as ``fpc``. A share answers, each time by chance; two
answers of a person correlate as stated, from 0, which is also a wholly new staff each time, to 1.
Nothing changes, or everybody moves by the same. For the careful default and for ``independent``
samples (the full finite population correction) a line tells: the share of pairs of waves in which
at least one unit is called up or down, the share of units called, the share of agencies called,
how often p of a unit is below .05, and how often the interval of a unit, and that of the agency,
holds what all of the staff would have answered. Then power: how often a true change is called.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analytics.comparison.multiplicity import benjamini_hochberg
from analytics.comparison.verdict import discovered, verdicts
from analytics.workbench.analyse import analyse

if TYPE_CHECKING:
    from collections.abc import Iterator

UNITS, MARGIN, SPREAD = 60, 3.0, 20.0
SIZES = np.random.default_rng(7).integers(25, 250, UNITS)
UNIT = np.repeat(np.arange(UNITS), SIZES)
SPEC: dict[str, Any] = {
    "design": {"strata": "u", "fpc": "N", "lonely": "merge"},
    "variables": {"means": ["x"]},
    "domains": {"by": ["u"], "wave": "w"},
    "change": {"margin": MARGIN, "questions": True},
}
RULES = {"default": None, "independent": "current_staff"}


def two_waves(
    rng: np.random.Generator, rate: float, correlation: float, shift: float = 0.0
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Draw a file, and the change of everybody's answers, in all ('') and by unit."""
    trait, parts, answers = rng.normal(0, 1, len(UNIT)), [], []
    for wave in (0, 1):
        day = rng.normal(0, 1, len(UNIT))
        x = 62 + SPREAD * (np.sqrt(correlation) * trait + np.sqrt(1 - correlation) * day)
        answers.append(x + wave * shift)
        here = rng.random(len(UNIT)) < rate
        own = pd.DataFrame({"w": wave, "u": UNIT, "x": answers[-1], "N": SIZES[UNIT]})
        parts.append(own[here])
    moved = pd.Series(answers[1] - answers[0])
    truth = {str(unit): float(value) for unit, value in moved.groupby(UNIT).mean().items()}
    return pd.concat(parts, ignore_index=True), truth | {"": float(moved.mean())}


def judged(data: pd.DataFrame, truth: dict[str, float]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Analyse a file; the change of the agency and of each unit by either rule."""
    rows: Any = analyse(data, SPEC).result["changes"]
    head = pd.DataFrame({
        "domain": [str(row["domain"].get("u", "")) for row in rows],
        "difference": [row["difference"] for row in rows],
    })  # fmt: skip
    head["truth"] = head["domain"].map(truth)
    for rule, key in RULES.items():
        figures = pd.DataFrame([row if key is None else row[key] for row in rows])
        frame = head.join(figures[["low", "high", "p"]])
        for _, own in frame.groupby(frame["domain"] == ""):
            real = discovered(benjamini_hochberg(own["p"].to_numpy(float)), None)
            shown = (own[name].to_numpy(float) for name in ("difference", "low", "high"))
            frame.loc[own.index, "verdict"] = verdicts(*shown, np.full(len(own), MARGIN), real)[0]
        yield rule, frame


def measured(repetitions: int, rate: float, correlation: float, shift: float = 0.0) -> pd.DataFrame:
    """Give a line per rule, in per cent."""
    rng, found = np.random.default_rng([int(10 * rate), int(10 * correlation), int(shift)]), []
    for _ in range(repetitions):
        for rule, frame in judged(*two_waves(rng, rate, correlation, shift)):
            agency = frame["domain"] == ""
            called = frame["verdict"].isin(["up", "down"])
            held = frame["truth"].between(frame["low"] - 1e-9, frame["high"] + 1e-9)
            found.append({
                "rule": rule, "any unit": called[~agency].any(), "unit": called[~agency].mean(),
                "agency": called[agency].mean(), "p<.05": (frame["p"] < 0.05)[~agency].mean(),
                "steady": (frame["verdict"] == "steady")[~agency].mean(),
                "agency steady": (frame["verdict"] == "steady")[agency].mean(),
                "held": held[~agency].mean(), "agency held": held[agency].mean(),
            })  # fmt: skip
    return pd.DataFrame(found).groupby("rule", sort=False).mean() * 100


def main(
    repetitions: int = 200, correlations: tuple[float, ...] = (0.0, 0.3, 0.5, 0.7, 1.0)
) -> None:
    print(f"{UNITS} units, {len(UNIT)} people, limit {MARGIN:g}; {repetitions} pairs of waves, %")
    for rate in (0.5, 0.7, 0.9, 1.0):
        for correlation in correlations:
            table = measured(repetitions, rate, correlation)
            for rule, row in table.iterrows():
                cells = "".join(f"{name} {value:6.2f}  " for name, value in row.items())
                print(f"answer {rate:.0%}, rho {correlation:g}, {rule!s:12} {cells}", flush=True)
    for shift in (3.0, 5.0, 8.0):
        for rate in (0.5, 0.7, 0.9):
            for rule, row in measured(repetitions // 4, rate, 0.7, shift).iterrows():
                print(
                    f"true change {shift:g}, answer {rate:.0%}, {rule!s:12} "
                    f"units called {row['unit']:5.1f}, agency {row['agency']:5.1f}", flush=True,
                )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
