"""The figures of each wave that the [trend] section looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.comparison.change import DECIMALS
from analytics.digits import number_to_digits
from analytics.errors import FrameError
from analytics.workbench.file.items import Label
from analytics.workbench.protection.error_rounding import grades, raised, steps
from analytics.workbench.protection.statuses import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.workbench.file.waves import Wave
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.specification.model import Specification


def wave_figures(
    waves: Sequence[Wave],
    measure: str,
    spec: Specification,
    hidden: Mapping[str | None, Statuses],
) -> dict[str, tuple[float, float, float]]:
    """Collect the mean of a measure in all respondents of each wave.

    Parameters
    ----------
    waves : sequence of Wave
    measure : str
        A scale, an index or a variable with a mean.
    spec : Specification
    hidden : mapping of wave to statuses
        Of disclosure control: a figure that is not published is missing in the trend with its
        error, and one that is enters it as it is shown: to one decimal, its error rounded up as
        that beside the mean. None for each wave of a file without [disclosure].

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
        whole = wave.levels[0]
        label = Label(measure, "mean")
        if label in whole.labels:
            column = whole.labels.index(label)
            found[str(wave.name)] = _figure(wave, spec, column, hidden[wave.name])
    if not found:
        raise FrameError(f"[trend] measure {measure} is no scale, index or mean of this file")
    return found


def _figure(
    wave: Wave, spec: Specification, column: int, statuses: Statuses
) -> tuple[float, float, float]:
    whole = wave.levels[0]
    mean, df = float(whole.means.mean[0, column]), float(whole.df[0, column])
    se = whole.errors.se_model
    if statuses is None:
        return mean, float(se[0, column]), df
    if statuses[whole.by][0, column] != PUBLISHED:
        return np.nan, np.nan, np.nan
    up = raised(se, steps(whole, grades(wave.data, spec, whole.labels)))
    return number_to_digits(mean, DECIMALS), float(up[0, column]), df
