"""Figures of a protected file over groups of which some are hidden, and whose people weigh apart.

Linear programming bounds a hidden mean as if its totals were any number. Answers are whole persons,
though: where two hidden units weigh differently, few whole numbers fit the exact share of what
holds them. So such figures are rounded to bases that several counts of answers fit, by the rule of
publications (docs/adr/0011, docs/adr/0193). Where everybody weighs the same, a total is a count,
and whole numbers find no more than any numbers do. Few whose weight sets them apart from the others
of a shown group are hidden by nobody, and follow in the same way, from the group or from what holds
it less the rest.

Weights that are apart make one more figure of the answers: the design effect. Of few answers it
would tell who gave which, and is null.

Where the design takes people apart otherwise (`design_told`) the figures keep their digits, and the
errors alone are as coarse.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.digits import round_interval_outwards, to_digits
from analytics.disclosure.rules.display_limits import (
    BASE_ANSWERS,
    BASE_MOVES,
    BASE_OPTION_ANSWERS,
    SHARE_BASES,
    SHARE_DIGITS,
    SHARE_DIGITS_SMALL,
    SHARE_SMALL_BELOW,
)
from analytics.workbench.file.categories import categories
from analytics.workbench.protection.design_told import (
    design_parts,
    each_in_one,
    groups_inside,
    secret_cells,
)
from analytics.workbench.protection.error_rounding import (
    DISTRIBUTION,
    FINEST,
    first_step,
    grades,
    raised,
)
from analytics.workbench.protection.figures import ENDS_OF_A_SCALE
from analytics.workbench.protection.weights_told import (
    SAME,
    all_weigh_the_same,
    design_tells_errors,
    weights_part_few,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.workbench.file.items import Label
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.specification.model import Specification

ERRORS_IN_A_BASE: Final = 5  # the error of a share is small beside its base
ENDS_APART: Final = 4  # deviations: 100 points, where they are 25
DEFF_STEP: Final = 0.5
OF_OPTIONS: Final = ("share", "balance")


def told_wave(wave: Wave, statuses: Statuses, spec: Specification) -> Wave:
    """Make the estimates of a wave as coarse as they may be told, whatever is made of them.

    Parameters
    ----------
    wave : Wave
    statuses : mapping of by-columns to ndarray of str, or None
        Of disclosure control; None leaves the wave as it is.
    spec : Specification
        Tells the scales, whose answers have grades.

    Returns
    -------
    Wave
        In cells over hidden groups means are on their bases, errors are rounded up and intervals go
        outwards to the base, and the design effect is rounded up to halves. It is NaN in cells of
        fewer than 20 answers, unless design and number make it whatever was answered.
    """
    if statuses is None:
        return wave
    over, base = over_hidden(wave, statuses, spec), told_bases(wave, statuses, spec)
    apart = parted_by_design(wave, statuses, spec)
    told = []
    for level in wave.levels:
        few = (level.means.n < DISTRIBUTION) & ~design_tells_errors(wave, level)[:, None]
        parted = apart[level.by]
        step = error_steps(base[level.by], parted, level)
        grown = np.where(parted, _grown(level, step), 1.0)
        coarse = _coarse_deff(level, grown, over[level.by], few)
        told.append(_on_bases(coarse, base[level.by], step, spec))
    return replace(wave, levels=told)


def told_bases(
    wave: Wave, statuses: Mapping[tuple[str, ...], np.ndarray], spec: Specification
) -> dict[tuple[str, ...], Floats]:
    """Give the base of each figure of a wave, of totals too.

    Returns
    -------
    dict of by-columns to ndarray of float, shape (n_domains, n_columns)
        In the unit of the figure; 0 where it has its digits.
    """
    over = over_hidden(wave, statuses, spec)
    grade = grades(wave.data, spec, wave.levels[0].labels)
    return {level.by: np.where(over[level.by], _bases(level, grade), 0.0) for level in wave.levels}


def parted_by_design(
    wave: Wave, statuses: Mapping[tuple[str, ...], np.ndarray], spec: Specification
) -> dict[tuple[str, ...], Booleans]:
    """Mark the cells of which the design takes hidden groups, or few, apart: see `design_parts`."""
    minimum = 1 if spec.disclosure is None else spec.disclosure.minimum
    return design_parts(wave, statuses, minimum, margins=_weights_follow(wave, spec))


def error_steps(base: Floats, parted: Booleans, level: DivisionEstimates) -> Floats:
    """Give what errors of figures over hidden groups are rounded up to.

    Parameters
    ----------
    base : ndarray of float, shape (n_domains, n_columns)
        Of the figures, from `told_bases`.
    parted : ndarray of bool, shape (n_domains, n_columns)
        From `parted_by_design`.
    level : DivisionEstimates

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        The base of the figure, of shares and balances a fifth of it; where the design parts people
        at least `ends_apart`. 0 leaves an error.
    """
    options = [label.statistic in OF_OPTIONS for label in level.labels]
    own = base / np.where(options, ERRORS_IN_A_BASE, 1.0)
    deff = level.errors.deff
    alone = level.errors.se / np.sqrt(np.where(deff > 0, deff, 1.0))
    moved = ends_apart(alone, level.means.n.astype(np.float64))
    return np.where(parted, np.maximum(own, moved), own)


def ends_apart(se: Floats, n: Floats) -> Floats:
    """Say how far a figure moves by one of n answers, from one end of its scale to the other.

    Ends are taken to be four deviations apart, and a deviation is the error times the root of n.
    """
    moved = ENDS_APART * se / np.sqrt(np.maximum(n, 1.0))
    return np.where(moved > 0, first_step(moved), 0.0)


def _bases(level: DivisionEstimates, grade: Floats) -> Floats:
    """Give the base of each figure of a level, if it stands on one; see `bases_of`."""
    total = np.array([label.statistic == "total" for label in level.labels], dtype=bool)
    moved = grade * np.where(total, level.errors.weight, 1.0)
    return bases_of(level.labels, level.means.n, moved)


def over_hidden(
    wave: Wave, statuses: Mapping[tuple[str, ...], np.ndarray], spec: Specification
) -> dict[tuple[str, ...], Booleans]:
    """Mark the cells of a wave over people of hidden groups, where people weigh differently.

    Parameters
    ----------
    wave : Wave
    statuses : mapping of by-columns to ndarray of str, shape (n_domains, n_columns)
    spec : Specification
        Weights of [rake] by several columns are known to nobody who is not told how many answered
        in each crossing of these columns: else nothing is marked.

    Returns
    -------
    dict of by-columns to ndarray of bool, shape (n_domains, n_columns)
        True where somebody in a cell belongs to a hidden one, of whatever division, that does not
        hold the whole cell; where the weights in it set a few apart; and where such a group lies in
        it and would follow from its digits and those of all others.
    """
    minimum = 1 if spec.disclosure is None else spec.disclosure.minimum
    if not _weights_follow(wave, spec):
        return {level.by: np.zeros(level.means.n.shape, dtype=bool) for level in wave.levels}
    apart = {level.by: weights_part_few(wave, level, minimum) for level in wave.levels}
    grade = grades(wave.data, spec, wave.levels[0].labels)
    found = {}
    for level in wave.levels:
        over = np.zeros((len(level.domains), len(level.labels)), dtype=bool)
        for other in wave.levels:
            cell, group = groups_inside(level, other)
            np.logical_or.at(over, cell, secret_cells(other, statuses)[group])
            if apart[other.by].any():
                base = np.where(apart[other.by], _bases(other, grade), 0.0)
                np.logical_or.at(over, cell, _follow(level, other, base, (cell, group)))
        over &= ~all_weigh_the_same(wave, level)[:, None]
        found[level.by] = over | apart[level.by]
    return found


def _weights_follow(wave: Wave, spec: Specification) -> bool:
    """Tell whether weights follow from margins and the numbers of answers that may be shown.

    By one column they are those of [poststratify]. By several it takes how many answered in each
    of their crossings. A division tells it of which no group lies in two of them: one by all of
    these columns, or by units where the other columns are the units' own.
    """
    if len(spec.rake) <= 1:
        return True
    columns = [pd.factorize(categories(wave.data, name, "[rake]"))[0] for name in spec.rake]
    crossing = np.unique(np.column_stack(columns), axis=0, return_inverse=True)[1].reshape(-1)
    return any(each_in_one(level, crossing) for level in wave.levels)


def _follow(
    level: DivisionEstimates,
    other: DivisionEstimates,
    base: Floats,
    pairs: tuple[np.ndarray, np.ndarray],
) -> Booleans:
    """Tell of which parts of a cell its digits, and those of the others, leave less than a base.

    A sum less all its other parts is the part that is left, as exact as all of these are together.

    Parameters
    ----------
    level, other : DivisionEstimates
        Of cells, and of their parts.
    base : ndarray of float, shape (n_groups, n_columns)
        What a part stands on; 0 of the others.
    pairs : tuple of ndarray of int64, shape (n_pairs,)
        Cell and part.

    Returns
    -------
    ndarray of bool, shape (n_pairs, n_columns)
    """
    cell, group = pairs
    of_cell, of_group = (_digits(one) * _weights(one) for one in (level, other))
    np.add.at(of_cell, cell, of_group[group])
    room = of_cell[cell] - of_group[group]
    return np.asarray(room < (base * _weights(other))[group], dtype=bool)


def _weights(level: DivisionEstimates) -> Floats:
    """Give what makes a total of each figure."""
    total = np.array([label.statistic == "total" for label in level.labels], dtype=bool)
    return np.where(total, 1.0, level.errors.weight)


def _digits(level: DivisionEstimates) -> Floats:
    """Give the last digit that is shown of each figure; of a ratio, which has some, nothing."""
    n = level.means.n
    found = np.zeros(n.shape)
    for at, label in enumerate(level.labels):
        if label.statistic in OF_OPTIONS:
            small = n[:, at] < SHARE_SMALL_BELOW
            found[:, at] = 10.0 ** -np.where(small, SHARE_DIGITS_SMALL, SHARE_DIGITS)
        elif label.statistic != "ratio":
            found[:, at] = 1.0 if label.statistic == "total" else FINEST
    return found


def on_bases(values: Floats, base: Floats) -> Floats:
    """Round figures to their bases; 0 leaves them."""
    safe = np.where(base > 0, base, 1.0)
    return np.where(base > 0, to_digits(values / safe, 0) * safe, values)


def bases_of(labels: list[Label], n: np.ndarray, grade: Floats) -> Floats:
    """Give the base of each figure, if it is over hidden groups.

    Parameters
    ----------
    labels : list of Label
    n : ndarray of number, shape (n_domains, n_columns)
        Answers.
    grade : ndarray of float, shape (n_columns,) or (n_domains, n_columns)
        From `grades`; of a total times the persons.

    Returns
    -------
    ndarray of float, shape (n_domains, n_columns)
        In the unit of the figure; 0 where its digits are coarse enough, and of what is measured:
        whole numbers have no part in it.
    """
    answers = np.maximum(n.astype(np.float64), 1.0)
    found, moved = np.zeros(answers.shape), np.broadcast_to(grade, answers.shape)
    for at, label in enumerate(labels):
        one = answers[:, at]
        if label.statistic in OF_OPTIONS:
            option = label.statistic == "share" and label.category not in ENDS_OF_A_SCALE
            least = (BASE_OPTION_ANSWERS if option else BASE_ANSWERS) / one
            place = np.searchsorted(SHARE_BASES, least - SAME).clip(max=len(SHARE_BASES) - 1)
            found[:, at] = np.array(SHARE_BASES)[place]
        elif (moved[:, at] > 0).any():  # not of what is measured, which is NaN
            base = first_step(BASE_MOVES * moved[:, at] / one)
            found[:, at] = np.where((label.statistic == "mean") & (base <= FINEST), 0.0, base)
    return found


def _grown(level: DivisionEstimates, step: Floats) -> Floats:
    """Say how many times as large errors are when they are rounded up."""
    se = level.errors.se
    return np.divide(raised(se, step), se, out=np.ones_like(se), where=se > 0)


def _coarse_deff(
    level: DivisionEstimates, grown: Floats, over: Booleans, few: Booleans
) -> DivisionEstimates:
    """Let design effects grow as errors, round them up to halves, and leave out those of few."""
    errors = level.errors
    own = errors.deff * grown**2
    deff = np.where(over, np.ceil(own / DEFF_STEP - SAME) * DEFF_STEP, own)
    deff = np.where(few, np.nan, deff)
    scored = level.means.n.astype(np.float64)
    told = np.divide(scored, deff, out=np.full_like(scored, np.nan), where=deff > 0)
    n_eff = np.where(over | few | (grown > 1), told, errors.n_eff)
    return replace(level, errors=replace(errors, deff=deff, n_eff=n_eff))


def _on_bases(
    level: DivisionEstimates, base: Floats, step: Floats, spec: Specification
) -> DivisionEstimates:
    """Round the figures of a level to their bases, errors up, and intervals outwards."""
    means, errors, chosen = level.means, level.errors, base > 0
    se, wider = raised(errors.se, step), _grown(level, step)
    below, above = (means.mean - level.low) * wider, (level.high - means.mean) * wider
    figures = round_interval_outwards(means.mean, below, above, np.where(chosen, base, 1.0))
    ends = [spec.ends_of(label.index, label.statistic) for label in level.labels]
    least, most = np.array(ends, dtype=np.float64).reshape(-1, 2).T
    low, high = (
        np.where(step > 0, end.clip(least, most), own)
        for end, own in zip(_ends(level, step, below, above), (level.low, level.high), strict=True)
    )
    mean, low, high = (
        np.where(chosen, told.clip(least, most), one)
        for told, one in zip(figures, (means.mean, low, high), strict=True)
    )
    told = replace(
        errors,
        se=se,
        se_model=raised(errors.se_model, step),
        deviation=np.where(chosen, _deviations(level, mean), errors.deviation),
    )
    return replace(level, means=replace(means, mean=mean), errors=told, low=low, high=high)


def _ends(
    level: DivisionEstimates, step: Floats, below: Floats, above: Floats
) -> tuple[Floats, Floats]:
    """Give the ends of intervals; those of shares go outwards to the step of the error.

    How long the interval of a share is beside its error depends on that error.
    """
    low, high = level.means.mean - below, level.means.mean + above
    share = np.array([label.statistic in OF_OPTIONS for label in level.labels], dtype=bool)
    outwards = share & (step > 0)
    safe = np.where(outwards, step, 1.0)
    return (
        np.where(outwards, np.floor(low / safe + SAME) * safe, low),
        np.where(outwards, np.ceil(high / safe - SAME) * safe, high),
    )


def _deviations(level: DivisionEstimates, told: Floats) -> Floats:
    """Make the deviation of a share of the share that is told; others stay.

    A share that is told as none or all has none: the exact one would tell how far from that it is.
    """
    share = np.array([label.statistic == "share" for label in level.labels], dtype=bool)
    n = np.maximum(level.means.n.astype(np.float64), 2.0)
    spread = np.sqrt(np.where(share, told * (1.0 - told), 0.0) * n / (n - 1.0))
    of_share = np.where(spread > 0, spread, np.nan)
    return np.where(share, of_share, level.errors.deviation)
