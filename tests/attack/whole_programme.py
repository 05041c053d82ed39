"""Unknown whole numbers between bounds, and how closely sums of them are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM = 20.0  # points that a hidden mean must be free to move in (anonymity-design.md 7.4)
FOUND, NEAR, FREE, UNSURE, LINEAR = "found", "near", "free", "unsure", "linear"
DUST = 1e-6
INFEASIBLE = 2


@dataclass(slots=True)
class Programme:
    """Unknown whole numbers, what is known of sums of them, and the hidden sums to be bounded."""

    most: np.ndarray
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    aims: list[tuple[tuple[str, ...], np.ndarray]] = field(default_factory=list)

    def know(self, row: np.ndarray, low: float, high: float) -> None:
        """Add what is known of a sum."""
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def judge(self, patience: float) -> Iterator[tuple[tuple[str, ...], str, float]]:
        """Bound every hidden mean: its name, the judgement and the width that is left.

        ``free``: whole numbers 20 points apart were met. ``found``: all lie closer. ``near``: they
        do, but by less than one answer moves the mean. ``linear``: so does any number. ``unsure``:
        the solver needed more than ``patience`` seconds.
        """
        known = LinearConstraint(csr_array(np.array(self.rows)), self.low, self.high)
        for name, aim in self.aims:
            ends = [self._linear(sign * aim, known) * sign for sign in (1, -1)]
            if ends[1] - ends[0] < ROOM:
                yield name, LINEAR, ends[1] - ends[0]
                continue
            slack = (ends[1] - ends[0] - ROOM) / 2
            reach = ((-np.inf, ends[0] + slack), (ends[1] - slack, np.inf))
            if all(self._fits(aim, known, *one, patience) for one in reach):
                yield name, FREE, ROOM
                continue
            least, most = (self._whole(sign * aim, known, patience) for sign in (1, -1))
            width = -most[0] - least[0]
            met = -most[1] - least[1] >= ROOM - DUST
            yield name, FREE if met else _verdict(width, aim[aim > 0].min()), max(width, 0.0)

    def _linear(self, aim: np.ndarray, known: LinearConstraint) -> float:
        solved = linprog(
            aim,
            A_ub=vstack([known.A, -known.A]),
            b_ub=np.concatenate([known.ub, -np.asarray(known.lb)]),
            bounds=np.column_stack([np.zeros_like(self.most), self.most]),
            method="highs",
        )
        assert solved.status == 0, f"what is published fits no answers: {solved.message}"
        return float(solved.fun)

    def _fits(
        self, aim: np.ndarray, known: LinearConstraint, low: float, high: float, patience: float
    ) -> bool:
        """Say whether whole numbers with the aim in a reach are found."""
        asked = [known, LinearConstraint(aim[None], low, high)]
        return (
            milp(
                np.zeros_like(aim),
                constraints=asked,
                integrality=np.ones_like(aim),
                bounds=Bounds(0, self.most),
                options={"time_limit": patience},
            ).x
            is not None
        )

    def _whole(
        self, aim: np.ndarray, known: LinearConstraint, patience: float
    ) -> tuple[float, float]:
        """Give the least that is not ruled out, and the least that was met."""
        answer = milp(
            aim,
            constraints=known,
            integrality=np.ones_like(aim),
            bounds=Bounds(0, self.most),
            options={"time_limit": patience},
        )
        assert answer.status != INFEASIBLE, "what is published fits no whole numbers"
        bound = -np.inf if answer.mip_dual_bound is None else answer.mip_dual_bound
        return float(bound), np.inf if answer.fun is None else float(answer.fun)


def _verdict(width: float, answer: float) -> str:
    if width >= ROOM - DUST:
        return UNSURE
    return NEAR if width > ROOM - answer else FOUND
