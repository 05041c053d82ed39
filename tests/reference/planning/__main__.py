"""Plan waves, let people answer, and hold what was said before beside what came after.

``python -m tests.reference.planning 60`` prints the tables of docs/methods.md, «Planning».
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from tests.reference.findings.agencies import UNITS
from tests.reference.planning.demo_units import units_of_the_demo
from tests.reference.planning.linked import over_the_link
from tests.reference.planning.told_before import DESIGNS, SMALL, moved_as_promised, widths


def found(agencies: int, units: int = UNITS) -> pd.DataFrame:
    """Let places move by just what the plan promised to find."""
    parts = [
        moved_as_promised(seed, level, design, units)
        for level in ("agency", "region", "unit")
        for design in DESIGNS
        for seed in range(agencies)
    ]
    return pd.concat(parts, ignore_index=True)


def share(rows: pd.DataFrame) -> pd.Series:
    """Give the share found, with its error over agencies (Cochran 1977, 2.11)."""
    of = rows.groupby("seed")["found"].agg(["sum", "size"])
    away = of["sum"] - rows["found"].mean() * of["size"]
    error = np.sqrt(len(of) / (len(of) - 1) * (away**2).sum()) / of["size"].sum()
    return pd.Series({"found": rows["found"].mean(), "error": error, "rows": len(rows)})


def main(arguments: list[str]) -> None:
    """Print all."""
    agencies = int(arguments[0]) if arguments else 20
    rows = found(agencies)
    print(rows.groupby(["level", "design"]).apply(share, include_groups=False).round(3))
    print(rows.groupby("level").apply(share, include_groups=False).round(3))
    small = found(agencies, SMALL)
    print(small.groupby(["level", "design"]).apply(share, include_groups=False).round(3))
    over = pd.concat([over_the_link(seed, 25) for seed in range(agencies)])
    print(
        "over a link:", share(over).round(3).to_dict(), over["ratio"].describe().round(3).to_dict()
    )
    apart = pd.concat([widths(seed, one) for seed in range(agencies) for one in DESIGNS])
    print(apart.groupby(["level"])["ratio"].describe(percentiles=[0.05, 0.5, 0.95]).round(3))
    print(units_of_the_demo(5600, 12).to_string())


if __name__ == "__main__":
    main(sys.argv[1:])
