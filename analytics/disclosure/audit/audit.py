"""An independent look at a publication, and at everything told before about the same responses.

This knows nothing of how the suppression was found. It writes each shown cell as a row over the
finest groups (atoms), beside the rows that earlier publications of the same responses told, and
asks in exact arithmetic what follows. `mend` says what to hide besides; `audit` lists what is left.

Waves meet nowhere here: their responses are others. A figure over several waves, or a count of
answers, is looked at by its own maker with the same `ledger`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.disclosure.audit.audited_table import Case, cases_of
from analytics.disclosure.audit.composite_figures import compositions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analytics.disclosure.audit.audited_table import Found
    from analytics.disclosure.audit.candidate_release import Publication
    from analytics.disclosure.table.keys import Key, Name


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One cell that is given away (`audit`), or one that is to be hidden (`mend`).

    Attributes
    ----------
    measure, statistic, category, level, domain : str
        The cell. Without a measure: every figure of the domain.
    reason : str
        Half a sentence.
    """

    measure: str
    statistic: str
    category: str
    level: str
    domain: str
    reason: str


def audit(publication: Publication) -> list[Disclosure]:
    """List what follows from a publication and from those before it.

    Parameters
    ----------
    publication : Publication

    Returns
    -------
    list of Disclosure
        Empty when nothing follows that did not follow before.

    Notes
    -----
    A set is disclosed when its 0/1 indicator over the atoms lies in the row space of the shown
    cells (anonymity-design.md 7.4). Looked for are every hidden cell; every set of 1 to k - 1
    respondents, whatever it is the difference or intersection of; what each parent has beyond its
    shown descendants; figures that give one another away in one cell; and, beside an earlier
    version, the few respondents by whom a figure's base differs. A weight that all responses of an
    atom share scales a column and changes nothing of this.
    """
    found = [Disclosure(*name, *key, why) for name, key, why in _all(publication, Case.disclosed)]
    return found + [
        Disclosure(*name, *key, why) for (name, key), _, why in compositions(publication)
    ]


def mend(publication: Publication) -> list[Disclosure]:
    """Say which shown cells to hide, so that less follows.

    Parameters
    ----------
    publication : Publication

    Returns
    -------
    list of Disclosure
        Empty when `audit` finds nothing. What is hidden here asks for company in other figures,
        so the whole is decided anew and looked at again.
    """
    found = [Disclosure(*name, *key, why) for name, key, why in _all(publication, Case.to_hide)]
    return found + [
        Disclosure(*name, *key, why) for _, (name, key), why in compositions(publication)
    ]


def _all(
    publication: Publication, look: Callable[[Case], list[Found]]
) -> Iterator[tuple[Name, Key, str]]:
    """Walk all figures in all views; what several have in common is looked at once."""
    seen: dict[tuple[object, ...], list[Found]] = {}
    cases = list(cases_of(publication))  # kept: a pattern knows its view by identity
    for name, case in cases:
        pattern = case.pattern
        if pattern not in seen:
            seen[pattern] = look(case)
        for key, why in seen[pattern]:
            yield name, key, why
