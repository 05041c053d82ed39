"""How often published intervals cover where a few units hardly answer.

``python -m tests.benchmarks.uneven_units [waves]`` (150 when left out; two minutes). 60 units of 12
to 250 people; six of one type answer at 14 %, all others at 75 %. Printed are the share of 95 %
intervals that hold what all of the staff would have answered, the agency's bias, and the waves in
which a cell's weights miss its count. No difference: the six stand where they happen to stand.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.estimation.assemble import Measures, assemble
from analytics.estimation.design import simple_design
from analytics.estimation.domains import staff_partitions
from analytics.weighting.poststratify import unit_weights

if TYPE_CHECKING:
    from numpy.random import Generator

    from analytics.weighting.poststratify import UnitWeights

UNITS: Final = 60
SILENT, OTHERS = 0.14, 0.75
SPREAD: Final = 20.0
SMALL, LARGE = 10, 30


def a_frame(rng: Generator) -> pd.DataFrame:
    people = rng.integers(12, 251, UNITS)
    return pd.DataFrame({
        "unit": [f"u{unit:02d}" for unit in range(UNITS)],
        "region": [f"r{unit // 10}" for unit in range(UNITS)],
        "unit_type": [f"t{unit % 6}" for unit in range(UNITS)],
        "population": people,
    })  # fmt: skip


def a_wave(rng: Generator, frame: pd.DataFrame, mean: np.ndarray) -> pd.DataFrame:
    """Ask everybody; who answered is marked."""
    home = np.repeat(np.arange(UNITS), frame["population"])
    answer = np.clip(np.round((mean[home] + rng.normal(0, SPREAD, len(home))) / 25), 0, 4) * 25
    rate = np.where(np.arange(UNITS) % 10 == 3, SILENT, OTHERS)
    answered = rng.random(len(home)) < rate[home]
    data = pd.DataFrame({"answer": answer, "answered": answered})
    for name in ("unit", "region", "unit_type"):
        data[name] = frame[name].to_numpy()[home]
    return data


def estimated(made: UnitWeights, frame: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    stratum = made.population.index.get_indexer(pd.Index(made.cell)).astype(np.int64)
    design = simple_design(made.weight.to_numpy(), stratum, made.population.to_numpy())
    measures = Measures(own[["answer"]].rename(columns={"answer": "KI"}), {"KI": "scale"}, {}, ())
    partitions = staff_partitions(own["unit"], frame)
    return assemble(design, measures, partitions, corrected=True).frame


def held(rows: pd.DataFrame, data: pd.DataFrame) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = {}
    for row in rows[rows["low"].notna()].itertuples():
        everybody = data if row.level == "agency" else data[data[row.level] == row.domain]
        kind = row.level
        if kind == "unit":
            kind += " <10" if row.n < SMALL else " 10-29" if row.n < LARGE else " 30+"
        truth = everybody["answer"].mean()
        found.setdefault(kind, []).append(bool(row.low <= truth <= row.high))
    return found


def main(waves: int = 150) -> None:
    for lower in (0.0, 8.0):
        rng = np.random.default_rng(1)
        frame = a_frame(rng)
        mean = rng.normal(65, 6, UNITS) - lower * (np.arange(UNITS) % 10 == 3)
        hits: dict[str, list[bool]] = {}
        missed, bias = [], []
        for _ in range(waves):
            data = a_wave(rng, frame, mean)
            own = data[data["answered"]].reset_index(drop=True)
            made = unit_weights(own["unit"], frame)
            told = made.weight.groupby(made.cell).sum()
            missed.append(not np.allclose(told, made.population.reindex(told.index)))
            rows = estimated(made, frame, own)
            agency = float(rows.loc[rows["level"] == "agency", "mean"].iloc[0])
            bias.append(agency - data["answer"].mean())
            for kind, own_hits in held(rows, data).items():
                hits.setdefault(kind, []).extend(own_hits)
        shares = ", ".join(f"{kind} {100 * np.mean(one):.1f}" for kind, one in sorted(hits.items()))
        print(
            f"six silent units {lower:g} points lower, {waves} waves: {shares}; bias "
            f"{np.mean(bias):+.2f}; counts missed in {100 * np.mean(missed):.0f} %",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
