"""Print how often intervals of changes hold the truth where a season comes back each year.

``python -m tests.reference.findings.seasons [agencies]`` (40 of each order when left out: three
minutes of processor). The agencies are the first kind of `tests.reference.findings.strangers`, in
which a third of the staff is asked at each pulse; the orders are who is asked when in three years
(docs/adr/0203, docs/adr/0210). `held_in_a_season` is the same for the whole alone, without people.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.courses.course import courses
from analytics.courses.series import Correlations, Series
from tests.reference.findings.agencies import MAIN
from tests.reference.findings.rules import findings
from tests.reference.findings.strangers import SEEDS, STRANGERS, draw
from tests.reference.findings.tally import LEVELS, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.arrays import Booleans, Floats
    from analytics.courses.priors import Prior

ORDERS: Final = {
    "the same third in the same season": (MAIN, 0, 1, 2) * 3,
    "as letters move": (MAIN, 0, 1, 2, MAIN, 2, 0, 1, MAIN, 1, 2, 0),
    "with a turn left out": (MAIN, 0, 1, 2, MAIN, 1, 2, 0, MAIN, 2, 0, 1),
}
SEASON: Final = (0.0, -1.8, 0.6, 1.8)
MEASURES: Final = 6
WAVES: Final = 12
ALIKE: Final = 0.4  # the correlation of two measures' errors
NOBODY_TWICE: Final = Correlations((0.0,), (1.0,))


def held_in_a_season(
    prior: Prior, agencies: Iterable[int], *, waves: Iterable[int], error: float
) -> Booleans:
    """Say of each change since the wave before whether its 95 % interval holds the truth.

    Parameters
    ----------
    prior : Prior
        Of the whole.
    agencies : iterable of int
        Seeds: in each all measures have the same season, and wander by half a point a wave.
    waves : iterable of int
        That changes lead to: 1 is the second.
    error : float
        Points, of a figure.

    Returns
    -------
    ndarray of bool
    """
    held, season = [], np.resize(np.array(SEASON), WAVES)
    for seed in agencies:
        rng = np.random.default_rng(seed)
        truth = season + np.cumsum(rng.normal(0, 0.5, (MEASURES, WAVES)), axis=1)
        shown = truth + _errors(rng, error)
        for wave in waves:
            read = wave + 1
            known = courses(_alone(shown[:, :read], error), prior, [(wave - 1, wave)], NOBODY_TWICE)
            low, high = known.said[0].quantiles(0.025, 0.975)
            change = truth[:, wave] - truth[:, wave - 1]
            held.append((low <= change) & (change <= high))
    return np.concatenate(held)


def _errors(rng: np.random.Generator, size: float) -> Floats:
    """Draw what figures err by: measures go together, waves do not."""
    common, own = rng.normal(size=(1, WAVES)), rng.normal(size=(MEASURES, WAVES))
    mixed = np.sqrt(ALIKE) * common + np.sqrt(1 - ALIKE) * own
    return np.asarray(size * mixed, dtype=np.float64)


def _alone(shown: Floats, error: float) -> Series:
    rows, waves = shown.shape
    nothing = np.zeros((rows, waves, waves))
    return Series(shown, nothing + error**2 * np.eye(waves), nothing, nothing, np.arange(rows))


def counted(order: str, seeds: Iterable[int]) -> Tally:
    """Count what is found in agencies that ask in this order, beside what was said."""
    of = replace(STRANGERS["a season, drift, and fewer answer"], waves=ORDERS[order])
    tally = Tally("said")
    for seed in seeds:
        tally.count(findings(draw(np.random.default_rng(seed), of)))
    return tally


def main() -> None:
    """Draw agencies that ask in each order, and print what intervals held and what was called."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.seasons")
    parser.add_argument("agencies", nargs="?", type=int, default=40)
    agencies = parser.parse_args().agencies
    seeds = [first + at for first in SEEDS for at in range(agencies // len(SEEDS))]
    for order in ORDERS:
        tally = counted(order, seeds)
        of = tally.over_all()
        held = ", ".join(
            f"{level} {tally.coverage(level):.1%} ({tally.error_of_coverage(level):.1%})"
            for level in LEVELS
        )
        print(
            f"{order}: {held}; called {of.called}, wrong sign {of.wrong / of.called:.2%}, under "
            f"half {of.under_half / of.called:.1%}, large {of.found} of {of.large}; unchanged "
            f"right {tally.steady_right / tally.steady:.1%} of {tally.steady}",
            flush=True,
        )


if __name__ == "__main__":
    main()
