"""A reader with every role, who subtracts everything ever published.

The reader has the contents of all publications and nothing else: their trees, counts, figures and
statuses. How figures came to be hidden is not looked at, and no code of disclosure control is used.
The reader is given more than a real one would have: the weights, and who left which items blank,
so that every figure is an exact row over *who chose what in which wave*, where people of one unit
who left the same items blank are one atom.

`Truth` is the judge's: it says which sets are protected, and never helps the reader to a figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linprog

from tests.attack.span import Span, row_space, stack, without_dust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd

type Content = Mapping[str, Any]
type Row = Mapping[str, Any]
type Cell = tuple[str, str]
type Judge = Callable[[Row], bool]

SHOWN = "published"
NARROW = 20.0  # points that a hidden mean must be free to move in (anonymity-design.md 7.4)


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
    """What an attack looked at and found."""

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
        sizes = {i: len(codes) * len(self.atoms[i].unit) for i, codes in self.options.items()}
        self.span = Span(sizes)

    def _families(self) -> list[tuple[str, ...]]:
        """Put items together that some scale adds up."""
        family = {item: frozenset({item}) for item in self.options}
        for one in self.measures.values():
            if one["kind"] != "item" and not one["parts"]:
                joined = frozenset().union(*(family[item] for item in one["items"]))
                family |= dict.fromkeys(joined, joined)
        return [tuple(sorted(one)) for one in sorted(set(family.values()), key=sorted)]

    def learn(self, sees: Judge) -> None:
        """Read every figure that is seen."""
        inside: dict[object, list[np.ndarray]] = defaultdict(list)
        links: list[np.ndarray] = []
        for version, content in enumerate(self.contents):
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
        self.span.know(
            {item: np.array(rows) for item, rows in inside.items()}, stack(links, self.span.width)
        )

    def hidden(self, sees: Judge) -> Iterator[tuple[int, Row]]:
        """List what a reader may not know: hidden cells in which somebody answered."""
        for version, content in enumerate(self.contents):
            shares = {
                (row["measure"], row["level"], row["domain"])
                for row in content["estimates"]
                if row["statistic"] == "share" and sees(row)
            }
            for row in content["estimates"]:
                if sees(row) or self.counted(version, row) == 0:
                    continue
                if row["statistic"] == "balance":
                    # below 50 it is held back as too rough, not as a secret: the shares are shown
                    (item,) = self._items(row["measure"])
                    if (item, row["level"], row["domain"]) in shares:
                        continue
                yield version, row

    def counted(self, version: int, row: Row) -> int:
        """Count the respondents behind a cell (the judge's count; of an index its smallest part)."""
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
        """Say which atoms count in a figure."""
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


def attack(library: Library, sees: Judge = as_published, *, bounds: bool = True) -> Report:
    """Work out what can be worked out.

    Parameters
    ----------
    library : Library
    sees : function of a row to bool
        Which figures the reader sees.
    bounds : bool
        Whether to solve the linear programmes too, which takes longest.

    Returns
    -------
    Report
    """
    report = Report()
    systems = [WaveSystem(contents, truth) for contents, truth in library.waves]
    for system in systems:
        system.learn(sees)
        _row_space(system, sees, library.k, report)
        _arithmetic(system, sees, library.k, report)
        _counts(system, sees, library.k, report)
        if bounds:
            _bounds(system, sees, report)
    _yearly(systems, sees, report)
    return report


def _row_space(system: WaveSystem, sees: Judge, k: int, report: Report) -> None:
    singles: dict[str, list[tuple[Row, np.ndarray]]] = defaultdict(list)
    linked: list[tuple[Row, np.ndarray]] = []
    for version, row in system.hidden(sees):
        vector = system.row(version, row)
        if vector is None:
            continue
        report.looked["hidden figures"] += 1
        if row["measure"] in system.options:
            singles[row["measure"]].append((row, vector[system.span.place[row["measure"]]]))
        else:
            linked.append((row, vector))
    for item, codes in system.small_sets(k):
        report.looked["sets below k"] += 1
        vector = system.mean_row(item, codes)
        assert vector is not None
        name = {"measure": item, "statistic": "mean", "category": "set", "level": "set"}
        singles[item].append(({**name, "domain": "+".join(codes)}, vector[system.span.place[item]]))
    for item, pairs in singles.items():
        told = system.span.follows_inside(item, np.array([vector for _, vector in pairs]))
        for (row, _), known in zip(pairs, told, strict=True):
            if known:
                report.add("row space", system.key, *_name(row))
    if linked:
        told = system.span.follows(np.array([vector for _, vector in linked]))
        for (row, _), known in zip(linked, told, strict=True):
            if known:
                report.add("row space", system.key, *_name(row))


def _name(row: Row) -> tuple[str, ...]:
    return tuple(row[part] for part in ("measure", "statistic", "category", "level", "domain"))


def _arithmetic(system: WaveSystem, sees: Judge, k: int, report: Report) -> None:
    """Take shown cells from one another by their n, two and three at a time.

    Only printed numbers: an n of 1 to k - 1 that is left is a set that nobody may know of.
    """
    by_measure: dict[str, dict[tuple[int, Cell], int]] = defaultdict(dict)
    for version, content in enumerate(system.contents):
        for row in content["estimates"]:
            counts = row["statistic"] == "mean" and not _composed(system, row["measure"])
            if counts and sees(row) and row.get("n") is not None:
                cell = (row["level"], row["domain"])
                by_measure[row["measure"]][version, cell] = row["n"]
    for measure, cells in by_measure.items():
        sets = {
            key: frozenset(np.flatnonzero(system.trees[key[0]].inside[key[1]]).tolist())
            for key in cells
        }
        for whole, everybody in sets.items():
            parts = [key for key, some in sets.items() if some < everybody]
            for size in (1, 2):
                for chosen in combinations(parts, size):
                    if size > 1 and sets[chosen[0]] & sets[chosen[1]]:
                        continue
                    report.looked["differences"] += 1
                    left = cells[whole] - sum(cells[key] for key in chosen)
                    if 0 < left < k:
                        names = [f"{level} {code}" for _, (level, code) in (whole, *chosen)]
                        report.add("set arithmetic", system.key, measure, *names)


def _composed(system: WaveSystem, measure: str) -> bool:
    """Say whether a measure is put together from others: its n is that of the smallest."""
    found = system.measures.get(measure)
    return found is None or bool(found["parts"])


def _counts(system: WaveSystem, sees: Judge, k: int, report: Report) -> None:
    """Work out hidden counts of answers from shown ones, rates, weights and the wave record."""
    n = np.array([system.truth.respondents[code] for code in system.codes], dtype=float)
    for version, content in enumerate(system.contents):
        tree = system.trees[version]
        known: list[np.ndarray] = [tree.inside["agency", ""]]
        secret: list[tuple[Row, np.ndarray]] = []
        largest = _largest_n(content, sees)
        for row in content["domains"]:
            inside = tree.inside[row["level"], row["code"]]
            there = int(round(inside @ n))
            if _count_is_told(row, there, k, sees):
                known.append(inside)
            elif inside.any():
                secret.append((row, inside))
                report.looked["hidden counts"] += 1
                if row["rate"] is not None and not row["bound"]:
                    report.add("rate", system.key, row["level"], row["code"])
                at_least = row["answered"] if row["bound"] else None
                if at_least is not None and largest.get((row["level"], row["code"]), 0) > at_least:
                    # that nearly all have answered may be seen (anonymity-design.md 10)
                    report.looked["bounds that an n beside them tells more of"] += 1
        known += _from_record(content, tree)
        basis = row_space(stack(known, len(system.codes)))
        for row, inside in secret:
            left = inside - (inside @ basis.T) @ basis
            if left @ left < 1e-9 * (inside @ inside):
                report.add("counts", system.key, row["level"], row["code"])
        _extreme_weights(content, secret, system, report)


def _count_is_told(row: Row, there: int, k: int, sees: Judge) -> bool:
    if sees is primary_only:
        few = row["invited"] is not None and row["invited"] - there < k
        return there >= k and not few
    return row["answered"] is not None and not row["bound"]


def _largest_n(content: Content, sees: Judge) -> dict[Cell, int]:
    largest: dict[Cell, int] = {}
    for row in content["estimates"]:
        if sees(row) and row.get("n") is not None:
            cell = (row["level"], row["domain"])
            largest[cell] = max(largest.get(cell, 0), row["n"])
    return largest


def _from_record(content: Content, tree: Tree) -> list[np.ndarray]:
    """Read the ballots of each group from the wave record that stands beside the publication."""
    record = content.get("record") or {}
    return [
        tree.inside[row["level"], row["group"]]
        for row in record.get("groups", ())
        if row["ballots"] is not None and not row["bound"]
    ]


def _extreme_weights(
    content: Content, secret: Sequence[tuple[Row, np.ndarray]], system: WaveSystem, report: Report
) -> None:
    """Find the one unit whose persons and answers give the largest or smallest weight."""
    units = [row for row, _ in secret if row["level"] == "unit" and row["population"]]
    told = [
        row["population"] / row["answered"]
        for row in content["domains"]
        if row["level"] == "unit" and row["answered"] and not row["bound"] and row["population"]
    ]
    for name in ("min", "max"):
        weight = content["weights"].get(name)
        if weight is None or any(abs(one - weight) < 5e-4 for one in told):
            continue
        fits = {
            (row["code"], n)
            for row in units
            for n in range(1, row["population"] + 1)
            if abs(row["population"] / n - weight) < 5.1e-4
        }
        if len(fits) == 1:
            ((code, n),) = fits
            if system.truth.respondents.get(code) == n:
                report.add("weights", system.key, "unit", code)


def _bounds(system: WaveSystem, sees: Judge, report: Report) -> None:
    """Bound each hidden mean of an index or scale by what was rounded."""
    for measure, found in system.measures.items():
        if found["kind"] == "item" or found["parts"]:
            continue
        n = system.scored_in(measure)
        there = n > 0
        means = system.true_means(measure)
        upper, limit, wanted = [], [], []
        for version, content in enumerate(system.contents):
            size = n * system.weights[version]
            for row in content["estimates"]:
                if row["measure"] != measure or row["statistic"] != "mean":
                    continue
                inside = system.trees[version].inside[row["level"], row["domain"]] * size
                if not inside[there].any():
                    continue
                share = inside[there] / inside.sum()
                if sees(row):
                    mean = row.get("mean")
                    exact = share @ means[there] if mean is None else mean
                    slack = 0.05 + 1e-6  # half a digit
                    upper += [share, -share]
                    limit += [exact + slack, slack - exact]
                elif row["level"] == "unit":
                    wanted.append((row, share))
        _solve(system, report, (upper, limit), wanted)


def _solve(
    system: WaveSystem,
    report: Report,
    known: tuple[list[np.ndarray], list[float]],
    wanted: Sequence[tuple[Row, np.ndarray]],
) -> None:
    upper, limit = known
    for row, share in wanted:
        report.looked["bounds"] += 1
        ends = []
        for sign in (1.0, -1.0):
            solved = linprog(
                sign * share,
                A_ub=np.array(upper) if upper else None,
                b_ub=np.array(limit) if limit else None,
                bounds=(0, 100),
                method="highs",
            )
            ends.append(sign * solved.fun if solved.status == 0 else np.nan)
        if ends[1] - ends[0] < NARROW:
            report.add("bounds", system.key, *_name(row), f"{ends[0]:.1f}-{ends[1]:.1f}")


def _yearly(systems: Sequence[WaveSystem], sees: Judge, report: Report) -> None:
    """Join the waves by the figures that are pooled over them."""
    by_key = {system.key: at for at, system in enumerate(systems)}
    starts = np.cumsum([0, *(system.span.width for system in systems)])
    pooled: list[np.ndarray] = []
    for system in systems:
        for content in system.contents:
            for row in _pooled_rows(content):
                if not sees(row):
                    continue
                report.looked["pooled figures"] += 1
                vector = np.zeros(starts[-1])
                for key in row["waves"]:
                    at = by_key[key]
                    part = systems[at].mean_row(row["measure"], (row["domain"],))
                    if part is not None:
                        vector[starts[at] : starts[at + 1]] = systems[at].span.left_of(part[None])[
                            0
                        ]
                pooled.append(vector)
    if not pooled:
        return
    basis = row_space(np.array(pooled))
    for at, system in enumerate(systems):
        own = basis[:, starts[at] : starts[at + 1]]
        for version, row in system.hidden(sees):
            vector = system.row(version, row)
            if vector is None or row["statistic"] != "mean":
                continue
            left = system.span.left_of(vector[None])[0]
            whole = vector @ vector
            if left @ left < 1e-9 * whole:
                continue  # found within its own wave
            if left @ left - ((own @ left) ** 2).sum() < 1e-9 * whole:
                report.add("pooled over waves", system.key, *_name(row))


def _pooled_rows(content: Content) -> Iterator[Row]:
    for table in content.get("yearly") or ():
        for row in table["figures"]:
            yield {**row, "waves": row.get("waves") or [one["key"] for one in table["waves"]]}
