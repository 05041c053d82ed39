"""The [trend.breaks] section: several breaks in a series, and what they look like in a result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analytics.errors import FrameError
from analytics.trend.several_breaks import several_breaks
from analytics.workbench.sections.plain_values import plain_value
from analytics.workbench.specification.trend_breaks import WHERE, BreaksSpec

if TYPE_CHECKING:
    from datetime import date

    from analytics.arrays import Floats
    from analytics.trend.series import WaveSeries
    from analytics.trend.several_breaks import Breaks


def breaks_entry(
    series: WaveSeries, spec: BreaksSpec, patterns: Floats, confidence: float
) -> tuple[dict[str, object], list[str]]:
    """Seek breaks, as plain values for JSON.

    Parameters
    ----------
    series : WaveSeries
        Comparable waves.
    spec : BreaksSpec
    patterns : ndarray of float, shape (n_waves, n_patterns)
        What is known to move the waves.
    confidence : float

    Returns
    -------
    entry : dict
        ``model``, ``errors``, ``least``; ``number``, None where the series is too short; ``bic``,
        from no break on; ``dates``, ``stretches``.
    warnings : list of str
    """
    try:
        found = several_breaks(
            series,
            model=spec.model,
            errors=spec.errors,
            least=spec.least,
            most=spec.most,
            patterns=patterns,
            confidence=confidence,
        )
    except FrameError as error:
        raise FrameError(f"{WHERE} {error}") from error
    return _entry(found), list(found.warnings)


def _entry(found: Breaks) -> dict[str, object]:
    return {
        "model": found.model,
        "errors": found.errors,
        "least": found.least,
        "number": len(found.dates) if found.bic else None,
        "bic": [value if math.isfinite(value) else None for value in found.bic],
        "dates": [
            {
                "date": one.day.isoformat(), "low": _day(one.low), "high": _day(one.high),
                "difference": one.difference, "se": plain_value(one.se),
            }
            for one in found.dates
        ],
        "stretches": [
            {
                "since": one.since.isoformat(), "until": one.until.isoformat(), "waves": one.waves,
                "level": one.level, "se": plain_value(one.se), "slope": one.slope,
                "slope_se": plain_value(one.slope_se),
            }
            for one in found.stretches
        ],
    }  # fmt: skip


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
