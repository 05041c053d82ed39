"""The figures of a file as disclosure control reads them.

Figures of one column give one another away: a scale and its items, a mean and the shares of its
answers, a total and its mean. They are read as parts of one index, which is hidden with all of
them; shares are hidden at least where these are. And each lies somewhere on its scale: near an end
a hidden mean can move little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import pandas as pd

from analytics.workbench.file.categories import categories
from analytics.workbench.file.numbers import numeric_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.workbench.file.items import Label
    from analytics.workbench.file.waves import DivisionEstimates
    from analytics.workbench.specification.model import Specification

type Ends = Mapping[str, tuple[float, float]]

MOST_GRADES: Final = 101  # a column of more values than 0 to 100 is measured, not answered
OF_INDICATORS: Final = {"share": (0.0, 1.0), "balance": (-1.0, 1.0)}
TWO_OPTIONS: Final = 2
POINTS: Final = (0.0, 100.0)
MIDDLE: Final = 50.0
ENDS_OF_A_SCALE: Final = ("favourable", "unfavourable")


@dataclass(frozen=True, slots=True)
class ProtectedFigure:
    """What disclosure control calls a figure.

    Attributes
    ----------
    measure, kind, statistic, category : str
        As in an `EstimateTable`.
    column : int
        Of a `DivisionEstimates`.
    columns : tuple of str
        The columns of the file that it is made of; none for an index, which has its scales.
    ends : tuple of float and float, or None
        The ends of its scale, in its unit.
    """

    measure: str
    kind: str
    statistic: str
    category: str
    column: int
    columns: tuple[str, ...]
    ends: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a level: those that were asked for, in order, then one per column of shares.

    The last stand for the answers that shares are made of, somewhere on a scale that has none.
    """

    all: tuple[ProtectedFigure, ...]
    asked: int

    @classmethod
    def of(cls, labels: Sequence[Label], spec: Specification, ends: Ends) -> Self:
        """Read the labels of a level."""
        ratios = {f"{top}/{bottom}": (top, bottom) for top, bottom in spec.variables.ratios}
        found = []
        for column, label in enumerate(labels):
            of = spec.scales[label.index].items if label.index in spec.scales else (label.index,)
            own = _figure(label, column, ratios.get(label.index, of), ends)
            if label.statistic == "mean" and label.index in spec.indices:
                own = replace(own, kind="index", columns=())
            found.append(own)
        answers: dict[str, ProtectedFigure] = {}
        for one in found:
            if one.statistic == "share":
                name = one.columns[0]
                behind = ProtectedFigure(
                    f"asked:{name}", "scale", "mean", "", one.column, (name,), ends.get(name)
                )
                answers.setdefault(name, behind)
        return cls((*found, *answers.values()), len(found))

    @property
    def scales(self) -> dict[str, tuple[str, ...]]:
        """Name what a plan calls scales, of one item each.

        What is shown of a column is its own figure, and below it at most the shares of its answers.
        """
        return {
            one.measure: (_answers(one.columns[0]) if at >= self.asked else f"{one.measure}.1",)
            for at, one in enumerate(self.all)
            if one.kind == "scale"
        }

    @property
    def together(self) -> dict[str, tuple[str, ...]]:
        """List what goes with each column of the file, as the parts of an index."""
        found: dict[str, list[str]] = {}
        for one in self.all:
            for name in one.columns if one.kind == "scale" else ():
                found.setdefault(_answers(name), []).append(one.measure)
        return {name: tuple(parts) for name, parts in found.items()}

    def alike(self, level: DivisionEstimates) -> Booleans:
        """Say where all answered alike, shape (n_domains, n_figures)."""
        means, found = level.means, []
        for at, one in enumerate(self.all):
            equal = means.all_equal[:, one.column]
            if one.statistic == "share":
                equal = means.mean[:, one.column] >= 1
            elif at >= self.asked:
                equal = np.any(
                    [means.mean[:, own.column] >= 1 for own in self._shares(one)], axis=0
                )
            found.append(equal)
        return np.array(found, dtype=bool).T.reshape(len(level.domains), len(self.all))

    def on_scale(self, level: DivisionEstimates) -> tuple[Floats, Floats]:
        """Give where each figure lies and the weight that it adds up with.

        Returns
        -------
        mean, weight : ndarray of float, shape (n_domains, n_figures)
            Shares on 0-1, others in points of 0-100; the middle, and a weight of 1 per answer,
            where no scale is known.
        """
        column = [one.column for one in self.all]
        mean = np.full((len(level.domains), len(column)), MIDDLE)
        weight = level.means.n[:, column].astype(np.float64)
        for at, one in enumerate(self.all):
            if one.ends is None:
                continue
            low, high = one.ends
            weight[:, at] = level.errors.weight[:, one.column]
            value = level.means.mean[:, one.column]
            if at >= self.asked:
                value = self._mean_of_shares(level, one)
            elif level.labels[one.column].statistic == "total":
                value = np.divide(value, weight[:, at], out=np.zeros_like(value), where=value != 0)
            top = 1.0 if one.statistic == "share" else 100.0
            mean[:, at] = np.clip(top * (value - low) / (high - low), 0.0, top)
        return mean, weight

    def _shares(self, answers: ProtectedFigure) -> list[ProtectedFigure]:
        """List the shares of the options of a column."""
        columns = answers.columns
        return [one for one in self.all if one.statistic == "share" and one.columns == columns]

    def _mean_of_shares(self, level: DivisionEstimates, answers: ProtectedFigure) -> Floats:
        """Add up what each option counts, for the share of it."""
        found = np.zeros(len(level.domains))
        for one in self._shares(answers):
            if one.category not in ENDS_OF_A_SCALE:
                found += float(one.category) * level.means.mean[:, one.column]
        return found


def scale_ends(data: pd.DataFrame, spec: Specification) -> dict[str, tuple[float, float]]:
    """Find the ends of the scales on which the columns of a file are answered.

    Parameters
    ----------
    data : DataFrame
        All waves.
    spec : Specification

    Returns
    -------
    dict of column to (float, float)
        By ``ranges``, else by the scale that has the column among its items, and at least as far
        as its answers go. A column that is measured, of more than 101 values, has none.
    """
    told = {item: (own.minimum, own.maximum) for own in spec.scales.values() for item in own.items}
    told |= spec.variables.ranges
    found = {}
    for column, answers in _answers_given(data, spec).items():
        known = told.get(column)
        if known is not None or len(answers) <= MOST_GRADES:
            ends = np.append(answers, known or ())
            found[column] = (float(ends.min(initial=np.inf)), float(ends.max(initial=-np.inf)))
    graded = {column: own for column, own in found.items() if own[0] < own[1]}
    return graded | dict.fromkeys((*spec.scales, *spec.indices), POINTS)


def _answers_given(data: pd.DataFrame, spec: Specification) -> dict[str, Floats]:
    """List the different answers to each column of numbers; shares of two options are no scale."""
    asked = spec.variables
    found = {}
    for column in dict.fromkeys((*asked.means, *asked.totals)):
        values = numeric_column(data, column, "[variables]")
        found[column] = np.unique(values[np.isfinite(values)])
    for column in asked.shares:
        options = categories(data, column, "[variables] shares").dropna().unique()
        codes = pd.to_numeric(pd.Series(options, dtype="str"), errors="coerce").to_numpy(np.float64)
        if column not in found and len(codes) > TWO_OPTIONS and np.isfinite(codes).all():
            found[column] = np.unique(codes)
    return found


def _figure(label: Label, column: int, of: tuple[str, ...], ends: Ends) -> ProtectedFigure:
    if label.statistic == "share":
        measure, category = _answers(label.index), label.category
        return ProtectedFigure(
            measure, "item", "share", category, column, of, OF_INDICATORS["share"]
        )
    known = OF_INDICATORS.get(label.statistic)
    if label.statistic in {"mean", "total"}:
        known = ends.get(label.index)
    plain = label.statistic == "mean"
    measure = label.index if plain else f"{label.statistic}:{label.index}"
    return ProtectedFigure(measure, "scale", "mean", "", column, of, known)


def _answers(column: str) -> str:
    return f"answers:{column}"
