"""The means that the whole frame would have given: what estimates are judged against.

Scored here from instruments.md 4 on its own, not by ``analytics``, so that the two can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from questionnaires.model import Questionnaire


@dataclass(frozen=True, slots=True)
class TrueMean:
    """One mean on 0-100 of everybody in a domain, in one wave."""

    wave: str
    measure: str
    level: str
    domain: str
    mean: float


def person_scores(
    questionnaire: Questionnaire, answers: Mapping[str, npt.NDArray[np.int16]]
) -> dict[str, npt.NDArray[np.float64]]:
    """Score each scale for each person, on 0-100; NaN where too few items are answered.

    Parameters
    ----------
    questionnaire : Questionnaire
        Whose scales are scored, from the items that it asks.
    answers : mapping of item id to array of stored codes
        Codes below zero are kinds of missing.
    """
    found = {}
    for scale in questionnaire.scales:
        columns = np.stack(
            [_item_score(questionnaire, item, answers[item]) for item in scale.items]
        )
        answered = np.isfinite(columns).sum(axis=0)
        enough = answered >= np.ceil(scale.min_answered * len(scale.items) - 1e-9)
        total = np.nansum(columns, axis=0)
        found[scale.code] = np.where(enough, total / np.maximum(answered, 1), np.nan)
    return found


def _item_score(
    questionnaire: Questionnaire, item_id: str, code: npt.NDArray[np.int16]
) -> npt.NDArray[np.float64]:
    item = questionnaire.item(item_id)
    values = questionnaire.option_set(item).values
    value = np.where(code < 0, np.nan, code.astype(float))
    score = 100 * (value - min(values)) / (max(values) - min(values))
    return 100 - score if item.reversed else score


def true_means(
    wave: str,
    questionnaire: Questionnaire,
    answers: Mapping[str, npt.NDArray[np.int16]],
    domains: Iterable[tuple[str, str, npt.NDArray[np.bool_]]],
    weight: npt.NDArray[np.float64] | None = None,
) -> list[TrueMean]:
    """Return the mean of every scale and index in every domain.

    Parameters
    ----------
    domains : iterable of (level, code, bool array of shape (n_people,))
        Who belongs to each domain.
    weight : array, shape (n_people,), optional
        People that each row stands for, by default one.
    """
    scores = person_scores(questionnaire, answers)
    weight = np.ones(len(next(iter(scores.values())))) if weight is None else weight
    rows = []
    for level, code, members in domains:
        scale = {name: _mean(score, members, weight) for name, score in scores.items()}
        rows += [TrueMean(wave, name, level, code, mean) for name, mean in scale.items()]
        for index in questionnaire.indices:
            if index.parts:
                parts = index.parts.items()
                mean = sum(share * scale[part] for part, share in parts if part in scale)
                if all(part in scale for part, _ in parts):
                    rows.append(TrueMean(wave, index.code, level, code, mean))
    return rows


def _mean(
    score: npt.NDArray[np.float64],
    members: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
) -> float:
    use = members & np.isfinite(score)
    return float(np.average(score[use], weights=weight[use])) if use.any() else float("nan")
