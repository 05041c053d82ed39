"""What a reader should know before believing a file's figures: weights, answers, their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.estimation.simple_random import compared_with_replacement, in_persons
from analytics.scale_quality.reliability import EXTREME
from analytics.weighting.diagnostics import UNEVEN, effective_sample_size
from analytics.workbench.file.columns import counted
from analytics.workbench.file.numbers import numeric_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.workbench.file.waves import Wave
    from analytics.workbench.specification.model import ScaleSpec, Specification

FEW_DF: Final = 8.0  # below, one error in twenty is under half or over one and a half times right
SLACK: Final = 1e-9  # of a sum of weights, relative
# What SPSS, Qualtrics and others write for "don't know" and no answer, beside a short scale.
NO_ANSWER: Final = frozenset(
    {9, 77, 88, 97, 98, 99, 997, 998, 999, 9999, -1, -7, -8, -9, -99, -999}
)
WIDEST, GAP = 10, 2  # steps of such a scale, and how far beyond it codes lie
LARGE, BEYOND = 997, 2.0  # codes beside amounts, and how many times the largest of them they are
GRADES: Final = 4  # of three answers or two, one always has many


def file_cautions(data: pd.DataFrame, waves: Sequence[Wave], spec: Specification) -> list[str]:
    """Warn of weights that are uneven or in no unit, of weak errors, and of items without room.

    Parameters
    ----------
    data : DataFrame
        One row per respondent, all waves.
    waves : sequence of Wave
        With their designs and estimates.
    spec : Specification
    """
    ends = [text for name, scale in spec.scales.items() if (text := _at_an_end(data, name, scale))]
    codes = [text for name in _as_numbers(spec) if (text := _codes(data, name))]
    return [*_uneven(waves, spec), *_not_persons(waves, spec), *_few(waves), *ends, *codes]


def _as_numbers(spec: Specification) -> list[str]:
    """List the columns whose values are added up and whose ends nobody told."""
    told = dict.fromkeys((*spec.variables.means, *spec.variables.totals))
    return [name for name in told if name not in spec.variables.ranges]


def _codes(data: pd.DataFrame, name: str) -> str:
    """Name values that look like codes for no answer among few whole numbers, or amounts."""
    values = numeric_column(data, name, "[variables]")
    known, times = np.unique(values[np.isfinite(values)], return_counts=True)
    named = np.isin(known, list(NO_ANSWER))
    others = known[~named]
    # a scale around zero has an end below it
    if not others.size or known[0] == -known[-1]:
        return ""
    least, most = float(others[0]), float(others[-1])
    below = (known < 0) & (least >= 0)
    if (others % 1).any() or most - least > WIDEST:
        codes = known[named & (times > 1) & (below | (known >= max(LARGE, BEYOND * most)))]
        beside = "otherwise amounts that are not below zero"  # nor is anybody's told
        if (codes > 0).any():
            beside = "otherwise amounts of half of it at most"
    else:
        codes = known[named & (below | (known - most > GAP))]
        beside = f"otherwise whole numbers from {least:g} to {most:g} alone"
    if not codes.size:
        return ""
    told = " and ".join(f"{code:g}" for code in codes)
    return (
        f"[variables] {name!r} holds {told}, and {beside}: a code for no answer is added up as a "
        "value; leave it empty there, or give the ends of the scale in [variables] ranges"
    )


def _uneven(waves: Sequence[Wave], spec: Specification) -> list[str]:
    found = []
    for wave in waves:
        rows = len(wave.data)
        design = wave.design
        worth = effective_sample_size(pd.Series(design.weight), design.stages[0].repeated)
        if rows > UNEVEN * worth:
            found.append((worth / rows, f"{rows} rows{_of(wave)} are worth {worth:.3g}"))
    if not found:
        return []
    if spec.disclosure is not None:  # how many it is would tell the weights of small groups
        return ["the weights are very uneven: a few rows decide the figures"]
    more = f" (and {len(found) - 1} more waves)" if len(found) > 1 else ""
    told = f"{min(found)[1]} equally weighted ones{more}; a few rows decide the figures"
    return [f"the weights are very uneven: {told}"]


def _not_persons(waves: Sequence[Wave], spec: Specification) -> list[str]:
    """Tell where weights are in no unit that a population can be seen in."""
    found = []
    for wave in waves:
        rows, total = len(wave.data), float((wave.design.repeated * wave.design.weight).sum())
        # Without a weight column, rows that count for one claim nothing.
        claimed = spec.design.weight is not None or abs(total - rows) > SLACK * rows
        if wave.levels[0].labels and claimed and not in_persons(wave.design):
            found.append((wave, total, rows))
    if not found:
        return []
    wave, total, rows = found[0]
    more = f" (and {len(found) - 1} more waves)" if len(found) > 1 else ""
    told = f"the weights add up to {total:.7g} for {rows} rows{_of(wave)}{more}"
    means = (
        "deff and n_eff compare with sampling with replacement"
        if compared_with_replacement(wave.design)
        else "deff and n_eff compare with a sample of the persons that [design] tells of"
    )
    return [f"{told}, so they are not in persons: {means}, and totals are in the weights' own unit"]


def _few(waves: Sequence[Wave]) -> list[str]:
    found = []
    for wave in waves:
        if not wave.levels[0].labels:
            continue  # weights or drivers alone: no errors to speak of
        df, sampled = float(wave.levels[0].df[0].max()), wave.design.stages[0].fraction < 1
        if 0 < df < FEW_DF and sampled.any():
            told = counted(int(df), "degree of freedom", "degrees of freedom")
            found.append((df, told + _of(wave)))
    if not found:
        return []
    why = "by chance alone they can be half or one and a half times what they should be"
    return [f"errors rest on {min(found)[1]} (sampled units less strata): {why}"]


def _of(wave: Wave) -> str:
    return "" if wave.name is None else f" of wave {wave.name!r}"


def _at_an_end(data: pd.DataFrame, name: str, scale: ScaleSpec) -> str:
    """Name the items that many answer at an end of the scale."""
    crowded = []
    for item in scale.items:
        values = numeric_column(data, item, f"[scales.{name}]")
        known = np.count_nonzero((values >= scale.minimum) & (values <= scale.maximum))
        ends = (np.count_nonzero(values == end) for end in (scale.minimum, scale.maximum))
        # A million rows are sorted only where they may have to be told of.
        if max(ends) > EXTREME * known and len(np.unique(values[np.isfinite(values)])) >= GRADES:
            crowded.append(repr(item))
    if not crowded:
        return ""
    return (
        f"[scales.{name}] more than {100 * EXTREME:.0f} % chose the first or the last answer to "
        f"{', '.join(crowded)}: there is little room left for a change to show"
    )
