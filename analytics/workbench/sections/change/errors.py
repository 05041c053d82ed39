"""The error of a change in a file: linked persons, what invitations imply, or independent waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.difference import difference_errors
from analytics.comparison.implied_overlap import Invitations, implied_error
from analytics.comparison.unlinked import unlinked_errors
from analytics.estimation.degrees_of_freedom import unseen
from analytics.workbench.specification.change import EVERYBODY, INDEPENDENT

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats
    from analytics.workbench.file.waves import DivisionEstimates
    from analytics.workbench.sections.change.overlap import WaveOverlap
    from analytics.workbench.specification.model import Specification

_DUST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Shared:
    """The cells that two waves both have: row and column of each in either level (``np.ix_``)."""

    old: tuple[np.ndarray, ...]
    new: tuple[np.ndarray, ...]


@dataclass(frozen=True, slots=True)
class ErrorsWithDf:
    """Errors of changes and their degrees of freedom, each of shape (n_domains, n_columns)."""

    se: Floats
    df: Floats


@dataclass(frozen=True, slots=True)
class ChangeErrors:
    """Errors of changes.

    ``decides`` is what intervals, p and verdicts are made of. ``current_staff`` has the full finite
    population correction and ``as_such`` none: the two questions of
    `analytics.workbench.methods.linked_waves.two_questions`, where both were asked for.
    ``smallest`` is the least error that invitations allow, where they were told.
    """

    decides: ErrorsWithDf
    current_staff: ErrorsWithDf | None
    as_such: ErrorsWithDf | None
    smallest: Floats | None = None


def change_errors(
    levels: tuple[DivisionEstimates, DivisionEstimates],
    shared: Shared,
    spec: Specification,
    overlap: WaveOverlap | None,
) -> ChangeErrors:
    """Find the errors of the changes of one level.

    Parameters
    ----------
    levels : tuple
        The same level of the earlier and of the later wave.
    shared : Shared
        The cells.
    spec : Specification
        [change], and the confidence.
    overlap : WaveOverlap or None
        Of persons, where the file links them.

    Returns
    -------
    ChangeErrors
        Where nobody is linked and nothing is told of who was invited, the errors are those of
        `analytics.comparison.unlinked`: without a finite population correction in both waves, of
        independent samples.

    Raises
    ------
    DesignError
        If the invitations contradict the answers.
    """
    before, after = (level.errors for level in levels)
    se = before.se[shared.old], after.se[shared.new]
    model = before.se_model[shared.old], after.se_model[shared.new]
    # With few clusters the first stage alone may come out below both stages together.
    model = np.fmax(se[0], model[0]), np.fmax(se[1], model[1])
    df = levels[0].df[shared.old], levels[1].df[shared.new]
    finite = ErrorsWithDf(*difference_errors(se[1], se[0], df[1], df[0]))
    free = ErrorsWithDf(*difference_errors(model[1], model[0], df[1], df[0]))
    smallest = None
    if overlap is not None:
        finite = _linked(levels, shared, overlap, finite)
        if spec.change.questions:
            free = _linked(levels, shared, overlap.without_correction(), free, "se_model")
        decides = finite
    elif spec.change.invited is None:
        decides = ErrorsWithDf(unlinked_errors(se, model, spec.change.correlation), free.df)
    elif spec.change.invited == INDEPENDENT:
        decides = finite
    else:
        largest, smallest = _implied(levels, model, shared, spec)
        decides = ErrorsWithDf(largest, free.df)
        # Panels that are kept apart know no more of the staff than of anybody.
        finite = finite if spec.change.invited == EVERYBODY else free
    if not spec.change.questions:
        return ChangeErrors(decides, None, None, smallest)
    return ChangeErrors(decides, finite, free, smallest)


def _linked(
    levels: tuple[DivisionEstimates, DivisionEstimates],
    shared: Shared,
    overlap: WaveOverlap,
    known: ErrorsWithDf,
    kind: str = "se",
) -> ErrorsWithDf:
    """Take twice the covariance of linked persons off, and bound the degrees of freedom."""
    most = overlap.degrees_of_freedom(*levels, shared.old, shared.new)
    both = overlap.covariances(*levels, shared.old, shared.new)
    se = _less(known.se, both, _product(levels, shared, kind))
    gone = (se == 0) & (known.se > 0) & _partly_heard(levels, shared, overlap)
    if gone.any():
        se = np.where(gone, _of_everybody(levels, shared, overlap, kind), se)
    return ErrorsWithDf(se, np.minimum(known.df, most))


def _product(
    levels: tuple[DivisionEstimates, DivisionEstimates], shared: Shared, kind: str
) -> Floats:
    old, new = (getattr(level.errors, kind) for level in levels)
    return np.asarray(old[shared.old] * new[shared.new], dtype=np.float64)


def _partly_heard(
    levels: tuple[DivisionEstimates, DivisionEstimates], shared: Shared, overlap: WaveOverlap
) -> Booleans:
    """Tell where chance had a part: not everybody of the domain was heard both times."""
    left = [
        unseen(wave.design, level.partition) > 0
        for wave, level in zip((overlap.then, overlap.now), levels, strict=True)
    ]
    return np.asarray(left[0][shared.old[0]] | left[1][shared.new[0]], dtype=bool)


def _of_everybody(
    levels: tuple[DivisionEstimates, DivisionEstimates],
    shared: Shared,
    overlap: WaveOverlap,
    kind: str,
) -> Floats:
    """Borrow how unlike persons move in the whole wave, where all of a domain moved alike.

    NaN where the whole wave did.
    """
    whole = overlap.then.levels[0], overlap.now.levels[0]
    at = Shared(
        np.ix_(np.zeros(1, dtype=np.int64), shared.old[1].ravel()),
        np.ix_(np.zeros(1, dtype=np.int64), shared.new[1].ravel()),
    )
    own = [
        getattr(level.errors, kind)[place]
        for level, place in zip(whole, (at.old, at.new), strict=True)
    ]
    error = _less(
        np.hypot(own[0], own[1]), overlap.covariances(*whole, at.old, at.new), own[0] * own[1]
    )
    drawn = whole[1].errors.drawn[at.new], levels[1].errors.drawn[shared.new]
    each = error * np.sqrt(drawn[0] / np.maximum(drawn[1], 1.0))
    return np.where(error > 0, each, np.nan)


def _less(se: Floats, both: Floats, limit: Floats) -> Floats:
    """Take twice a covariance off; it never exceeds what the two errors allow."""
    left = se**2 - 2 * np.clip(both, -limit, limit)
    # What two equal errors leave of each other is the rounding of their sums.
    return np.sqrt(np.where(left > _DUST * se**2, left, 0.0 * se))


def _implied(
    levels: tuple[DivisionEstimates, DivisionEstimates],
    model: tuple[Floats, Floats],
    shared: Shared,
    spec: Specification,
) -> tuple[Floats, Floats]:
    """Bound the errors by who was invited, in a population without end (docs/adr/0012)."""
    places = shared.old, shared.new
    weight = [level.errors.weight[at] for level, at in zip(levels, places, strict=True)]
    answers = [
        level.means.n[at].astype(np.float64) for level, at in zip(levels, places, strict=True)
    ]
    # Where the number of persons has changed, nobody is taken to have left.
    persons = np.maximum.reduce([*weight, *answers])
    twice = persons if spec.change.invited == EVERYBODY else np.zeros_like(persons)
    invited = Invitations(np.full_like(persons, np.inf), persons, persons, twice)
    found = implied_error(invited, (answers[0], answers[1]), model, (spec.change.correlation, 1.0))
    return found.se, found.se_low
