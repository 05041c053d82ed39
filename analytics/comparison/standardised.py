"""What of a change of a whole comes of parts that grew or shrank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats


def of_composition(
    people: tuple[Floats, Floats], means: tuple[Floats, Floats], margins: tuple[Floats, Floats]
) -> tuple[float, float]:
    r"""Give the part of a change that comes of the sizes of parts.

    Parameters
    ----------
    people : pair of ndarray of float, shape (n_parts,)
        Persons in each part, before and after.
    means : pair of ndarray of float, shape (n_parts,)
        In points.
    margins : pair of ndarray of float, shape (n_parts,)
        Half the width of each mean's interval.

    Returns
    -------
    points : float
        :math:`\sum (W_2 - W_1)(m_1 + m_2)/2`, W the shares of all persons. What is left of the
        change is :math:`\sum (m_2 - m_1)(W_1 + W_2)/2`: what people say in the parts.
    margin : float
        Half the width of its interval, parts and waves independent.

    References
    ----------
    Kitagawa, E. M. (1955). Components of a difference between two rates. Journal of the American
    Statistical Association 50, 1168-1194.
    """
    before, after = (own / own.sum() for own in people)
    moved = after - before
    points = float(moved @ (means[0] + means[1]) / 2)
    margin = float(np.sqrt((moved**2) @ (margins[0] ** 2 + margins[1] ** 2)) / 2)
    return points, margin
