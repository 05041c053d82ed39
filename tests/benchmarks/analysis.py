"""How long a large file takes: a million respondents, thirty items, twenty-four waves.

``python -m tests.benchmarks.analysis`` rakes each wave on three margins and estimates twelve
scales with calibrated errors in sixty units, through `analytics.workbench.analyse`, which also
gives the whole, the changes and the reliability. The reference, in the same run, is what a careful
analyst writes in pandas for the units alone: raking by ``groupby``, then unit by unit the
residuals of a regression on the margins. Both must agree. ``ROWS`` makes the file smaller.
"""

from __future__ import annotations

import os
import resource
import time

import numpy as np
import pandas as pd

from analytics.workbench.analyse import analyse
from tests.benchmarks.budgets import told

ROWS = int(os.environ.get("ROWS", "1000000"))
AGREES = 1e-5  # points; both rake until they are close, not until they are equal
WAVES, ITEMS, SCALES, UNITS = 24, 30, 12, 60
MARGINS = {"gender": (0.45, 0.55), "age": (0.2, 0.3, 0.3, 0.2), "education": (0.3, 0.4, 0.3)}
NAMES = [f"i{number}" for number in range(ITEMS)]
# Thirty items in twelve scales of two or three.
PARTS = {f"s{k}": [str(name) for name in NAMES[k::SCALES]] for k in range(SCALES)}


def a_file(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(24)
    answers = rng.integers(1, 6, (rows, ITEMS), dtype=np.int8)
    data = pd.DataFrame(answers, columns=NAMES)
    data["wave"] = rng.integers(1, WAVES + 1, rows)
    data["unit"] = rng.integers(0, UNITS, rows)
    for name, shares in MARGINS.items():
        data[name] = rng.integers(0, len(shares), rows)
    return data


def specification() -> dict[str, object]:
    return {
        "rake": {
            name: {str(code): share for code, share in enumerate(shares)}
            for name, shares in MARGINS.items()
        },
        "scales": {
            name: {"items": items, "minimum": 1, "maximum": 5} for name, items in PARTS.items()
        },
        "domains": {"by": ["unit"], "wave": "wave"},
    }


def raked(part: pd.DataFrame) -> pd.Series:
    weight = pd.Series(1.0, index=part.index)
    for _ in range(200):
        before = weight.copy()
        for name, shares in MARGINS.items():
            now = weight.groupby(part[name]).sum() / weight.sum()
            weight *= part[name].map(pd.Series(shares) / now)
        if np.allclose(before, weight, rtol=1e-9, atol=0):
            break
    return weight


def reference(data: pd.DataFrame) -> pd.DataFrame:
    """Estimate unit means and calibrated errors, written plainly."""
    frames = []
    for wave, part in data.groupby("wave"):
        weight = raked(part)
        scores = pd.DataFrame(
            {name: (part[items].mean(axis=1) - 1) * 25 for name, items in PARTS.items()}
        )
        columns = pd.get_dummies(part[list(MARGINS)].astype("str")).to_numpy(dtype=float)
        solve = np.linalg.pinv(columns.T @ columns) @ columns.T
        for unit in range(UNITS):
            inside = (part["unit"] == unit).to_numpy()
            own = weight.where(inside, 0.0)
            mean = scores.mul(own, axis=0).sum() / own.sum()
            z = (scores - mean).mul(inside, axis=0).to_numpy() / own.sum()
            residual = (z - columns @ (solve @ z)) * weight.to_numpy()[:, None]
            se = np.sqrt(len(part) * residual.var(axis=0, ddof=1))
            frames.append(pd.DataFrame({"wave": wave, "unit": unit, "mean": mean, "se": se}))
    return pd.concat(frames)


def main() -> None:
    data = a_file(ROWS)
    begun = time.perf_counter()
    result = analyse(data, specification()).result
    ours = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    begun = time.perf_counter()
    plain = reference(data)
    theirs = time.perf_counter() - begun
    rows = pd.DataFrame([row for row in result["estimates"] if row["domain"]])
    rows["unit"] = [int(domain["unit"]) for domain in rows["domain"]]
    rows["wave"] = rows["wave"].astype(int)
    both = rows.merge(
        plain.rename_axis("index").reset_index(),
        on=["wave", "unit", "index"],
        suffixes=("", "_ref"),
    )
    apart = {name: float((both[name] - both[f"{name}_ref"]).abs().max()) for name in ("mean", "se")}
    print(
        f"{ROWS:,} x {ITEMS} in {WAVES} waves, {len(both):,} of {len(rows):,} cells compared: "
        f"{ours:.1f} s, straightforward pandas {theirs:.1f} s, ratio {ours / theirs:.2f}; "
        f"means differ by at most {apart['mean']:.1e}, errors by {apart['se']:.1e}; "
        f"{peak:.1f} GB at the most for ours, the file included"
    )
    if max(apart.values()) > AGREES:
        raise SystemExit("the two do not agree")
    told("analysis_ratio", ours / theirs, f"pandas {theirs:.1f} s, ours {ours:.1f} s")
    told("analysis_memory", peak)


if __name__ == "__main__":
    main()
