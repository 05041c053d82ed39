"""How closely integer programming bounds the hidden item means of units: a leak that is not closed.

``python -m tests.benchmarks.whole_numbers [people] [seconds]``. Answers are whole persons, so mean,
n and shares of every published parent together leave few solutions. The reader is granted the
number of respondents and the weight of every unit, as in docs/adr/0011. The room of 20 points that
publishing keeps is that of linear programming, figure by figure.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from analytics.weighting.poststratify import unit_weights
from tests.attack.waves import History

CATEGORIES = 5
ROOM = 20.0
MEAN_HALF = 0.0501  # means are shown with one decimal
SPANS = (0.01, 0.02, 0.05, 0.1)  # steps of shares over hidden units, the first that spans FIVE
FIVE = 5 - 1e-9
FEW = 100
PATIENCE = 3  # seconds for one programme
INFEASIBLE = 2


@dataclass
class Figures:
    """Rows of the programme of one item; a column counts the answers of a unit in a category."""

    units: list[str]
    codes: list[int]
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, share, low, high):
        """Bound a sum over units and categories; ``share`` maps a unit to its five factors."""
        row = np.zeros((len(self.units), len(self.codes)))
        for unit, factors in share.items():
            row[self.units.index(unit)] = factors
        self.rows.append(row.ravel())
        self.low.append(low)
        self.high.append(high)

    def bounds(self, unit, n, points):
        """Bound the mean of a unit over all whole numbers that fit."""
        aim = np.zeros((len(self.units), len(self.codes)))
        aim[self.units.index(unit)] = points / n
        fits = LinearConstraint(np.array(self.rows), np.array(self.low), np.array(self.high))
        found = []
        for sign in (1, -1):
            answer = milp(
                sign * aim.ravel(),
                constraints=fits,
                integrality=np.ones(aim.size),
                bounds=Bounds(0, n + 1000),
                options={"time_limit": PATIENCE},
            )
            unsure = answer.status == INFEASIBLE or answer.mip_dual_bound is None
            found.append((0 if sign > 0 else 100) if unsure else sign * answer.mip_dual_bound)
        return found


def units_in(row, units, frame):
    """List the units whose respondents a cell holds."""
    if row["level"] == "agency":
        return units
    column = {"region": "region", "unit_type": "unit_type"}.get(row["level"])
    own = [one for one in units if one == row["domain"]]
    if column is None:
        return own
    return own + [u for u in units if u in frame.index and frame[column][u] == row["domain"]]


def half_step(row):
    """Say how far a share may be from what is shown."""
    if row["n_eff"] is not None:
        return 0.005 if row["n"] < FEW else 0.0005
    return next((step for step in SPANS if step * row["n"] >= FIVE), 0.2) / 2


def attack(one, item, options):
    """Bound every hidden mean of an item; rows of (width, unit, n)."""
    data, frame = one.inputs.data, one.inputs.data.frame.set_index("unit")
    homes, answers = data.domains, data.answers[item.id]
    values = np.array([option.value for option in options], dtype=float)
    points = 25 * (values.max() - values if item.reversed else values - values.min())
    units = sorted(set(homes))
    n = {unit: int(((homes == unit) & (answers >= 0)).sum()) for unit in units}
    weight = unit_weights(homes, data.frame).weight.groupby(homes).first()
    figures = Figures(units, [option.code for option in options])
    for unit in units:
        figures.add({unit: np.ones(CATEGORIES)}, n[unit], n[unit])
    shown = [
        row
        for row in one.content["estimates"]
        if row["measure"] == item.id and row["status"] == "published"
    ]
    for row in shown:
        inside = units_in(row, units, frame)
        total = sum(weight[unit] * n[unit] for unit in inside)
        if row["statistic"] == "mean":
            hit, half = points, MEAN_HALF
        elif row["category"] in {"agree", "disagree"}:
            hit = (points >= 75) if row["category"] == "agree" else (points <= 25)
            half = half_step(row) + 1e-6
        else:
            continue
        share = {unit: weight[unit] * (hit - row["mean"]) for unit in inside}
        figures.add(share, -half * total, half * total)
    means = {row["domain"] for row in shown if (row["level"], row["statistic"]) == ("unit", "mean")}
    for unit in units:
        if unit not in means and n[unit]:
            low, high = figures.bounds(unit, n[unit], points)
            yield max(high - low, 0.0), unit, n[unit]


def main(people=900, seconds=120):
    """Attack the newest wave of a simulated history and print what is found."""
    one = History(people, 1, waves=6, reorganised_at=4).run()[-1]
    questionnaire = one.inputs.data.questionnaire
    start, found = time.perf_counter(), []
    for item in questionnaire.items:
        options = [o for o in questionnaire.option_set(item).options if not o.missing]
        if item.purpose != "measure" or len(options) != CATEGORIES:
            continue
        if item.id in one.inputs.data.answers and time.perf_counter() - start < seconds:
            found += attack(one, item, options)
    width = np.array([each[0] for each in found])
    print(
        f"{one.key}: {people} people, {len(found)} hidden means looked at, "
        f"{(width < ROOM - 1e-6).sum()} within {ROOM:.0f} points, {(width < 0.5).sum()} exact, "
        f"in {time.perf_counter() - start:.0f} s"
    )


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
