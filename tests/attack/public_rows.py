"""Name people of a drawn sample behind the rows that are stored of a public wave.

The attacker holds the sample file, knows of everybody whether they answered (dead rows once told,
or somebody looked over a shoulder), and reads all stored rows. Whoever answered has one row, and a
row is somebody's whose codes it does not contradict. A person is found where only one row is left
in any way of giving every row to somebody. What else a row tells may narrow what is blank: who says
that they are retired is no student of 20.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED

SAMPLED = load_library().background.sampled_items
if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from questionnaires.model import Questionnaire

BLANK = None
type Codes = tuple[Hashable, ...]
"""County, age group and gender; `BLANK` where the row holds none, a frozenset of what it may be."""

_WORK, _NOT_FOR_THE_OLD = "d.arbeid", "ea.2"
_AGES_OF = {2: frozenset({1, 2}), 3: frozenset({4, 5})}  # students, the retired
_ASKED = frozenset({1, 2, 3})


@dataclass(frozen=True, slots=True)
class Suspects:
    """For each sort of people who answered: how many people, and how many rows may be theirs."""

    people: Mapping[Codes, int]
    rows: Mapping[Codes, int]

    @property
    def found(self) -> int:
        """People of whom one row alone can be."""
        return sum(n for sort, n in self.people.items() if self.rows[sort] == 1)

    def below(self, k: int) -> int:
        """People who hide among fewer than k rows."""
        return sum(n for sort, n in self.people.items() if self.rows[sort] < k)


def suspects(answered: Sequence[Codes], rows: Sequence[Codes]) -> Suspects:
    """Count the rows that each person who answered may have sent.

    Parameters
    ----------
    answered : sequence of codes
        As the sample file has them, of everybody who answered.
    rows : sequence of codes
        As stored, in any order.

    Notes
    -----
    People of one sort are alike, and so are rows of one sort; so it is a flow between sorts. A sort
    of rows may be somebody's if a flow that gives every row away can pass there.
    """
    people, stored = Counter(answered), Counter(rows)
    fits = {sort: [row for row in stored if _may_be(row, sort)] for sort in people}
    flow = _Flow(people, stored, fits)
    return Suspects(
        people,
        {sort: sum(stored[row] for row in fits[sort] if flow.may(sort, row)) for sort in people},
    )


def told_of(form: Questionnaire, rows: Sequence[Sequence[int]]) -> list[Codes]:
    """Read what rows hold of what the sample file tells."""
    at = [form.columns.index(item) for item in SAMPLED]
    return [tuple(BLANK if row[one] < 0 else row[one] for one in at) for row in rows]


def narrowed(form: Questionnaire, rows: Sequence[Sequence[int]]) -> list[Codes]:
    """Read the same, and where age is blank the ages that work and what was asked leave."""
    work, some = (form.columns.index(item) for item in (_WORK, _NOT_FOR_THE_OLD))
    found: list[Codes] = []
    for row, (county, age, gender) in zip(rows, told_of(form, rows), strict=True):
        ages = _AGES_OF.get(row[work], BLANK)
        if ages is BLANK and row[some] != NOT_ASKED:
            ages = _ASKED
        found.append((county, ages if age is BLANK else age, gender))
    return found


def _may_be(row: Codes, person: Codes) -> bool:
    return all(
        told in (BLANK, own) or (isinstance(told, frozenset) and own in told)
        for told, own in zip(row, person, strict=True)
    )


class _Flow:
    """Everybody to a row of theirs, as a flow from people over rows."""

    def __init__(
        self,
        people: Mapping[Codes, int],
        rows: Mapping[Codes, int],
        fits: Mapping[Codes, Sequence[Codes]],
    ) -> None:
        self._sorts = {sort: 1 + at for at, sort in enumerate(people)}
        self._rows = {row: 1 + len(people) + at for at, row in enumerate(rows)}
        size = 2 + len(people) + len(rows)
        capacity = np.zeros((size, size), dtype=np.int32)
        for sort, n in people.items():
            capacity[0, self._sorts[sort]] = n
            for row in fits[sort]:
                capacity[self._sorts[sort], self._rows[row]] = min(n, rows[row])
        for row, n in rows.items():
            capacity[self._rows[row], size - 1] = n
        self._capacity = capacity
        self.most = self._value(capacity)

    def may(self, sort: Codes, row: Codes) -> bool:
        """Say whether one of ``sort`` can have sent a ``row`` while all others have theirs."""
        trial = self._capacity.copy()
        trial[0, self._sorts[sort]] -= 1
        trial[self._rows[row], -1] -= 1
        return self._value(trial) == self.most - 1

    def _value(self, capacity: np.ndarray) -> int:
        return int(maximum_flow(csr_array(capacity), 0, len(capacity) - 1).flow_value)
