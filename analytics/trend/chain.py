"""Chain-linking: waves of a new version carried back to the scale of the first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import SpecificationError
from analytics.trend.series import WaveSeries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analytics.arrays import Booleans, Floats
    from analytics.trend.splice import Splice


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A linked series beside the unlinked one.

    ``breaks`` are the waves where the series starts anew; ``linked`` of waves from the last break
    on is on the scale of that break, of earlier waves on the scale of the first wave of theirs.
    ``segment`` numbers the comparable stretches from 0.
    """

    unlinked: WaveSeries
    linked: WaveSeries
    breaks: tuple[date, ...]
    segment: tuple[int, ...]

    def comparable(self) -> WaveSeries:
        """Return the waves since the last break, the only ones a trend may be drawn through."""
        rows = np.array(self.segment) == self.segment[-1]
        return _only(self.linked, rows)


def link_series(series: WaveSeries, splices: Sequence[Splice]) -> Chain:
    r"""Link a series through all its splices.

    Parameters
    ----------
    series : WaveSeries
        As measured: each wave with the version of its time.
    splices : sequence of Splice
        Of this measure; each holds from its ``wave`` on.

    Returns
    -------
    Chain
        Published values are not revised: show linked and unlinked side by side.

    Raises
    ------
    SpecificationError
        If two splices begin at the same wave, or have the same id.

    Notes
    -----
    Additive: :math:`x - \delta`, with one error :math:`SE(\delta)` that all later waves share, so
    it drops out of the change between two of them and stays in the change across the splice.
    Several add up. Linear: :math:`m_o + r(x - m_n)`, :math:`r = s_o/s_n`; errors in location
    and in the ratio are shared, the second in proportion to :math:`x - m_n`. For normal scores

    .. math::
        Var(m_o - r m_n) = SE_o^2 + r^2 SE_n^2 - 2 r \rho SE_o SE_n, \quad
        Var(r) = r^2 \left(\frac{1}{2(n_o-1)} + \frac{1}{2(n_n-1)}\right)
        \text{ or, paired, } r^2 \frac{1-\rho^2}{n-1}.

    References
    ----------
    instruments.md 4.9. Kolen, M. J., Brennan, R. L. (2014). Test Equating, Scaling, and Linking,
    3rd ed., chapters 2, 4 and 7. van den Brakel, J., Smith, P. A., Compton, S. (2008). Quality
    procedures for survey transitions. Survey Research Methods 2, 123-141.
    """
    ordered = sorted(splices, key=lambda splice: splice.wave)
    for what, keys in (("id", [s.id for s in ordered]), ("wave", [s.wave for s in ordered])):
        if len(set(keys)) < len(keys):
            raise SpecificationError(f"two splices have the same {what}: give each its own")
    linked = series
    # newest first: a wave is carried through the last splice before it, then the one before that
    for number in reversed(range(len(ordered))):
        after = _from(series, ordered[number].wave)
        stretch = _from(series, _next_break(ordered, number))
        linked = _through(linked, ordered[number], after & ~stretch)
    starts = [s.wave for s in ordered if s.method == "none"]
    segment = tuple(sum(day >= start for start in starts) for day in series.dates)
    return Chain(series, linked, tuple(starts), segment)


def _next_break(ordered: Sequence[Splice], number: int) -> date | None:
    later = (s.wave for s in ordered[number + 1 :] if s.method == "none")
    return next(later, None)


def _from(series: WaveSeries, start: date | None) -> Booleans:
    return np.array([start is not None and day >= start for day in series.dates], dtype=bool)


def _through(series: WaveSeries, splice: Splice, rows: Booleans) -> WaveSeries:
    """Carry some waves through one splice; the errors they had are carried in proportion."""
    if splice.method == "none":
        return series
    if splice.method == "additive":
        moved = series.estimate - splice.applied
        new = np.where(rows, splice.se, 0.0)[:, None]
        return _moved(series, np.where(rows, moved, series.estimate), np.ones_like(moved), new)
    overlap = splice.overlap
    old, fresh, rho = overlap.old, overlap.new, overlap.correlation
    ratio = old.sd / fresh.sd
    away = series.estimate - fresh.mean
    location = old.error**2 + (ratio * fresh.error) ** 2 - 2 * ratio * rho * old.error * fresh.error
    spread = (
        (1 - rho**2) / (old.n - 1) if overlap.paired else 0.5 / (old.n - 1) + 0.5 / (fresh.n - 1)
    )
    new = np.column_stack(
        [
            np.where(rows, np.sqrt(max(location, 0.0)), 0.0),
            np.where(rows, np.nan_to_num(away) * ratio * np.sqrt(spread), 0.0),
        ]
    )
    slope = np.where(rows, ratio, 1.0)
    return _moved(series, np.where(rows, old.mean + ratio * away, series.estimate), slope, new)


def _moved(series: WaveSeries, estimate: Floats, slope: Floats, new: Floats) -> WaveSeries:
    shared = np.hstack([series.shared * slope[:, None], new])
    return replace(series, estimate=estimate, se=series.se * slope, shared=shared)


def _only(series: WaveSeries, rows: Booleans) -> WaveSeries:
    shared = series.shared[rows]
    return WaveSeries(
        dates=tuple(day for day, kept in zip(series.dates, rows, strict=True) if kept),
        time=series.time[rows] - series.time[rows][0],
        estimate=series.estimate[rows],
        se=series.se[rows],
        df=series.df[rows],
        shared=shared[:, (shared != 0).any(axis=0)],
    )
