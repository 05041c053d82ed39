"""Solve a wave's suppression problem: suppress, audit, suppress more, until nothing follows.

Each round decides the patterns of all figures (`suppression`). Then the exact audit and, beside
prior releases, the feasibility intervals across versions say what is still disclosed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.audit.audit import audit, cells_to_suppress
from analytics.disclosure.audit.candidate_release import CandidateRelease
from analytics.disclosure.releases.derived_cells import derived_cells
from analytics.disclosure.releases.intervals_across_versions import (
    interval_disclosure_across_versions,
)
from analytics.disclosure.releases.known_cells import released_and_withheld
from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.suppression.counts import CellCounts
from analytics.disclosure.suppression.feasibility_interval import CellTotals
from analytics.disclosure.suppression.patterns import SuppressionPatterns
from analytics.disclosure.suppression.primary import composed
from analytics.disclosure.suppression.secondary import lacks_protection

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.audit.audit import Disclosure
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import FigureKey
    from analytics.disclosure.table.network import CellNetwork
    from analytics.disclosure.table.plan import Plan
    from analytics.disclosure.table.prior_release import PriorRelease


def solve_suppression(
    frame: pd.DataFrame,
    grid: Grid,
    plan: Plan,
    *,
    networks: Sequence[CellNetwork],
    primary: Booleans,
    preferred: Booleans,
    prior_releases: Sequence[PriorRelease] = (),
) -> Booleans:
    """Find a suppression pattern from which nothing follows, exactly or nearly.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    grid : Grid
        The same rows laid out.
    plan : Plan
    networks : sequence of CellNetwork
        ``plan.tree.networks()``.
    primary : ndarray of bool, shape (n_cells, n_figures)
        What is suppressed for its own sake.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication suppressed.
    prior_releases : sequence of PriorRelease, optional
        Of the same responses.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)
        True where suppressed.

    Raises
    ------
    DisclosureError
        If a suppressed cell follows, or its interval is too narrow, all the same: nothing is
        published.
    """
    indices = {index: plan.indices[index] for index in composed(plan)}
    known, suppressed_before = released_and_withheld(grid, plan.tree, prior_releases)
    known |= derived_cells(grid, plan.tree, prior_releases, indices=indices)
    listed = _listed(plan, beside_prior_release=bool(prior_releases))[:, np.newaxis]
    totals = CellTotals.of(
        frame,
        grid,
        indices=indices,
        sensitive=primary if plan.complements_centred else primary | listed,
        centred_only=listed & ~primary if plan.complements_centred else None,
        known=known,
        remainders=not prior_releases,
    )
    required = primary | suppressed_before
    while True:
        hidden = SuppressionPatterns(plan, networks, grid, required, preferred, totals).decide()
        # what was released cannot be taken back: suppressing it for others' sake protects nothing
        hidden &= ~known | required
        _refuse_narrow_intervals(grid, networks, totals, hidden, preferred)
        release = CandidateRelease.of(grid, hidden, plan, prior_releases)
        added = _marked(grid, plan, cells_to_suppress(release)) & ~hidden
        if not added.any():
            added = ~hidden & interval_disclosure_across_versions(
                plan.tree, grid.names, hidden, totals, prior_releases
            )
        if not added.any():
            _refuse_disclosures(release)
            return hidden
        required |= added


def _listed(plan: Plan, *, beside_prior_release: bool) -> Booleans:
    """Mark the cells whose people a reader can list: protected also when suppressed for others.

    A group of the public is not: nobody knows who was drawn. Nor, beside a prior release, is a
    region or a unit type. It is large enough to be shown, and what the prior release says of it
    cannot be taken back; the small cells inside it are protected all the same.
    """
    broad = {"group", "agency", "region", "unit_type"} if beside_prior_release else {"group"}
    return np.array([level not in broad for level, _ in plan.tree.keys], dtype=bool)


def _marked(grid: Grid, plan: Plan, disclosures: Sequence[Disclosure]) -> Booleans:
    """Mark the cells that the audit asks to suppress; without a measure in every figure."""
    row = {key: position for position, key in enumerate(plan.tree.keys)}
    columns: dict[FigureKey, list[int]] = {("", "", ""): list(range(grid.n.shape[1]))}
    for column, figure in enumerate(grid.names):
        columns.setdefault(figure, []).append(column)
    marked = np.zeros(grid.n.shape, dtype=bool)
    for cell in disclosures:
        marked[
            row[cell.level, cell.domain], columns[cell.measure, cell.statistic, cell.category]
        ] = True
    return marked


def _refuse_narrow_intervals(
    grid: Grid,
    networks: Sequence[CellNetwork],
    totals: CellTotals,
    hidden: Booleans,
    preferred: Booleans,
) -> None:
    """Stop if the interval of a suppressed cell is too narrow, figure by figure."""
    for column in np.flatnonzero(totals.adds_up).tolist():
        figure = totals.only([column])
        counts = CellCounts(grid.n[:, [column]], totals=figure, known=figure.known)
        if lacks_protection(networks, counts, hidden[:, column], preferred=preferred):
            measure, statistic, _ = grid.names[column]
            raise DisclosureError(
                f"nothing is published: a hidden {measure} {statistic} could "
                "be worked out nearly; report this, with the plan of the wave"
            )


def _refuse_disclosures(release: CandidateRelease) -> None:
    """Stop if the audit still finds something: the last line, which nothing should reach."""
    disclosures = audit(release)
    if disclosures:
        first = disclosures[0]
        raise DisclosureError(
            f"nothing is published: {len(disclosures)} hidden figures could be worked out, the "
            f"first {first.measure} {first.statistic} of {first.level} {first.domain!r}: "
            f"{first.reason}"
        )
