"""What the [quality] section found, as plain values with keys that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from analytics.scale_quality.cfa import FactorFit
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.invariance import Invariance

FIT: Final = (
    "n", "chi2", "df", "p", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr", "scaling",
)  # fmt: skip


def model_row(name: str, fit: FactorFit) -> dict[str, object]:
    """Lay a fitted model out, with both kinds of fit measures."""
    return {
        "model": name,
        "converged": fit.converged,
        "dropped": fit.dropped,
        "fit": fit_row(fit.fit),
        "robust": fit_row(fit.robust),
        "loadings": [
            {key: plain_value(value) for key, value in row.items() if key != "group"}
            for row in fit.loadings.to_dict("records")
        ],
        "correlations": [
            {key: plain_value(value) for key, value in row.items() if key != "group"}
            for row in fit.correlations.to_dict("records")
        ],
    }


def invariance_row(tested: Invariance) -> dict[str, object]:
    """Lay a test of invariance out, step by step, with what a page needs: the comparison."""
    return {
        "comparison": "comparable" if tested.means_comparable else "not comparable",
        "reached": tested.reached,
        "reason": tested.reason,
        "groups": list(tested.groups),
        "steps": [
            {
                "step": step.step,
                "freed": list(step.freed),
                "accepted": step.accepted,
                "cfi_fall": plain_value(step.cfi_fall),
                "rmsea_rise": plain_value(step.rmsea_rise),
                "difference_p": plain_value(step.p),
                **fit_row(step.fit),
            }
            for step in tested.steps
        ],
    }


def fit_row(measures: FitMeasures) -> dict[str, object]:
    """List fit measures by name."""
    return {name: plain_value(getattr(measures, name)) for name in FIT}


def plain_value(value: object) -> object:
    """Write numbers as plain ones, and what is missing as null."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
