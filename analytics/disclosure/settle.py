"""What is hidden by the plan's own figures: what follows from them, exactly or nearly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.atoms import views_of
from analytics.disclosure.bounds import Sums
from analytics.disclosure.errors import DisclosureError
from analytics.disclosure.patterns import Patterns
from analytics.disclosure.primary import composed
from analytics.disclosure.secondary import Counts, bounded_closely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.atoms import Key, View
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
    asked: Booleans,
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
    asked : ndarray of bool, shape (n_cells, n_figures)
        What is hidden in any case: that, and what the audit asked for.
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
    must = primary | _listed(plan, beside_another=bool(told))[:, np.newaxis]
    known = _known(grid, plan, told)
    sums = Sums.of(frame, grid, indices=composed(plan), must=must, known=known)
    hidden = Patterns(plan, networks, grid, asked, preferred, sums).decide()
    for column in np.flatnonzero(sums.adds_up).tolist():
        one = sums.only([column])
        counts = Counts(grid.n[:, [column]], sums=one, known=one.known)
        if bounded_closely(networks, counts, hidden[:, column], preferred=preferred):
            figure = grid.figures.iloc[column]
            raise DisclosureError(
                f"nothing is published: a hidden {figure['measure']} {figure['statistic']} could "
                "be worked out nearly; report this, with the plan of the wave"
            )
    return hidden


def _listed(plan: Plan, *, beside_another: bool) -> Booleans:
    """Mark the cells whose people a reader can list: they are free when hidden for another's sake.

    A group of the public is not: nobody knows who was drawn. Nor, beside an earlier version, is a
    region or a unit type. It is large enough to be shown, and what the version before tells of it
    cannot be taken back; the small ones inside it are free all the same.
    """
    broad = {"group", "agency", "region", "unit_type"} if beside_another else {"group"}
    return np.array([level not in broad for level, _ in plan.tree.keys], dtype=bool)


def _known(grid: Grid, plan: Plan, told: Sequence[Told]) -> Booleans:
    """Mark the cells that an earlier publication of the same responses showed."""
    known = np.zeros(grid.n.shape, dtype=bool)
    place = {key: position for position, key in enumerate(plan.tree.keys)}
    now = _members(views_of(plan.tree))
    figures = grid.figures[["measure", "statistic", "category"]].itertuples(index=False, name=None)
    before = [(one, _members(one.views)) for one in told]
    for column, figure in enumerate(figures):
        for publication, members in before:
            for key, n in publication.n.get(figure, {}).items():
                # with other respondents it is another cell of the same name
                same = members.get(key) == now.get(key, ()) and key in place
                if same and n == grid.n[place[key], column]:
                    known[place[key], column] = True
    return known


def _members(views: Sequence[View]) -> dict[Key, frozenset[frozenset[Key]]]:
    """Name the atoms of every cell, in all views it stands in."""
    found: dict[Key, set[frozenset[Key]]] = {}
    for view in views:
        for key, atoms in view.members.items():
            found.setdefault(key, set()).add(atoms)
    return {key: frozenset(atoms) for key, atoms in found.items()}
