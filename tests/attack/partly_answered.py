"""How closely a publication bounds what those few said who answered a scale in part.

A scale counts people with all that they answered, and its items count those who answered them. What
both differ by is said by the people alone who left some items out (docs/adr/0156). A reader is
granted the number of answers and the weight of every unit and who of them left which item blank,
which is what «I did not answer number 3» tells.

Two attacks. `scores_that_fit` tries all whole numbers of one unit; `bounded` solves one linear
programme over all figures of all levels, with indices, shares, and the changes since earlier waves.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.attack.joint_columns import ANSWERED
from tests.attack.joint_programme import Joint, joints
from tests.attack.shelf import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from tests.attack.joint_columns import Family
    from tests.attack.shelf import Content, Row
    from tests.attack.whole_numbers import Reader

TENTH = 0.05 + 1e-6
EXACT = 1e-6


@dataclass(frozen=True, slots=True)
class InPart:
    """Some people of a unit who answered a scale in part, and how far their mean score is known."""

    scale: str
    unit: str
    people: int
    low: float
    high: float

    @property
    def room(self) -> float:
        """Points on 0-100; in a programme, what was asked for where there is more."""
        return self.high - self.low


def whole_numbers(reader: Reader) -> Iterator[InPart]:
    """Try all whole numbers of each unit that shows a scale, its items and their numbers."""
    shown = {
        (row["measure"], row["domain"]): row
        for row in reader.content["estimates"]
        if row["status"] == SHOWN
        and (row["statistic"], row["level"]) == ("mean", "unit")
        and row["n"] is not None
    }
    for joint in joints(reader):
        for family in joint.families:
            for scale, (items, _) in family.scales.items():
                points = {len(family.scores[item][0]) for item in items}
                for unit in family.few_in_part(scale, reader.k) if len(points) == 1 else ():
                    code = reader.codes[unit]
                    rows = [shown[one, code] for one in (scale, *items) if (one, code) in shown]
                    if len(rows) <= len(items) or rows[0]["se"] is None:
                        continue
                    people = _people(family, scale, unit)
                    fit = scores_that_fit(rows[0], rows[1:], people, *points)
                    if len(fit):
                        n = sum(people.values())
                        yield InPart(scale, code, n, float(fit.min()), float(fit.max()))


def of_file(
    result: Mapping[str, list[Row]], data: pd.DataFrame, group: str, items: Sequence[str]
) -> Iterator[tuple[InPart, float]]:
    """Try the whole numbers of each group of a protected file with one scale and its items.

    Parameters
    ----------
    result : mapping
        Of `barometer analyse`, with the scale "scale" and each item as a scale of its own name.
    data : DataFrame
        Answers from 1 to 5; of it the attacker knows who left which item out.
    group : str
        The column of the groups.
    items : sequence of str

    Yields
    ------
    what is found : InPart
    score : float
        What the people said, who would be found out.
    """
    shown = {
        (row["index"], row["domain"].get(group)): row
        for row in result["estimates"]
        if row["status"] == SHOWN
    }
    for name, own in data.groupby(group):
        answered = own[list(items)].notna().sum(axis=1)
        apart = own[(answered > 0) & (answered < len(items))]
        rows = [shown[one, name] for one in ("scale", *items) if (one, name) in shown]
        if len(apart) != 1 or len(rows) <= len(items):
            continue
        people = Counter({(int(answered[apart.index[0]]), True): 1})
        fit = scores_that_fit(rows[0], rows[1:], people, 5)
        score = float((apart[list(items)].mean(axis=1).iloc[0] - 1) * 25)
        low, high = (float(fit.min()), float(fit.max())) if len(fit) else (0.0, 100.0)
        yield InPart("scale", str(name), 1, low, high), score


def _people(family: Family, scale: str, unit: int) -> Counter[tuple[int, bool]]:
    """Count those who answered in part by how many items they answered, and if they are scored."""
    items = family.scales[scale][0]
    blank = family.blank(items)
    found: Counter[tuple[int, bool]] = Counter()
    for group in np.flatnonzero(family.in_part(scale) & (family.home == unit)):
        answered = int((blank[group] == ANSWERED).sum())
        found[answered, bool(family.counted(scale)[group])] += int(family.n[group])
    return found


def scores_that_fit(
    scale: Row, items: Sequence[Row], people: Mapping[tuple[int, bool], int], grades: int
) -> np.ndarray:
    """List the mean scores that fit a unit's figures, if the scale is the mean of its people.

    Parameters
    ----------
    scale, items : rows of a publication
        Means with one decimal.
    people : mapping of (answered items, whether scored) to int
        Those who answered in part.
    grades : int
        Options of each item.
    """
    step, m = 100 / (grades - 1), len(items)
    least = sum(np.ceil((row["mean"] - TENTH) * row["n"] / step - EXACT) for row in items)
    most = sum(np.floor((row["mean"] + TENTH) * row["n"] / step + EXACT) for row in items)
    sums = [np.arange((grades - 1) * answered * n + 1) for (answered, _), n in people.items()]
    laid = np.meshgrid(*sums, indexing="ij")
    score, apart = np.zeros(laid[0].shape), np.zeros(laid[0].shape)
    for own, (answered, scored) in zip(laid, people, strict=True):
        score += own * step / answered / sum(people.values())
        apart += own * (1 / answered - 1 / m if scored else -1 / m)
    total = scale["mean"] * scale["n"] / step
    reach = TENTH * scale["n"] / step
    fits = (apart + most / m >= total - reach) & (apart + least / m <= total + reach)
    return score[fits]


def bounded(
    reader: Reader, earlier: Mapping[str, Content], room: float, *, filled: bool = True
) -> Iterator[InPart]:
    """Bound the mean score of all who are few in a unit by everything that is shown.

    Parameters
    ----------
    reader : Reader
    earlier : mapping of wave to content
        For changes: what both of their ends show is known.
    room : float
        Points that are looked for.
    filled : bool
        Whether the publication is made as docs/adr/0156 says, which every reader knows.
    """
    for joint in joints(reader, filled=filled):
        joint.forget_hidden()
        for family in joint.families:
            for scale in family.scales:
                _know_changes(joint, scale, earlier)
                for unit in family.few_in_part(scale, reader.k):
                    columns, values, n = family.mean_of(scale, unit)
                    joint.aim((scale, "unit", reader.codes[unit], n, True), columns, values)
        assert joint.missed() < 1e-5, "the answers given do not fit what is read"
        for found in joint.bound(room):
            yield InPart(found.measure, found.code, found.n, found.low, found.high)


def _know_changes(joint: Joint, scale: str, earlier: Mapping[str, Content]) -> None:
    """Add what the mean must be by the change and the figure it is measured from."""
    content = joint.versions[-1].content
    for row in content["changes"]:
        if (row["measure"], row["statistic"], row["status"]) != (scale, "mean", SHOWN):
            continue
        key = (scale, "mean", row["level"], row["domain"])
        for then in earlier.get(row["since"], {"estimates": ()})["estimates"]:
            found = tuple(then[name] for name in ("measure", "statistic", "level", "domain"))
            if found == key and then["status"] == SHOWN and None not in (row["se"], then["se"]):
                told = then["mean"] + row["difference"]
                joint.know(scale, row, told, 2 * TENTH)
