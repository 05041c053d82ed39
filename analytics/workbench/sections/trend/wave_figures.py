"""The figures of each wave that the [trend] section looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.comparison.change import DECIMALS
from analytics.digits import number_to_digits
from analytics.errors import FrameError
from analytics.workbench.protection.statuses import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.workbench.file.waves import Wave


def wave_figures(
    waves: Sequence[Wave],
    measure: str,
    hidden: Mapping[str | None, Mapping[tuple[str, ...], np.ndarray] | None] | None = None,
) -> dict[str, tuple[float, float, float]]:
    """Collect the mean of a measure in all respondents of each wave.

    Parameters
    ----------
    waves : sequence of Wave
    measure : str
        A scale, an index or a variable with a mean.
    hidden : mapping of wave to statuses, optional
        Of disclosure control: a figure that is not published is missing in the trend, and one that
        is enters it as it is shown, to one decimal.

    Returns
    -------
    dict of wave name to (estimate, se, degrees of freedom)
        The error without finite population correction: a trend is not about one staff alone.

    Raises
    ------
    FrameError
        If no wave has the measure.
    """
    found: dict[str, tuple[float, float, float]] = {}
    for wave in waves:
        everybody = next(level for level in wave.levels if not level.by)
        for column, label in enumerate(everybody.labels):
            if (label.index, label.statistic) == (measure, "mean"):
                mean = float(everybody.means.mean[0, column])
                statuses = hidden[wave.name] if hidden else None
                if statuses is not None:
                    shown = statuses[()][0, column] == PUBLISHED
                    mean = number_to_digits(mean, DECIMALS) if shown else float("nan")
                found[str(wave.name)] = (
                    mean,
                    float(everybody.errors.se_model[0, column]),
                    float(everybody.df[0, column]),
                )
    if not found:
        raise FrameError(f"[trend] measure {measure} is no scale, index or mean of this file")
    return found
