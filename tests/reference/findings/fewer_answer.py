"""Print what is called where ever fewer answer, and whether a reader is told that it may turn.

``python -m tests.reference.findings.fewer_answer [agencies]`` (12 of each kind when left out:
three quarters of a minute of processor). Who answers falls from 80 to 35 % in twelve waves, and the
more so among those who are less content, so that what the silent leave out grows: no rule that
reads answers can tell that from a rise. What a page says under each finding is how much the silent
would have to move for it to turn, and how much is plausible (docs/adr/0038).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.nonresponse.assumption import LEAST_CHANGE, NORMAL, SIGMA
from analytics.nonresponse.tipping import ShownChanges, tipping_points
from tests.reference.findings.rules import findings
from tests.reference.findings.strangers import STRANGERS, Stranger, draw, heavy, wander

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from analytics.arrays import Booleans, Floats

FIRST: Final = 91_000
MOST: Final = 0.8
LESS: Final = 0.45 / 11  # from wave to wave
OF_ALL: Final = replace(
    STRANGERS["nothing moves"], response=MOST, less=LESS, depends=0.1, spread=0.2
)
KINDS: Final[dict[str, Stranger]] = {
    "nothing moves": OF_ALL,
    "everybody moves a little, with outliers": replace(
        OF_ALL, steps=wander(1.0, 0.5, 0.5, heavy), depends=0.06
    ),
}


@dataclass(slots=True)
class Told:
    """Findings, those of less than half the margin, and those that a page says may turn."""

    called: int = 0
    wrong: int = 0
    under_half: int = 0
    may_turn: int = 0
    under_half_may_turn: int = 0


def told_of(kind: str, seeds: Iterable[int]) -> Told:
    """Count the findings of agencies of a kind, beside what all would have said."""
    found = Told()
    for seed in seeds:
        rows = findings(draw(np.random.default_rng(seed), KINDS[kind]))
        called = rows[rows["verdict"].isin(["up", "down"])]
        sign = np.where(called["verdict"] == "up", 1.0, -1.0)
        towards = sign * called["said"].to_numpy()
        half = towards < called["margin"].to_numpy() / 2
        turns = may_turn(called)
        found.called += len(called)
        found.wrong += int((towards < 0).sum())
        found.under_half += int(half.sum())
        found.may_turn += int(turns.sum())
        found.under_half_may_turn += int((half & turns).sum())
    return found


def may_turn(called: pd.DataFrame) -> Booleans:
    """Say which findings the silent may turn, at the least that is ever taken for plausible.

    As if earlier waves had shown that their gap moves by no more than a point.
    """
    since = called["since"].str[1:].astype(int).to_numpy()
    before, after = _response(since), _response(called["publication"].to_numpy())
    names = ("difference", "low", "high", "chance", "margin")
    figures = (called[name].to_numpy(dtype=np.float64) for name in names)
    shown = ShownChanges(*figures, called["verdict"].to_numpy(dtype=str))
    tipping = tipping_points(shown, after)
    more_silent = (after - before) / (1.0 - after)
    plausible = np.sqrt(LEAST_CHANGE**2 + (NORMAL * SIGMA * more_silent) ** 2)
    return np.asarray(np.fmin(tipping.lower, tipping.higher) <= plausible, dtype=bool)


def _response(wave: np.ndarray) -> Floats:
    return np.asarray(MOST - LESS * wave, dtype=np.float64)


def main() -> None:
    """Draw agencies of each kind, and print what was called and what was said of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.fewer_answer")
    parser.add_argument("agencies", nargs="?", type=int, default=12)
    agencies = parser.parse_args().agencies
    for kind in KINDS:
        print(kind, told_of(kind, range(FIRST, FIRST + agencies)), flush=True)


if __name__ == "__main__":
    main()
