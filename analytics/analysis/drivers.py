"""The [drivers] section: what goes with an outcome, among scales or columns of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.analysis.columns import numbers
from analytics.analysis.estimates import score
from analytics.errors import FrameError
from analytics.estimation.domains import degrees_of_freedom, whole
from analytics.estimation.drivers import RelativeWeights, relative_weights

if TYPE_CHECKING:
    from analytics.analysis.change import Wave
    from analytics.specification import Specification


def drivers(wave: Wave, spec: Specification) -> RelativeWeights:
    """Estimate the drivers in a wave.

    Raises
    ------
    FrameError
        If a name is neither a scale nor a column of numbers, is given twice, or too few
        respondents have all values.
    """
    assert spec.drivers is not None
    names = (spec.drivers.outcome, *spec.drivers.predictors)
    if len(set(names)) < len(names):
        raise FrameError("[drivers] names a column more than once")
    columns = [
        score(wave.data, name, spec.scales[name])
        if name in spec.scales
        else numbers(wave.data, name, "[drivers]")
        for name in names
    ]
    everybody = whole(len(wave.data), None)
    df = float(degrees_of_freedom(wave.design, everybody)[0])
    try:
        found = relative_weights(
            wave.design, np.column_stack(columns), df, confidence=spec.design.confidence
        )
    except FrameError as error:
        raise FrameError(f"[drivers]: {error}") from error
    if spec.disclosure is not None and found.n < spec.disclosure.minimum:
        raise FrameError("[drivers]: fewer respondents than [disclosure] minimum have all values")
    return found
