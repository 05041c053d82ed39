"""Longitudinal invariance: whether the same people's answers mean the same in every wave."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError, SpecificationError
from analytics.scale_quality.engines import NormalEngine
from analytics.scale_quality.equality import Assignment, assign
from analytics.scale_quality.fitting import prepare_fit
from analytics.scale_quality.invariance import climbed
from analytics.scale_quality.moments import samples
from analytics.scale_quality.release import Slot
from analytics.scale_quality.structure import Structure, structure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.scale_quality.engines import Engine
    from analytics.scale_quality.equality import Equality
    from analytics.scale_quality.fitting import Estimator
    from analytics.scale_quality.invariance import Invariance
    from analytics.scale_quality.moments import Missing

MOST_COLUMNS: Final = 60  # items times waves: all are fitted at once


def longitudinal_invariance(
    items: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    person: pd.Series,
    wave: pd.Series,
    waves: Sequence[str],
    *,
    estimator: Estimator = "mlm",
    missing: Missing = "listwise",
    partial_steps: bool = True,
    releases: bool = False,
) -> Invariance:
    """Test whether a model measures the same in all waves that the same people answered.

    Parameters
    ----------
    items : DataFrame of float, shape (n_rows, k)
        One row per person and wave; missing is NaN.
    factors : mapping of factor to its items
    person, wave : Series of str
        Same index; rows without a person are left out.
    waves : sequence of str
        Those to compare, in their order.
    estimator, missing
        As `cfa.fit_factor_model`: who answered every item in every wave, or everybody who
        answered any.
        With "mlr" the robust measures decide.
    partial_steps, releases : bool
        As ``partial`` and ``releases`` of `invariance.invariance`.

    Returns
    -------
    Invariance
        ``groups`` are the waves.

    Raises
    ------
    SpecificationError
        For fewer than two waves or more than 60 items and waves, or a model that makes no sense.
    FrameError
        If a person stands twice in a wave, or the answers cannot carry the model.

    Notes
    -----
    One model of all waves: each factor once per wave, all of them correlated, and residuals of the
    same item correlated over waves, since what is peculiar to an item stays with a person. In the
    first wave factors have mean 0 and variance 1; variances are free in the others once loadings
    are equal, and means once intercepts are. The steps and the rule that accepts them are those of
    groups (`invariance_rule.Walk`).

    References
    ----------
    Widaman, K. F., Ferrer, E., Conger, R. D. (2010). Child Development Perspectives 4, 10-18.
    Little, T. D. (2013). Longitudinal Structural Equation Modeling.
    """
    engine = longitudinal_engine(
        items, factors, person, wave, waves, estimator=estimator, missing=missing
    )
    return climbed(
        structure(factors), engine, partial=partial_steps, robust=estimator == "mlr",
        releases=releases, among="waves",
    )  # fmt: skip


def longitudinal_engine(
    items: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    person: pd.Series,
    wave: pd.Series,
    waves: Sequence[str],
    *,
    estimator: Estimator = "mlm",
    missing: Missing = "listwise",
) -> Engine:
    """Prepare the model of all waves for every step; as `longitudinal_invariance`."""
    base = structure(factors)
    if len(waves) < 2:  # noqa: PLR2004 - nothing to compare
        raise SpecificationError("longitudinal invariance needs at least two waves")
    if len(base.items) * len(waves) > MOST_COLUMNS:
        raise SpecificationError(
            f"{len(base.items)} items in {len(waves)} waves are too many to be fitted at once: "
            f"name fewer waves or items, at most {MOST_COLUMNS} together"
        )
    side = side_by_side(items[list(base.items)], person, wave, waves)
    wide = occasions(base, waves)
    side.columns = pd.Index(wide.items)
    alike = np.tile(np.arange(len(base.items)), len(waves))
    data = samples(side, wide.items, missing=missing, alike=alike)
    answered = side.notna().to_numpy().reshape(len(side), len(waves), -1)
    seen = answered.all(axis=(1, 2)) if missing == "listwise" else answered.any(axis=(1, 2))
    sizes = answered[seen].any(axis=2).sum(axis=0)
    return NormalEngine(
        prepare_fit(wide, data, estimator, means=True),
        base.items,
        {name: int(n) for name, n in zip(waves, sizes, strict=True)},
        partial(assign_occasions, base, wide, len(waves)),
        _slots(base, wide, waves, data.spread),
    )


def side_by_side(
    items: pd.DataFrame, person: pd.Series, wave: pd.Series, waves: Sequence[str]
) -> pd.DataFrame:
    """Lay the answers of each person out in one row, wave by wave.

    Raises
    ------
    FrameError
        If a person stands twice in a wave.
    """
    kept = person.notna() & wave.isin(waves)
    rows = items[kept].set_index(pd.MultiIndex.from_arrays([person[kept], wave[kept]]))
    twice = rows.index.duplicated()
    if twice.any():
        name, when = rows.index[twice][0]
        raise FrameError(f"the person {name!r} stands twice in the wave {when!r}: keep one row")
    people = rows.index.get_level_values(0).unique()
    parts = [
        rows[rows.index.get_level_values(1) == name].droplevel(1).reindex(people) for name in waves
    ]
    return pd.concat(parts, axis=1).reset_index(drop=True)


def occasions(base: Structure, waves: Sequence[str]) -> Structure:
    """Repeat a model in every wave, and link the residuals of each item over waves."""
    p, times = len(base.items), range(len(waves))
    linked = tuple(
        (then * p + item, now * p + item)
        for then in times
        for now in times
        if then < now
        for item in range(p)
    )
    return Structure(
        tuple(f"{item} {wave}" for wave in waves for item in base.items),
        tuple(f"{factor} {wave}" for wave in waves for factor in base.factors),
        np.kron(np.eye(len(waves), dtype=np.bool_), base.pattern),
        linked,
    )


def assign_occasions(
    base: Structure, wide: Structure, waves: int, equality: Equality
) -> Assignment:
    """Give every free parameter its place: those of a wave as `equality.assign` does for a group.

    Returns
    -------
    Assignment
        One row. What goes from wave to wave, factor and residual covariances, is free.
    """
    own = assign(base, waves, equality)
    parts, m = wide.parts, len(base.factors)
    place, value = np.full(wide.size, -1, dtype=np.int64), np.zeros(wide.size)
    for part in ("loading", "unique", "intercept", "mean"):
        place[parts[part]] = own.place[:, base.parts[part]].ravel()
        value[parts[part]] = own.value[:, base.parts[part]].ravel()
    row, column = wide.factor_at
    when, within = row // m, (row // m) == (column // m)
    inner = {pair: k for k, pair in enumerate(zip(*base.factor_at, strict=True))}
    at = np.array([
        base.parts["factor"].start + inner.get((r % m, c % m), 0)
        for r, c in zip(row, column, strict=True)
    ])  # fmt: skip
    place[parts["factor"]] = np.where(within, own.place[when, at], -2)
    value[parts["factor"]] = np.where(within, own.value[when, at], 0.0)
    place[parts["residual"]] = -2
    between = place == -2  # noqa: PLR2004 - marked just above
    place[between] = own.size + np.arange(int(between.sum()))
    return Assignment(place[None], value[None])


def _slots(
    base: Structure, wide: Structure, waves: Sequence[str], spread: np.ndarray
) -> tuple[Slot, ...]:
    """List loadings and intercepts of all waves."""
    p, m = len(base.items), len(base.factors)
    found = [
        Slot(
            base.items[i % p], "loading", base.factors[f % m], waves[i // p], 0,
            wide.parts["loading"].start + column, float(spread[i]),
        )
        for column, (i, f) in enumerate(zip(*wide.loading_at, strict=True))
    ]  # fmt: skip
    first = wide.parts["intercept"].start
    found += [
        Slot(base.items[i % p], "intercept", "", waves[i // p], 0, first + i, float(spread[i]))
        for i in range(len(wide.items))
    ]
    return tuple(found)
