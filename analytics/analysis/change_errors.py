"""The error of a change in a file: independent waves, linked persons, or what invitations imply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.analysis.spread import borrowed_errors
from analytics.comparison.difference import difference_errors
from analytics.comparison.implied_overlap import Invitations, implied_error

if TYPE_CHECKING:
    from analytics.analysis.change import Wave
    from analytics.analysis.estimates import Level
    from analytics.analysis.overlap import Overlap
    from analytics.arrays import Floats
    from analytics.specification import Specification

_DUST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Shared:
    """The cells that two waves both have: row and column of each in either level (``np.ix_``)."""

    old: tuple[np.ndarray, ...]
    new: tuple[np.ndarray, ...]


@dataclass(frozen=True, slots=True)
class ChangeErrors:
    """Errors of changes, each of shape (n_domains, n_columns).

    ``se`` and ``df`` decide. ``as_such`` has no finite population correction, where it was asked
    for; ``smallest`` is the least that invitations allow, where they decide.
    """

    se: Floats
    df: Floats
    as_such: Floats | None = None
    smallest: Floats | None = None


def change_errors(
    waves: tuple[Wave, Wave],
    levels: tuple[Level, Level],
    shared: Shared,
    spec: Specification,
    overlap: Overlap | None,
) -> ChangeErrors:
    """Find the errors of the changes of one level.

    Parameters
    ----------
    waves, levels : tuple
        The earlier and the later wave, and the same level of each.
    shared : Shared
        The cells.
    spec : Specification
        [change], and the confidence.
    overlap : Overlap or None
        Of persons, where the file links them.

    Returns
    -------
    ChangeErrors

    Raises
    ------
    DesignError
        If the invitations contradict the answers.
    """
    level = spec.design.confidence
    before, after = (
        borrowed_errors(one, wave.levels[0], wave.design, level)
        for one, wave in zip(levels, waves, strict=True)
    )
    se, df = difference_errors(
        after[shared.new],
        before[shared.old],
        levels[1].df[shared.new],
        levels[0].df[shared.old],
    )
    model = _model(levels, (before, after), shared)
    smallest = None
    if overlap is not None:
        most = overlap.degrees_of_freedom(*levels, shared.old[0].ravel(), shared.new[0].ravel())
        df = np.minimum(df, most[:, None])
        limit = after[shared.new] * before[shared.old]
        se = _less(se, overlap.covariances(*levels, shared.old, shared.new), limit)
    elif spec.change.invited is not None:
        se, smallest = _implied(levels, model, shared, spec)
    if not spec.change.questions:
        return ChangeErrors(se, df, None, smallest)
    as_such = np.hypot(*model)
    if overlap is not None:
        free = overlap.without_correction()
        both = free.covariances(*levels, shared.old, shared.new)
        as_such = _less(as_such, both, model[0] * model[1])
    return ChangeErrors(se, df, as_such, smallest)


def _less(se: Floats, both: Floats, limit: Floats) -> Floats:
    """Take twice a covariance off; it never exceeds what the two errors allow."""
    left = se**2 - 2 * np.clip(both, -limit, limit)
    # What two equal errors leave of each other is the rounding of their sums.
    return np.sqrt(np.where(left > _DUST * se**2, left, 0.0 * se))


def _model(
    levels: tuple[Level, Level], errors: tuple[Floats, Floats], shared: Shared
) -> tuple[Floats, Floats]:
    """Give the errors without finite population correction, a borrowed one as it is."""
    before, after = (
        np.maximum(level.errors.se_model, se) for level, se in zip(levels, errors, strict=True)
    )
    return before[shared.old], after[shared.new]


def _implied(
    levels: tuple[Level, Level], model: tuple[Floats, Floats], shared: Shared, spec: Specification
) -> tuple[Floats, Floats]:
    """Bound the errors by who was invited, in a population without end (docs/adr/0012)."""
    places = shared.old, shared.new
    weight = [level.errors.weight[at] for level, at in zip(levels, places, strict=True)]
    answers = [
        level.means.n[at].astype(np.float64) for level, at in zip(levels, places, strict=True)
    ]
    # Where the number of persons has changed, nobody is taken to have left.
    persons = np.maximum.reduce([*weight, *answers])
    twice = persons if spec.change.invited == "everybody" else np.zeros_like(persons)
    invited = Invitations(np.full_like(persons, np.inf), persons, persons, twice)
    found = implied_error(invited, (answers[0], answers[1]), model, (spec.change.correlation, 1.0))
    return found.se, found.se_low
