"""Agencies of odd shapes, and whole numbers that fit what a publication tells of their counts.

Few and small units, nearly all answered or nearly none, units that nobody answered in, pulses that
ask five of a unit. The reader knows which units' answers are stored with others', and the rules by
which they are; that a unit is said to cover a small one; and that as many answered as a figure
needs. One unknown stands for each unit, where `hidden_counts` has one for each code.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree
from questionnaires.loader import load_library
from survey_app.asking.campaigns.key_groups import Invited, key_groups_of
from survey_app.publishing.closing.generalise import generalise_units
from survey_app.publishing.computing import domain_rows
from survey_app.publishing.inputs.counted import RECORD_FORMAT
from survey_app.publishing.inputs.wave_inputs import STAFF_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.attack.hidden_counts import Row
    from tests.attack.shelf import Cell

SIZES = ((5, 13), (15, 40), (5, 40), (10, 20), (12, 25), (15, 30), (5, 90), (8, 16))
MOODS = {
    "mixed": (0, 0.1, 0.3, 0.6, 0.9, 1),
    "all": (0.85, 0.95, 1),
    "none": (0, 0.1, 0.25),
    "plain": (0.65,),
    "half": (0.3, 0.95),
}
ENOUGH = 10
LIMITS = (ENOUGH, 20, 50)
MANY = 10**6


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    region: str
    kind: str
    invited: int
    answered: int


def odd_units(seed: int) -> list[Unit]:
    """Draw the units of an agency."""
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(len(SIZES)))
    shares = MOODS[str(rng.choice(list(MOODS)))]
    kinds = int(rng.integers(1, 5))
    units: list[Unit] = []
    for region in range(int(rng.integers(2, 6))):
        for _ in range(int(rng.integers(1, 3 if shape in {0, 3} else 7))):
            invited = int(rng.integers(*SIZES[shape]))
            kind = region if shape == 2 else int(rng.integers(kinds))
            answered = int(rng.binomial(invited, rng.choice(shares)))
            units.append(Unit(f"u{len(units)}", f"r{region}", f"t{kind}", invited, answered))
    return units


class OddAgency:
    """A wave that is counted as closing does, and whose counts are decided as publishing does."""

    def __init__(self, units: list[Unit], k: int = 5) -> None:
        self.units, self.k = units, k
        of = {one.code: one for one in units}
        self.carried = key_groups_of(
            [Invited(one.code, one.region, one.invited) for one in units], k
        )
        ballots = Counter(dict.fromkeys(self.carried.values(), 0))
        for one in units:
            ballots[self.carried[one.code]] += one.answered
        parents = {code: of[code].region if code in of else code for code in ballots}
        stored = generalise_units(ballots, parents, minimum_group=k) or {}
        self.home = {unit: stored.get(code, "") for unit, code in self.carried.items()}
        self.moved = {code: home for code, home in stored.items() if code != home}
        self.joined = [code for code in self.moved if ballots[code] >= ENOUGH]
        self.stored = Counter({self.home[one.code]: 0 for one in units})
        for one in units:
            self.stored[self.home[one.code]] += one.answered
        self.frame = pd.DataFrame(
            [(one.code, one.region, one.kind, one.invited, one.invited) for one in units],
            columns=list(STAFF_COLUMNS),
        )
        self.tree = DomainTree.staff(self.frame)

    def inside(self, key: Cell) -> np.ndarray:
        """Mark the units whose answers make up a place."""
        level, code = key
        found = []
        for one in self.units:
            home = self.home[one.code]
            at = {
                "agency": "",
                "region": one.region if home in {one.code, one.region} else None,
                "unit_type": one.kind if home == one.code else None,
                "unit": home,
            }
            found.append(float(at[level] == code))
        return np.array(found)

    def came(self, key: Cell) -> int:
        return int(self.inside(key) @ [one.answered for one in self.units])

    def seen(self, invited_where_hidden: dict[Cell, int]) -> dict[Cell, int]:
        """Say how many answered at least where figures are shown."""
        found = {}
        for key in self.tree.keys:
            n = self.came(key)
            if key in invited_where_hidden:
                n = min(n, invited_where_hidden[key] - self.k)
            found[key] = max((limit for limit in LIMITS if n >= limit), default=0)
        return {key: n for key, n in found.items() if n}

    def publish(self) -> list[Row]:
        """Decide which counts are told, and figures and counts again until nothing changes."""
        answers = [code for code, n in self.stored.items() for _ in range(n)]
        data = SimpleNamespace(
            frame=self.frame,
            minimum_group=self.k,
            domains=pd.Series(answers, dtype="str"),
            questionnaire=load_library().questionnaire("verdipuls.k1"),
        )
        record = {"moved": self.moved, "joined": self.joined, "format": RECORD_FORMAT}
        inputs: Any = SimpleNamespace(data=data, record=record, domains=(), versions=())
        rules = DisclosureRules(minimum_group=self.k)
        plan: Any = SimpleNamespace(tree=self.tree, rules=rules)
        rows, seen = domain_rows.staff_domains(inputs, plan), Counter[Any]()
        while True:
            hidden = domain_rows.uncounted(rows)
            seen |= Counter(self.seen(hidden))
            rows = domain_rows.staff_domains(inputs, plan, seen)
            if domain_rows.uncounted(rows).keys() == hidden.keys():
                return rows

    def narrow(self, rows: Iterable[Row], said: Iterable[str]) -> Iterator[tuple[Cell, int, int]]:
        """List the counts that those of other places leave within fewer than k numbers.

        Parameters
        ----------
        rows : iterable of Row
            The domains of the publication.
        said : iterable of str
            The units that are said to cover a small one.

        Returns
        -------
        iterator of (Cell, int, int)
            Places, the units whose answers are stored with others' among them, with the least and
            the largest number that is possible. Not those that the whole, the register and the
            figures leave as few: for them no other count does anything.
        """
        rows = list(rows)
        told = {(row["level"], row["code"]) for row in rows if row["answered"] is not None}
        with_counts = self._whole_numbers(told, rows, said)
        without = self._whole_numbers({("agency", "")}, rows, said)
        behind = {("unit", code) for code, home in self.home.items() if code != home}
        for key in sorted({(row["level"], row["code"]) for row in rows} - told):
            goal = self._own(key[1]) if key in behind else self.inside(key)
            if goal.any():
                low, high = with_counts(goal)
                least, most = without(goal)
                if high - low + 1 < min(self.k, most - least + 1):
                    yield key, low, high

    def _whole_numbers(
        self, told: set[Cell], rows: list[Row], said: Iterable[str]
    ) -> Callable[[np.ndarray], tuple[int, int]]:
        """Give the least and the largest of a sum, by integer programmes over what is known."""
        figures = self.seen(domain_rows.uncounted(rows))
        ends = {key: (self.came(key), self.came(key)) for key in told}
        ends |= {key: (n, MANY) for key, n in figures.items() if key not in told}
        known = [(self.inside(key), *both) for key, both in ends.items()]
        homes = (
            np.array([float(self.home[one.code] == home) for one in self.units])
            for home in self.stored
        )
        known += [(inside, self.k, MANY) for inside in homes]
        sums, low, high = (np.array(one) for one in zip(*known, strict=True))
        least = np.array([ENOUGH if one.code in set(said) else 0 for one in self.units])
        most = np.array([self._most(one) for one in self.units])
        true = np.array([one.answered for one in self.units])
        came = sums @ true
        assert all(one.all() for one in (low <= came, came <= high, least <= true, true <= most))

        def ends_of(goal: np.ndarray) -> tuple[int, int]:
            found = [
                milp(
                    sign * goal,
                    constraints=LinearConstraint(sums, low, high),
                    integrality=np.ones(len(goal)),
                    bounds=Bounds(least, most),
                )
                for sign in (1, -1)
            ]
            return round(found[0].fun), round(-found[1].fun)

        return ends_of

    def _own(self, code: str) -> np.ndarray:
        return np.array([float(one.code == code) for one in self.units])

    def _most(self, unit: Unit) -> int:
        """Say how many answered at most: a unit with enough for a mean would be said to cover."""
        stored_above = self.home[unit.code] != unit.code == self.carried[unit.code]
        if stored_above and unit.code not in self.joined:
            return min(unit.invited, ENOUGH - 1)
        return unit.invited
