"""The interval of a difference, recovered from the two intervals that were published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.arrays import Floats


@dataclass(frozen=True, slots=True)
class ShownEstimates:
    """Estimates with their 95 % intervals, as they are shown; arrays of one shape, in points."""

    mean: Floats
    low: Floats
    high: Floats


def recovered_difference(one: ShownEstimates, other: ShownEstimates) -> ShownEstimates:
    r"""Give the difference of two independent estimates its interval, without their errors.

    Parameters
    ----------
    one, other : ShownEstimates
        From samples that share nobody; rounded, if they are shown rounded.

    Returns
    -------
    ShownEstimates
        ``one`` minus ``other``.

    Notes
    -----
    :math:`L = d - \sqrt{(m_1 - l_1)^2 + (u_2 - m_2)^2}` and
    :math:`U = d + \sqrt{(u_1 - m_1)^2 + (m_2 - l_2)^2}`: each end leans on the ends that would
    have to meet. With symmetric intervals this is the usual one with
    :math:`\sqrt{SE_1^2 + SE_2^2}`. A mean that counts in answers of hidden units is published
    without its error (`analytics.disclosure.output.base_rounding`), but never without its interval,
    which then covers the rounding as well.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. Statistics in Medicine 17, 873-890 (method 10).

    Zou, G. Y., Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27, 1693-1702.
    """
    difference = one.mean - other.mean
    down = np.hypot(one.mean - one.low, other.high - other.mean)
    up = np.hypot(one.high - one.mean, other.mean - other.low)
    return ShownEstimates(difference, difference - down, difference + up)
