"""Hide more cells until no hidden one follows from those that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.suppression.integer_programme import Effort, cheaper
from analytics.disclosure.suppression.linked_table import A_UNIT, Round, complete

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats
    from analytics.disclosure.suppression.counts import Counts
    from analytics.disclosure.table.network import Network


def hide_secondary(
    networks: Sequence[Network],
    counts: Counts,
    hidden: Booleans,
    *,
    preferred: Booleans,
    remainder: int,
    effort: Effort | None = None,
) -> Booleans:
    """Complete a suppression pattern.

    Parameters
    ----------
    networks : sequence of Network
        All ways in which the cells nest.
    counts : Counts
    hidden : ndarray of bool, shape (n_cells,)
        What is hidden already.
    preferred : ndarray of bool, shape (n_cells,)
        Cells that an earlier publication hid: they are cheaper than others.
    remainder : int
        Respondents that the unpublished children of a published parent must have, if any.
    effort : Effort, optional
        What may be spent on looking for something cheaper; a whole one when left out.

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        At least as much hidden.

    Notes
    -----
    anonymity-design.md 7.3 and 7.4. First every cell that is given away, and every remainder that
    is too small, gets its cheapest cover, which serves regions and unit types together. Then each
    cell that was added is shown on trial, the rest is completed without it, and what costs less is
    kept: covers that were found one by one often make one another needless. Last an integer
    programme looks for a pattern with a smaller loss (`programme`).
    """
    rounds = [
        Round(network, part, preferred, remainder)
        for network in networks
        for part in _alike(network, counts)
    ]
    price = np.zeros(len(hidden))
    for one in rounds:
        np.maximum.at(price, one.network.cell[one.open], one.price[one.open])
    start = hidden
    nothing = np.zeros(len(hidden), dtype=bool)
    found = start.copy()
    if not complete(rounds, found, nothing):
        return found
    # once more with nothing dearer than a unit type, and with nothing dearer than a unit
    for most in (2 * A_UNIT, 1.1 * A_UNIT):
        trial, kept = start.copy(), (price > most) & ~start
        if (
            (found & kept).any()
            and complete(rounds, trial, kept)
            and price[trial].sum() < price[found].sum()
        ):
            found = trial
    found = _spare(rounds, start, found, price)
    if found.sum() == start.sum():
        return found
    return cheaper(rounds, start, found, price, Effort() if effort is None else effort)


def bounded_closely(
    networks: Sequence[Network], counts: Counts, hidden: Booleans, *, preferred: Booleans
) -> bool:
    """Say whether a hidden cell is bounded too closely, by the sums of the counts."""
    if counts.sums is None:
        return False
    rounds = (
        Round(network, part, preferred, 0)
        for network in networks
        for part in _alike(network, counts)
    )
    return any(one.narrow(one.edges(hidden)) for one in rounds)


def _spare(rounds: Sequence[Round], start: Booleans, found: Booleans, price: Floats) -> Booleans:
    """Show cells on trial, the dearest first, and keep each pattern that costs less."""
    tried = np.zeros(len(found), dtype=bool)
    while True:
        added = np.flatnonzero(found & ~start & ~tried)
        if not len(added):
            return found
        cell = int(added[price[added].argmax()])
        tried[cell] = True
        kept = np.zeros(len(found), dtype=bool)
        kept[cell] = True
        trial = found & ~kept
        # a cell that nothing covers any longer was there for the one on trial
        for one in rounds:
            one.release(trial, start)
        if complete(rounds, trial, kept) and price[trial].sum() < price[found].sum():
            found = trial


def _alike(network: Network, counts: Counts) -> list[Counts]:
    """Part the figures by where they have respondents, and by what readers know of them.

    An empty or known cell hides nothing: what covers a cell in one figure may leave it bare in
    another.
    """
    there = network.counts @ counts.n > 0
    if counts.known is not None:
        there = np.vstack([there, counts.known])
    # bits in bytes sort as the columns do, in a twentieth of the time that they take
    parts: dict[bytes, list[int]] = {}
    for figure, column in enumerate(np.ascontiguousarray(np.packbits(there, axis=0).T)):
        parts.setdefault(column.tobytes(), []).append(figure)
    return [counts.only(np.array(parts[key])) for key in sorted(parts)]
