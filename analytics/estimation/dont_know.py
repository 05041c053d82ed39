"""What the indices would be if "don't know" were a middle answer (instruments.md 4.7).

Never shown as a result: it says how much hangs on leaving the undecided out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.estimation.means import compose, domain_means, errors
from analytics.scoring import item_scores, scale_scores
from questionnaires.model import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analytics.arrays import Floats, Integers
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.means import DomainMeans
    from questionnaires.model import Questionnaire

MIDDLE: Final = 50.0


@dataclass(frozen=True, slots=True)
class DontKnow:
    """Each of shape (n_domains, n_indices), on 0-100.

    ``mean`` leaves "don't know" out, ``neutral`` counts it as 50; ``difference`` is neutral minus
    mean with ``se``, from the same respondents. ``n`` and ``n_neutral`` count the scored.
    """

    mean: Floats
    neutral: Floats
    difference: Floats
    se: Floats
    n: Integers
    n_neutral: Integers


def neutral_item_scores(
    questionnaire: Questionnaire, answers: pd.DataFrame, *, value: float = MIDDLE
) -> pd.DataFrame:
    """Score items with "don't know" in the middle.

    Parameters
    ----------
    questionnaire, answers
        As `analytics.scoring.item_scores`.
    value : float
        Points for "don't know"; items not asked or not answered stay missing.

    Returns
    -------
    DataFrame of float, shape (n_respondents, n_scored_items)
    """
    scores = item_scores(questionnaire, answers)
    undecided = answers[scores.columns] == NOT_APPLICABLE
    return scores.mask(undecided.to_numpy(dtype=bool), value)


def dont_know_sensitivity(
    design: Design,
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    indices: Mapping[str, Mapping[str, float]],
    partition: Partition,
) -> DontKnow:
    """Estimate indices with and without "don't know" as the middle.

    Parameters
    ----------
    design : Design
        The whole sample's design.
    questionnaire : Questionnaire
        Its scales and items.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes, in the design's order.
    indices : mapping of index to its parts
        Composition in scales, all of them among the questionnaire's.
    partition : Partition
        The domains.

    Returns
    -------
    DontKnow
        NaN where a part of an index has nobody.

    Notes
    -----
    The difference is one of linearised means over the same people: its influence is the
    difference of theirs, so that its error counts what both have in common.
    """
    plain = scale_scores(questionnaire, answers, item_scores(questionnaire, answers))
    neutral = scale_scores(questionnaire, answers, neutral_item_scores(questionnaire, answers))
    return neutral_sensitivity(design, plain, neutral, indices, partition)


def neutral_sensitivity(
    design: Design,
    plain: pd.DataFrame,
    neutral: pd.DataFrame,
    indices: Mapping[str, Mapping[str, float]],
    partition: Partition,
) -> DontKnow:
    """Compare indices of scores without "don't know" with those that count it as the middle.

    Parameters
    ----------
    design : Design
        The whole sample's design.
    plain, neutral : DataFrame of float, shape (n_respondents, n_scales)
        Scores on 0-100 of the same scales; NaN is missing.
    indices : mapping of index to its parts
        Composition in these scales.
    partition : Partition
        The domains.

    Returns
    -------
    DontKnow
        NaN where a part of an index has nobody.
    """
    without = _composed(design, plain, indices, partition)
    counted = _composed(design, neutral, indices, partition)
    return apart(design, without, counted, partition)


def apart(
    design: Design, without: DomainMeans, counted: DomainMeans, partition: Partition
) -> DontKnow:
    """Say how far two means of the same people lie apart.

    Parameters
    ----------
    design : Design
    without, counted : DomainMeans
        Of pooled rows, both with the respondents and the squares of their difference.
    partition : Partition
    """
    difference = counted.mean - without.mean
    moved = replace(
        without,
        n=np.minimum(without.n, counted.n),
        mean=difference,
        influence=counted.influence - without.influence,
        scored=without.scored | counted.scored,
        all_equal=without.all_equal & counted.all_equal,
    )
    se = errors(design, moved, partition).se
    return DontKnow(without.mean, counted.mean, difference, se, without.n, counted.n)


def _composed(
    design: Design,
    scales: pd.DataFrame,
    indices: Mapping[str, Mapping[str, float]],
    partition: Partition,
) -> DomainMeans:
    means = domain_means(design, scales.to_numpy(dtype=np.float64), partition)
    return compose(means, [str(name) for name in scales.columns], list(indices.values()))
