"""How closely one linear programme over everything that a publication shows bounds hidden means.

All shares and means of items, means of scales and indices, of all levels together. Items hang
together by their scales and scales by their indices; what nothing joins is a programme of its own,
which changes no bound. The reader is granted what `tests.attack.whole_numbers` grants. Versions of
a publication are about the same answers: their rows stand in one programme.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from tests.attack.joint_columns import Counted, Family
from tests.attack.whole_numbers import Reader, answers_hit
from tests.attack.whole_programme import DUST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.attack.shelf import Row

FEWEST = 10  # answers that a mean needs; those with a region's own code have no row
TENTH = 0.05 + DUST  # indices made of scales keep their digits
DRAWN = 16  # goals drawn before hidden means are gone through one by one


@dataclass(frozen=True, slots=True)
class Bounded:
    """A hidden mean, its respondents, and how far apart answers that fit were met.

    ``own`` where it is hidden for its own sake; else it covers another.
    """

    measure: str
    level: str
    code: str
    n: int
    own: bool
    low: float
    high: float

    @property
    def room(self) -> float:
        """Points; the least there is where they are below what was asked for."""
        return self.high - self.low


@dataclass(slots=True)
class _Sums:
    """Sums over columns."""

    columns: list[np.ndarray] = field(default_factory=list)
    values: list[np.ndarray] = field(default_factory=list)

    def add(self, columns: np.ndarray, values: np.ndarray) -> None:
        self.columns.append(columns)
        self.values.append(values)

    def laid(self, width: int) -> csr_array:
        at = np.repeat(np.arange(len(self.columns)), [len(one) for one in self.columns])
        values, columns = np.concatenate(self.values), np.concatenate(self.columns)
        return csr_array((values, (at, columns)), shape=(len(self.columns), width))


class _Made:
    """A measure as the mean of some, each weighed by its share; an item or a scale is its own."""

    def __init__(self, parts: Sequence[tuple[Family, str, float]]) -> None:
        whole = sum(share for *_, share in parts)
        self.parts = []
        for family, part, share in parts:
            counted, n = family.of(part)
            answered = np.zeros(family.codes)
            np.add.at(answered, family.home, n)
            self.parts.append((counted, family.home[counted.group], answered, share / whole))
        self.n = np.min([answered for _, _, answered, _ in self.parts], axis=0)

    def mean(self, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lay out the mean over units whose answers weigh so much."""
        values = [
            one.value * share * size[home] / (size @ answered)
            for one, home, answered, share in self.parts
        ]
        columns = [one.column for one, *_ in self.parts]
        return np.concatenate(columns), np.concatenate(values)

    def share(self, hit: Counted, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lay out the share of some answers to an item."""
        (_, home, answered, _), *_ = self.parts
        return hit.column, hit.value * size[home] / (size @ answered)


class Joint:
    """What is known of some families together, and the means that the newest version hides."""

    def __init__(
        self,
        versions: Sequence[Reader],
        families: Sequence[Family],
        indices: Mapping[str, Mapping[str, float]],
    ) -> None:
        self.versions, self.families = versions, families
        self.width = families[-1].end
        self.known, self.aims = _Sums(), _Sums()
        self.low: list[float] = []
        self.high: list[float] = []
        self.hidden: list[tuple[str, str, str, int, bool]] = []
        self._home = {code: one for one in families for code in (*one.scales, *one.items)}
        for family in families:
            for columns, n in family.people():
                self._know(columns, np.ones(len(columns)), n, n)
        for measure, family in self._home.items():
            self._read(measure, {measure: 1.0}, family.grade(measure))
        for index, parts in indices.items():
            self._read(index, parts)

    def _know(self, columns: np.ndarray, values: np.ndarray, low: float, high: float) -> None:
        self.known.add(columns, values)
        self.low.append(low)
        self.high.append(high)

    def forget_hidden(self) -> None:
        """Bound nothing but what is aimed at from now on."""
        self.hidden, self.aims = [], _Sums()

    def aim(
        self, name: tuple[str, str, str, int, bool], columns: np.ndarray, values: np.ndarray
    ) -> None:
        """Bound another sum: its measure, level, code, respondents, and if it is its own sake."""
        self.hidden.append(name)
        self.aims.add(columns, values)

    def know(self, measure: str, row: Row, mean: float, half: float) -> None:
        """Add what is known otherwise of an item's or a scale's mean in the place of a row."""
        made, newest = _Made([(self._home[measure], measure, 1.0)]), self.versions[-1]
        inside = newest.cells[row["level"], row["domain"]]
        self._know(*made.mean(inside * newest.weight), mean - half, mean + half)

    def _read(self, measure: str, parts: Mapping[str, float], grade: float = 0.0) -> None:
        """Write down what is shown and what is hidden of a measure made of some others."""
        made = _Made([(self._home[part], part, share) for part, share in parts.items()])
        shown = []
        for reader in self.versions:
            for row in reader.rows(measure):
                inside = reader.cells[row["level"], row["domain"]]
                half = reader.half(row, made.n, grade) if grade or reader.uncounted(row) else TENTH
                if row["statistic"] == "mean":
                    shown.append(inside * made.n)
                    laid = made.mean(inside * reader.weight)
                elif (hit := self._hit(row)) is not None:
                    laid = made.share(hit, inside * reader.weight)
                else:
                    continue
                self._know(*laid, row["mean"] - half, row["mean"] + half)
        newest = self.versions[-1]
        for (_, level, code), inside in newest.hidden(measure, made.n):
            # of a region whose units all answered too little, its own code is all there is
            if not any(np.array_equal(inside * made.n, one) for one in shown):
                self.aims.add(*made.mean(inside * newest.weight))
                n = int(inside @ made.n)
                self.hidden.append((measure, level, code, n, self._own(measure, level, code, n)))

    def _own(self, measure: str, level: str, code: str, n: int) -> bool:
        key = (measure, "mean", level, code)
        names = ("measure", "statistic", "level", "domain")
        for row in self.versions[-1].content["estimates"]:
            if tuple(row[name] for name in names) == key:
                return bool(row["status"] == "suppressed_primary")
        return n < FEWEST

    def _hit(self, row: Row) -> Counted | None:
        """Count the answers of a share or a balance; a scale of one item has those of the item."""
        family = self._home[row["measure"]]
        items = family.scales.get(row["measure"], ([row["measure"]], 0))[0]
        factors = answers_hit(row, family.scores[items[0]]) if len(items) == 1 else None
        return None if factors is None else family.of_item(items[0], factors)

    def missed(self) -> float:
        """Say how far the answers given are from fitting what is known: 0, or this is no attack."""
        given = np.zeros(self.width)
        for family in self.families:
            columns, n = family.truth()
            given[columns] = n
        sums = self.known.laid(self.width) @ given
        return float(np.max([np.array(self.low) - sums, sums - np.array(self.high)]))

    def bound(self, least: float) -> Iterator[Bounded]:
        """Bound hidden means, each until answers that lie ``least`` points apart were met."""
        if not self.hidden:
            return
        known, aims = self.known.laid(self.width), self.aims.laid(self.width)
        low, high = np.array(self.low), np.array(self.high)
        equal = low == high
        shown = vstack([known[~equal], -known[~equal]])
        limits = np.concatenate([high[~equal], -low[~equal]])
        seen = np.tile([np.inf, -np.inf], (len(self.hidden), 1))

        def solve(goal: np.ndarray) -> None:
            solved = linprog(
                goal, A_ub=shown, b_ub=limits, A_eq=known[equal], b_eq=low[equal], method="highs"
            )
            assert solved.status == 0, f"what is published fits no answers: {solved.message}"
            met = aims @ solved.x
            seen[:, 0], seen[:, 1] = np.minimum(seen[:, 0], met), np.maximum(seen[:, 1], met)

        # answers that fit are some for every hidden mean: a few far apart leave few to solve for
        chance = np.random.default_rng(0)
        for _ in range(DRAWN):
            solve(chance.choice([-1.0, 1.0], len(self.hidden)) @ aims)
        for at, name in enumerate(self.hidden):
            for sign in (1.0, -1.0):
                if seen[at, 1] - seen[at, 0] < least:
                    solve(sign * aims[[at]].toarray()[0])
            yield Bounded(*name, *seen[at].tolist())


def joints(*versions: Reader, filled: bool = True) -> Iterator[Joint]:
    """Divide a publication, and those it corrects, into programmes that nothing joins.

    ``filled`` where scales follow from their items as docs/adr/0156 says.
    """
    reader = versions[-1]
    form = reader.questionnaire
    told = {row["measure"] for row in reader.content["estimates"] if row["statistic"] == "mean"}
    scales = {one.code: (one.items, one.min_answered) for one in form.scales if one.code in told}
    indices = {one.code: one.parts for one in form.indices if one.parts and one.code in told}
    items = {item.id for item in form.items if item.id in told}
    families = _joined(
        [*({one} for one in sorted(items)), *(set(one) for one, _ in scales.values())]
    )
    at = {item: number for number, own in enumerate(families) for item in own}
    homes = [{at[scales[part][0][0]] for part in parts} for parts in indices.values()]
    for group in _joined([*({number} for number in range(len(families))), *homes]):
        made: list[Family] = []
        for number in sorted(group):
            own = {code: one for code, one in scales.items() if at[one[0][0]] == number}
            start = made[-1].end if made else 0
            made.append(Family(reader, sorted(families[number]), own, start, filled=filled))
        inside = {code for family in made for code in family.scales}
        yield Joint(versions, made, {code: p for code, p in indices.items() if set(p) <= inside})


def _joined(sets: Iterable[set]) -> list[set]:
    found: list[set] = []
    for one in sets:
        joined = set(one)
        for other in [other for other in found if other & joined]:
            joined |= other
            found.remove(other)
        found.append(joined)
    return found
