"""Shares of all options of a place, read together beside the small groups inside it.

Disclosure control looks at one share at a time, and at the mean. Who has the shares of all options
of a region knows its answers; beside two units that are hidden in it, the mean of each can lie
between fewer points than it is promised. Here one linear programme holds all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from analytics.workbench.file.categories import categories
from analytics.workbench.protection.figures import ENDS_OF_A_SCALE
from analytics.workbench.protection.statuses import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.protection.figures import Ends

type Hidden = dict[tuple[str, ...], np.ndarray]
HIDDEN: Final = "suppressed_secondary"
ROOM: Final = 20.0  # points of 0-100 (anonymity-design.md 7.4)
DUST: Final = 1e-6
MOST: Final = 1000  # unknown numbers of answers; with more, many small groups take minutes
OF_MEANS: Final = ("mean", "total")


def without_narrow_means(
    wave: Wave, hidden: Mapping[tuple[str, ...], np.ndarray], ends: Ends, minimum: int
) -> Hidden:
    """Hide shares of places until each small group's mean has its room beside those that show.

    Parameters
    ----------
    wave : Wave
    hidden : mapping of by-columns to ndarray of str, shape (n_domains, n_columns)
        Statuses; a copy is changed.
    ends : mapping of column to (float, float)
        Scales; a column without one has no mean to be known.
    minimum : int
        Groups of fewer are small.

    Returns
    -------
    dict
        Of a place whose shares go, those of all options. With more than ``MOST`` unknown numbers
        of answers (cells times options) nothing more is hidden.
    """
    found = {by: own.copy() for by, own in hidden.items()}
    labels = wave.levels[0].labels
    shared = dict.fromkeys(one.index for one in labels if one.statistic == "share")
    for column in (name for name in shared if name in ends):
        answers = _Answers.of(wave, column, ends[column])
        if answers.n.size > MOST:
            continue
        while (place := answers.telling(found, minimum)) is not None:
            by, number = place
            found[by][number, answers.shares] = HIDDEN
    return found


@dataclass(frozen=True, slots=True)
class _Answers:
    """Answers to a column by the smallest cells that all divisions make together.

    ``inside`` has a row of cells for each domain of each level, in the order of ``places``;
    ``points`` are those of the options, 0-100; ``shares`` are columns of a level, by option.
    """

    n: Integers
    inside: Booleans
    places: list[tuple[tuple[str, ...], int]]
    points: Floats
    shares: list[int]
    means: list[int]

    @classmethod
    def of(cls, wave: Wave, column: str, ends: tuple[float, float]) -> _Answers:
        labels = wave.levels[0].labels
        shares = [
            at
            for at, one in enumerate(labels)
            if (one.index, one.statistic) == (column, "share")
            and one.category not in ENDS_OF_A_SCALE
        ]
        options = [labels[at].category for at in shares]
        given = pd.Index(options).get_indexer(
            pd.Index(categories(wave.data, column, "[disclosure]"))
        )
        known = np.flatnonzero(given >= 0)
        codes = np.column_stack([level.partition.code[known] for level in wave.levels])
        cells, cell = np.unique(codes, axis=0, return_inverse=True)
        n = np.zeros((len(cells), len(options)), dtype=np.int64)
        np.add.at(n, (cell.ravel(), given[known]), 1)
        places, inside = [], []
        for at, level in enumerate(wave.levels):
            for number in range(len(level.domains)):
                places.append((level.by, number))
                inside.append(cells[:, at] == number)
        low, high = ends
        value = np.array([float(one) for one in options])
        means = [
            at for at, one in enumerate(labels) if one.index == column and one.statistic in OF_MEANS
        ]
        rows = np.array(inside, dtype=bool).reshape(len(places), len(cells))
        return cls(n, rows, places, 100.0 * (value - low) / (high - low), shares, means)

    def telling(self, hidden: Hidden, minimum: int) -> tuple[tuple[str, ...], int] | None:
        """Find a place whose shares leave a small group inside too little room; the smallest."""
        people = self.inside @ self.n.sum(axis=1)
        shown = [at for at, _ in enumerate(self.places) if self._tells(hidden, at)]
        small = np.flatnonzero((people > 0) & (people < minimum)).tolist()
        programme = None
        for at in small if shown else ():
            programme = self._known(hidden) if programme is None else programme
            if self._room(at, *programme) >= ROOM - DUST:
                continue
            # a place beside it tells of it, too, through what they are both part of
            around = [one for one in shown if (self.inside[one] & self.inside[at]).any()]
            return self.places[min(around or shown, key=lambda one: int(people[one]))]
        return None

    def _tells(self, hidden: Hidden, at: int) -> bool:
        by, number = self.places[at]
        return bool((hidden[by][number, self.shares] == PUBLISHED).any())

    def _known(self, hidden: Hidden) -> tuple[Floats, Floats]:
        options = np.ones((1, self.n.shape[1]))
        rows = [np.kron(np.eye(len(self.n)), options)]
        rows += [
            np.outer(self.inside[at], values).reshape(1, -1) for at, values in self._shown(hidden)
        ]
        known = np.vstack(rows).astype(np.float64)
        return known, np.asarray(known @ self.n.ravel(), dtype=np.float64)

    def _shown(self, hidden: Hidden) -> Iterator[tuple[int, Floats]]:
        for at, (by, number) in enumerate(self.places):
            own = hidden[by][number]
            for option, column in enumerate(self.shares):
                if own[column] == PUBLISHED:
                    yield at, np.eye(len(self.shares))[option]
            if (own[self.means] == PUBLISHED).any():
                yield at, self.points

    def _room(self, at: int, known: Floats, result: Floats) -> float:
        aim = np.outer(self.inside[at], self.points).ravel() / self.n[self.inside[at]].sum()
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * aim, A_eq=known, b_eq=result, method="highs")
            # where the solver gives up, nothing is known to be left
            ends.append(np.nan if found.fun is None else float(found.fun))
        return float(np.nan_to_num(-ends[1] - ends[0]))
