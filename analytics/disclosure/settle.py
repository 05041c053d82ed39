"""What is hidden by the plan's own figures: what follows from them, exactly or nearly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.bounds import Sums
from analytics.disclosure.errors import DisclosureError
from analytics.disclosure.patterns import Patterns
from analytics.disclosure.primary import composed
from analytics.disclosure.secondary import Counts, bounded_closely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.grid import Grid
    from analytics.disclosure.network import Network
    from analytics.disclosure.plan import Plan
    from analytics.disclosure.told import Told


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
    """Decide what is hidden, and look once more whether each hidden cell has its room.

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
        If a hidden cell is bounded too closely all the same: nothing is published.
    """
    # a group of the public that is hidden for another's sake has many people whom nobody can list
    group = np.array([level == "group" for level, _ in plan.tree.keys], dtype=bool)
    must = primary | ~group[:, np.newaxis]
    known = _known(grid, plan, told)
    sums = Sums.of(frame, grid, indices=composed(plan), must=must, known=known)
    hidden = Patterns(plan, networks, grid, primary, preferred, sums).decide()
    for column in np.flatnonzero(sums.adds_up).tolist():
        counts = Counts(grid.n[:, [column]], sums=sums.only([column]))
        if bounded_closely(networks, counts, hidden[:, column], preferred=preferred):
            figure = grid.figures.iloc[column]
            raise DisclosureError(
                f"nothing is published: a hidden {figure['measure']} {figure['statistic']} could "
                "be worked out nearly; report this, with the plan of the wave"
            )
    return hidden


def _known(grid: Grid, plan: Plan, told: Sequence[Told]) -> Booleans:
    """Mark the cells that an earlier publication of the same responses showed."""
    known = np.zeros(grid.n.shape, dtype=bool)
    place = {key: position for position, key in enumerate(plan.tree.keys)}
    figures = grid.figures[["measure", "statistic", "category"]].itertuples(index=False, name=None)
    for column, figure in enumerate(figures):
        for publication in told:
            for key, n in publication.n.get(figure, {}).items():
                # with other respondents it is another cell of the same name
                if key in place and n == grid.n[place[key], column]:
                    known[place[key], column] = True
    return known
