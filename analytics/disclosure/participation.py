"""How many have answered, per domain, without telling who has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.errors import DisclosureError
from analytics.disclosure.secondary import Counts, hide_secondary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.disclosure.rules import DisclosureRules
    from analytics.disclosure.tree import DomainTree

COLUMNS: Final = ("level", "domain", "invited", "answered", "rate", "bound", "status")


def participation(
    invited: Mapping[tuple[str, str], int],
    answered: Mapping[tuple[str, str], int],
    *,
    tree: DomainTree,
    rules: DisclosureRules,
) -> pd.DataFrame:
    """Protect counts of answers per domain.

    Parameters
    ----------
    invited, answered : Mapping of (level, code) to int
        For the domains of the tree; ("agency", "") is the whole. A domain without an entry is 0.
    tree : DomainTree
    rules : DisclosureRules

    Returns
    -------
    DataFrame
        One row per domain: level, domain, invited, answered, rate (0-1), bound, status. ``bound``
        is "" for exact figures; "at_least" where nearly or quite everybody answered, and then
        ``answered`` is the number that may be told; suppressed rows hold neither.

    Raises
    ------
    DisclosureError
        If more answered than were invited.

    Notes
    -----
    A count is told when at least k answered and at least k did not (anonymity-design.md 7.2: 0 %
    and 100 % only as a bound). Those held back are protected like suppressed means: a count that
    follows from its parent and siblings takes another with it. Nobody is not nothing here: an
    empty cell is a secret too.
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
    hidden = hide_secondary(
        tree.networks(),
        Counts(told[:, np.newaxis].astype(np.float64), keep_empty=True),
        ~exact,
        preferred=np.zeros(len(keys), dtype=bool),
        remainder=rules.remainder,
    )
    full = ~exact & (told >= k) & (asked - k >= k)
    return _rows(keys, asked, np.where(full, asked - k, told), hidden, full)


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
