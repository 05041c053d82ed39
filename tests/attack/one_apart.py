"""A reader who knows whom the second of two waves left out, and takes one mean from the other.

Of a unit that one wave asks as a whole, and another a week later but for one person,
N M - (N - 1) m is what that person said, and how far the others moved between the two. The reader
is granted what nobody has: that all of both answered, and means to a tenth, which stand on whole
points where fewer than k were silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survey_app.simulation.parameters import stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]
    type Integers = npt.NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class OneApart:
    """How closely persons are known who were left out, in points.

    ``alone`` is the spread that is left of their scores beside the unit's own mean, ``both`` beside
    the means of both waves.
    """

    persons: int
    alone: float
    both: float


def one_apart(first: Floats, second: Floats, unit: Integers, size: int, seed: int = 1) -> OneApart:
    """Leave one person out of each group of a unit, and work their score out.

    Parameters
    ----------
    first, second : ndarray of float, shape (n_persons,)
        Scores in the two waves; nan for who has none in either.
    unit : ndarray of int, shape (n_persons,)
    size : int
        Persons of each group, which is taken for a whole unit.
    seed : int
    """
    groups = np.array([*_groups(np.isfinite(first + second), unit, size, seed)])
    one, others = groups[:, 0], groups[:, 1:]
    whole = first[groups].mean(axis=1).round(1)
    again = second[others].mean(axis=1).round(1)
    told = size * whole - (size - 1) * again
    return OneApart(
        len(groups), _spread_left(first[one], whole), _spread_left(first[one], whole, told)
    )


def _groups(
    there: npt.NDArray[np.bool_], unit: Integers, size: int, seed: int
) -> Iterator[Integers]:
    chance = stream(seed, "left out")
    for code in np.unique(unit):
        people = chance.permutation(np.flatnonzero(there & (unit == code)))
        yield from people[: len(people) // size * size].reshape(-1, size)


def _spread_left(score: Floats, *known: Floats) -> float:
    """Return the standard deviation of what a straight line in what is known does not tell."""
    given = np.column_stack([np.ones(len(score)), *known])
    line, *_ = np.linalg.lstsq(given, score)
    return float((score - given @ line).std())
