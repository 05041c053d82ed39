"""The [trend.breaks] section: several breaks in a series, and what they look like in a result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from analytics.errors import FrameError, SpecificationError
from analytics.trend.several_breaks import ERRORS, MODELS, check_least, several_breaks
from analytics.workbench.specification.values import known, number, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analytics.arrays import Floats
    from analytics.trend.series import WaveSeries
    from analytics.trend.several_breaks import Breaks, Errors, Model

WHERE: Final = "[trend.breaks]"
KEYS: Final = ("model", "errors", "least", "most")


@dataclass(frozen=True, slots=True)
class BreaksSpec:
    """How breaks are sought; None where the number of waves decides."""

    model: Model
    errors: Errors
    least: int | None
    most: int | None


def read_breaks(section: Mapping[str, object]) -> BreaksSpec:
    """Read and check the section.

    Raises
    ------
    SpecificationError
        One sentence that names the key.
    """
    known(section, KEYS, WHERE)
    model = cast("Model", _one_of(section, "model", MODELS))
    spec = BreaksSpec(
        model=model,
        errors=cast("Errors", _one_of(section, "errors", ERRORS)),
        least=_count(section, "least"),
        most=_count(section, "most"),
    )
    try:
        check_least(spec.least, model)
    except FrameError as error:
        raise SpecificationError(f"{WHERE} {error}") from error
    return spec


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
                "difference": one.difference, "se": _plain(one.se),
            }
            for one in found.dates
        ],
        "stretches": [
            {
                "since": one.since.isoformat(), "until": one.until.isoformat(), "waves": one.waves,
                "level": one.level, "se": _plain(one.se), "slope": one.slope,
                "slope_se": _plain(one.slope_se),
            }
            for one in found.stretches
        ],
    }  # fmt: skip


def _plain(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _one_of(section: Mapping[str, object], key: str, allowed: tuple[str, ...]) -> str:
    value = text(section, key, WHERE) or allowed[0]
    if value not in allowed:
        raise SpecificationError(f"{WHERE} {key} must be one of {', '.join(allowed)}")
    return value


def _count(section: Mapping[str, object], key: str) -> int | None:
    if key not in section:
        return None
    value = number(section, key, WHERE, 0)
    if value != int(value) or value < 1:
        raise SpecificationError(f"{WHERE} {key} must be a whole number of at least 1")
    return int(value)
