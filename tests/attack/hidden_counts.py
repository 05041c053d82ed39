"""Bound hidden counts of answers by whole numbers, and by what stands in the place of figures.

A figure that is shown, or hidden for another's sake, has as many answers as its kind needs: ten for
a mean, twenty for a share. Beside the counts that are told, and the register, that bounds how many
answered in places that tell no count. The reader is granted where answers of small units are kept,
from k on under each code, and which larger ones cover them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from survey_app.publishing.computing.domain_rows import key_groups

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from tests.attack.shelf import Cell, Content, Row

NEEDED: Final = {"mean": 10, "share": 20}
SMALL: Final = "suppressed_primary"


@dataclass(frozen=True, slots=True)
class Bound:
    """How many can have answered in a place that tells no count: ``low`` to ``high``."""

    place: Cell
    invited: int
    low: int
    high: int

    @property
    def values(self) -> int:
        """How many numbers are possible."""
        return self.high - self.low + 1


class Counts:
    """Unknown numbers of stored answers, one of each code that they are stored under."""

    def __init__(self, content: Content, frame: pd.DataFrame, moved: Mapping[str, str]) -> None:
        self._content, self._frame, self._moved = content, frame.set_index("unit"), moved
        carried = dict(zip(frame["unit"], key_groups(frame, self._k), strict=True))
        home = {unit: moved.get(code, code) for unit, code in carried.items()}
        self.codes = sorted(set(home.values()))
        self.invited = np.zeros(len(self.codes), dtype=int)
        for unit, code in home.items():
            self.invited[self.codes.index(code)] += self._frame.loc[unit, "invited"]
        self._least = np.minimum(self._k, self.invited)
        self._rows: list[np.ndarray] = []
        self._low: list[int] = []
        self._high: list[int] = []

    @property
    def _k(self) -> int:
        return int(self._content["limits"]["minimum_group"])

    def inside(self, level: str, place: str) -> np.ndarray:
        """Mark the codes of a place."""
        if level == "agency":
            return np.ones(len(self.codes))
        column = {"region": "region", "unit_type": "unit_type"}.get(level)
        own = self._frame[column].to_dict() if column else {}
        return np.array([float(place in {own.get(code), code}) for code in self.codes])

    def know(self, inside: np.ndarray, low: int, high: int) -> None:
        """Add what is known of a sum."""
        self._rows.append(inside)
        self._low.append(low)
        self._high.append(high)

    def read(self) -> None:
        """Take in the counts that are told, and what figures and their words say of the others."""
        everybody = int(self.invited.sum())
        for row in (row for row in self._content["domains"] if _is_told(row)):
            if (inside := self.inside(row["level"], row["code"])).any():
                self.know(inside, row["answered"], row["answered"])
        least: dict[Cell, int] = {}
        for row in self._content["estimates"]:
            if row["status"] != SMALL:
                place = row["level"], row["domain"]
                least[place] = max(least.get(place, 0), NEEDED.get(row["statistic"], 0))
        for place, low in least.items():
            if (inside := self.inside(*place)).any():
                self.know(inside, low, everybody)
        units = {code for level, code in least if level == "unit"}
        for home in set(self._moved.values()):
            covering = [code for code in units if self._moved.get(code) == home]
            stored = np.array([float(code == home) for code in self.codes])
            self.know(stored, sum(least["unit", code] for code in covering), everybody)

    def read_the_field(self, record: Mapping[str, Any]) -> None:
        """Take in what was told of units while answers came; that all who came since may be in one.

        Links that gave no ballot are told of the whole, and may be one unit's.
        """
        told, links = record["field"], record["credentials"] + record["replaced"]
        lost, since = links - record["accepted"], links - told["whole"]
        for code, (low, high) in told["units"].items():
            if (inside := self.inside("unit", code)).any():
                self.know(inside, low - lost, high + since)

    def fit(self, numbers: Mapping[str, int]) -> bool:
        """Tell whether the true numbers fit what was read."""
        true = np.array([numbers.get(code, 0) for code in self.codes])
        sums = np.array(self._rows) @ true
        within = (sums >= self._low).all() and (sums <= self._high).all()
        return bool(within and (true >= self._least).all())

    def bounds(self) -> Iterator[Bound]:
        """Bound each count that is not told."""
        for row in self._content["domains"]:
            inside = self.inside(row["level"], row["code"])
            if inside.any() and row["level"] != "agency" and not _is_told(row):
                low, high = (sign * self._least_of(sign * inside) for sign in (1, -1))
                place = row["level"], row["code"]
                yield Bound(place, int(inside @ self.invited), low, high)

    def _least_of(self, goal: np.ndarray) -> int:
        known = LinearConstraint(np.array(self._rows), self._low, self._high)
        found = milp(
            goal,
            constraints=known,
            integrality=np.ones(len(goal)),
            bounds=Bounds(self._least, self.invited),
        )
        assert found.success, found.message
        return round(found.fun)


def _is_told(row: Row) -> bool:
    return row["answered"] is not None and not row["bound"]
