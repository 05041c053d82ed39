"""The only door out: exact estimates in, a table that may be read out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.digits import to_digits
from analytics.disclosure.decide_suppression import decide_suppression
from analytics.disclosure.output.base_rounding import (
    includes_suppressed_units,
    round_to_bases,
    rounding_bases,
)
from analytics.disclosure.output.changes import show_changes
from analytics.disclosure.output.report import summarise
from analytics.disclosure.output.rounding import round_estimates
from analytics.disclosure.output.shrinkage import recompute_eblup
from analytics.disclosure.output.withheld_counts import WHOLE_POINTS, rows_in
from analytics.disclosure.releases.yearly import decide_year
from analytics.disclosure.rules.display_limits import MEAN_DIGITS
from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.rules.status import PUBLISHED, STATUSES
from analytics.disclosure.suppression.told_by_base import take_numbers_out, without_number
from analytics.tables import ESTIMATE_COLUMNS, PooledTable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.disclosure.releases.published_cells import PublishedCells
    from analytics.disclosure.releases.released_wave import ReleasedWave
    from analytics.disclosure.rules.disclosure_rules import DisclosureRules
    from analytics.disclosure.table.keys import DomainKey
    from analytics.disclosure.table.plan import Plan
    from analytics.disclosure.table.prior_release import PriorRelease
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
    prior_releases: Sequence[PriorRelease] = (),
    pooled: PooledTable | None = None,
    withheld_counts: Mapping[DomainKey, int] | None = None,
) -> Protected:
    """Suppress, audit and round a wave's figures.

    Parameters
    ----------
    estimates : EstimateTable
        Exact figures of every domain in the plan, those that will be suppressed too.
    changes : ChangeTable
        Exact changes since earlier waves.
    plan : Plan
        What the wave may publish, with its limits; anything else is suppressed.
    earlier : sequence of PublishedCells
        Earlier publications of the same series, oldest first. A change since a wave that is not
        among them is suppressed.
    prior_releases : sequence of PriorRelease
        Earlier versions of the same responses, which a corrected publication stands beside. What
        they showed is known; what they suppressed of the same respondents stays suppressed.
    pooled : PooledTable, optional
        Shrunken unit means.
    withheld_counts : Mapping of (level, code) to int, optional
        Domains whose number of answers is withheld, with how many were invited there: it must not
        follow from a figure either (`output.withheld_counts`).

    Returns
    -------
    Protected

    Raises
    ------
    DisclosureError
        If the audit still finds something that follows: nothing is published.
    """
    withheld = withheld_counts or {}
    decision = decide_suppression(
        estimates, plan=plan, earlier=earlier, prior_releases=prior_releases, withheld=withheld
    )
    frame, grid, hidden = decision.frame, decision.grid, decision.hidden
    of_withheld = rows_in(frame, withheld)
    on_base = includes_suppressed_units(grid, hidden, plan) | of_withheld
    alone = without_number(frame, decision.status, on_base, plan)
    on_base |= alone
    bases = rounding_bases(frame, on_base, plan)
    whole_points = (of_withheld | alone) & (frame["statistic"] == "mean").to_numpy(dtype=bool)
    bases[whole_points] = np.maximum(bases[whole_points], WHOLE_POINTS)
    rounded = round_to_bases(_rounded(frame, plan), frame, on_base, bases)
    cleared = _cleared(take_numbers_out(rounded, alone), decision.status)
    compared = show_changes(changes.frame, cleared, bases, plan, earlier)
    return Protected(
        estimates=PublishableTable(cleared, _SEAL),
        changes=PublishableTable(_suppress(compared), _SEAL),
        pooled=PublishableTable(
            _suppress(recompute_eblup(pooled or PooledTable.empty(), frame, cleared, plan)), _SEAL
        ),
        report=summarise(cleared, estimates.frame["n"].to_numpy(), plan),
    )


def protect_year(
    table: YearlyTable,
    waves: Sequence[ReleasedWave],
    *,
    rules: DisclosureRules,
    indices: Mapping[str, tuple[str, ...]],
    few_scores: Collection[str] = (),
) -> PublishableTable:
    """Clear the figures that units suppressed in every pulse get for the whole year.

    Parameters
    ----------
    table : YearlyTable
        Exact figures of all units.
    waves : sequence of ReleasedWave
        All pulses of the year, with what they released.
    rules : DisclosureRules
    indices : Mapping of str to tuple of str
        Parts of each index.
    few_scores : collection of str
        Measures of one item, or of few answers: of few people they have a mean and no interval.

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
    alone = (decided["kind"] == "item") | decided["measure"].isin(list(few_scores))
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
    prior_releases = frame.loc[frame["status"] != PUBLISHED, figures]
    if (prior_releases.notna() & (prior_releases != "") & (prior_releases != False)).any(axis=None):  # noqa: E712 - a frame
        raise DisclosureError(
            "a suppressed row of the stored table holds a figure: publish it anew"
        )
    return PublishableTable(frame.reset_index(drop=True), _SEAL)


def _suppress(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave a suppressed row its key and its status, whatever type its figures have."""
    suppressed = frame["status"] != PUBLISHED
    nothing: dict[str, object] = {"str": "", "bool": False}
    columns = {}
    for name in frame.columns:
        if name not in _IDENTITY:
            kind = str(frame[name].dtype)
            columns[name] = frame[name].mask(suppressed, nothing.get(kind, pd.NA))
    return frame.assign(**columns)


def _rounded(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    limit = plan.rules.limit(
        "stakeholder_distribution"
        if plan.population in {"candidates", "stakeholders"}
        else "staff_distribution"
    )
    # the mean and spread of few answers to one item leave hardly any distribution to choose from
    few = (frame["kind"] == "item") | frame["measure"].isin(plan.few_scores)
    few &= (frame["statistic"] == "mean") & (frame["n"] < (limit or 0))
    return round_estimates(frame.astype({"n": "Int64"}), no_spread=few.to_numpy(dtype=bool))


def _cleared(rounded: pd.DataFrame, status: np.ndarray) -> pd.DataFrame:
    cleared = _suppress(rounded.assign(status=pd.Series(status, dtype="str")))
    # sums of weights are for the bounds; a reader who had them could subtract more exactly
    prior_releases = [name for name in ESTIMATE_COLUMNS if name != "weight"]
    return cleared[[*prior_releases, "band", "status"]]
