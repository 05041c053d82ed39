"""Secondary suppression: more cells are suppressed until none follows from those that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.suppression.completion import (
    LOSS_OF_A_UNIT,
    CostLimit,
    complete,
    restore_redundant,
)
from analytics.disclosure.suppression.integer_programme import Effort, improve_pattern
from analytics.disclosure.suppression.linked_table import LinkedTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.counts import CellCounts
    from analytics.disclosure.table.network import CellNetwork

_TRIALS: Final = 5000  # trials times cells, where narrow intervals are widened in bulk
_TRIED: Final = 1000  # narrow intervals times cells


def suppress_secondary(
    networks: Sequence[CellNetwork],
    counts: CellCounts,
    hidden: Booleans,
    *,
    preferred: Booleans,
    remainder: int,
    effort: Effort | None = None,
    in_bulk: bool = False,
) -> Booleans:
    """Complete a suppression pattern.

    Parameters
    ----------
    networks : sequence of CellNetwork
        The hierarchies that the cells belong to.
    counts : CellCounts
    hidden : ndarray of bool, shape (n_cells,)
        What is suppressed already.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication suppressed: they cost less than others.
    remainder : int
        Respondents that the suppressed children of a shown parent must have together, if any.
    effort : Effort, optional
        What the integer programme may spend; a whole one when left out.
    in_bulk : bool
        Whether narrow intervals are widened all at once, without an integer programme.

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        At least as much suppressed.

    Notes
    -----
    anonymity-design.md 7.3 and 7.4. First every cell that is disclosed, and every remainder that is
    too small, gets its cheapest complementary cells, which serve regions and unit types together.
    Cells that were added one by one often make one another needless: each is then shown on trial,
    the pattern is completed without it, and what costs less is kept. Last an integer programme
    looks for a pattern with a smaller loss (`integer_programme`).
    """
    tables = [
        LinkedTable(network, figures, preferred, remainder, in_bulk=in_bulk)
        for network in networks
        for figures in _by_support(network, counts)
    ]
    cost = np.zeros(len(hidden))
    for table in tables:
        np.maximum.at(cost, table.network.cell[table.is_cell], table.cost[table.is_cell])
    start = hidden
    none_forced = np.zeros(len(hidden), dtype=bool)
    pattern = start.copy()
    if not complete(tables, pattern, none_forced):
        return pattern
    # once more with nothing that costs more than a unit type, and then more than a unit
    for most in (2 * LOSS_OF_A_UNIT, 1.1 * LOSS_OF_A_UNIT):
        trial, forced = start.copy(), (cost > most) & ~start
        limit = CostLimit(cost, float(cost[pattern].sum()))
        if (pattern & forced).any() and complete(tables, trial, forced, limit):
            pattern = trial
    pattern = _restore_needless(tables, start, pattern, cost)
    if pattern.sum() == start.sum() or in_bulk:
        return pattern
    return improve_pattern(tables, start, pattern, cost, Effort() if effort is None else effort)


def lacks_protection(
    networks: Sequence[CellNetwork], counts: CellCounts, hidden: Booleans, *, preferred: Booleans
) -> bool:
    """Say whether the feasibility interval of any suppressed cell is too narrow."""
    return next(_narrow(networks, counts, hidden, preferred), None) is not None


def takes_long(
    networks: Sequence[CellNetwork], counts: CellCounts, hidden: Booleans, *, preferred: Booleans
) -> bool:
    """Say whether so many intervals are narrow that to try every cell for each takes minutes."""
    narrow = sum(_narrow(networks, counts, hidden, preferred))
    return narrow * len(hidden) > _TRIED


def _narrow(
    networks: Sequence[CellNetwork], counts: CellCounts, hidden: Booleans, preferred: Booleans
) -> Iterator[int]:
    """Count the narrow intervals of each linked table that has any."""
    if counts.totals is None:
        return
    tables = (
        LinkedTable(network, figures, preferred, 0)
        for network in networks
        for figures in _by_support(network, counts)
    )
    for table in tables:
        shortfalls = table.shortfalls(table.hidden_edges(hidden))
        if shortfalls:
            yield len(shortfalls)


def _restore_needless(
    tables: Sequence[LinkedTable], start: Booleans, pattern: Booleans, cost: Floats
) -> Booleans:
    """Show cells on trial, the costliest first, and keep each pattern that costs less."""
    tried = np.zeros(len(pattern), dtype=bool)
    in_bulk = any(table.in_bulk for table in tables)
    while True:
        added = np.flatnonzero(pattern & ~start & ~tried)
        if not len(added) or (in_bulk and tried.sum() * len(tried) > _TRIALS):
            return pattern
        cell = int(added[cost[added].argmax()])
        tried[cell] = True
        forced = np.zeros(len(pattern), dtype=bool)
        forced[cell] = True
        trial = pattern & ~forced
        # a cell that nothing protects any longer was a complement of the one on trial
        for table in tables:
            restore_redundant(table, trial, start)
        if complete(tables, trial, forced, CostLimit(cost, float(cost[pattern].sum()))):
            pattern = trial


def _by_support(network: CellNetwork, counts: CellCounts) -> list[CellCounts]:
    """Group the figures by where they have respondents, and by what readers know of them.

    An empty or known cell protects nothing: complementary cells of one figure may leave a cell of
    another disclosed.
    """
    support = network.counts @ counts.n > 0
    if counts.known is not None:
        support = np.vstack([support, counts.known])
    # bits in bytes sort as the columns do, in a twentieth of the time that they take
    groups: dict[bytes, list[int]] = {}
    for figure, column in enumerate(np.ascontiguousarray(np.packbits(support, axis=0).T)):
        groups.setdefault(column.tobytes(), []).append(figure)
    return [counts.only(np.array(groups[key])) for key in sorted(groups)]
