"""Values as the canonical JSON of a publication writes them, and the order of its levels."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd

LEVELS: Final = {"agency": 0, "region": 1, "unit_type": 2, "unit": 3, "group": 4}


_AS_IT_IS: Final = frozenset({str, int, bool, type(None)})


def plain(value: object) -> Any:  # noqa: ANN401, PLR0911 - what JSON has, one line each
    """Turn a value of a frame into one that JSON has; what is missing or infinite is None."""
    if type(value) in _AS_IT_IS:  # words and counts, most of it: asked for first
        return value
    if isinstance(value, float | np.floating):
        return plain_number(value)
    if value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def plain_number(value: float | np.floating[Any]) -> float | None:
    """Turn a number into one that JSON has, in ten digits: the same on every machine."""
    return float(f"{value:.10g}") + 0.0 if math.isfinite(value) else None
