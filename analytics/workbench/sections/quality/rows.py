"""What the [quality] section found, as plain values with keys that stay."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from analytics.errors import FrameError
from analytics.scale_quality.alpha import bonett_interval, cronbach_alpha
from analytics.scale_quality.polychoric import polychoric
from analytics.scale_quality.reliability import reliability_of_items
from analytics.workbench.sections.plain_values import plain_value

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Floats
    from analytics.scale_quality.cfa import FactorFit
    from analytics.scale_quality.fit_measures import FitMeasures
    from analytics.scale_quality.invariance import Invariance
    from analytics.scale_quality.invariance_rule import InvarianceStep

FIT: Final = (
    "n", "chi2", "df", "p", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr", "scaling",
)  # fmt: skip


WORTH: Final = 3.84  # of chi-square with one degree of freedom: by chance in one of twenty


def reliability_row(
    name: str, items: pd.DataFrame, weight: Floats | None, *, ordinal: bool, confidence: float
) -> dict[str, object]:
    """Judge a scale in more ways than `scales` does: pairwise, weighted, standardised, graded.

    Parameters
    ----------
    items : DataFrame of float, shape (n_respondents, k)
        All in the same direction.
    ordinal : bool
        Add the polychoric correlations and alpha of them; null where there are none.
    """
    whole = reliability_of_items(items, confidence=confidence, weight=weight)
    pairs = reliability_of_items(items, confidence=confidence, missing="pairwise")
    low, high = bonett_interval(whole.alpha, whole.n, items.shape[1], confidence=confidence)
    told: dict[str, object] = {
        "scale": name,
        "n": whole.n,
        "alpha": plain_value(whole.alpha),
        "alpha_low": plain_value(whole.alpha_low),
        "alpha_high": plain_value(whole.alpha_high),
        "bonett_low": plain_value(low),
        "bonett_high": plain_value(high),
        "standardised_alpha": plain_value(whole.standardised_alpha),
        "omega_total": plain_value(whole.omega_total),
        "n_pairwise": pairs.n,
        "alpha_pairwise": plain_value(pairs.alpha),
        "alpha_pairwise_low": plain_value(pairs.alpha_low),
        "alpha_pairwise_high": plain_value(pairs.alpha_high),
        "mis_keyed": list(whole.mis_keyed),
    }
    return told | (_graded(items, weight) if ordinal else {})


def _graded(items: pd.DataFrame, weight: Floats | None) -> dict[str, object]:
    try:
        found = polychoric(items, weight)
    except FrameError as error:
        return {"ordinal_alpha": None, "polychoric": None, "polychoric_missing": str(error)}
    return {
        "ordinal_alpha": plain_value(cronbach_alpha(found.correlation)),
        "polychoric": found.correlation.tolist(),
        "polychoric_at_edge": found.at_edge,
    }


def model_row(name: str, fit: FactorFit) -> dict[str, object]:
    """Lay a fitted model out, with all kinds of fit measures it has."""
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
        **({} if fit.scaled is None else {"scaled": fit_row(fit.scaled)}),
        **_left_out(fit),
    }


def _left_out(fit: FactorFit) -> dict[str, object]:
    """List the modification indices that are more than chance would make of one."""
    if fit.modification is None:
        return {}
    worth = fit.modification[fit.modification["mi"] >= WORTH].drop(columns="group")
    return {
        "modification_indices": [
            {str(key): plain_value(value) for key, value in row.items()}
            for row in worth.to_dict("records")
        ]
    }


def not_tested(error: Exception) -> dict[str, object]:
    """Say why groups or waves were not compared."""
    return {"comparison": "not tested", "reached": None, "reason": str(error), "steps": []}


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
                **_releases(step),
            }
            for step in tested.steps
        ],
    }


def _releases(step: InvarianceStep) -> dict[str, object]:
    """List the equalities whose release would bring more than chance would."""
    worth = [asdict(one) for one in step.releases if one.mi >= WORTH]
    return {"releases": worth} if step.releases else {}


def fit_row(measures: FitMeasures) -> dict[str, object]:
    """List fit measures by name."""
    return {name: plain_value(getattr(measures, name)) for name in FIT}
