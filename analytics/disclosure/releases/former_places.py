"""Places that earlier versions of a publication had, and the one that is made has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.disclosure.table.finest_cells import partitions_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.keys import DomainKey


def former_places(
    versions: Sequence[tuple[DomainTree, Collection[DomainKey]]],
    now: Mapping[DomainKey, frozenset[DomainKey]],
    invited: Mapping[DomainKey, int],
) -> tuple[tuple[frozenset[DomainKey], bool], ...]:
    """Find the places of other trees that hold other cells than each of this one.

    Parameters
    ----------
    versions : sequence of (DomainTree, collection of (level, code))
        The domains of each version, and those whose count it released.
    now : Mapping of (level, code) to frozenset of finest cell
        The domains that are protected.
    invited : Mapping of finest cell to int
        Where somebody was.

    Returns
    -------
    tuple of (frozenset of finest cell, bool)
        Each once, in the order of its cells, and whether any version released its count. A region
        from which a unit moved away is one, though there is a region of that name.
    """
    still = {frozenset(cells & invited.keys()) for cells in now.values()}
    found: dict[frozenset[DomainKey], bool] = {}
    for tree, released in versions:
        for key, members in partitions_of(tree)[0].members.items():
            cells = frozenset(members & invited.keys())
            if cells and cells not in still:
                found[cells] = found.get(cells, False) or key in released
    return tuple(sorted(found.items(), key=lambda place: sorted(place[0])))
