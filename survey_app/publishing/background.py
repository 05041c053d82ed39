"""Sums of staff background, made while the opened ballots are in memory; never kept in a row.

``anonymity-design.md`` 4.5: for the agency and each region, n, sums and cross-products of sub-scale
scores per answer to a background question; answers under k are merged first.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analytics.scoring import item_scores, scale_scores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from questionnaires.model import Questionnaire


@dataclass(frozen=True, slots=True)
class BackgroundSums:
    """One cell: ``categories`` are the stored codes that were merged into it.

    ``sums`` holds ``n``, ``scales`` (n and sum of each) and ``products`` (n and sum for each pair
    of scales that are both scored).
    """

    level: str
    domain: str
    item: str
    categories: tuple[int, ...]
    sums: dict[str, Any]


def background_columns(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the columns that no row of a staff wave may hold."""
    return tuple(
        column
        for item in questionnaire.items
        if item.purpose == "background"
        for column in questionnaire.item_columns(item)
    )


def background_sums(
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    regions: Sequence[str],
    *,
    minimum_group: int,
) -> Iterator[BackgroundSums]:
    """Sum the sub-scales for each background answer, in the agency and each region.

    Parameters
    ----------
    questionnaire : Questionnaire
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes, background included.
    regions : sequence of str, length n_respondents
        Region of each respondent.
    minimum_group : int
        k. A region with fewer answers has no cells.
    """
    items = [item.id for item in questionnaire.items if item.purpose == "background"]
    if not items or len(answers) < minimum_group:
        return
    scores = scale_scores(questionnaire, answers, item_scores(questionnaire, answers))
    region = np.asarray(regions, dtype=object)
    domains: Mapping[tuple[str, str], npt.NDArray[np.bool_]] = {
        ("agency", ""): np.ones(len(answers), dtype=bool)
    } | {("region", code): region == code for code in sorted(set(region))}
    for (level, code), members in domains.items():
        for item in items:
            codes = answers[item].to_numpy()
            for group in _merge_small(codes[members], minimum_group):
                chosen = members & np.isin(codes, group)
                yield BackgroundSums(level, code, item, group, _sums(scores[chosen]))


def _merge_small(codes: npt.NDArray[np.int16], minimum_group: int) -> list[tuple[int, ...]]:
    """Merge the smallest category with the next smallest until each holds k."""
    values, counts = np.unique(codes, return_counts=True)
    groups: list[tuple[int, tuple[int, ...]]] = [
        (int(n), (int(code),)) for code, n in zip(values, counts, strict=True)
    ]
    while groups:
        groups.sort()
        if groups[0][0] >= minimum_group:
            break
        if len(groups) == 1:
            return []
        (n, first), (m, second), *rest = groups
        groups = [(n + m, tuple(sorted(first + second))), *rest]
    return sorted(group for _, group in groups)


def _sums(scores: pd.DataFrame) -> dict[str, Any]:
    known = scores.notna()
    products = {}
    for one, other in combinations_with_replacement(scores.columns, 2):
        both = known[one] & known[other]
        products[f"{one}*{other}"] = [
            int(both.sum()),
            float((scores.loc[both, one] * scores.loc[both, other]).sum()),
        ]
    return {
        "n": len(scores),
        "scales": {
            str(name): [int(known[name].sum()), float(scores[name].sum())] for name in scores
        },
        "products": products,
    }
