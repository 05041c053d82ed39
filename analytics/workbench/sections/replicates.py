"""Errors by replicate weights, as a check on linearisation ([precision] replicates)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import SpecificationError
from analytics.workbench.file.inputs import measured
from analytics.workbench.methods.estimation.replicate_weights import bootstrap, jackknife
from analytics.workbench.methods.estimation.replicates import replicate_errors
from analytics.workbench.methods.estimation.row_order import in_order_of_content
from analytics.workbench.methods.weighting.recalibration import calibrated_again
from analytics.workbench.sections.plain_values import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.arrays import Floats
    from analytics.estimation.design import Design
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.methods.estimation.replicates import Replicated
    from analytics.workbench.specification.calibration import CalibrationSpec
    from analytics.workbench.specification.model import Specification
    from analytics.workbench.specification.precision import PrecisionSpec

WHERE: Final = "[precision]"
MOST: Final = 2000  # a jackknife of more clusters takes minutes


def replicate_rows(
    wave: Wave, spec: PrecisionSpec, asked: Specification, way: CalibrationSpec
) -> list[dict[str, object]]:
    """Estimate indices, scales and means of the whole wave under replicate weights.

    Parameters
    ----------
    wave : Wave
    spec : PrecisionSpec
        ``replicates``, ``draws`` and ``seed``.
    asked : Specification
        Scales, variables and indices.
    way : CalibrationSpec
        How the weights were fitted: replicates are fitted in the same way.

    Returns
    -------
    list of dict
        ``mean`` and ``se`` of each, and how many replicates were left out.

    Raises
    ------
    DesignError, SpecificationError
        If replicates cannot be made, or more than 2,000 clusters would be left out one by one.
    """
    columns = measured(wave.data, asked)
    if not columns:
        return []
    # Draws are handed out by content, so that a file in another order gives the same figures.
    ordered = in_order_of_content(wave.design, np.column_stack(list(columns.values())))
    names = [*asked.indices, *columns]
    figures = _figures(ordered.values, list(columns), asked)
    found = _replicated(ordered.design, spec, figures, way)
    everybody = wave.levels[0]
    alike = {
        label.index
        for label, equal in zip(everybody.labels, everybody.means.all_equal[0], strict=True)
        if label.statistic == "mean" and equal
    }
    return [
        {
            "index": name,
            "statistic": "mean",
            "wave": wave.name,
            "method": spec.replicates,
            "mean": plain(found.estimate[place]),
            "se": None if name in alike else plain(found.se[place]),
            "left_out": found.left_out,
        }
        for place, name in enumerate(names)
    ]


def _replicated(
    design: Design,
    spec: PrecisionSpec,
    figures: Callable[[Floats], Floats],
    way: CalibrationSpec,
) -> Replicated:
    clusters = len(design.stages[0].stratum)
    if spec.replicates == "jackknife":
        if clusters > MOST:
            raise SpecificationError(
                f"{WHERE} a jackknife of {clusters} clusters takes too long: choose "
                'replicates = "bootstrap"'
            )
        made = jackknife(design)
    else:
        made = bootstrap(design, np.random.default_rng(spec.seed), spec.draws)
    reweigh = None
    if design.calibration is not None:
        totals = design.weight @ design.calibration
        reweigh = calibrated_again(
            design.calibration, totals, distance=way.method, bounds=way.bounds, trim=way.trim
        )
    return replicate_errors(design, made, figures, reweigh=reweigh)


def _figures(values: Floats, names: list[str], asked: Specification) -> Callable[[Floats], Floats]:
    """Make a function from weights to all indices, scales and means."""
    known = np.isfinite(values).astype(np.float64)
    filled = np.where(known > 0, values, 0.0)
    parts = np.zeros((len(asked.indices), len(names)))
    place = {name: number for number, name in enumerate(names)}
    for number, index in enumerate(asked.indices.values()):
        for scale, share in index.items():
            parts[number, place[scale]] = share

    def of(weight: Floats) -> Floats:
        total = weight @ known
        mean = np.divide(weight @ filled, total, out=np.full_like(total, np.nan), where=total > 0)
        composed = [float(row[row > 0] @ mean[row > 0]) for row in parts]
        return np.concatenate([composed, mean])

    return of
