"""Print why intervals of units hold the truth more often than they say, and where less often.

``python -m tests.reference.findings.variants [agencies]`` (8 of each regime when left out: five
minutes of processor). The rule is tried with one thing changed at a time, in the same agencies:
what all would have said on the day is held against the intervals as they are printed.
"""

from __future__ import annotations

import argparse
import itertools
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import numpy as np

from analytics.courses import published
from analytics.courses.alike import ASSUMED, Alike
from analytics.courses.series import Correlations
from analytics.estimation.intervals import t_quantile
from tests.reference.findings.agencies import a_staff, draw
from tests.reference.findings.regimes import MOVING
from tests.reference.findings.rules import findings

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import pandas as pd

    from analytics.arrays import Booleans, Floats

    type Change = Callable[[ExitStack, float], None]

FIRST: Final = 9_100
REGIMES: Final = ("few", "few, a person's answers correlate .9", "together")
MOVED: Final = ("few", "one", "lone", "together")
FAR: Final = 5.0  # points that the level of a unit has changed by
HARDLY: Final = 1.0


def _as_it_is(_stack: ExitStack, _true: float) -> None:
    pass


def _as_estimated(stack: ExitStack, _true: float) -> None:
    def likely(self: Alike) -> Correlations:
        return Correlations((self.estimate,), (1.0,)) if self.known else ASSUMED

    stack.enter_context(patch.object(Alike, "careful", likely))


def _as_it_truly_is(stack: ExitStack, true: float) -> None:
    known = Correlations((true,), (1.0,))
    stack.enter_context(patch.object(Alike, "careful", lambda _self: known))


def _no_t(stack: ExitStack, _true: float) -> None:
    """Take errors for normal, once they are drawn towards those of all."""
    steadied = published._steadied

    def without(*given: Any) -> Floats:
        # the first is that by which printed intervals were made
        ways = itertools.chain([t_quantile], itertools.repeat(_normal))

        def reach(df: Floats) -> Floats:
            return next(ways)(df)

        with patch.object(published, "t_quantile", reach):
            return steadied(*given)

    stack.enter_context(patch.object(published, "_steadied", without))


def _normal(df: Floats) -> Floats:
    return np.full_like(df, published._NORMAL)


CHANGES: Final[dict[str, Change]] = {
    "as published": _as_it_is,
    "ρ as estimated": _as_estimated,
    "ρ as it truly is": _as_it_truly_is,
    "errors taken as normal": _no_t,
}


def units(regime: str, seed: int, change: Change = _as_it_is) -> pd.DataFrame:
    """Judge the units of an agency."""
    of = MOVING[regime]
    rng = np.random.default_rng(FIRST + seed)
    waves = draw(rng, a_staff(rng), of)
    with ExitStack() as stack:
        change(stack, of.repeat)
        rows = findings(waves)
    found: pd.DataFrame = rows[rows["level"] == "unit"]
    return found


def held(rows: pd.DataFrame, truth: str = "said") -> Booleans:
    """Say which intervals hold what is true, as they are printed."""
    true = rows[truth].to_numpy(dtype=np.float64)
    low, high = (rows[name].to_numpy(dtype=np.float64) for name in ("low", "high"))
    return np.asarray((low <= true) & (true <= high), dtype=bool)


def _share(parts: list[Booleans]) -> str:
    """Print a share with its error over agencies (Cochran 1977, 2.11)."""
    hits, of = (np.array([fold(part) for part in parts]) for fold in (np.sum, len))
    share = hits.sum() / of.sum()
    error = np.sqrt(len(of) / (len(of) - 1) * ((hits - share * of) ** 2).sum()) / of.sum()
    return f"{share:.1%} (± {error:.1%}) of {of.sum()}"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.variants")
    parser.add_argument("agencies", nargs="?", type=int, default=8)
    agencies = parser.parse_args().agencies
    for regime in REGIMES:
        for name, change in CHANGES.items():
            parts = [held(units(regime, seed, change)) for seed in range(agencies)]
            print(regime, "|", name, "|", _share(parts), flush=True)
    for regime in MOVED:
        rows = [units(regime, seed) for seed in range(agencies)]
        far = [one[one["lasting"].abs() >= FAR] for one in rows]
        near = [one[one["lasting"].abs() < HARDLY] for one in rows]
        for name, some in (("moved by 5 points", far), ("hardly moved", near)):
            for truth in ("said", "lasting"):
                share = _share([held(one, truth) for one in some])
                print(regime, "|", name, "|", truth, "|", share, flush=True)


if __name__ == "__main__":
    main()
