"""What every section works on, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analytics.workbench.file.waves import Wave
    from analytics.workbench.specification.calibration import CalibrationSpec
    from analytics.workbench.specification.model import Specification


type Section = Mapping[str, object]
type Found = tuple[dict[str, object], list[str]]
type Compute = Callable[[Given], Found]
type Hidden = Mapping[str | None, Mapping[tuple[str, ...], np.ndarray] | None]


@dataclass(frozen=True, slots=True)
class Given:
    """What every section works on: all respondents, and the waves in their order.

    ``told`` is the file as it was read, where codes still say that an item was not asked.
    ``hidden`` holds the statuses of disclosure control per wave, None where nothing is protected.
    ``calibration`` is how the weights were fitted.
    """

    data: pd.DataFrame
    told: pd.DataFrame
    waves: Sequence[Wave]
    spec: Specification
    hidden: Hidden
    calibration: CalibrationSpec
