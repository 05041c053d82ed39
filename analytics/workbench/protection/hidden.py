"""What a protected file hides: cell by cell, and where its tables together would tell too much."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.workbench.file.categories import categories
from analytics.workbench.protection.crossed_tables import chain, without_differences
from analytics.workbench.protection.figures import scale_ends
from analytics.workbench.protection.joint_shares import without_narrow_means
from analytics.workbench.protection.limits import check_hierarchy, check_size, missing_levels
from analytics.workbench.protection.statuses import PUBLISHED, SUPPRESSED, statuses
from analytics.workbench.protection.two_ways import second_way
from analytics.workbench.protection.weights_told import persons_known, sums_told
from analytics.workbench.specification.values import section_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.workbench.file.waves import Wave
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
        plain = statuses(wave.levels, spec, ends)
        second = second_way(wave.levels, rule)
        together = (*rule.hierarchy, *(second.by if second is not None else ()))
        decided, hidden = without_differences(wave.levels, plain, together, rule.minimum)
        decided = without_narrow_means(wave, decided, ends, rule.minimum)
        decided = _without_totals(_without_scales(decided, wave, spec), wave, spec)
        found[wave.name] = {
            by: np.where(own == PUBLISHED, PUBLISHED, SUPPRESSED) for by, own in decided.items()
        }
        gone |= dict.fromkeys(" x ".join(by) for by in hidden)
    return found, [GONE.format(column=name) for name in gone]


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
