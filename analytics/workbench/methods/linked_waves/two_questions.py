"""The two questions behind a standard error, told apart and labelled.

What would all current staff have said? Those who answered are nearly all of them, and who is asked
leaves no doubt: with finite population correction. Is this unit different as such? Its staff of
today are then a draw from all who might work there: without. A figure without its question is
misread, so they travel together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from analytics.comparison.difference import infer_differences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Floats
    from analytics.comparison.difference import DifferenceEstimates

type Question = Literal["current_staff", "as_such"]

QUESTIONS: Final[Mapping[Question, str]] = {
    "current_staff": "What would all current staff have said?",
    "as_such": "Is this unit different as such, whoever works there now?",
}


def both_questions(
    difference: Floats,
    se: Floats,
    se_model: Floats,
    df: Floats,
    confidence: float = 0.95,
    *,
    df_model: Floats | None = None,
) -> dict[Question, DifferenceEstimates]:
    """Answer both questions about the same differences.

    Parameters
    ----------
    difference : ndarray of float
        Differences, or figures against a fixed target.
    se, se_model : ndarray of float, same shape
        Errors with and without finite population correction.
    df : ndarray of float, same shape
        Degrees of freedom.
    confidence : float
        For instance 0.95.
    df_model : ndarray of float, same shape, optional
        Degrees of freedom of ``se_model``, where they are others.

    Returns
    -------
    dict of Question to DifferenceEstimates
        In the order of `QUESTIONS`, which has the words.

    References
    ----------
    Deming, W. E. (1953). On the distinction between enumerative and analytic surveys. Journal of
    the American Statistical Association 48, 244-255.
    """
    return {
        "current_staff": infer_differences(difference, se, df, confidence),
        "as_such": infer_differences(
            difference, se_model, df if df_model is None else df_model, confidence
        ),
    }
