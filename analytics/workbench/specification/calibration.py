"""The [calibration] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.weighting.distance import DistanceName


METHODS: Final = ("raking", "linear", "logit")
KEYS: Final = ("method", "bounds", "trim", "totals")
WHERE: Final = "[calibration]"


@dataclass(frozen=True, slots=True)
class CalibrationSpec:
    """How to fit weights.

    ``bounds`` are the lowest and highest factor on the design weights, ``trim`` the lowest and
    highest multiple of the median weight, ``totals`` what columns add up to in the population.
    """

    method: DistanceName = "raking"
    bounds: tuple[float, float] | None = None
    trim: tuple[float, float] | None = None
    totals: Mapping[str, float] = field(default_factory=dict)


def read_calibration(section: Mapping[str, object]) -> CalibrationSpec:
    """Read the section.

    Parameters
    ----------
    section : mapping
        ``method`` ("raking", "linear" or "logit"), ``bounds`` and ``trim`` (two numbers each) and
        ``totals`` (a number per column), each optional.

    Raises
    ------
    SpecificationError
        If a key is unknown or a value cannot be.
    """
    known(section, KEYS, WHERE)
    method = section.get("method", "raking")
    if method not in METHODS:
        raise SpecificationError(f"{WHERE} method must be one of {', '.join(METHODS)}")
    bounds, trim = _pair(section, "bounds"), _pair(section, "trim")
    if method == "logit" and bounds is None:
        raise SpecificationError(f"{WHERE} logit needs bounds, for instance [0.3, 3]")
    for name, pair in (("bounds", bounds), ("trim", trim)):
        if pair is not None and not 0 < pair[0] < 1 < pair[1]:
            raise SpecificationError(f"{WHERE} {name} must lie around 1, for instance [0.3, 3]")
    totals = section.get("totals", {})
    if not isinstance(totals, dict) or not all(_is_number(value) for value in totals.values()):
        raise SpecificationError(f"{WHERE} totals must give a number for each column")
    return CalibrationSpec(
        method, bounds, trim, {name: float(total) for name, total in totals.items()}
    )


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))
    )


def _pair(section: Mapping[str, object], key: str) -> tuple[float, float] | None:
    value = section.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):  # noqa: PLR2004
        raise SpecificationError(f"{WHERE} {key} must be two numbers, for instance [0.3, 3]")
    return float(value[0]), float(value[1])
