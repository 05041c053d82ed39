"""On which side of a whole a part of it certainly lies, where many are looked at at once."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

from survey_app.reading.charts.counties import Side
from survey_app.reading.rows import Estimate
from survey_app.reading.verdicts import GROUP_LIMIT

_FALSE: Final = 0.05  # of waves in which nobody differs, in how many one is called different


def side_of(
    estimate: Estimate | None, whole: Estimate | None, among: int, limit: float = GROUP_LIMIT
) -> Side:
    """Tell whether a part is certainly above or below the whole.

    Parameters
    ----------
    estimate, whole : Estimate, optional
        Without a shown figure there is no side.
    among : int
        How many figures are held against the whole at once: groups on one measure, or questions
        in one place.
    limit : float
        Points that the levels must differ by.

    Notes
    -----
    The whole's 95 % interval and that of the part, widened so that 95 % of waves hold all
    (Bonferroni), must not overlap, and the levels must differ by the limit. That is stricter than a
    test of the difference, which would need what is not published.
    """
    if not (estimate and whole and estimate.shown and whole.shown):
        return "none"
    assert estimate.low is not None
    assert estimate.high is not None
    assert whole.low is not None
    assert whole.high is not None
    mean, wider = estimate.mean or 0.0, _normal(_FALSE / max(among, 1)) / _normal(_FALSE)
    gap = mean - (whole.mean or 0.0)
    if gap >= limit and mean - wider * (mean - estimate.low) > whole.high:
        return "higher"
    if gap <= -limit and mean + wider * (estimate.high - mean) < whole.low:
        return "lower"
    return "none"


def _normal(outside: float) -> float:
    return NormalDist().inv_cdf(1 - outside / 2)
