"""The [nonresponse] section: how far the silent could move what a file shows.

The bounds are those of `analytics.nonresponse`; what publications assume of the silent rests
on who was invited, which a file does not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import SpecificationError
from analytics.nonresponse.gaps import with_gaps
from analytics.nonresponse.worst_case import worst_case
from analytics.workbench.protection.error_rounding import coarse, grades
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.plain_values import plain_value
from analytics.workbench.specification.nonresponse import WHERE, NonresponseSpec

if TYPE_CHECKING:
    from analytics.workbench.file.items import Label
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.specification.model import Specification

ENDS: Final = {"share": (0.0, 1.0)}


def nonresponse_rows(
    wave: Wave, spec: NonresponseSpec, asked: Specification, hidden: Statuses = None
) -> list[dict[str, object]]:
    """Bound every overall index, scale and share of a wave.

    Parameters
    ----------
    wave : Wave
        With its estimates; columns in a unit of their own have no ends and are left out.
    spec : NonresponseSpec
        The section.
    asked : Specification
        Which means are scales and indices, and the confidence of intervals.
    hidden : mapping of level to ndarray of str, or None
        Statuses of disclosure control: what the wave does not show of its whole has no row, and
        errors are those that it shows.

    Returns
    -------
    list of dict
        ``index``, ``statistic``, ``category`` (shares), ``wave``, ``response``, ``mean``,
        ``lowest`` and ``highest`` (bounds), ``low`` and ``high`` (with chance), and ``gaps``: a
        list of ``gap`` (not beyond an end of the scale), ``mean``, ``se``, ``low``, ``high``.

    Raises
    ------
    SpecificationError
        If the wave has no response rate.
    """
    response = spec.waves.get(str(wave.name), spec.response)
    if response is None:
        raise SpecificationError(f"{WHERE} waves gives no response rate for wave {wave.name!r}")
    whole, se = wave.levels[0], wave.levels[0].errors.se
    shown = np.isfinite(whole.means.mean[0])
    if hidden is not None:
        shown &= hidden[whole.by][0] == PUBLISHED
        se = coarse(whole, grades(wave.data, asked, whole.labels))[0]
    scored = {*asked.scales, *asked.indices}
    return [
        _row(wave, float(se[0, column]), column, label, spec, response, asked.design.confidence)
        for column, label in enumerate(whole.labels)
        if (label.statistic == "share" or (label.statistic == "mean" and label.index in scored))
        and shown[column]
    ]


def _row(
    wave: Wave,
    se: float,
    column: int,
    label: Label,
    spec: NonresponseSpec,
    response: float,
    confidence: float,
) -> dict[str, object]:
    whole = wave.levels[0]
    mean = float(whole.means.mean[0, column])
    ends = ENDS.get(label.statistic, (0.0, 100.0))
    unit = (ends[1] - ends[0]) / 100
    bounds = worst_case(mean, se, response, ends=ends, confidence=confidence)
    gaps = with_gaps(
        mean,
        se,
        float(whole.df[0, column]),
        response,
        # the silent cannot lie beyond an end either
        np.clip([gap * unit for gap in spec.gaps], mean - ends[1], mean - ends[0]).tolist(),
        doubt=spec.doubt * unit,
        confidence=confidence,
    )
    row: dict[str, object] = {"index": label.index, "statistic": label.statistic}
    row |= {"category": label.category} if label.statistic == "share" else {}
    row |= {"wave": wave.name, "response": response, "mean": mean}
    row |= {"lowest": bounds.low, "highest": bounds.high}
    row |= {"low": plain_value(bounds.interval_low), "high": plain_value(bounds.interval_high)}
    names = ("gap", "mean", "se", "low", "high")
    told = [{name: plain_value(getattr(one, name)) for name in names} for one in gaps]
    for one, figures in zip(gaps, told, strict=True):
        low, high = np.clip((one.low, one.high), *ends)
        figures |= {"low": plain_value(float(low)), "high": plain_value(float(high))}
    return row | {"gaps": told}
