"""How often ``barometer analyse`` calls a change in a world without one.

``python -m tests.benchmarks.file_changes`` draws two waves again and again: independent samples in
30 small domains, a panel of which all or a half answer twice, and a staff of 20 units of whom 70 %
answer each time and whose answers vary from day to day. Printed are the rate of p below .05, of
"up" or "down", of "steady", and how often at least one domain was called up or down.
``REPETITIONS`` makes it longer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from analytics.workbench.analyse import analyse

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = int(os.environ.get("REPETITIONS", "60"))
type World = Callable[[np.random.Generator], tuple[pd.DataFrame, dict[str, Any]]]


def graded(trait: np.ndarray) -> np.ndarray:
    """Answer on five grades, scored 0 to 100."""
    return (np.clip(np.round(3.6 + 0.8 * trait), 1, 5) - 1) * 25


def asked(**more: object) -> dict[str, Any]:
    base = {
        "variables": {"means": ["q"], "shares": ["top"]},
        "domains": {"by": ["u"], "wave": "w"},
    }
    return base | more


def small_domains(size: int) -> World:
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, Any]]:
        rows = 60 * size
        data = pd.DataFrame({
            "w": np.repeat([1, 2], rows // 2), "u": np.tile(np.repeat(np.arange(30), size), 2),
            "q": graded(rng.normal(0, 1, rows)), "top": (rng.random(rows) < 0.1).astype(int),
        })  # fmt: skip
        return data, asked()

    return draw


def twice(trait: np.ndarray, rho: float, rng: np.random.Generator) -> np.ndarray:
    """Answer once more: what is the person's own, and what is the day's."""
    return graded(np.sqrt(rho) * trait + np.sqrt(1 - rho) * rng.normal(0, 1, len(trait)))


def panel(both: float, *, linked: bool) -> World:
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, Any]]:
        trait, stay = rng.normal(0, 1, 600), int(300 * both)
        people = np.arange(300), np.r_[0:stay, 300 : 600 - stay]
        parts = [
            pd.DataFrame({"w": wave, "id": who, "u": who % 6, "q": twice(trait[who], 0.6, rng)})
            for wave, who in enumerate(people, start=1)
        ]
        data = pd.concat(parts).assign(top=lambda frame: (frame["q"] >= 75).astype(int))
        domains = {"by": ["u"], "wave": "w"} | ({"person": "id"} if linked else {})
        return data, asked(domains=domains)

    return draw


def staff(invited: str | None) -> World:
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, Any]]:
        size = rng.integers(20, 150, 20)
        unit = np.repeat(np.arange(20), size)
        trait = rng.normal(0, 1, len(unit))
        parts = []
        for wave in (1, 2):
            here = rng.random(len(unit)) < 0.7
            own = pd.DataFrame({"w": wave, "u": unit, "q": twice(trait, 0.7, rng)})
            parts.append(own.assign(N=size[unit])[here])
        data = pd.concat(parts).assign(top=lambda frame: (frame["q"] >= 75).astype(int))
        change = {} if invited is None else {"change": {"invited": invited}}
        return data, asked(design={"strata": "u", "fpc": "N", "lonely": "merge"}, **change)

    return draw


WORLDS: dict[str, World] = {
    **{f"30 domains of {size}": small_domains(size) for size in (2, 3, 5, 10, 30)},
    "linked, nobody in both": panel(0, linked=True),
    "linked, half in both": panel(0.5, linked=True),
    "linked, all in both": panel(1, linked=True),
    "all in both, not linked": panel(1, linked=False),
    "staff, invited not told": staff(None),
    "staff, invited everybody": staff("everybody"),
    "staff, panels apart": staff("apart"),
    "staff, independent": staff("independent"),
}


def judge(world: World, rng: np.random.Generator) -> np.ndarray:
    """Count changes, those without p, p below .05, up or down, steady; and waves with any."""
    count = np.zeros(6)
    for _ in range(REPETITIONS):
        rows = cast("list[dict[str, Any]]", analyse(*world(rng)).result["changes"])
        known = [row["p"] for row in rows if row["p"] is not None]
        called = sum(row["verdict"] in {"up", "down"} for row in rows)
        steady = sum(row["verdict"] == "steady" for row in rows)
        small = sum(p < 0.05 for p in known)
        count += [len(rows), len(rows) - len(known), small, called, steady, called > 0]
    return count


def main() -> None:
    rng = np.random.default_rng(11)
    for name, world in WORLDS.items():
        rows, silent, small, called, steady, some = judge(world, rng)
        print(
            f"{name:26s} p<.05 {100 * small / max(rows - silent, 1):4.1f} %, up or down "
            f"{100 * called / rows:5.2f} %, steady {100 * steady / rows:4.1f} %, any in "
            f"{100 * some / REPETITIONS:3.0f} % of pairs of waves"
        )


if __name__ == "__main__":
    main()
