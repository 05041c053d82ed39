"""Counts of answers per domain, without telling who has not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.register_counts import RegisterCounts
from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.rules.status import PRIMARY, PUBLISHED
from analytics.disclosure.suppression.count_intervals import hide_more_counts
from analytics.disclosure.suppression.counts import CellCounts
from analytics.disclosure.suppression.secondary import suppress_secondary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Booleans, Integers
    from analytics.disclosure.rules.disclosure_rules import DisclosureRules
    from analytics.disclosure.table.domain_tree import DomainTree
    from analytics.disclosure.table.keys import DomainKey
    from analytics.disclosure.table.plan import Plan

COLUMNS: Final = ("level", "domain", "invited", "answered", "rate", "bound", "status")


def suppress_counts(
    n: Integers, hidden: Booleans, *, tree: DomainTree, rules: DisclosureRules
) -> Booleans:
    """Complete a suppression pattern of counts; an empty cell is protected like others.

    Parameters
    ----------
    n : ndarray of int, shape (n_cells,)
        Persons, in the order of ``tree.keys``.
    hidden : ndarray of bool, shape (n_cells,)
        What is suppressed for its own sake.
    tree : DomainTree
    rules : DisclosureRules

    Returns
    -------
    ndarray of bool, shape (n_cells,)
        At least as much suppressed.
    """
    return suppress_secondary(
        tree.networks(),
        CellCounts(n[:, np.newaxis].astype(np.float64), keep_empty=True),
        hidden,
        preferred=np.zeros(len(hidden), dtype=bool),
        remainder=rules.remainder,
    )


def protect_participation(
    invited: Mapping[tuple[str, str], int],
    answered: Mapping[tuple[str, str], int],
    *,
    tree: DomainTree,
    rules: DisclosureRules,
    known: Collection[tuple[str, str]] = (),
    earlier: Sequence[tuple[DomainTree, Collection[tuple[str, str]]]] = (),
    seen: Mapping[tuple[str, str], int] | None = None,
    at_most: Mapping[tuple[str, str], int] | None = None,
    behind: Mapping[tuple[str, str], Mapping[str, tuple[int, int]]] | None = None,
) -> pd.DataFrame:
    """Protect counts of answers per domain.

    Parameters
    ----------
    invited, answered : Mapping of (level, code) to int
        For the domains of the tree; ("agency", "") is the whole. A domain without an entry is 0.
    tree : DomainTree
    rules : DisclosureRules
    known : collection of (level, code)
        Domains whose count is released elsewhere. The whole is released here, too, if it is.
    earlier : sequence of (DomainTree, collection of (level, code))
        What earlier versions released, each over the domains it had: a region of the same name may
        have had other units.
    seen, at_most : Mapping of (level, code) to int, optional
        How many answered at least, as the figures that are shown of a domain say, or of the rest of
        one, ("rest", code), whose answers are stored under its code; and at most, as is told
        elsewhere of units and of such rests.
    behind : Mapping of (level, code) to Mapping of str to (int, int), optional
        The units whose answers are stored under the code of such a rest, or of a region without any
        other, and how many answered in each at least and at most.

    Returns
    -------
    DataFrame
        One row per domain: level, domain, invited, answered, rate (0-1), bound, status. ``bound``
        is "" for exact figures; "at_least" where nearly or quite everybody in the agency answered,
        and then ``answered`` is the number that may be released; suppressed rows hold neither.

    Raises
    ------
    DisclosureError
        If more answered than were invited.

    Notes
    -----
    A count is released when at least k answered and at least k did not (anonymity-design.md 7.2:
    0 % and 100 % only as a bound). Bounds are for the whole alone: two units of 20 with a bound of
    15 each, in a region where 8 are silent, would be known to have 16 answers each.

    Suppressed counts are protected like suppressed means: a count that follows from its parent and
    siblings takes another with it. The number of answers beside a figure is released of the same
    domains, and of no others: hardly anybody leaves out every item.

    An empty cell is protected, too. With what is released elsewhere and the register, which says
    how many were invited, no suppressed count may follow, nor the number of those who answered or
    did not where they are fewer than k, unless it follows from what is released elsewhere alone. A
    unit in another region than in the version before is what both regions differ by, and what that
    version released is no complementary cell in this one. A count that follows from what is
    released elsewhere is released, if its cell is large enough: suppressing it protects nothing.

    Nor does a suppressed count lie within fewer than k numbers (`hide_more_counts`): that a figure
    is shown says how many answered at least, and two regions and a type that are counted may leave
    one number of it (docs/adr/0201). What earlier versions told is told there too, and what they
    suppressed of places that are no more is looked at beside it. So are units whose answers are
    stored with others': their numbers are kept nowhere, and follow from that of all of them where
    one is said to have enough answers.
    """
    keys = tree.keys
    n_invited = np.array([invited.get(key, 0) for key in keys], dtype=np.int64)
    n_answered = np.array([answered.get(key, 0) for key in keys], dtype=np.int64)
    if (n_answered > n_invited).any():
        level, code = keys[int(np.argmax(n_answered > n_invited))]
        where = f"in the {level} {code!r}" if code else "in the whole"
        told = "put back the wave's units and its numbers of invited as they were when it closed"
        raise DisclosureError(f"more answered than were invited {where}: {told}")
    k = rules.limit("participation") or rules.minimum_group
    large_enough = (n_answered >= k) & (n_invited - n_answered >= k)
    register = RegisterCounts.of(tree, n_invited, n_answered, [(tree, known), *earlier])
    known_already = register.known()
    before = {*known, *(key for _, cells in earlier for key in cells)}
    hidden = suppress_secondary(
        tree.networks(),
        CellCounts(
            n_answered[:, np.newaxis].astype(np.float64),
            keep_empty=True,
            known=known_already[:, np.newaxis],
        ),
        ~large_enough,
        preferred=np.array([key not in before for key in keys]) & bool(before),
        remainder=rules.remainder,
    )
    # suppressing what follows already protects nothing
    hidden &= ~(known_already & large_enough)
    table = register.table(seen or {}, at_most or {}, behind or {}, k)
    # of units whose answers are stored with others' nothing is told
    told_there = np.zeros(len(table.n) - len(keys), dtype=bool)
    told_there[: len(register.then)] = [told for _, told in register.then]
    known_there = np.concatenate([known_already, told_there])
    while True:
        hidden = hidden | register.to_suppress(hidden, k)
        hidden_there = np.concatenate([hidden, ~told_there])
        more = hide_more_counts(table, hidden_there, known_there, k)[: len(keys)]
        if np.array_equal(more, hidden):
            break
        hidden = more
    whole = np.array([key == ("agency", "") for key in keys])
    if ("agency", "") in known:
        # a bound here would only say otherwise than what stands elsewhere
        return _rows(keys, n_invited, n_answered, hidden & ~whole, np.zeros(len(keys), dtype=bool))
    bounded = whole & ~large_enough & (n_answered >= k) & (n_invited - k >= k)
    return _rows(keys, n_invited, np.where(bounded, n_invited - k, n_answered), hidden, bounded)


def answers_seen(shown: pd.DataFrame, plan: Plan) -> dict[DomainKey, int]:
    """Say how many answered at least in each domain, as its figures and their statuses tell.

    Parameters
    ----------
    shown : DataFrame
        Protected estimates.
    plan : Plan
        Its limits are public: a figure is shown, or suppressed for another's sake, from so many
        answers on.
    """
    ruled_by = ["level", "kind", "statistic", "measure", "category"]
    there = shown.loc[shown["status"] != PRIMARY, [*ruled_by, "domain"]]
    # places by the thousand have figures of the same few kinds
    kinds = there[ruled_by].drop_duplicates()
    rules = [
        plan.rules.requirement(population=plan.population, **dict(zip(ruled_by, kind, strict=True)))
        for kind in kinds.itertuples(index=False, name=None)
    ]
    least = kinds.assign(n=[rule.n if rule else np.nan for rule in rules]).dropna(subset="n")
    ruled = there.merge(least, on=ruled_by, validate="many_to_one")
    most = ruled.groupby(["level", "domain"], as_index=False)["n"].max()
    return {(level, code): int(n) for level, code, n in most.itertuples(index=False, name=None)}


def _rows(
    keys: tuple[DomainKey, ...],
    n_invited: Integers,
    n_answered: Integers,
    hidden: Booleans,
    bounded: Booleans,
) -> pd.DataFrame:
    shown = pd.Series(~hidden | bounded)
    rate = np.divide(n_answered, n_invited, where=n_invited > 0, out=np.zeros(len(n_answered)))
    frame = pd.DataFrame(keys, columns=["level", "domain"])
    return frame.assign(
        invited=pd.Series(n_invited, dtype="Int64"),
        answered=pd.Series(n_answered, dtype="Int64").where(shown),
        rate=pd.Series(rate).where(shown).round(3),
        bound=np.where(bounded, "at_least", ""),
        status=np.where(shown, PUBLISHED, PRIMARY),
    )[list(COLUMNS)]
