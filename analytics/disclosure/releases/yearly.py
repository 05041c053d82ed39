"""Which units may have a figure for a whole year, though single pulses suppress them.

A figure over several waves joins them: taken with what each wave showed, it may disclose what a
wave suppressed. So it is for units only that no pulse of the year showed anything of, once a year
and never for a window that moves, and it is audited with everything those pulses released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.audit.released_totals import ReleasedTotal, SensitiveTotal
from analytics.disclosure.audit.suppress_totals import suppress_totals
from analytics.disclosure.releases.intervals_across_waves import interval_disclosure_across_waves
from analytics.disclosure.rules.display_limits import EQUAL_ANSWERS
from analytics.disclosure.rules.status import PRIMARY, PUBLISHED, SECONDARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.disclosure.releases.released_wave import ReleasedWave
    from analytics.disclosure.rules.disclosure_rules import DisclosureRules
    from analytics.disclosure.table.keys import DomainKey, FigureKey
    from analytics.tables import YearlyTable

_EXACT: Final = 1e-9
_SUPPRESSED: Final = "a pulse suppressed it"


def decide_year(
    table: YearlyTable,
    waves: Sequence[ReleasedWave],
    *,
    rules: DisclosureRules,
    indices: Mapping[str, tuple[str, ...]],
) -> pd.DataFrame:
    """Choose the units that get a figure for the year.

    Parameters
    ----------
    table : YearlyTable
    waves : sequence of ReleasedWave
        All pulses of the year.
    rules : DisclosureRules
    indices : Mapping of str to tuple of str
        Parts of each index; one that is a scale itself stands with itself.

    Returns
    -------
    DataFrame
        Columns of ``YEARLY_COLUMNS`` and ``status``, for units that no pulse showed anything of
        and that were the same in all of them. A unit has all its figures or none: an index and
        its parts disclose one another. Where all answered alike the status is that of secondary
        suppression: from that of primary suppression, beside a number of people, it would follow.
    """
    frame = table.frame
    frame = frame[frame["unit"].isin(_candidates(frame, waves))].reset_index(drop=True)
    enough = _meets_limits(frame, rules).groupby(frame["unit"]).transform("all")
    all_equal = _all_equal(frame).groupby(frame["unit"]).transform("any")
    composed = {index for index, parts in indices.items() if index not in parts}
    open_units = set(frame.loc[enough & ~all_equal, "unit"])
    figures = frame[~frame["measure"].isin(composed)]
    while True:
        proposed = figures[figures["unit"].isin(open_units)]
        disclosing = _exact_disclosure(proposed, waves, rules) or interval_disclosure_across_waves(
            proposed, waves
        )
        if not disclosing:
            break
        open_units -= disclosing
    status = np.where(
        frame["unit"].isin(open_units), PUBLISHED, np.where(enough, SECONDARY, PRIMARY)
    )
    return frame.assign(status=pd.Series(status, dtype="str"))


def _candidates(frame: pd.DataFrame, waves: Sequence[ReleasedWave]) -> set[str]:
    """Name the units that no pulse showed, and that had the same place in all of them."""
    released = set[str]().union(*(wave.released_units() for wave in waves))
    places = [wave.places() for wave in waves]
    return {
        unit
        for unit in frame["unit"].unique()
        if unit not in released
        and len(set[tuple[str, str]]().union(*(place.get(unit, set()) for place in places))) == 1
    }


def _meets_limits(frame: pd.DataFrame, rules: DisclosureRules) -> pd.Series:
    requirements = [
        rules.requirement(
            population="staff", level="unit", kind=kind, statistic="mean", measure=measure
        )
        for kind, measure in zip(frame["kind"], frame["measure"], strict=True)
    ]
    n = np.array([np.inf if rule is None else rule.n for rule in requirements])
    people = np.array([np.inf if rule is None else rule.population for rule in requirements])
    enough = (frame["n"].to_numpy() >= n) & (frame["population"].to_numpy(dtype=float) >= people)
    known = np.isfinite(frame["mean"].to_numpy(dtype=np.float64))
    return pd.Series(enough & known, index=frame.index)


def _all_equal(frame: pd.DataFrame) -> pd.Series:
    mean = frame["mean"].to_numpy(dtype=np.float64)
    equal = frame["all_equal"].to_numpy(dtype=bool) | (mean <= _EXACT) | (mean >= 100 - _EXACT)
    return pd.Series(equal & (frame["n"].to_numpy() < EQUAL_ANSWERS), index=frame.index)


def _exact_disclosure(
    proposed: pd.DataFrame, waves: Sequence[ReleasedWave], rules: DisclosureRules
) -> set[str]:
    """Name the units whose figure would disclose a suppressed cell or a few respondents."""
    counts = [wave.counts() for wave in waves]
    disclosing: set[str] = set()
    for measure, rows in proposed.groupby("measure", sort=True):
        figure = (str(measure), "mean", "")
        sizes: dict[tuple[str, DomainKey], int] = {}
        prior: list[ReleasedTotal] = []
        sensitive: list[SensitiveTotal] = []
        for wave, by_figure in zip(waves, counts, strict=True):
            n = by_figure.get(figure, {})
            for version, (partition, release) in enumerate(
                zip(wave.partitions, wave.releases, strict=True)
            ):
                finest = partition.sizes(n)
                sizes |= {(wave.key, cell): size for cell, size in finest.items()}
                shown = release.n.get(figure, {})
                for key, members in partition.members.items():
                    cells = frozenset((wave.key, cell) for cell in members if cell in finest)
                    label = (wave.key, str(version), *key)
                    if key in shown:
                        prior.append(ReleasedTotal(figure, cells, label))
                    elif cells:
                        sensitive.append(SensitiveTotal(figure, cells, _SUPPRESSED, label))
        suppressed = suppress_totals(
            prior,
            list(_yearly_totals(figure, rows, waves)),
            sensitive,
            sizes={figure: sizes},
            minimum_group=rules.minimum_group,
        )
        disclosing |= {choice.total.label[-1] for choice in suppressed}
    return disclosing


def _yearly_totals(
    figure: FigureKey, rows: pd.DataFrame, waves: Sequence[ReleasedWave]
) -> Iterator[ReleasedTotal]:
    for unit, n in zip(rows["unit"], rows["n"], strict=True):
        cells = frozenset((wave.key, ("unit", unit)) for wave in waves)
        yield ReleasedTotal(figure, cells, ("year", "unit", unit), 2, int(n))
