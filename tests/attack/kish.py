"""Work out hidden counts of a small agency from the design effect of its weights.

Weights of staff are a unit's people by its answers, so Kish's design effect is a sum of squares
over all units, the hidden ones too. The reader knows the people of each unit, and tries all whole
numbers of stored answers (none, or k and more) that fit what is told; those that make another
design effect than the printed one fall away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import WeightError
from analytics.weighting.poststratify import unit_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.attack.shelf import Content, Row

MOST: Final = 12_000  # tries; an agency that has more ways is left out and counted


@dataclass(slots=True)
class Found:
    """How many hidden counts were looked at, which fell, and what was left out."""

    looked: int = 0
    fell: list[tuple[str, int]] = field(default_factory=list)
    left: int = 0


class Agency:
    """What a publication tells of where answers are stored, and how many.

    Places are the units, then the codes of regions and of the whole, under which answers of units
    that are too small to store stand.
    """

    def __init__(self, content: Content) -> None:
        rows = content["domains"]
        self.k = content["limits"]["minimum_group"]
        self.units = [row for row in rows if row["level"] == "unit"]
        regions = [row for row in rows if row["level"] == "region"]
        self.places = [*(row["code"] for row in (*self.units, *regions)), ""]
        self.whole = next(row for row in rows if row["level"] == "agency")
        self.ways = [self._ways(row) for row in (*self.units, *regions, self.whole)]
        kinds = [row for row in rows if row["level"] == "unit_type"]
        held = [(row, self._inside(row)) for row in (*regions, self.whole, *kinds)]
        self.sums = [(at, *self._ends(row)) for row, at in held]
        self.rows = [*((row, [at]) for at, row in enumerate(self.units)), *held]

    def _ways(self, row: Row) -> list[int]:
        told = row["answered"] if row["level"] == "unit" else None
        return [0, *range(self.k, self._asked(row) + 1)] if told is None else [told]

    @staticmethod
    def _asked(row: Row) -> int:
        return int(row["population"] if row["invited"] is None else row["invited"])

    def _inside(self, row: Row) -> list[int]:
        if row["level"] == "agency":
            return list(range(len(self.places)))
        named = "parent" if row["level"] == "region" else "kind"
        own = [at for at, unit in enumerate(self.units) if unit[named] == row["code"]]
        return own + ([self.places.index(row["code"])] if row["level"] == "region" else [])

    def _ends(self, row: Row) -> tuple[int, int]:
        if row["answered"] is None:
            return 0, self._asked(row)
        return row["answered"], self._asked(row) if row["bound"] else row["answered"]

    def fits(self) -> np.ndarray | None:
        """List the numbers of all places that fit what is told; None where they are too many."""
        found: list[list[int]] = []
        order = sorted(range(len(self.places)), key=lambda at: len(self.ways[at]))
        for tries, way in enumerate(self._walk(order, [0] * len(order))):
            if tries > MOST:
                return None
            found += [way] if way else []
        return np.array(found, dtype=np.int64)

    def _walk(self, order: list[int], numbers: list[int]) -> Iterator[list[int]]:
        """Yield each way that fits, and an empty one for each number that was tried."""
        if not order:
            yield list(numbers)
            return
        first, *rest = order
        for number in self.ways[first]:
            numbers[first] = number
            yield []
            if all(self._possible(numbers, rest, *one) for one in self.sums if first in one[0]):
                yield from self._walk(rest, numbers)
        numbers[first] = 0

    def _possible(
        self, numbers: list[int], rest: list[int], at: list[int], low: int, high: int
    ) -> bool:
        known = sum(numbers[one] for one in at if one not in rest)
        least = known + sum(self.ways[one][0] for one in at if one in rest)
        most = known + sum(self.ways[one][-1] for one in at if one in rest)
        return least <= high and most >= low

    def deff(self, numbers: np.ndarray, frame: pd.DataFrame) -> float:
        """Give the design effect of weights with these numbers of answers, NaN without weights."""
        codes = pd.Series(np.repeat(self.places, numbers), dtype="str")
        try:
            weight = unit_weights(codes, frame).weight
        except WeightError:
            return np.nan
        return float(len(weight) * (weight**2).sum() / weight.sum() ** 2)


def attack(content: Content, truth: Mapping[str, int], frame: pd.DataFrame, off: float) -> Found:
    """Try all numbers of stored answers.

    Parameters
    ----------
    content : mapping
        A publication of a staff wave.
    truth : mapping of stored code to int
        Answers; to see whether what fell is right.
    frame : DataFrame
        The units with their people, which the publication tells as well.
    off : float
        How far the printed design effect may be from the exact one.
    """
    agency, found = Agency(content), Found()
    ways = agency.fits()
    if ways is None:
        return Found(left=1)
    printed = content["weights"]["deff_kish"]
    true = np.array([truth.get(code, 0) for code in agency.places])
    assert (ways == true).all(axis=1).any()
    secret = [
        (row["code"], at)
        for row, at in agency.rows
        if row["answered"] is None and true[at].sum() > 0 and len(set(ways[:, at].sum(axis=1))) > 1
    ]
    found.looked = len(secret)
    if not secret:
        return found
    if printed is None:
        return found
    left = ways[[abs(agency.deff(way, frame) - printed) <= off for way in ways]]
    assert (left == true).all(axis=1).any()
    found.fell = [
        (code, int(true[at].sum())) for code, at in secret if len(set(left[:, at].sum(axis=1))) == 1
    ]
    return found
