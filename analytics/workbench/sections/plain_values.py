"""Figures as plain values for JSON; those of a protected file rounded like the estimates."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from analytics.digits import number_to_digits

# what is no figure in points
_DIGITS: Final = {
    "p": 4, "p_adjusted": 4, "response": 3, "own": 2, "f": 2, "cramers_v": 2,
    "mean_rank": 2,
}  # fmt: skip


def rounded_figures(value: object, digits: int = 1) -> object:
    """Round every float in a result, p to four digits, and leave the rest."""
    if isinstance(value, float):
        return plain_value(number_to_digits(value, digits))
    if isinstance(value, dict):
        return {key: rounded_figures(part, _DIGITS.get(key, digits)) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded_figures(part, digits) for part in value]
    return value


def plain(value: float) -> float | None:
    """Write what is missing or infinite as null."""
    return value + 0.0 if math.isfinite(value) else None  # -0.0 is 0


def plain_value(value: object) -> object:
    """Write numbers as plain ones, and what is missing as null."""
    if isinstance(value, np.generic):
        value = value.item()
    return plain(value) if isinstance(value, float) else value
