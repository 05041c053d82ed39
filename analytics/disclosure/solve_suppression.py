"""What is hidden by the plan's own figures: what follows from them, exactly or nearly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.audit.audit import audit, mend
from analytics.disclosure.audit.candidate_release import Publication
from analytics.disclosure.releases.derived_cells import derived
from analytics.disclosure.releases.intervals_across_versions import tells_too_nearly
from analytics.disclosure.releases.known_cells import shown_and_hidden
from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.suppression.counts import Counts
from analytics.disclosure.suppression.feasibility_interval import Sums
from analytics.disclosure.suppression.patterns import Patterns
from analytics.disclosure.suppression.primary import composed
from analytics.disclosure.suppression.secondary import bounded_closely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.audit.audit import Disclosure
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import Name
    from analytics.disclosure.table.network import Network
    from analytics.disclosure.table.plan import Plan
    from analytics.disclosure.table.prior_release import Told


def settle(
    frame: pd.DataFrame,
    grid: Grid,
    plan: Plan,
    *,
    networks: Sequence[Network],
    primary: Booleans,
    preferred: Booleans,
    told: Sequence[Told] = (),
) -> Booleans:
    """Decide, look, and decide again with more hidden, until nothing follows.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`.
    grid : Grid
        The same rows laid out.
    plan : Plan
    networks : sequence of Network
        ``plan.tree.networks()``.
    primary : ndarray of bool, shape (n_cells, n_figures)
        What is hidden for its own sake.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication hid.
    told : sequence of Told, optional
        Earlier publications of the same responses.

    Returns
    -------
    ndarray of bool, shape (n_cells, n_figures)

    Raises
    ------
    DisclosureError
        If a hidden cell follows, or is bounded too closely, all the same: nothing is published.
    """
    indices = {index: plan.indices[index] for index in composed(plan)}
    known, before = shown_and_hidden(grid, plan.tree, told)
    known |= derived(grid, plan.tree, told, indices=indices)
    must = primary | _listed(plan, beside_another=bool(told))[:, np.newaxis]
    sums = Sums.of(frame, grid, indices=indices, must=must, known=known, rests=not told)
    asked = primary | before
    while True:
        hidden = Patterns(plan, networks, grid, asked, preferred, sums).decide()
        # what was told is told: hiding it for the sake of other figures keeps nothing from anybody
        hidden &= ~known | asked
        _refuse_narrow(grid, networks, sums, hidden, preferred)
        publication = Publication.of(grid, hidden, plan, told)
        more = _cells(grid, plan, mend(publication)) & ~hidden
        if not more.any():
            more = tells_too_nearly(plan.tree, grid.names, hidden, sums, told) & ~hidden
        if not more.any():
            _refuse_leaks(publication)
            return hidden
        asked |= more


def _listed(plan: Plan, *, beside_another: bool) -> Booleans:
    """Mark the cells whose people a reader can list: they are free when hidden for another's sake.

    A group of the public is not: nobody knows who was drawn. Nor, beside an earlier version, is a
    region or a unit type. It is large enough to be shown, and what the version before tells of it
    cannot be taken back; the small ones inside it are free all the same.
    """
    broad = {"group", "agency", "region", "unit_type"} if beside_another else {"group"}
    return np.array([level not in broad for level, _ in plan.tree.keys], dtype=bool)


def _cells(grid: Grid, plan: Plan, found: Sequence[Disclosure]) -> Booleans:
    """Mark the cells that the audit asks to hide; without a measure in every figure."""
    place = {key: position for position, key in enumerate(plan.tree.keys)}
    columns: dict[Name, list[int]] = {("", "", ""): list(range(grid.n.shape[1]))}
    for column, figure in enumerate(grid.names):
        columns.setdefault(figure, []).append(column)
    marked = np.zeros(grid.n.shape, dtype=bool)
    for one in found:
        own = columns[one.measure, one.statistic, one.category]
        marked[place[one.level, one.domain], own] = True
    return marked


def _refuse_narrow(
    grid: Grid, networks: Sequence[Network], sums: Sums, hidden: Booleans, preferred: Booleans
) -> None:
    """Look once more whether each hidden cell has its room."""
    for column in np.flatnonzero(sums.adds_up).tolist():
        one = sums.only([column])
        counts = Counts(grid.n[:, [column]], sums=one, known=one.known)
        if bounded_closely(networks, counts, hidden[:, column], preferred=preferred):
            measure, statistic, _ = grid.names[column]
            raise DisclosureError(
                f"nothing is published: a hidden {measure} {statistic} could "
                "be worked out nearly; report this, with the plan of the wave"
            )


def _refuse_leaks(publication: Publication) -> None:
    """Stop at whatever is left: the last line, which nothing should reach."""
    leaks = audit(publication)
    if leaks:
        first = leaks[0]
        raise DisclosureError(
            f"nothing is published: {len(leaks)} hidden figures could be worked out, the first "
            f"{first.measure} {first.statistic} of {first.level} {first.domain!r}: {first.reason}"
        )
