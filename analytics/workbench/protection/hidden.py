"""What a protected file hides: cell by cell, and where its tables together would tell too much."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.workbench.file.categories import categories
from analytics.workbench.file.numbers import numeric_column
from analytics.workbench.protection.crossed_tables import chain, without_differences
from analytics.workbench.protection.design_told import groups_inside
from analytics.workbench.protection.figures import scale_ends
from analytics.workbench.protection.joint_shares import without_narrow_means
from analytics.workbench.protection.limits import check_hierarchy, check_size, missing_levels
from analytics.workbench.protection.statuses import PUBLISHED, SUPPRESSED, statuses
from analytics.workbench.protection.two_ways import second_way
from analytics.workbench.protection.weights_told import persons_known, sums_told
from analytics.workbench.specification.values import section_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.specification.model import Specification

NESTED: Final = (
    "[disclosure] the categories of {columns} nest, and together they would give back what each "
    "hides: they are protected as a hierarchy; name it in [disclosure] hierarchy"
)
GONE: Final = (
    "[disclosure] {column!r} is hidden, since together with the other divisions it would give back "
    "figures of small groups: ask for it in a file of its own, or for fewer divisions"
)

UNEVEN: Final = (
    "[disclosure] the totals of {names} are hidden where people of different weights stand behind "
    "them: beside the means they would add up weights of hidden groups, and with these how many "
    "answered there"
)
TOLD: Final = (
    "[disclosure] the scale {name!r} is hidden{wave}: beside scales that share items with it, it "
    "would tell what somebody said who left an item out; make it an index of these, or ask for the "
    "means of its items"
)


def with_hierarchy(data: pd.DataFrame, spec: Specification) -> Specification:
    """Add the levels that disclosure control needs, though nobody asked to see them.

    Raises
    ------
    FrameError, UnsupportedError
        As `check_hierarchy`, `missing_levels` and `check_size`.
    """
    if spec.disclosure is None:
        return spec
    check_hierarchy(data, spec.disclosure)
    found = replace(spec, by=(*spec.by, *missing_levels(spec.by, spec.disclosure)))
    check_size(data, found)
    return found


def hidden_cells(
    waves: Sequence[Wave], spec: Specification
) -> tuple[dict[str | None, Statuses], list[str]]:
    """Decide what may show in each wave.

    Parameters
    ----------
    waves : sequence of Wave
        With the levels of `with_hierarchy`.
    spec : Specification

    Returns
    -------
    hidden : dict of wave to statuses
        ``published`` or the one word for what is hidden; None for each wave where nothing is
        protected.
    warnings : list of str
        A sentence for each division that had to go.
    """
    if spec.disclosure is None:
        return dict.fromkeys(wave.name for wave in waves), []
    rule = spec.disclosure
    ends = scale_ends(pd.concat([wave.data for wave in waves]), spec)
    found: dict[str | None, Statuses] = {}
    gone: dict[str, None] = {}
    for wave in waves:
        counted, around = _of_contributors(wave, spec, rule.minimum)
        plain = statuses(counted.levels, spec, ends)
        second = second_way(wave.levels, rule)
        together = (*rule.hierarchy, *(second.by if second is not None else ()))
        decided, hidden = without_differences(counted.levels, plain, together, rule.minimum)
        decided = without_narrow_means(counted, decided, ends, rule.minimum)
        decided = {by: np.where(around[by], SUPPRESSED, own) for by, own in decided.items()}
        decided = _without_totals(_without_scales(decided, wave, spec), wave, spec)
        found[wave.name] = {
            by: np.where(own == PUBLISHED, PUBLISHED, SUPPRESSED) for by, own in decided.items()
        }
        gone |= dict.fromkeys(" x ".join(by) for by in hidden)
    return found, [GONE.format(column=name) for name in gone]


def _of_contributors(
    wave: Wave, spec: Specification, minimum: int
) -> tuple[Wave, dict[tuple[str, ...], np.ndarray]]:
    """Count in figures of amounts those alone who add something to them.

    Where three of thirty people have an amount and the others 0, the mean, the total and the ratio
    are those of three. That all of a group have nothing is theirs, too: there everybody counts.
    Answers on a scale, and columns of 0 and 1, are no amounts. Also marked is what lies around few
    who have one beside such a group: it is hidden, since no other group covers the few.
    """
    adding = _adding(wave, spec)
    around = {level.by: np.zeros(level.means.n.shape, dtype=bool) for level in wave.levels}
    number = [level.means.n.copy() for level in wave.levels]
    for column, own in adding.items():
        there = own & wave.levels[0].means.scored[:, column]
        adds = [_people(level, there) for level in wave.levels]
        nothing = np.any(
            [
                np.append(n == 0, False)[one.partition.code]
                for n, one in zip(adds, wave.levels, strict=True)
            ],
            axis=0,
        )
        counted = wave.levels[0].means.scored[:, column] & (there | nothing)
        for n, some, level in zip(number, adds, wave.levels, strict=True):
            few, everybody = (some > 0) & (some < minimum), _people(level, counted)
            n[:, column] = np.where(few, some, everybody)
            for outer in wave.levels:
                cell, group = groups_inside(outer, level)
                around[outer.by][cell[(few & (everybody > some))[group]], column] = True
    levels = [
        replace(level, means=replace(level.means, n=n))
        for n, level in zip(number, wave.levels, strict=True)
    ]
    return replace(wave, levels=levels), around


def _people(level: DivisionEstimates, there: np.ndarray) -> np.ndarray:
    """Count some people in each domain."""
    code = level.partition.code
    return np.bincount(code[there & (code >= 0)], minlength=len(level.domains))


def _adding(wave: Wave, spec: Specification) -> dict[int, np.ndarray]:
    """Mark of each column of amounts who has another one than 0, of a ratio on both sides."""
    ratios = {f"{top}/{bottom}": (top, bottom) for top, bottom in spec.variables.ratios}
    items = {item for scale in spec.scales.values() for item in scale.items}
    known = {*spec.scales, *spec.indices, *spec.variables.ranges, *items}
    found = {}
    for column, label in enumerate(wave.levels[0].labels):
        if label.statistic in {"mean", "total"} and label.index not in known:
            found[column] = _has_amount(wave, label.index)
        elif label.statistic == "ratio":
            top, bottom = ratios[label.index]
            own = numeric_column(wave.data, bottom, "[variables]") != 0
            found[column] = own if top in known else own & _has_amount(wave, top)
    return {column: own for column, own in found.items() if not own.all()}


def _has_amount(wave: Wave, name: str) -> np.ndarray:
    """Mark who has another amount than 0; everybody where a column has 0 and 1 alone."""
    values = numeric_column(wave.data, name, "[variables]")
    mark = np.isin(values, (0.0, 1.0))[np.isfinite(values)].all()
    return np.ones(len(values), dtype=bool) if mark else values != 0


def totals_told(
    waves: Sequence[Wave], hidden: Mapping[str | None, Statuses], spec: Specification
) -> list[str]:
    """Say which totals are hidden for the weights that they would add up."""
    names: dict[str, None] = {}
    for wave in waves:
        statuses = hidden[wave.name]
        if statuses is not None and not persons_known((), spec):
            gone = _totals(wave) & ~sums_told(wave, statuses)[()][0]
            names |= {wave.levels[0].labels[at].index: None for at in np.flatnonzero(gone)}
    return [UNEVEN.format(names=", ".join(names))] if names else []


def left_out_told(waves: Sequence[Wave]) -> list[str]:
    """Say which scales are hidden in which waves, and what can be done about it."""
    return [
        TOLD.format(name=name, wave="" if wave.name is None else f" in wave {wave.name!r}")
        for wave in waves
        for name in sorted(wave.left_out)
    ]


def _without_scales(
    decided: Mapping[tuple[str, ...], np.ndarray], wave: Wave, spec: Specification
) -> dict[tuple[str, ...], np.ndarray]:
    """Hide the scales that a wave must not show, and the indices that are made of them."""
    left = {*wave.left_out}
    left |= {name for name, parts in spec.indices.items() if left & parts.keys()}
    labels = wave.levels[0].labels
    gone = np.array([one.statistic == "mean" and one.index in left for one in labels], dtype=bool)
    return {by: np.where(gone, SUPPRESSED, own) for by, own in decided.items()}


def _without_totals(
    decided: Mapping[tuple[str, ...], np.ndarray], wave: Wave, spec: Specification
) -> dict[tuple[str, ...], np.ndarray]:
    """Hide totals that, by their means, tell the sum of weights where groups are hidden."""
    told = sums_told(wave, decided)
    return {
        by: np.where(_totals(wave) & ~told[by] & (not persons_known(by, spec)), SUPPRESSED, own)
        for by, own in decided.items()
    }


def _totals(wave: Wave) -> np.ndarray:
    return np.array([one.statistic == "total" for one in wave.levels[0].labels], dtype=bool)


def nested_columns(data: pd.DataFrame, spec: Specification) -> tuple[str, ...]:
    """Find the divisions of a file that nest, from the top down, where no hierarchy is named."""
    if spec.disclosure is None or spec.disclosure.hierarchy:
        return ()
    columns = [by[0] for by in spec.by if len(by) == 1]
    return chain({
        name: np.asarray(pd.factorize(categories(data, name, "[domains] by"))[0], dtype=np.int64)
        for name in columns
    })  # fmt: skip


def with_nested(raw: Mapping[str, object], nested: tuple[str, ...]) -> dict[str, object]:
    """Name the columns that nest as the hierarchy of a specification."""
    return {**raw, "disclosure": {**section_of(raw, "disclosure"), "hierarchy": list(nested)}}
