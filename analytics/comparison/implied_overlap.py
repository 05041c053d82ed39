"""How sure a change is where nobody may link people: the overlap that the invitations imply.

Who answered twice is not known, but who was invited is: everybody both times, panels that are kept
apart, or a part. That bounds how many answered twice, and with a range for the correlation of a
person's two answers it bounds the error. Nothing is guessed: the larger end is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import DesignError

if TYPE_CHECKING:
    from analytics.arrays import Floats

ANY_CORRELATION: Final = (0.0, 1.0)
_DUST: Final = 1e-6  # of a person: counts that come from shares miss by the last bit


@dataclass(frozen=True, slots=True)
class Invitations:
    """Who was invited to two waves; arrays of shape (n_domains,), in persons.

    Parameters
    ----------
    population : ndarray of float
        Persons in the domain; infinite where there is no finite population.
    then, now : ndarray of float
        Invited to the earlier and to the later wave.
    both : ndarray of float
        Invited to both: all of them, none (panels kept apart), or a part.

    Raises
    ------
    DesignError
        If more are invited to both waves than to one of them, or than there are.
    """

    population: Floats
    then: Floats
    now: Floats
    both: Floats

    def __post_init__(self) -> None:
        fewer, more = np.minimum(self.then, self.now), np.maximum(self.then, self.now)
        if (self.both > fewer + _DUST).any() or (more > self.population + _DUST).any():
            raise DesignError(
                "no more can be invited to both waves than to either, nor to either than there "
                "are: check the counts of the invitations"
            )
        least = np.maximum(self.then + self.now - self.population, 0.0)
        if (self.both < least - _DUST).any():
            raise DesignError("so many were invited that more must have been invited to both waves")


@dataclass(frozen=True, slots=True)
class ImpliedError:
    """The error of a change, as far as invitations tell; arrays of shape (n_domains,).

    ``se`` is the largest that the overlap and the correlation allow, and the one to use;
    ``se_low`` the smallest. ``shared_low`` and ``shared_high`` count those who answered twice.
    """

    se: Floats
    se_low: Floats
    shared_low: Floats
    shared_high: Floats


def implied_error(
    invited: Invitations,
    answered: tuple[Floats, Floats],
    se_model: tuple[Floats, Floats],
    correlation: tuple[float, float] = ANY_CORRELATION,
) -> ImpliedError:
    r"""Bound the error of a change by the overlap that the design implies.

    Parameters
    ----------
    invited : Invitations
        Who was invited.
    answered : tuple of ndarray of float, shape (n_domains,)
        Respondents then and now.
    se_model : tuple of ndarray of float, shape (n_domains,)
        Errors then and now without finite population correction.
    correlation : tuple of float
        The range assumed for the correlation of a person's two answers.

    Returns
    -------
    ImpliedError
        NaN where nobody answered one of the waves.

    Raises
    ------
    DesignError
        If the correlations are no range within -1 to 1.

    Notes
    -----
    Tam's variance, with V the variances without correction and N the population,

    .. math:: (1 - n_1/N) V_1 + (1 - n_2/N) V_2
              - 2 \rho (n_{12}/(n_1 n_2) - 1/N) \sqrt{n_1 V_1 n_2 V_2}.

    Of those invited twice, n12 answered twice: from m12 r1 r2, where answering once tells nothing
    of the other time, to m12 min(r1, r2), where the same people always answer. So: with everybody
    invited both times, the largest error is that of independent waves with correction; between
    panels kept apart, that of independent waves without; between a panel and everybody, with.

    References
    ----------
    Tam, S. M. (1984). On covariances from overlapping samples. The American Statistician 38,
    288-289.
    """
    low, high = correlation
    if not -1 <= low <= high <= 1:
        raise DesignError("the correlation must be a range within -1 to 1, such as (0.3, 0.8)")
    n1, n2 = (np.where(count > 0, count, np.nan) for count in answered)
    one, other = n1 / invited.then, n2 / invited.now
    shared = invited.both * one * other, invited.both * np.minimum(one, other)
    left = np.divide(1.0, invited.population)
    base = sum(
        np.maximum(1.0 - n * left, 0.0) * se**2 for n, se in zip((n1, n2), se_model, strict=True)
    )
    scale = np.sqrt(n1 * n2) * se_model[0] * se_model[1]
    found = np.stack(
        [
            base - 2.0 * rho * (count / (n1 * n2) - left) * scale
            for rho, count in product(correlation, shared)
        ]
    )
    error = np.sqrt(np.maximum(found, 0.0))
    return ImpliedError(error.max(axis=0), error.min(axis=0), *shared)
