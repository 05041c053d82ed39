"""Which units may have a figure for a whole year, without telling what single pulses hid.

A figure over several waves joins them: taken with what each wave showed, it may give away a wave's
hidden part. So it is for units only that no pulse of the year showed anything of, once a year and
never for a window that moves, and it is audited with everything those pulses told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.disclosure.audit.released_totals import Secret, Statement, withhold
from analytics.disclosure.releases.intervals_across_waves import too_narrow
from analytics.disclosure.rules.display_limits import EQUAL_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.disclosure.releases.released_wave import ToldWave
    from analytics.disclosure.rules.disclosure_rules import DisclosureRules
    from analytics.disclosure.table.keys import Key, Name
    from analytics.tables import YearlyTable

SHOWN, SMALL, GIVEN_AWAY = "published", "suppressed_primary", "suppressed_secondary"
_EXACT: Final = 1e-9


def decide_year(
    table: YearlyTable,
    waves: Sequence[ToldWave],
    *,
    rules: DisclosureRules,
    indices: Mapping[str, tuple[str, ...]],
) -> pd.DataFrame:
    """Choose the units that get a figure for the year.

    Parameters
    ----------
    table : YearlyTable
    waves : sequence of ToldWave
        All pulses of the year.
    rules : DisclosureRules
    indices : Mapping of str to tuple of str
        Parts of each index; one that is a scale itself stands with itself.

    Returns
    -------
    DataFrame
        Columns of ``YEARLY_COLUMNS`` and ``status``, for units that no pulse showed anything of
        and that were the same in all of them. A unit has all its figures or none: an index and
        its parts give one another away. That all answered alike has the word of what is hidden for
        others: beside a number of people, the word for too few would tell it.
    """
    frame = table.frame
    frame = frame[frame["unit"].isin(_candidates(frame, waves))].reset_index(drop=True)
    enough = _meets_limits(frame, rules).groupby(frame["unit"]).transform("all")
    alike = _all_alike(frame).groupby(frame["unit"]).transform("any")
    composed = {index for index, parts in indices.items() if index not in parts}
    open_units = set(frame.loc[enough & ~alike, "unit"])
    figures = frame[~frame["measure"].isin(composed)]
    while True:
        proposed = figures[figures["unit"].isin(open_units)]
        gone = _followed(proposed, waves, rules) or too_narrow(proposed, waves)
        if not gone:
            break
        open_units -= gone
    status = np.where(frame["unit"].isin(open_units), SHOWN, np.where(enough, GIVEN_AWAY, SMALL))
    return frame.assign(status=pd.Series(status, dtype="str"))


def _candidates(frame: pd.DataFrame, waves: Sequence[ToldWave]) -> set[str]:
    """Name the units that no pulse showed, and that none of them placed elsewhere."""
    seen = set[str]().union(*(wave.seen_units() for wave in waves))
    places = [wave.places() for wave in waves]
    return {
        unit
        for unit in frame["unit"].unique()
        if unit not in seen
        and len(set[tuple[str, str]]().union(*(one.get(unit, set()) for one in places))) == 1
    }


def _meets_limits(frame: pd.DataFrame, rules: DisclosureRules) -> pd.Series:
    needed = [
        rules.requirement(
            population="staff", level="unit", kind=kind, statistic="mean", measure=measure
        )
        for kind, measure in zip(frame["kind"], frame["measure"], strict=True)
    ]
    n = np.array([np.inf if one is None else one.n for one in needed])
    people = np.array([np.inf if one is None else one.population for one in needed])
    enough = (frame["n"].to_numpy() >= n) & (frame["population"].to_numpy(dtype=float) >= people)
    known = np.isfinite(frame["mean"].to_numpy(dtype=np.float64))
    return pd.Series(enough & known, index=frame.index)


def _all_alike(frame: pd.DataFrame) -> pd.Series:
    mean = frame["mean"].to_numpy(dtype=np.float64)
    equal = frame["all_equal"].to_numpy(dtype=bool) | (mean <= _EXACT) | (mean >= 100 - _EXACT)
    return pd.Series(equal & (frame["n"].to_numpy() < EQUAL_ANSWERS), index=frame.index)


def _followed(
    proposed: pd.DataFrame, waves: Sequence[ToldWave], rules: DisclosureRules
) -> set[str]:
    """Name the units whose figure would give a hidden cell or a few respondents away."""
    counts = [wave.counts() for wave in waves]
    gone: set[str] = set()
    for measure, rows in proposed.groupby("measure", sort=True):
        figure = (str(measure), "mean", "")
        sizes: dict[tuple[str, Key], int] = {}
        standing: list[Statement] = []
        secrets: list[Secret] = []
        for wave, counted in zip(waves, counts, strict=True):
            own = counted.get(figure, {})
            for at, (view, told) in enumerate(zip(wave.views, wave.told, strict=True)):
                there = view.sizes(own)
                sizes |= {(wave.key, atom): n for atom, n in there.items()}
                cells = told.n.get(figure, {})
                for key, atoms in view.members.items():
                    inside = frozenset((wave.key, atom) for atom in atoms if atom in there)
                    label = (wave.key, str(at), *key)
                    if key in cells:
                        standing.append(Statement(figure, inside, label))
                    elif inside:
                        secrets.append(Secret(figure, inside, "a pulse hid it", label))
        withheld = withhold(
            standing,
            list(_statements(figure, rows, waves)),
            secrets,
            sizes={figure: sizes},
            minimum_group=rules.minimum_group,
        )
        gone |= {one.statement.label[-1] for one in withheld}
    return gone


def _statements(figure: Name, rows: pd.DataFrame, waves: Sequence[ToldWave]) -> Iterator[Statement]:
    for unit, n in zip(rows["unit"], rows["n"], strict=True):
        atoms = frozenset((wave.key, ("unit", unit)) for wave in waves)
        yield Statement(figure, atoms, ("year", "unit", unit), 2, int(n))
