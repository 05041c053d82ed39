"""What the data cannot tell, in words: questions nobody answered, scales that do not vary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.scale_quality.reliability import reliability_warnings
from analytics.workbench.file.categories import natural_order
from analytics.workbench.file.columns import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analytics.scale_quality.reliability import Reliability
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.specification.model import Specification

NAMED: Final = 3  # domains that a sentence lists


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
    return found + _without_denominator(waves)


def _without_denominator(waves: list[Wave]) -> list[str]:
    """Name the ratios whose denominator adds up to nothing where there are answers."""
    found: dict[str, None] = {}
    for level in (level for wave in waves for level in wave.levels):
        nothing = (level.means.n > 0) & np.isnan(level.means.mean)
        for column in np.flatnonzero(nothing.any(axis=0)):
            if level.labels[column].statistic == "ratio":
                place = f" in a domain of {' x '.join(level.by)}" if level.by else ""
                name = level.labels[column].index
                found[
                    f"[variables] ratios: the denominator of {name!r} adds up to 0{place}: "
                    "there is no ratio"
                ] = None
    return list(found)


def without_domain(waves: list[Wave], spec: Specification) -> list[str]:
    """Say how many rows belong to no domain of a division, since its column is empty there."""
    found: list[str] = []
    for by in spec.by:
        gone = sum(
            int(wave.design.repeated[level.partition.code < 0].sum())
            for wave in waves
            for level in wave.levels
            if level.by == by
        )
        if not gone:
            continue
        name = " x ".join(by)
        if spec.disclosure is not None:  # a small count would be a group of its own
            found.append(f"[domains] by: rows without {name!r} count in the whole alone")
            continue
        found.append(
            f"[domains] by: {counted(gone, 'row has', 'rows have')} no {name!r} and "
            f"{'counts' if gone == 1 else 'count'} in no domain of it, but in the whole"
        )
    return found


def places_with_two_names(waves: list[Wave], spec: Specification) -> list[str]:
    """Say which domains end where others begin: no change leads from one name to another."""
    found: list[str] = []
    for by in spec.by:
        names = [
            {
                " x ".join(domain)
                for level in wave.levels
                if level.by == by
                for domain in level.domains
            }
            for wave in waves
        ]
        for at in range(1, len(waves)):
            then, now = set[str]().union(*names[:at]), set[str]().union(*names[at:])
            last, first = (then - now) & names[at - 1], (now - then) & names[at]
            if last and first:
                found.append(
                    f"[domains] by: {' x '.join(by)!r} has {_some(last)} for the last time in wave "
                    f"{waves[at - 1].name!r} and {_some(first)} for the first time in "
                    f"{waves[at].name!r}, and no change leads from one name to another: give what "
                    "was renamed one name in all waves"
                )
    return found


def _some(names: set[str]) -> str:
    """List names, the first few of many."""
    order = natural_order(names)
    told = ", ".join(repr(name) for name in order[:NAMED])
    return told if len(order) <= NAMED else f"{told} and {len(order) - NAMED} more"


def without_consistency(judged: Mapping[str, Reliability]) -> list[str]:
    """Say of each scale what nobody answered, why alpha is missing, or low."""
    found: list[str] = []
    for name, scale in judged.items():
        silent = [item.item for item in scale.items if item.missing == scale.rows]
        found += [f"[scales.{name}] nobody answered {item!r}" for item in silent]
        found += [f"[scales.{name}] {text}" for text in reliability_warnings(scale)]
        if np.isfinite(scale.alpha) or len(scale.items) < 2:  # noqa: PLR2004 - one item has none
            continue
        if len(silent) == len(scale.items):
            reason = "nobody answered it"
        elif len(scale.items) - len(silent) == 1:
            reason = "one of its items alone was answered"
        elif scale.n < 2:  # noqa: PLR2004 - no covariance from one row
            reason = "fewer than two rows have answers to all its items, or to some pair of them"
        else:
            reason = "the answers do not vary"
        found.append(f"[scales.{name}] has no alpha: {reason}")
    return found
