"""One wave as a system of linear equations: who chose what, and what is published of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tests.attack.shelf import Content, Judge, Row, Tree, Truth
from tests.attack.span import Span, stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Atoms:
    """People of one unit who left the same items blank.

    Attributes
    ----------
    unit : ndarray of int, shape (n_atoms,)
        Position of the code that their answers carry.
    n : ndarray of float, shape (n_atoms,)
    given : Mapping of item to ndarray of bool, shape (n_atoms,)
    """

    unit: np.ndarray
    n: np.ndarray
    given: Mapping[str, np.ndarray]


def _atoms(items: Sequence[str], truth: Truth, codes: Sequence[str]) -> Atoms:
    place = {code: at for at, code in enumerate(codes)}
    unit = truth.unit.map(place).to_numpy()
    given = truth.answers[list(items)].to_numpy() >= 0
    found, n = np.unique(np.column_stack([unit, given]), axis=0, return_counts=True)
    columns = {item: found[:, 1 + at].astype(bool) for at, item in enumerate(items)}
    return Atoms(found[:, 0].astype(int), n.astype(float), columns)


class WaveSystem:
    """One wave: all versions of its publication over the same unknowns."""

    def __init__(self, contents: Sequence[Content], truth: Truth) -> None:
        self.contents, self.truth = contents, truth
        self.key: str = contents[0]["wave"]["key"]
        self.codes = sorted(truth.respondents)
        self.trees = [Tree.read(content, self.codes) for content in contents]
        self.measures = {one["code"]: one for one in contents[0]["measures"]}
        self.options = {
            code: [option["code"] for option in one["options"]]
            for code, one in self.measures.items()
            if one["kind"] == "item"
        }
        self.weights = [
            np.array([truth.weight[number][code] for code in self.codes])
            for number in range(len(contents))
        ]
        self.atoms = {
            item: atoms
            for items in self._families()
            for atoms in [_atoms(items, truth, self.codes)]
            for item in items
        }
        self._sizes = {i: len(codes) * len(self.atoms[i].unit) for i, codes in self.options.items()}
        self.span = Span(self._sizes)
        self._before: list[Span] = []
        self._hidden: dict[Judge, list[tuple[int, Row]]] = {}
        self._kept: dict[tuple[str, str, str], list[tuple[Atoms, np.ndarray]]] = {}

    def _families(self) -> list[tuple[str, ...]]:
        """Put items together that some scale adds up."""
        family = {item: frozenset({item}) for item in self.options}
        for one in self.measures.values():
            if one["kind"] != "item" and not one["parts"]:
                joined = frozenset().union(*(family[item] for item in one["items"]))
                family |= dict.fromkeys(joined, joined)
        return [tuple(sorted(one)) for one in sorted(set(family.values()), key=sorted)]

    def learn(self, sees: Judge) -> None:
        """Read every figure that is seen, and what versions told before the newest."""
        self._before = [self._span_of(sees, number) for number in range(len(self.contents))]
        self.span = self._span_of(sees, len(self.contents))

    def told_before(self, version: int, vectors: np.ndarray) -> np.ndarray:
        """Say of each row whether the versions before this one told it by themselves."""
        return self._before[version].follows(vectors)

    def _span_of(self, sees: Judge, versions: int) -> Span:
        """Take in what the first versions show."""
        inside: dict[object, list[np.ndarray]] = defaultdict(list)
        links: list[np.ndarray] = []
        for version, content in enumerate(self.contents[:versions]):
            for row in content["estimates"]:
                if not sees(row):
                    continue
                cell = self._cell(version, row)
                for functional in self._functionals(row, counted=True):
                    if len(functional) == 1:
                        ((item, matrix),) = functional.items()
                        inside[item].append(self._laid(item, matrix, cell))
                    else:
                        links.append(self._spread(functional, cell))
        span = Span(self._sizes)
        span.know({item: np.array(rows) for item, rows in inside.items()}, stack(links, span.width))
        return span

    def hidden(self, sees: Judge) -> Sequence[tuple[int, Row]]:
        """List what a reader may not know: hidden cells in which somebody answered.

        What an earlier version told of the very same people is no secret any more. Nor is a
        balance, held back below 50 as too rough, where the shares that it is made of are shown.
        """
        # every way of attack asks it again, that of bounds for each measure
        if sees not in self._hidden:
            self._hidden[sees] = [*self._not_seen(sees)]
        return self._hidden[sees]

    def _not_seen(self, sees: Judge) -> Iterator[tuple[int, Row]]:
        told: set[tuple[object, ...]] = set()
        for version, content in enumerate(self.contents):
            now = {self._told_as(version, row) for row in content["estimates"] if sees(row)}
            for row in content["estimates"]:
                if sees(row) or self.counted(version, row) == 0:
                    continue
                cell = self._told_as(version, row)
                if cell not in told and not self._is_rough(row, cell, now):
                    yield version, row
            told |= now

    def _told_as(self, version: int, row: Row) -> tuple[object, ...]:
        cell = tuple(self._cell(version, row).tolist())
        return row["measure"], row["statistic"], row["category"], cell

    def _is_rough(self, row: Row, cell: tuple[object, ...], now: set[tuple[object, ...]]) -> bool:
        if row["statistic"] != "balance":
            return False
        (item,) = self._items(row["measure"])
        return all(
            (item, "share", code, cell[-1]) in now for code in self.options[item] if code.isdigit()
        )

    def counted(self, version: int, row: Row) -> int:
        """Count the respondents behind a cell; of an index, behind its smallest part."""
        there = self.trees[version].inside.get((row["level"], row["domain"]))
        if there is None:
            return 0
        scored = self._scored(row["measure"], row["statistic"], row["category"])
        return min(
            (int((atoms.n * keep * there[atoms.unit]).sum()) for atoms, keep in scored), default=0
        )

    def row(self, version: int, row: Row) -> np.ndarray | None:
        """Write a figure as a row over all unknowns."""
        functional = next(iter(self._functionals(row, counted=False)), None)
        return None if functional is None else self._spread(functional, self._cell(version, row))

    def mean_row(self, measure: str, codes: Sequence[str]) -> np.ndarray | None:
        """Write the mean of some codes' respondents as a row."""
        functional = self._mean(measure)
        if not functional or not set(codes) <= set(self.codes):
            return None
        cell = np.array([float(code in codes) for code in self.codes])
        return self._spread(functional, cell * self.weights[0])

    def small_sets(self, k: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        """List the sets of 1 to k - 1 respondents that codes and their unions make, by item."""
        for item in self.options:
            n = self.truth.scored(item)
            few = [code for code in self.codes if 0 < n.get(code, 0) < k]
            for size in (1, 2, 3):
                for codes in combinations(few, size):
                    if sum(n[code] for code in codes) < k:
                        yield item, codes

    def population(self, unit: str) -> float:
        """Read how many persons a unit has, as the newest version tells."""
        rows = self.contents[-1]["domains"]
        return float(next(one["population"] for one in rows if one["code"] == unit))

    def scored_in(self, measure: str) -> np.ndarray:
        """Count the respondents of a scale by code."""
        ((atoms, keep),) = self._scored(measure, "mean", "")
        return np.bincount(atoms.unit, atoms.n * keep, minlength=len(self.codes))

    def true_means(self, measure: str) -> np.ndarray:
        """Return the mean of each code's respondents: the judge's, for figures held back."""
        items = self._items(measure)
        scores = np.full((len(self.truth.unit), len(items)), np.nan)
        for at, item in enumerate(items):
            scale = dict(zip(self.options[item], self._scores(item), strict=True))
            told = self.truth.answers[item]
            scores[:, at] = told.astype(str).map(scale).where(told >= 0)
        given = np.isfinite(scores).sum(axis=1)
        own = np.nansum(scores, axis=1) / np.maximum(given, 1)
        enough = given >= np.ceil(0.6 * len(items) - 1e-9)
        unit = self.truth.unit.to_numpy()
        return np.array(
            [
                own[enough & (unit == code)].mean() if (enough & (unit == code)).any() else 50.0
                for code in self.codes
            ]
        )

    def _scored(
        self, measure: str, statistic: str, category: str
    ) -> list[tuple[Atoms, np.ndarray]]:
        """Say which atoms count in a figure, whatever the cell."""
        figure = (measure, statistic, category)
        if figure not in self._kept:
            self._kept[figure] = self._counting(*figure)
        return self._kept[figure]

    def _counting(
        self, measure: str, statistic: str, category: str
    ) -> list[tuple[Atoms, np.ndarray]]:
        found = self.measures.get(measure)
        if found is None:
            return []
        if found["parts"] and statistic == "mean":
            return [one for part in found["parts"] for one in self._scored(part, "mean", "")]
        if not found["items"]:
            return []
        atoms = self.atoms[found["items"][0]]
        given = sum(atoms.given[item].astype(float) for item in found["items"])
        if category and not category.isdigit() and category not in {"agree", "disagree"}:
            return [(atoms, np.ones(len(atoms.unit)))]
        return [(atoms, (given >= np.ceil(0.6 * len(found["items"]) - 1e-9)).astype(float))]

    def _cell(self, version: int, row: Row) -> np.ndarray:
        inside = self.trees[version].inside.get((row["level"], row["domain"]))
        return np.zeros(len(self.codes)) if inside is None else inside * self.weights[version]

    def _laid(self, item: str, matrix: np.ndarray, cell: np.ndarray) -> np.ndarray:
        return np.asarray((matrix * cell[self.atoms[item].unit]).ravel())

    def _spread(self, functional: Mapping[str, np.ndarray], cell: np.ndarray) -> np.ndarray:
        row = np.zeros(self.span.width)
        for item, matrix in functional.items():
            row[self.span.place[item]] = self._laid(item, matrix, cell)
        return row

    def _items(self, measure: str) -> list[str]:
        found = self.measures.get(measure)
        return list(found["items"]) if found else []

    def _functionals(self, row: Row, *, counted: bool) -> Iterator[dict[str, np.ndarray]]:
        """Say what a figure adds up over options and atoms, and that its n is known with it."""
        measure, statistic, category = row["measure"], row["statistic"], row["category"]
        if statistic == "mean":
            functional = self._mean(measure)
        elif statistic == "balance":
            (item,) = self._items(measure)
            functional = {item: self._among(item, self._pick(item, balance=True))}
        elif statistic == "share" and measure in self.options:
            functional = {measure: self._among(measure, self._pick(measure, category))}
        else:  # a band, or a share with a view: no sum over options
            return
        if functional:
            yield functional
        if counted and len(functional) == 1:
            ((item, _),) = functional.items()
            given = np.array([float(code.isdigit()) for code in self.options[item]])
            yield {item: self._among(item, given)}

    def _among(self, item: str, options: np.ndarray) -> np.ndarray:
        """Lay options out over atoms; who left the item blank chose none of its grades."""
        grade = np.array([code.isdigit() for code in self.options[item]])
        chosen = np.where(grade[:, None], self.atoms[item].given[item], 1.0)
        return options[:, None] * chosen

    def _mean(self, measure: str) -> dict[str, np.ndarray]:
        found = self.measures.get(measure)
        if found is None:
            return {}
        if found["parts"]:
            total: dict[str, np.ndarray] = {}
            for part, weight in found["parts"].items():
                for item, matrix in self._mean(part).items():
                    total[item] = total.get(item, 0) + weight * matrix
            return total
        items = found["items"]
        ((atoms, keep),) = self._scored(measure, "mean", "")
        given = sum(atoms.given[item].astype(float) for item in items)
        each = np.divide(keep, given, out=np.zeros(len(given)), where=given > 0)
        return {item: self._among(item, self._scores(item)) * each for item in items}

    def _scores(self, item: str) -> np.ndarray:
        codes = self.options[item]
        given = [int(code) for code in codes if code.isdigit()]
        low, high = min(given), max(given)
        score = [(int(c) - low) / (high - low) * 100 if c.isdigit() else 0.0 for c in codes]
        backwards = self.measures[item]["reversed"]
        return np.array(
            [100 - s if backwards and c.isdigit() else s for s, c in zip(score, codes, strict=True)]
        )

    def _pick(self, item: str, category: str = "", *, balance: bool = False) -> np.ndarray:
        codes, score = self.options[item], self._scores(item)
        if balance:
            return np.array(
                [(int(c) >= 9) - float(int(c) <= 6) if c.isdigit() else 0.0 for c in codes]
            )
        if category in {"agree", "disagree"}:
            hit = score >= 75 if category == "agree" else score <= 25
            return np.array([float(h and c.isdigit()) for h, c in zip(hit, codes, strict=True)])
        return np.array([float(code == category) for code in codes])
