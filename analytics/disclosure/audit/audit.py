"""The audit: an independent look at a release, and at all prior releases of the same responses.

It knows nothing of how the suppression pattern was found. Each shown cell is a row over the finest
cells, beside the rows of prior releases, and exact arithmetic says what follows. `audit` lists what
is disclosed, `cells_to_suppress` what to suppress besides.

Waves meet nowhere here: their responses are others. A figure over several waves, or a count of
answers, is audited by its own module with the same `released_totals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.disclosure.audit.audited_table import AuditedTable, audited_tables
from analytics.disclosure.audit.composite_figures import composite_disclosures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analytics.disclosure.audit.audited_table import NamedCell
    from analytics.disclosure.audit.candidate_release import CandidateRelease
    from analytics.disclosure.table.keys import DomainKey, FigureKey


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One cell that is disclosed (`audit`), or that is to be suppressed (`cells_to_suppress`).

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


def audit(release: CandidateRelease) -> list[Disclosure]:
    """List what follows from a release and from those before it.

    Parameters
    ----------
    release : CandidateRelease

    Returns
    -------
    list of Disclosure
        Empty when nothing follows that did not follow before.

    Notes
    -----
    A set is disclosed when its 0/1 indicator over the finest cells lies in the row space of the
    shown cells (anonymity-design.md 7.4). Looked for are every suppressed cell; every set of 1 to
    k - 1 respondents, whatever it is the difference or intersection of; what each parent has beyond
    its shown descendants; figures that disclose one another in one cell; and, beside an earlier
    version, the few respondents by whom a figure's base differs. A weight that all responses of a
    finest cell share scales a column and changes nothing of this.
    """
    named = _named_cells(release, AuditedTable.disclosed)
    return [
        *(Disclosure(*figure, *key, reason) for figure, key, reason in named),
        *(
            Disclosure(*figure, *key, reason)
            for (figure, key), _, reason in composite_disclosures(release)
        ),
    ]


def cells_to_suppress(release: CandidateRelease) -> list[Disclosure]:
    """Say which shown cells to suppress, so that less follows.

    Parameters
    ----------
    release : CandidateRelease

    Returns
    -------
    list of Disclosure
        Empty when `audit` finds nothing. What is suppressed here needs complementary cells in
        other figures, so the whole pattern is decided anew and audited again.
    """
    named = _named_cells(release, AuditedTable.to_suppress)
    return [
        *(Disclosure(*figure, *key, reason) for figure, key, reason in named),
        *(
            Disclosure(*figure, *key, reason)
            for _, (figure, key), reason in composite_disclosures(release)
        ),
    ]


def _named_cells(
    release: CandidateRelease, look: Callable[[AuditedTable], list[NamedCell]]
) -> Iterator[tuple[FigureKey, DomainKey, str]]:
    """Look at all figures in all partitions; figures with the same pattern are looked at once."""
    seen: dict[tuple[object, ...], list[NamedCell]] = {}
    tables = list(audited_tables(release))  # kept: a pattern knows its partition by identity
    for figure, table in tables:
        pattern = table.pattern
        if pattern not in seen:
            seen[pattern] = look(table)
        for key, reason in seen[pattern]:
            yield figure, key, reason
