"""The only door out: exact estimates in, a table that may be read out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.digits import to_digits
from analytics.disclosure.output.base_rounding import blur, count_in_hidden, steps_of
from analytics.disclosure.output.changes import show_changes
from analytics.disclosure.output.report import summarise
from analytics.disclosure.output.rounding import round_estimates
from analytics.disclosure.output.shrinkage import shrink_anew
from analytics.disclosure.output.withheld_counts import (
    WHOLE_POINTS,
    as_if_some_were_silent,
    rows_of,
)
from analytics.disclosure.releases.yearly import decide_year
from analytics.disclosure.rules.display_limits import MEAN_DIGITS
from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.rules.status import PRIMARY, PUBLISHED, SECONDARY, STATUSES
from analytics.disclosure.solve_suppression import settle
from analytics.disclosure.suppression.primary import below_limit, hide_primary
from analytics.disclosure.table.grid import lay_out
from analytics.tables import ESTIMATE_COLUMNS, PooledTable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Booleans
    from analytics.disclosure.releases.published_cells import PublishedCells
    from analytics.disclosure.releases.released_wave import ToldWave
    from analytics.disclosure.rules.disclosure_rules import DisclosureRules
    from analytics.disclosure.table.keys import Key
    from analytics.disclosure.table.plan import Plan
    from analytics.disclosure.table.prior_release import Told
    from analytics.tables import ChangeTable, EstimateTable, YearlyTable

_SEAL: Final = object()  # leaves this module nowhere: only `protect` and `restore` can seal a table
_IDENTITY: Final = frozenset(
    {"measure", "kind", "statistic", "category", "level", "domain", "parent", "unit", "waves"}
    | {"since", "role", "margin", "status"}
)


class PublishableTable:
    """Rounded figures that have passed disclosure control; only this module can make one.

    Raises
    ------
    DisclosureError
        If anything but `protect` or `restore` tries.
    """

    __slots__ = ("_frame",)

    def __init__(self, frame: pd.DataFrame, seal: object) -> None:
        if seal is not _SEAL:
            raise DisclosureError(
                "a publishable table is made by analytics.disclosure.protect only: "
                "give it the exact estimates"
            )
        self._frame = frame

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the rows; suppressed ones hold a status and nothing else."""
        return self._frame.copy()

    def __len__(self) -> int:
        return len(self._frame)


@dataclass(frozen=True, slots=True)
class Protected:
    """A publication's tables, and a report without any count below a limit.

    Attributes
    ----------
    estimates, changes, pooled : PublishableTable
    report : dict
        How much is left: see `analytics.disclosure.output.report.summarise`.
    """

    estimates: PublishableTable
    changes: PublishableTable
    pooled: PublishableTable
    report: dict[str, object]


def protect(
    estimates: EstimateTable,
    changes: ChangeTable,
    *,
    plan: Plan,
    earlier: Sequence[PublishedCells] = (),
    told: Sequence[Told] = (),
    pooled: PooledTable | None = None,
    uncounted: Mapping[Key, int] | None = None,
) -> Protected:
    """Suppress, audit and round a wave's figures.

    Parameters
    ----------
    estimates : EstimateTable
        Exact figures of every domain in the plan, those that will be hidden too.
    changes : ChangeTable
        Exact changes since earlier waves.
    plan : Plan
        What the wave may publish, with its limits; anything else is hidden.
    earlier : sequence of PublishedCells
        Earlier publications of the same series, oldest first. A change since a wave that is not
        among them is hidden.
    told : sequence of Told
        Earlier publications of the same responses, which a corrected one stands beside. What they
        showed is known; what they hid of the same respondents stays hidden.
    pooled : PooledTable, optional
        Shrunken unit means.
    uncounted : Mapping of (level, code) to int, optional
        Places whose number of answers is not told, with how many were invited there: no figure may
        tell it either (`uncounted`).

    Returns
    -------
    Protected

    Raises
    ------
    DisclosureError
        If the audit still finds something that follows: nothing is published.

    Notes
    -----
    What the networks of regions and types cannot know (earlier versions, figures with other
    respondents, counts beside figures) `settle` finds and mends. Every round hides more.
    """
    exact, networks = estimates.frame, plan.tree.networks()
    places = uncounted or {}
    frame = as_if_some_were_silent(exact, places, plan.rules.minimum_group)
    grid = lay_out(exact, plan)
    primary = hide_primary(frame, grid, plan, networks)
    preferred = _hidden_before(plan, earlier)
    hidden = settle(
        exact, grid, plan, networks=networks, primary=primary, preferred=preferred, told=told
    )
    gone, few = grid.collect(hidden), below_limit(frame, plan) | (grid.cell < 0)
    status = np.select([gone & few, gone], [PRIMARY, SECONDARY], default=PUBLISHED)
    of_uncounted = rows_of(frame, places)
    blurred = count_in_hidden(grid, hidden, plan) | of_uncounted
    steps = steps_of(frame, blurred, plan)
    coarse = of_uncounted & (frame["statistic"] == "mean").to_numpy(dtype=bool)
    steps[coarse] = np.maximum(steps[coarse], WHOLE_POINTS)
    rounded = blur(_rounded(frame, plan), frame, blurred, steps)
    cleared = _cleared(rounded, status)
    compared = show_changes(changes.frame, cleared, steps, plan, earlier)
    return Protected(
        estimates=PublishableTable(cleared, _SEAL),
        changes=PublishableTable(_suppress(compared), _SEAL),
        pooled=PublishableTable(
            _suppress(shrink_anew(pooled or PooledTable.empty(), frame, cleared, plan)), _SEAL
        ),
        report=summarise(cleared, exact["n"].to_numpy(), plan),
    )


def protect_year(
    table: YearlyTable,
    waves: Sequence[ToldWave],
    *,
    rules: DisclosureRules,
    indices: Mapping[str, tuple[str, ...]],
    single: Collection[str] = (),
) -> PublishableTable:
    """Clear the figures that units hidden in every pulse get for the whole year.

    Parameters
    ----------
    table : YearlyTable
        Exact figures of all units.
    waves : sequence of ToldWave
        All pulses of the year, with what they told.
    rules : DisclosureRules
    indices : Mapping of str to tuple of str
        Parts of each index.
    single : collection of str
        Measures of one item: of few answers they have a mean and no interval.

    Returns
    -------
    PublishableTable
        Rows of units that no pulse showed; `analytics.disclosure.releases.yearly.decide_year` says
        which of them carry figures.
    """
    decided = decide_year(table, waves, rules=rules, indices=indices)
    rounded = {
        name: to_digits(decided[name].to_numpy(dtype=np.float64), MEAN_DIGITS)
        for name in ("mean", "se", "low", "high")
    }
    cleared = decided.astype({"n": "Int64"}).assign(**rounded)
    alone = (decided["kind"] == "item") | decided["measure"].isin(list(single))
    few = alone & (decided["n"] < (rules.limit("staff_distribution") or np.inf))
    cleared.loc[few, ["se", "low", "high"]] = np.nan
    kept = ["measure", "unit", "n", "waves", "mean", "se", "low", "high", "status"]
    return PublishableTable(_suppress(cleared)[kept], _SEAL)


def restore(frame: pd.DataFrame) -> PublishableTable:
    """Seal rows that come back from a stored publication.

    Raises
    ------
    DisclosureError
        If a row has no known status, or is suppressed and holds a figure.
    """
    if "status" not in frame.columns or not set(frame["status"]) <= STATUSES:
        raise DisclosureError("the stored table has rows without a status: publish it anew")
    figures = [column for column in frame.columns if column not in _IDENTITY]
    # absent, empty and False say nothing
    told = frame.loc[frame["status"] != PUBLISHED, figures]
    if (told.notna() & (told != "") & (told != False)).any(axis=None):  # noqa: E712 - a frame
        raise DisclosureError(
            "a suppressed row of the stored table holds a figure: publish it anew"
        )
    return PublishableTable(frame.reset_index(drop=True), _SEAL)


def _hidden_before(plan: Plan, earlier: Sequence[PublishedCells]) -> Booleans:
    before = frozenset[tuple[str, str]]().union(*(cells.hidden for cells in earlier[-1:]))
    return np.array([key in before for key in plan.tree.keys], dtype=bool)


def _suppress(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave a suppressed row its key and its status, whatever type its figures have."""
    gone = frame["status"] != PUBLISHED
    nothing: dict[str, object] = {"str": "", "bool": False}
    columns = {}
    for name in frame.columns:
        if name not in _IDENTITY:
            kind = str(frame[name].dtype)
            columns[name] = frame[name].mask(gone, nothing.get(kind, pd.NA))
    return frame.assign(**columns)


def _rounded(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    limit = plan.rules.limit(
        "stakeholder_distribution"
        if plan.population in {"candidates", "stakeholders"}
        else "staff_distribution"
    )
    single = {scale for scale, items in plan.scales.items() if len(items) == 1}
    # the mean and spread of few answers to one item leave hardly any distribution to choose from
    few = (frame["kind"] == "item") | frame["measure"].isin(single)
    few &= (frame["statistic"] == "mean") & (frame["n"] < (limit or 0))
    return round_estimates(frame.astype({"n": "Int64"}), no_spread=few.to_numpy(dtype=bool))


def _cleared(rounded: pd.DataFrame, status: np.ndarray) -> pd.DataFrame:
    cleared = _suppress(rounded.assign(status=pd.Series(status, dtype="str")))
    # sums of weights are for the bounds; a reader who had them could subtract more exactly
    told = [name for name in ESTIMATE_COLUMNS if name != "weight"]
    return cleared[[*told, "band", "status"]]
