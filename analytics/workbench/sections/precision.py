"""The [precision] section: quantiles, other intervals for shares, design effects, replicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import UnsupportedError
from analytics.workbench.file.adjust import PLAIN
from analytics.workbench.file.inputs import measured
from analytics.workbench.methods.estimation.quantiles import domain_quantiles
from analytics.workbench.methods.estimation.share_intervals import share_interval_by
from analytics.workbench.methods.weighting.design_effects import design_effects
from analytics.workbench.sections.plain_values import plain
from analytics.workbench.sections.replicates import replicate_rows
from analytics.workbench.specification.precision import WHERE, PrecisionSpec

if TYPE_CHECKING:
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.specification.calibration import CalibrationSpec
    from analytics.workbench.specification.model import Specification


def precision_entry(
    wave: Wave,
    spec: PrecisionSpec,
    asked: Specification,
    calibration: CalibrationSpec = PLAIN,
) -> dict[str, object]:
    """Give what the section asks for, for one wave.

    Parameters
    ----------
    wave : Wave
        With its estimates.
    spec : PrecisionSpec
        The section.
    asked : Specification
        Scales, variables, indices and confidence.
    calibration : CalibrationSpec
        How the weights were fitted: replicates are fitted in the same way.

    Returns
    -------
    dict
        ``quantiles`` and ``shares``: rows per domain; ``design_effects`` and ``replicates``: rows
        for the whole. Missing figures are None.

    Raises
    ------
    DesignError, SpecificationError
        If replicates cannot be made, or more than 2,000 clusters would be left out one by one.
    UnsupportedError
        If the file is protected.
    """
    if asked.disclosure is not None:
        raise UnsupportedError(
            f"{WHERE} gives figures that [disclosure] does not protect: leave one of them out"
        )
    found: dict[str, object] = {}
    if spec.quantiles:
        found["quantiles"] = _quantiles(wave, spec, asked)
    if spec.shares:
        found["shares"] = _shares(wave, spec, asked)
    if spec.design_effects:
        found["design_effects"] = _effects(wave, asked)
    if spec.replicates:
        # Post-stratification is raking on one margin, whatever [calibration] says.
        way = PLAIN if asked.poststratify else calibration
        found["replicates"] = replicate_rows(wave, spec, asked, way)
    return found


def _quantiles(wave: Wave, spec: PrecisionSpec, asked: Specification) -> list[dict[str, object]]:
    columns = measured(wave.data, asked)
    if not columns:
        return []
    values = np.column_stack(list(columns.values()))
    rows: list[dict[str, object]] = []
    for level in (one for one in wave.levels if one.domains):
        for at in spec.quantiles:
            found = domain_quantiles(
                wave.design,
                values,
                level.partition,
                at,
                rule=spec.quantile_rule,
                scale=spec.quantile_scale,
                confidence=asked.design.confidence,
            )
            names = {"value": found.quantile, "se": found.se, "low": found.low, "high": found.high}
            for place in range(len(level.domains)):
                for column, index in enumerate(columns):
                    row: dict[str, object] = {"index": index, "wave": wave.name, "quantile": at}
                    row |= {"domain": dict(zip(level.by, level.domains[place], strict=True))}
                    row |= {"n": int(found.n[place, column])}
                    for key, value in names.items():
                        row[key] = plain(float(value[place, column]))
                    rows.append(row)
    return rows


def _shares(wave: Wave, spec: PrecisionSpec, asked: Specification) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for level in wave.levels:
        mean, n = level.means.mean, level.means.n.astype(np.float64)
        error = level.errors
        low, high = share_interval_by(
            spec.shares, mean, error.se, level.df, n, error.n_drawn, asked.design.confidence
        )
        for place in range(len(level.domains)):
            rows += [
                {
                    "index": label.index,
                    "category": label.category,
                    "wave": wave.name,
                    "domain": dict(zip(level.by, level.domains[place], strict=True)),
                    "method": spec.shares,
                    "low": plain(low[place, column]),
                    "high": plain(high[place, column]),
                }
                for column, label in enumerate(level.labels)
                if label.statistic == "share"
            ]
    return rows


def _effects(wave: Wave, asked: Specification) -> list[dict[str, object]]:
    design = wave.design
    base = design.weight if design.base is None else design.base
    rows: list[dict[str, object]] = []
    for name, values in measured(wave.data, asked).items():
        found = design_effects(values, base, design.calibration)
        names = ("kish", "spencer", "calibrated", "correlation", "n_eff")
        row: dict[str, object] = {"index": name, "wave": wave.name, "n": found.n}
        rows.append(row | {key: plain(getattr(found, key)) for key in names})
    return rows
