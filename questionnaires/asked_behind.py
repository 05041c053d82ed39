"""Measures that some alone are asked, and the questions whose answers decide who they are.

How many answered such a measure is how many gave an answer to another question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from questionnaires.measures import EQUAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from questionnaires.model import Questionnaire


def asked_behind(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Name the questions that each item, scale or index stands behind.

    Parameters
    ----------
    questionnaire : Questionnaire

    Returns
    -------
    dict of str to tuple of str
        Only measures that not everybody is asked anything of: a scale where each of its items has
        a filter, an index where a scale of it is such a one. Sorted.
    """
    found: dict[str, Iterable[str]] = {
        item.id: {one.item for one in item.filter} for item in questionnaire.items if item.filter
    }
    for scale in questionnaire.scales:
        if scale.items and all(item in found for item in scale.items):
            found[scale.code] = {one for item in scale.items for one in found[item]}
    for index in questionnaire.indices:
        parts = [part for part in index.weights if part in found]
        if parts:
            behind = {one for part in parts for one in found[part]}
            found[index.code] = behind
            if index.equal_parts:
                found[f"{index.code}{EQUAL}"] = behind
    return {code: tuple(sorted(found[code])) for code in sorted(found)}
