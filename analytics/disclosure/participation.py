"""How many have answered, per domain, without telling who has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.atoms import views_of
from analytics.disclosure.errors import DisclosureError
from analytics.disclosure.ledger import Secret, Statement, withhold
from analytics.disclosure.secondary import Counts, hide_secondary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Booleans, Integers
    from analytics.disclosure.atoms import Key
    from analytics.disclosure.rules import DisclosureRules
    from analytics.disclosure.tree import DomainTree

COLUMNS: Final = ("level", "domain", "invited", "answered", "rate", "bound", "status")


def participation(
    invited: Mapping[tuple[str, str], int],
    answered: Mapping[tuple[str, str], int],
    *,
    tree: DomainTree,
    rules: DisclosureRules,
    known: Collection[tuple[str, str]] = (),
    earlier: Sequence[tuple[DomainTree, Collection[tuple[str, str]]]] = (),
) -> pd.DataFrame:
    """Protect counts of answers per domain.

    Parameters
    ----------
    invited, answered : Mapping of (level, code) to int
        For the domains of the tree; ("agency", "") is the whole. A domain without an entry is 0.
    tree : DomainTree
    rules : DisclosureRules
    known : collection of (level, code)
        Domains whose count is told elsewhere.
    earlier : sequence of (DomainTree, collection of (level, code))
        What earlier versions told, each over the domains it had: a region of the same name may
        have had other units.

    Returns
    -------
    DataFrame
        One row per domain: level, domain, invited, answered, rate (0-1), bound, status. ``bound``
        is "" for exact figures; "at_least" where nearly or quite everybody in the agency answered,
        and then ``answered`` is the number that may be told; suppressed rows hold neither.

    Raises
    ------
    DisclosureError
        If more answered than were invited.

    Notes
    -----
    A count is told when at least k answered and at least k did not (anonymity-design.md 7.2: 0 %
    and 100 % only as a bound). Bounds are for the whole alone: two units of 20 with a bound of 15
    each, in a region where 8 are silent, would be known to have 16 answers each.

    Those held back are protected like suppressed means: a count that follows from its parent and
    siblings takes another with it. The number of answers beside a figure is told of the same
    domains, and of no others: hardly anybody leaves out every item.

    Nobody is not nothing here: an empty cell is a secret too. With what is told elsewhere and the
    register, which tells how many were invited, neither those who answered nor those who did not
    may be found where they are fewer than k, unless what is told elsewhere gives them away by
    itself.
    """
    keys = tree.keys
    asked = np.array([invited.get(key, 0) for key in keys], dtype=np.int64)
    told = np.array([answered.get(key, 0) for key in keys], dtype=np.int64)
    if (told > asked).any():
        level, code = keys[int(np.argmax(told > asked))]
        raise DisclosureError(
            f"more answered than were invited in the {level} {code!r}: count the marks again"
        )
    k = rules.limit("participation") or rules.minimum_group
    exact = (told >= k) & (asked - told >= k)
    before = {*known, *(key for _, cells in earlier for key in cells)}
    hidden = hide_secondary(
        tree.networks(),
        Counts(told[:, np.newaxis].astype(np.float64), keep_empty=True),
        ~exact,
        preferred=np.array([key not in before for key in keys]) & bool(before),
        remainder=rules.remainder,
    )
    hidden |= _found_out(tree, (asked, told), hidden, [(tree, known), *earlier], k)
    whole = np.array([key == ("agency", "") for key in keys])
    full = whole & ~exact & (told >= k) & (asked - k >= k)
    return _rows(keys, asked, np.where(full, asked - k, told), hidden, full)


def _found_out(
    tree: DomainTree,
    counts: tuple[Integers, Integers],
    hidden: Booleans,
    elsewhere: Sequence[tuple[DomainTree, Collection[Key]]],
    k: int,
) -> Booleans:
    """Mark counts that cannot be told beside the register and what is told elsewhere."""
    keys = tree.keys
    asked, told = (dict(zip(keys, column.tolist(), strict=True)) for column in counts)
    view = views_of(tree)[0]
    invited = view.sizes(asked)
    # each atom twice: those who answered and those who did not
    people = {
        key: (
            frozenset((*atom, "answered") for atom in atoms & invited.keys()),
            frozenset((*atom, "silent") for atom in atoms & invited.keys()),
        )
        for key, atoms in view.members.items()
    }
    answered = view.sizes(told)
    # an empty one is as much a secret as one of few, and makes no group of several any larger
    sizes = {
        (*atom, kind): n
        for atom, everybody in invited.items()
        for kind, n in (
            ("answered", answered.get(atom, 0)),
            ("silent", everybody - answered.get(atom, 0)),
        )
    }
    register = [
        Statement("n", one | other, ("register", *key)) for key, (one, other) in people.items()
    ]
    facts = [
        Statement("n", answering, (f"told {number}", *key))
        for number, (own, cells) in enumerate(elsewhere)
        for key, answering in _answering(own, cells, invited).items()
    ]
    shown = [key for key, gone in zip(keys, hidden, strict=True) if not gone and key in people]
    proposed = [
        Statement("n", people[key][0], key, dimensions=view.depth[key], respondents=told[key])
        for key in shown
    ]
    few = [
        Secret("n", group, "fewer than the minimum group", key)
        for key, groups in people.items()
        for group, n in zip(groups, (told[key], asked[key] - told[key]), strict=True)
        if n < k and group
    ]
    gone = {
        one.statement.label
        for one in withhold([*register, *facts], proposed, few, sizes={"n": sizes}, minimum_group=k)
    }
    return np.array([key in gone for key in keys], dtype=bool)


def _answering(
    tree: DomainTree, cells: Collection[Key], invited: Mapping[Key, int]
) -> dict[Key, frozenset[tuple[str, ...]]]:
    """Name those who answered in each cell, by the atoms that it had in its own tree."""
    members = views_of(tree)[0].members
    return {
        key: frozenset((*atom, "answered") for atom in members[key] & invited.keys())
        for key in cells
        if key in members
    }


def _rows(
    keys: tuple[tuple[str, str], ...],
    asked: np.ndarray,
    told: np.ndarray,
    hidden: np.ndarray,
    full: np.ndarray,
) -> pd.DataFrame:
    kept = pd.Series(~hidden | full)
    exact = ~hidden
    frame = pd.DataFrame(keys, columns=["level", "domain"])
    return frame.assign(
        invited=pd.Series(asked, dtype="Int64"),
        answered=pd.Series(told, dtype="Int64").where(kept),
        rate=pd.Series(np.divide(told, asked, where=asked > 0, out=np.zeros(len(told))))
        .where(kept)
        .round(3),
        bound=np.where(full, "at_least", ""),
        status=np.where(exact | full, "published", "suppressed_primary"),
    )[list(COLUMNS)]
