"""What the data cannot tell, in words: questions nobody answered, scales that do not vary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analytics.analysis.change import Wave
    from analytics.scale_quality.reliability import Reliability
    from analytics.specification import Specification


def without_answers(data: pd.DataFrame, waves: list[Wave], spec: Specification) -> list[str]:
    """Name the figures that nobody's answers stand behind, overall or in a whole wave.

    Parameters
    ----------
    data : DataFrame
        One row per respondent, all waves.
    waves : list of Wave
        With their estimates.
    spec : Specification
    """
    found = [
        f"[variables] shares: nobody has a value in {column!r}"
        for column in spec.variables.shares
        if data[column].isna().all()
    ]
    silent: dict[str, list[str]] = {}
    for wave in waves:
        whole = wave.levels[0]
        for label, n in zip(whole.labels, whole.means.n[0], strict=True):
            if n == 0 and label.statistic != "share":
                silent.setdefault(f"{label.index!r} ({label.statistic})", []).append(str(wave.name))
    for figure, where in silent.items():
        place = "" if len(where) == len(waves) else f" in wave {', '.join(where)}"
        found.append(f"nobody has a value for {figure}{place}: it has no figures there")
    return found


def without_consistency(judged: Mapping[str, Reliability], rows: int) -> list[str]:
    """Say of each scale which items nobody of the ``rows`` answered, and why alpha is missing."""
    found: list[str] = []
    for name, scale in judged.items():
        silent = [item.item for item in scale.items if item.missing == rows]
        found += [f"[scales.{name}] nobody answered {item!r}" for item in silent]
        if np.isfinite(scale.alpha) or len(scale.items) < 2:  # noqa: PLR2004 - one item has none
            continue
        reason = (
            "fewer than two rows have answers to all its items"
            if scale.n < 2  # noqa: PLR2004 - no covariance from one row
            else "the answers do not vary"
        )
        found.append(f"[scales.{name}] has no alpha: {reason}")
    return found
