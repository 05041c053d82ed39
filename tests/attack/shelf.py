"""What a reader has, and what the judge of an attack knows beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

type Content = Mapping[str, Any]
type Row = Mapping[str, Any]
type Cell = tuple[str, str]
type Judge = Callable[[Row], bool]

SHOWN = "published"


def as_published(row: Row) -> bool:
    """Say whether a reader sees a row's figure."""
    return bool(row["status"] == SHOWN)


def primary_only(row: Row) -> bool:
    """Say whether a reader would see it if only what is small by itself were hidden."""
    return bool(row["status"] != "suppressed_primary")


@dataclass(frozen=True, slots=True)
class Truth:
    """What the judge knows of one wave.

    Parameters
    ----------
    unit : Series of str, shape (n_respondents,)
        The code that each answer is stored under.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Codes below zero are kinds of missing.
    weight : Mapping of version to Mapping of code to float
        Persons that each answer speaks for.
    answered : Mapping of Cell to int
        Respondents per cell of the newest version.
    """

    unit: pd.Series
    answers: pd.DataFrame
    weight: Mapping[int, Mapping[str, float]]

    def scored(self, item: str) -> dict[str, int]:
        """Count respondents with an answer to an item, by code."""
        column = self.answers[item].to_numpy()
        return dict(Counter(self.unit[column >= 0]))

    @property
    def respondents(self) -> dict[str, int]:
        """Respondents by code."""
        return dict(Counter(self.unit))


@dataclass(frozen=True, slots=True)
class Find:
    """Something protected that was worked out."""

    way: str
    wave: str
    what: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """What an attack looked at and found, where no set below ``k`` may be told."""

    k: int
    finds: list[Find] = field(default_factory=list)
    looked: Counter[str] = field(default_factory=Counter)

    def add(self, way: str, wave: str, *what: str) -> None:
        """Note a find."""
        self.finds.append(Find(way, wave, what))

    def by_way(self) -> dict[str, int]:
        """Count the finds of each way."""
        return dict(sorted(Counter(find.way for find in self.finds).items()))


@dataclass(frozen=True, slots=True)
class Tree:
    """How one publication divides the respondents, read from its list of domains."""

    atoms: tuple[str, ...]
    inside: Mapping[Cell, np.ndarray]

    @classmethod
    def read(cls, content: Content, codes: Sequence[str]) -> Tree:
        """Find the codes inside each cell; a region's own code is nobody's unit."""
        cells: dict[Cell, np.ndarray] = {}
        place = {code: at for at, code in enumerate(codes)}
        units = [row for row in content["domains"] if row["level"] == "unit"]
        for row in content["domains"]:
            cells[row["level"], row["code"]] = np.zeros(len(codes))
        cells["agency", ""] = np.ones(len(codes))
        for row in units:
            for code in {row["code"], *row["members"]} & set(place):
                for cell in (
                    ("unit", row["code"]),
                    ("region", row["parent"]),
                    ("unit_type", row["kind"]),
                ):
                    if cell in cells:
                        cells[cell][place[code]] = 1.0
        for (level, code), inside in cells.items():
            if level == "region" and code in place:
                inside[place[code]] = 1.0
        return cls(tuple(codes), cells)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything on the shelf, wave by wave, each with the judge's truth.

    Parameters
    ----------
    waves : tuple of (contents of all versions, oldest first; truth)
    k : int
    """

    waves: tuple[tuple[tuple[Content, ...], Truth], ...]
    k: int
