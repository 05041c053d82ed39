"""How many units will get figures of their own, before anybody answers.

Whether a unit does hangs on how many of it answer, and on the others: where one unit of a region or
of a type is hidden, another must be, or it followed from the sum (docs/methods.md, «Disclosure
control»). Both are played through with made-up numbers of answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats, Integers

DRAWS: Final = 200
# Between two waves of a kind the share that answers moves by so much on the scale of log odds: all
# units together, and each by itself. At a half that is 4 and 6 percentage points.
COMMON: Final = 0.15
OWN: Final = 0.25
# Protection level: a hidden mean must be free to lie anywhere within so much of its scale.
ROOM: Final = 0.2
# Of the numbers that were played through, what the range holds.
HELD: Final = 0.90


@dataclass(frozen=True, slots=True)
class UnitsTold:
    """How many units of ``among`` are expected to be shown, and a range that holds nine of ten."""

    among: int
    expected: int
    low: int
    high: int


def units_told(
    invited: Sequence[int],
    response: Sequence[float],
    divisions: Sequence[Sequence[str]],
    rng: np.random.Generator,
    *,
    fewest: int,
    remainder: int,
    response_known: bool = True,
) -> UnitsTold:
    """Expect how many units are shown.

    Parameters
    ----------
    invited : sequence of int, shape (n_units,)
    response : sequence of float, shape (n_units,)
        Share of them who are expected to answer, 0-1.
    divisions : sequence of sequence of str, each of shape (n_units,)
        The region and the type of each unit: what is published of each of them is a sum.
    rng : numpy.random.Generator
        Chance.
    fewest : int
        Answers that a unit needs.
    remainder : int
        Answers that must lie behind what a sum has beyond its shown units, of two units at least.
    response_known : bool
        False where no earlier wave tells how many answer: the range is then wider.
    """
    people = np.asarray(invited, dtype=np.int64)
    groups = [_numbered(division) for division in divisions]
    answers = _answers(people, np.asarray(response), rng, known=response_known)
    shown = _shown(answers, groups, fewest, remainder).sum(axis=1)
    tail = (1 - HELD) / 2
    low, high = np.quantile(shown, [tail, 1 - tail], method="inverted_cdf")
    return UnitsTold(len(people), round(float(shown.mean())), int(low), int(high))


def _numbered(division: Sequence[str]) -> Integers:
    """Give each place the number of its group, in the order in which groups appear."""
    number = {group: place for place, group in enumerate(dict.fromkeys(division))}
    return np.array([number[group] for group in division], dtype=np.int64)


def _answers(
    people: Integers, response: Floats, rng: np.random.Generator, *, known: bool
) -> Integers:
    """Draw how many answer, (draws, units)."""
    share = np.clip(response, 0.01, 0.99)
    usual = np.log(share / (1 - share))
    common = rng.normal(0, COMMON if known else 3 * COMMON, (DRAWS, 1))
    own = rng.normal(0, OWN, (DRAWS, len(people)))
    return np.asarray(rng.binomial(people, 1 / (1 + np.exp(-(usual + common + own)))), np.int64)


def _shown(answers: Integers, groups: Sequence[Integers], fewest: int, remainder: int) -> Booleans:
    """Hide what is small, and beside it the smallest of the same sum until none can be subtracted.

    The product looks for the pattern that hides least; this takes the cheapest step each time, in
    all draws at once: (draws, units) like the answers.
    """
    hidden = answers < fewest
    going = np.arange(len(answers))
    while True:
        given, gone = answers[going], hidden[going]
        bare = [_bare(given, gone, group, remainder)[:, group] for group in groups]
        covers = np.sum(bare, axis=0) * (~gone & (given > 0))
        open_draws = covers.any(axis=1)
        if not open_draws.any():
            return np.asarray(~hidden)
        going, given, covers = going[open_draws], given[open_draws], covers[open_draws]
        # one that covers in region and type at once serves twice; among equals the smallest
        best = np.argmax(covers * (given.max() + 1) - given, axis=1)
        hidden[going, best] = True


def _bare(answers: Integers, hidden: Booleans, group: Integers, remainder: int) -> Booleans:
    """Tell of which groups the hidden part is one unit, or too few answers: (draws, groups)."""
    order = np.argsort(group, kind="stable")
    first = np.searchsorted(group[order], np.arange(int(group.max()) + 1))
    silent = (answers * hidden)[:, order]
    number = np.add.reduceat(silent > 0, first, axis=1, dtype=np.int64)
    behind = np.add.reduceat(silent, first, axis=1)
    largest = np.maximum.reduceat(silent, first, axis=1)
    # what is small beside one large unit moves that unit's mean too little to hide it
    tight = behind - largest < ROOM * largest
    return np.asarray((number > 0) & ((number == 1) | (behind < remainder) | tight))
