"""The only door out: exact estimates in, a table that may be read out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import pandas as pd

from analytics.disclosure.blurring import blur, count_in_hidden
from analytics.disclosure.display_limits import MEAN_DIGITS
from analytics.disclosure.errors import DisclosureError
from analytics.disclosure.grid import lay_out
from analytics.disclosure.primary import hide_primary
from analytics.disclosure.report import summarise
from analytics.disclosure.rounding import round_changes, round_estimates
from analytics.disclosure.settle import settle
from analytics.disclosure.shrunken import shrink_anew
from analytics.disclosure.yearly import decide_year
from analytics.tables import CHANGE_COLUMNS, ESTIMATE_COLUMNS, PooledTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Booleans
    from analytics.disclosure.plan import Plan
    from analytics.disclosure.rules import DisclosureRules
    from analytics.disclosure.told import Told
    from analytics.disclosure.yearly import ToldWave
    from analytics.tables import ChangeTable, EstimateTable, YearlyTable

PUBLISHED: Final = "published"
PRIMARY: Final = "suppressed_primary"
SECONDARY: Final = "suppressed_secondary"
STATUSES: Final = frozenset({PUBLISHED, PRIMARY, SECONDARY})

_SEAL: Final = object()  # leaves this module nowhere: only `protect` and `restore` can seal a table
_IDENTITY: Final = frozenset(
    {"measure", "kind", "statistic", "category", "level", "domain", "parent", "unit", "waves"}
    | {"since", "role", "margin", "status"}
)
_CELL: Final = ["measure", "statistic", "category", "level", "domain"]
type CellKey = tuple[str, str, str, str, str]


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
class PublishedCells:
    """What an earlier publication showed and hid.

    Attributes
    ----------
    wave : str
        Key of its wave.
    shown : frozenset of tuple
        Published cells that carry an interval, as (measure, statistic, category, level, domain).
    hidden : frozenset of (str, str)
        Level and code of domains that had no mean at all.
    """

    wave: str
    shown: frozenset[CellKey]
    hidden: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, wave: str, table: PublishableTable | pd.DataFrame) -> Self:
        """Read them from a publication's estimates."""
        frame = table.frame if isinstance(table, PublishableTable) else table
        published = frame["status"] == PUBLISHED
        rows = frame.loc[published & frame["low"].notna(), _CELL]
        means = frame["statistic"] == "mean"
        every = set(frame.loc[means, ["level", "domain"]].itertuples(index=False, name=None))
        seen = frame.loc[means & published, ["level", "domain"]]
        return cls(
            wave,
            frozenset(rows.itertuples(index=False, name=None)),
            frozenset(every - set(seen.itertuples(index=False, name=None))),
        )


@dataclass(frozen=True, slots=True)
class Protected:
    """A publication's tables, and a report without any count below a limit.

    Attributes
    ----------
    estimates, changes, pooled : PublishableTable
    report : dict
        How much is left: see `analytics.disclosure.report.summarise`.
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
    frame, networks = estimates.frame, plan.tree.networks()
    grid = lay_out(frame, plan)
    primary = hide_primary(frame, grid, plan, networks)
    preferred = _hidden_before(plan, earlier)
    hidden = settle(
        frame, grid, plan, networks=networks, primary=primary, preferred=preferred, told=told
    )
    status = np.where(
        grid.collect(primary), PRIMARY, np.where(grid.collect(hidden), SECONDARY, PUBLISHED)
    )
    cleared = _estimates(frame, status, plan, count_in_hidden(grid, hidden, plan))
    return Protected(
        estimates=PublishableTable(cleared, _SEAL),
        changes=PublishableTable(_changes(changes.frame, cleared, earlier), _SEAL),
        pooled=PublishableTable(
            _suppress(shrink_anew(pooled or PooledTable.empty(), frame, cleared, plan)), _SEAL
        ),
        report=summarise(cleared, frame["n"].to_numpy(), plan),
    )


def protect_year(
    table: YearlyTable,
    waves: Sequence[ToldWave],
    *,
    rules: DisclosureRules,
    indices: Mapping[str, tuple[str, ...]],
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

    Returns
    -------
    PublishableTable
        Rows of units that no pulse showed; `analytics.disclosure.yearly.decide_year` says which of
        them carry figures.
    """
    decided = decide_year(table, waves, rules=rules, indices=indices)
    rounded = {name: decided[name].round(MEAN_DIGITS) for name in ("mean", "se", "low", "high")}
    cleared = decided.astype({"n": "Int64"}).assign(**rounded)
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


def _estimates(frame: pd.DataFrame, status: object, plan: Plan, blurred: Booleans) -> pd.DataFrame:
    whole = frame.astype({"n": "Int64"})
    limit = plan.rules.limit(
        "stakeholder_distribution"
        if plan.population in {"candidates", "stakeholders"}
        else "staff_distribution"
    )
    # the mean and spread of few answers to one item leave hardly any distribution to choose from
    few = (frame["kind"] == "item") & (frame["statistic"] == "mean") & (frame["n"] < (limit or 0))
    rounded = round_estimates(whole, no_spread=few.to_numpy(dtype=bool))
    rounded = blur(rounded, frame, blurred)
    cleared = _suppress(rounded.assign(status=pd.Series(status, dtype="str")))
    # sums of weights are for the bounds; a reader who had them could subtract more exactly
    told = [name for name in ESTIMATE_COLUMNS if name != "weight"]
    return cleared[[*told, "band", "status"]]


def _changes(
    frame: pd.DataFrame, cleared: pd.DataFrame, earlier: Sequence[PublishedCells]
) -> pd.DataFrame:
    """Show a change only where both of its cells are shown with their intervals."""
    plain = cleared.loc[cleared["category"] == ""].drop_duplicates(_CELL)
    now = dict(
        zip(
            plain[_CELL].itertuples(index=False, name=None),
            zip(plain["status"], plain["low"].notna(), plain["n"].astype("float64"), strict=True),
            strict=True,
        )
    )
    shown = {cells.wave: cells.shown for cells in earlier}
    status, n = [], []
    keys = frame.assign(category="")[[*_CELL, "since"]].itertuples(index=False, name=None)
    for *cell, since in keys:
        key = tuple(cell)
        current, has_interval, respondents = now.get(key, (PRIMARY, False, np.nan))
        both = has_interval and key in shown.get(since, frozenset())
        status.append(PRIMARY if current == PUBLISHED and not both else current)
        n.append(respondents)
    cleared_status = pd.Series(status, dtype="str", index=frame.index)
    published = (cleared_status == PUBLISHED).to_numpy(dtype=bool)
    rounded = round_changes(frame[published], np.array(n, dtype=np.float64)[published])
    whole = pd.concat([rounded, frame[~published]]).sort_index()
    return _suppress(whole.assign(status=cleared_status))[[*CHANGE_COLUMNS, "status"]]
