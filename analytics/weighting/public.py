"""Weights of the public: base weight per county, raked to what is known, trimmed, raked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.errors import WeightError
from analytics.estimation.design import Design, simple_design
from analytics.frames import check_frame
from analytics.groups import margin_values
from analytics.weighting.diagnostics import WeightDiagnostics, diagnose
from analytics.weighting.rake import auxiliaries, margin_from_column, rake_and_trim
from analytics.weighting.thin_margins import usable_margins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Floats


@dataclass(frozen=True, slots=True)
class PublicWeights:
    """The design of a public wave, with final weights, and what raking did."""

    design: Design
    diagnostics: WeightDiagnostics


def public_weights(
    categories: pd.DataFrame,
    frame: pd.DataFrame | None,
    margins: Mapping[str, Mapping[str, float]],
    each: Floats | None = None,
) -> PublicWeights:
    """Weight the public's answers (instruments.md 5.4).

    Parameters
    ----------
    categories : DataFrame of str, shape (n_respondents, n_groups)
        What each respondent told, from `analytics.groups.public_categories`.
    frame : DataFrame or None
        ``county``, ``population``, ``invited``; None for an open link, where everybody starts
        at 1.
    margins : mapping of name to mapping of category to share
        Empty: nothing is raked. What too few speak to is made coarser or left out
        (`analytics.weighting.thin_margins`).
    each : ndarray of float, shape (n_respondents,), optional
        Respondents that a row stands for, where it stands for all who told the same.

    Returns
    -------
    PublicWeights
        Strata are the counties people say they live in; weights add up to the population. The
        design carries the margins, so that errors count only what the margins do not explain.

    Raises
    ------
    WeightError
        If an answer's category is none of its margin.
    """
    base = _base(categories, frame, each)
    usable = usable_margins(margin_values(categories), margins, each)
    made = [
        margin_from_column(name, usable.told[name], shares)
        for name, shares in usable.shares.items()
    ]
    raked = rake_and_trim(base, made, each=each)
    final = raked.weight.to_numpy(dtype=np.float64)
    diagnostics = diagnose(
        raked.weight,
        each=each,
        converged=raked.converged,
        iterations=raked.iterations,
        merged=usable.merged,
        left_out=usable.left_out,
        widened=raked.widened,
    )
    stratum = np.zeros(len(base), dtype=np.int64)
    if frame is not None and "county" in categories.columns:
        stratum = np.asarray(pd.factorize(categories["county"].fillna(""))[0], dtype=np.int64)
    plain = simple_design(final, stratum, repeated=each)
    design = Design(
        final,
        plain.stages,
        calibration=auxiliaries(made) if made else None,
        base=base.to_numpy(dtype=np.float64),
    )
    return PublicWeights(design, diagnostics)


def _base(categories: pd.DataFrame, frame: pd.DataFrame | None, each: Floats | None) -> pd.Series:
    if frame is None:
        return pd.Series(1.0, index=categories.index)
    admitted = check_frame(frame, key="county", columns=("population", "invited"))
    people, invited = float(admitted["population"].sum()), float(admitted["invited"].sum())
    if not people > 0 or not invited > 0:
        raise WeightError("the sampling frame of the public holds no persons or no invited")
    drawn = admitted.set_index("county").astype("float64")
    persons = (drawn["population"] / drawn["invited"].where(drawn["invited"] > 0)).dropna()
    # Whoever keeps the county to themselves counts as the average invited person.
    base = categories["county"].map(persons).astype("float64").fillna(people / invited)
    total = base.sum() if each is None else (base * each).sum()
    return base * (people / float(total))
