"""What a publication says of its own figures: how far they may be compared, and what moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from analytics.disclosure.dont_know import told_move
from analytics.disclosure.rules.display_limits import DONT_KNOW_ANSWERS
from survey_app.publishing.computing.comparable import published_measures
from survey_app.publishing.computing.composition import composition
from survey_app.publishing.computing.invariance import (
    models_of,
    moments_kept,
    over_groups,
    over_waves,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analytics.pipeline import WaveEstimates
    from analytics.scale_quality.kept_moments import Moments
    from survey_app.publishing.inputs.wave_inputs import WaveInputs

_NORMAL: Final = 1.959963984540054


def checks_of(
    inputs: WaveInputs, estimated: WaveEstimates, shown: pd.DataFrame, content: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Moments]]:
    """Make the checks of a publication, each where its data allow it.

    Parameters
    ----------
    inputs : WaveInputs
    estimated : WaveEstimates
    shown : DataFrame
        The protected estimates, with the counts that are told.
    content : mapping
        The publication, with its changes.

    Returns
    -------
    checks : dict
        ``groups``, ``waves``, ``dont_know`` and ``composition``: each with ``rows`` and, where
        there are none, ``why``.
    moments : dict of str to Moments
        What later waves are held against; for the exact table, never for readers.
    """
    models = models_of(inputs, estimated, shown)
    kept = moments_kept(models, estimated.scores.items)
    return {
        "groups": over_groups(models, inputs, estimated, shown),
        "waves": over_waves(models, kept, inputs.data.key, inputs.earlier),
        "dont_know": dont_know(estimated.dont_know, shown),
        "composition": composition(content, inputs.past),
    }, kept


def dont_know(found: pd.DataFrame, shown: pd.DataFrame) -> dict[str, Any]:
    """Say how far each index of the whole moves where "don't know" is a middle answer.

    Parameters
    ----------
    found : DataFrame
        ``measure``, ``n``, ``difference``, ``se``; unprotected.
    shown : DataFrame
        The protected estimates: of an index that they hide nothing is said.

    Returns
    -------
    dict
        ``rows``: ``measure``, ``points`` with ``low`` and ``high``, in steps of half a point and
        outwards; ``why`` there is none.
    """
    there = {code for code, places in published_measures(shown, "agency").items() if places}
    enough = found["n"] >= DONT_KNOW_ANSWERS
    large = found[found["measure"].isin(there) & enough & found["se"].notna()]
    columns = zip(large["measure"], large["difference"], large["se"], strict=True)
    told = [
        (measure, *told_move(moved, moved - _NORMAL * se, moved + _NORMAL * se))
        for measure, moved, se in columns
    ]
    rows = [dict(zip(("measure", "points", "low", "high"), row, strict=True)) for row in told]
    return {"rows": rows, "why": None if rows else "too_few"}
