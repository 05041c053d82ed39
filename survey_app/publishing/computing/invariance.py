"""Whether the items of a wave measure the same in all groups, and the same as in earlier waves.

What is published is how far the test got and how well its models fit, to three decimals; means and
covariances are kept with the exact figures, for later waves alone (docs/adr/0039).
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.answered_alike import answer_kinds
from analytics.errors import AnalyticsError, FrameError
from analytics.on_demand import item_rows
from analytics.scale_quality.invariance import SMALL_GROUP, invariance
from analytics.scale_quality.kept_moments import invariance_of_moments, moments_of
from survey_app.publishing.computing.asked_alike import comparable_moments
from survey_app.publishing.computing.comparable import (
    grouping,
    groups_told,
    published_measures,
    scales_asked,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analytics.answered_alike import Kinds
    from analytics.on_demand import ScoreTable
    from analytics.pipeline import WaveEstimates
    from analytics.scale_quality.invariance import Invariance
    from analytics.scale_quality.invariance_rule import InvarianceStep
    from analytics.scale_quality.kept_moments import Moments
    from survey_app.publishing.inputs.wave_inputs import EarlierWave, WaveInputs

TESTED_ALONE: Final = 3  # items of a scale: one factor of two cannot be tested
DECIMALS: Final = 3

type Models = dict[str, dict[str, tuple[str, ...]]]
type Check = dict[str, Any]


def models_of(inputs: WaveInputs, estimated: WaveEstimates, shown: pd.DataFrame) -> Models:
    """Name what is tested: each scale of three items or more, and indices of shorter ones.

    An index of long scales is what its scales are: each of them is tested by itself.

    Returns
    -------
    dict of str to dict of str to tuple of str
        By measure whose mean is shown: the items of each factor.
    """
    there = {code for code, found in published_measures(shown, "agency").items() if found}
    scales = scales_asked(inputs, estimated)
    models: Models = {
        code: {code: items}
        for code, items in scales.items()
        if code in there and len(items) >= TESTED_ALONE
    }
    for index in inputs.data.questionnaire.indices:
        parts = {code: scales[code] for code in index.parts if code in scales}
        short = min(map(len, parts.values()), default=0)
        whole = len(parts) == len(index.parts) > 1
        if index.code in there and whole and 1 < short < TESTED_ALONE:
            models[index.code] = parts
    return models


def moments_kept(models: Models, items: ScoreTable) -> dict[str, Moments]:
    """Take the moments that later waves are held against, of a hundred complete answers or more."""
    kept = {}
    for measure, factors in models.items():
        # where nobody answered all of them there is nothing to keep
        with suppress(FrameError):
            found = moments_of(items, _items(factors))
            if found.n >= SMALL_GROUP:
                kept[measure] = found
    return kept


def over_groups(
    models: Models, inputs: WaveInputs, estimated: WaveEstimates, shown: pd.DataFrame
) -> Check:
    """Hold types of unit, or ages, against one another.

    Parameters
    ----------
    models : Models
    inputs : WaveInputs
    estimated : WaveEstimates
    shown : DataFrame
        The protected estimates, with the counts that are told; a group that they hide on a scale
        or its items, do not count, or count to fewer than a hundred does not enter.

    Returns
    -------
    dict
        ``over``, the level of the groups; ``rows``, one for each measure; ``why`` there is none.
    """
    found = grouping(inputs)
    if found is None:
        return {"over": None, "rows": [], "why": "no_groups"}
    scales = scales_asked(inputs, estimated)
    groups = groups_told(shown, found.level, scales, fewest=SMALL_GROUP)
    # other divisions stand on the same level: counties beside ages
    kinds = answer_kinds(found.group)
    held = set(kinds.group.dropna())
    rows = []
    for measure, factors in models.items():
        told = held.intersection(*(groups[code] for code in factors))
        test = partial(_over, estimated.scores.items, kinds, told)
        rows.append(_row(measure, factors, sorted(told), test))
    return {"over": found.level, "rows": rows, "why": None if rows else "nothing_shown"}


def _over(
    items: ScoreTable, kinds: Kinds, told: set[str], factors: Mapping[str, Sequence[str]]
) -> Invariance:
    own = item_rows(items, _items(factors), kinds)
    group = kinds.group_of(own.kind, own.scores.index)
    return invariance(own.scores, factors, group.where(group.isin(told)), each=own.each)


def over_waves(
    models: Models, kept: Mapping[str, Moments], key: str, earlier: Sequence[EarlierWave]
) -> Check:
    """Hold a wave against those that its changes are measured from.

    Parameters
    ----------
    models : Models
    kept : mapping of str to Moments
        Of this wave.
    key : str
        Its name.
    earlier : sequence of EarlierWave
        In order of time, with the moments kept of each.

    Returns
    -------
    dict
        ``rows`` and ``why``, as of `over_groups`.
    """
    before = {one.meta.key: comparable_moments(one) for one in earlier}
    rows = []
    for measure, factors in models.items():
        names = _items(factors)
        waves = {
            wave: own[measure]
            for wave, own in (*before.items(), (key, kept))
            if measure in own and list(own[measure].items) == names
        }
        if waves.keys() - {key}:
            rows.append(_row(measure, factors, list(waves), _of(waves)))
    return {"rows": rows, "why": None if rows else "first"}


def _of(waves: Mapping[str, Moments]) -> Callable[[Mapping[str, Sequence[str]]], Any]:
    return lambda factors: invariance_of_moments(factors, waves)


def _items(factors: Mapping[str, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(item for own in factors.values() for item in own))


def _row(
    measure: str,
    factors: Mapping[str, Sequence[str]],
    groups: list[str],
    test: Callable[[Mapping[str, Sequence[str]]], Invariance],
) -> dict[str, Any]:
    row: dict[str, Any] = {"measure": measure, "scales": list(factors), "groups": groups}
    if len(groups) < 2:  # noqa: PLR2004 - nothing to compare
        return row | {"reached": None, "comparable": None, "steps": [], "why": "too_few"}
    try:
        found = test(factors)
    except (AnalyticsError, np.linalg.LinAlgError):
        # a check that cannot be made holds up no publication
        return row | {"reached": None, "comparable": None, "steps": [], "why": "not_fitted"}
    return row | {
        "reached": found.reached.replace(" ", "_"),
        "comparable": found.means_comparable,
        "steps": [_step(one) for one in found.steps],
        "why": None,
    }


def _step(step: InvarianceStep) -> dict[str, Any]:
    fit = step.fit
    return {
        "step": step.step,
        "freed": list(step.freed),
        "accepted": step.accepted,
        **{name: _rounded(getattr(fit, name)) for name in ("cfi", "rmsea", "srmr")},
    }


def _rounded(value: float) -> float | None:
    return round(float(value), DECIMALS) + 0.0 if np.isfinite(value) else None
