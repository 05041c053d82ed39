"""Modification indices: what a factor model leaves out, one parameter at a time."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.scale_quality.casewise import casewise_information, scores
from analytics.scale_quality.equality import Assignment
from analytics.scale_quality.release import lagrange
from analytics.scale_quality.structure import implied, matrices

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.scale_quality.fitting import Fit, FittingProblem
    from analytics.scale_quality.structure import Structure

COLUMNS: Final = ("group", "kind", "first", "second", "mi", "epc", "standardised_epc")
FOR_LOOKING: Final = (
    "modification indices are for looking, not for fishing: a model changed until it fits these "
    "answers fits chance, too; free what theory can explain, one at a time, and test the result on "
    "other answers"
)


def modification_indices(asked: FittingProblem, assignment: Assignment, found: Fit) -> pd.DataFrame:
    r"""Test every cross-loading and residual covariance that the model has at zero.

    Returns
    -------
    DataFrame
        ``group``, ``kind`` ("loading": ``first`` is the factor; "covariance": both are items),
        ``second``, ``mi`` (by how much chi-square would fall), ``epc`` (the value it would have
        then, factors having variance 1, in the items' units), ``standardised_epc`` (a loading in
        deviations of the item; a correlation of residuals); largest ``mi`` first.

    Notes
    -----
    See `release.lagrange` (``modindices`` of lavaan). Equalities stay as they are.
    """
    wide, old, new = _widened(asked.model)
    held = _unchanged(assignment, wide, old)
    vectors = held.spread(found.solution.free)
    groups = list(zip(asked.data.groups, vectors, strict=True))
    tested = lagrange(
        held,
        [sample.n * scores(wide, sample, vector) for sample, vector in groups],
        [sample.n * casewise_information(wide, sample, vector) for sample, vector in groups],
    )
    rows = [
        _named(wide, new, asked.data.spread, vector, epc[new]).assign(group=sample.name, mi=mi[new])
        for (sample, vector), (mi, epc) in zip(groups, tested, strict=True)
    ]
    whole = pd.concat(rows, ignore_index=True).dropna(subset="mi")
    return whole.sort_values("mi", ascending=False, kind="stable", ignore_index=True)[list(COLUMNS)]


def _unchanged(assignment: Assignment, wide: Structure, old: Integers) -> Assignment:
    """Keep what is fixed, free or equal; what is new stands at 0."""
    place = np.full((len(assignment.place), wide.size), -1, dtype=np.int64)
    value = np.zeros(place.shape)
    place[:, old], value[:, old] = assignment.place, assignment.value
    return Assignment(place, value)


def _widened(model: Structure) -> tuple[Structure, Integers, Integers]:
    """Let every item load on every factor and go with every item; where the old and new stand."""
    pairs = tuple(combinations(range(len(model.items)), 2))
    wide = replace(model, pattern=np.ones_like(model.pattern), linked=pairs)
    item, factor = model.loading_at
    linked = [pairs.index((min(pair), max(pair))) for pair in model.linked]
    old = np.concatenate([
        item * len(model.factors) + factor,
        np.arange(wide.parts["factor"].start, wide.parts["mean"].stop),
        wide.parts["residual"].start + np.array(linked, dtype=np.int64),
    ])  # fmt: skip
    both = np.r_[
        np.arange(wide.parts["loading"].stop),
        np.arange(wide.parts["residual"].start, wide.parts["residual"].stop),
    ]
    return wide, old.astype(np.int64), np.setdiff1d(both, old).astype(np.int64)


def _named(
    wide: Structure, new: Integers, spread: Floats, vector: Floats, epc: Floats
) -> pd.DataFrame:
    """Name the parameters, and bring their expected changes to the items' units."""
    own, (_, covariance) = matrices(wide, vector), implied(wide, vector)
    deviation, unique = np.sqrt(np.diag(covariance)), np.abs(own.unique)
    m, start = len(wide.factors), wide.parts["residual"].start
    rows = []
    for place, change in zip(new, epc, strict=True):
        if place < start:
            i, f = divmod(int(place), m)
            standard = change * np.sqrt(own.factors[f, f]) / deviation[i]
            rows.append(("loading", wide.factors[f], wide.items[i], change * spread[i], standard))
        else:
            i, j = wide.linked[place - start]
            standard = change / np.sqrt(unique[i] * unique[j])
            names = (wide.items[i], wide.items[j])
            rows.append(("covariance", *names, change * spread[i] * spread[j], standard))
    return pd.DataFrame(rows, columns=["kind", "first", "second", "epc", "standardised_epc"])
