"""Tests of rows that count once, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.workbench.methods.comparison.group_pairs import group_pairs
from analytics.workbench.methods.comparison.model_based import analysis_of_variance
from analytics.workbench.sections.plain_values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.workbench.methods.comparison.group_pairs import GroupPairs, PairwiseComparisons
    from analytics.workbench.methods.comparison.model_based import ModelBasedComparison


def model_based_row(
    name: str,
    domains: Sequence[Mapping[str, str]],
    groups: Sequence[Floats],
    confidence: float,
) -> dict[str, object]:
    """Compare groups of rows that count once.

    Parameters
    ----------
    name : str
        Of the measure.
    domains : sequence of mapping
        The categories of each group.
    groups : sequence of ndarray of float
        The values of each, at least two of at least two.
    confidence : float
    """
    whole = analysis_of_variance(groups, confidence)
    pairs = group_pairs(groups, confidence)
    return {
        "index": name,
        "basis": "unweighted rows, as if drawn one by one",
        "domains": [
            {
                "domain": dict(domain), "n": len(part), "mean": plain(float(part.mean())),
                "sd": plain(float(part.std(ddof=1))),
            }
            for domain, part in zip(domains, groups, strict=True)
        ],
        **_whole(whole),
        "pairs": [
            {"first": dict(domains[first]), "second": dict(domains[second])} | _pair(pairs, n)
            for n, (first, second) in enumerate(zip(pairs.first, pairs.second, strict=True))
        ],
    }  # fmt: skip


def _whole(found: ModelBasedComparison) -> dict[str, object]:
    return {
        "anova": {
            "f": plain(found.f), "df1": found.df1, "df2": found.df2, "p": plain(found.p)
        },
        "welch": {
            "f": plain(found.welch_f), "df1": found.df1, "df2": plain(found.welch_df2),
            "p": plain(found.welch_p),
        },
        "eta_squared": plain(found.eta_squared),
        "omega_squared": plain(found.omega_squared),
        "low": plain(found.low),
        "high": plain(found.high),
    }  # fmt: skip


def _pair(pairs: GroupPairs, number: int) -> dict[str, object]:
    return {
        "difference": plain(float(pairs.difference[number])),
        "games_howell": _compared(pairs.games_howell, number),
        "tukey_kramer": _compared(pairs.tukey_kramer, number),
        "hedges_g": {
            "g": plain(float(pairs.g[number])),
            "low": plain(float(pairs.g_low[number])),
            "high": plain(float(pairs.g_high[number])),
        },
    }


def _compared(found: PairwiseComparisons, number: int) -> dict[str, object]:
    return {
        key: plain(float(getattr(found, key)[number])) for key in ("se", "df", "low", "high", "p")
    }
