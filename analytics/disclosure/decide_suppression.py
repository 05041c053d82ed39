"""Which figures of a wave may show: suppression alone, before anything is rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.output.withheld_counts import as_if_k_were_silent
from analytics.disclosure.rules.status import PRIMARY, PUBLISHED, SECONDARY
from analytics.disclosure.solve_suppression import solve_suppression
from analytics.disclosure.suppression.primary import below_limit, suppress_primary
from analytics.disclosure.table.grid import lay_out_grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Booleans
    from analytics.disclosure.releases.published_cells import PublishedCells
    from analytics.disclosure.table.grid import Grid
    from analytics.disclosure.table.keys import DomainKey
    from analytics.disclosure.table.plan import Plan
    from analytics.disclosure.table.prior_release import PriorRelease
    from analytics.tables import EstimateTable


@dataclass(frozen=True, slots=True)
class Decision:
    """What may show, and what it was decided on.

    Attributes
    ----------
    frame : DataFrame
        The exact rows, as if k were silent where a count is withheld (`output.withheld_counts`).
    grid : Grid
        The exact rows laid out.
    hidden : ndarray of bool, shape (n_cells, n_figures)
    status : ndarray of str, shape (n_rows,)
        A word of `rules.status` for each row.
    """

    frame: pd.DataFrame
    grid: Grid
    hidden: Booleans
    status: np.ndarray


def decide_suppression(
    estimates: EstimateTable,
    *,
    plan: Plan,
    earlier: Sequence[PublishedCells] = (),
    prior_releases: Sequence[PriorRelease] = (),
    withheld: Mapping[DomainKey, int] | None = None,
) -> Decision:
    """Decide which figures may show.

    Parameters
    ----------
    estimates, plan, earlier, prior_releases
        As `analytics.disclosure.protect.protect` takes them.
    withheld : Mapping of (level, code) to int, optional
        Its ``withheld_counts``.

    Returns
    -------
    Decision

    Raises
    ------
    DisclosureError
        If the audit still finds something that follows.

    Notes
    -----
    What the networks of regions and types cannot know (prior releases, figures with other
    respondents, counts beside figures) `solve_suppression` finds and suppresses more for.
    """
    exact, networks = estimates.frame, plan.tree.networks()
    frame = as_if_k_were_silent(exact, withheld or {}, plan.rules.minimum_group)
    grid = lay_out_grid(exact, plan)
    hidden = solve_suppression(
        exact,
        grid,
        plan,
        networks=networks,
        primary=suppress_primary(frame, grid, plan, networks),
        preferred=_suppressed_before(plan, earlier),
        prior_releases=prior_releases,
    )
    suppressed, few = grid.to_rows(hidden), below_limit(frame, plan) | (grid.cell < 0)
    status = np.select([suppressed & few, suppressed], [PRIMARY, SECONDARY], default=PUBLISHED)
    return Decision(frame, grid, hidden, status)


def _suppressed_before(plan: Plan, earlier: Sequence[PublishedCells]) -> Booleans:
    before = frozenset[tuple[str, str]]().union(*(cells.hidden for cells in earlier[-1:]))
    return np.array([key in before for key in plan.tree.keys], dtype=bool)
