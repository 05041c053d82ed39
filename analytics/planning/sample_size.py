"""How many must answer for a wanted margin of error or power, and how many must be invited."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.errors import DesignError
from analytics.planning.difference import difference_precision
from analytics.planning.power import power
from analytics.planning.precision import mean_precision
from analytics.planning.sample import simple_sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.planning.sample import PlannedSample

MOST: Final = 10**9  # respondents; nobody asks more


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is expected of a sample whose size is sought; see `analytics.planning.sample`.

    ``cluster_size`` stays when the sample grows: more clusters are drawn, not larger ones.
    """

    population: float | None = None
    deff: float = 1.0
    icc: float = 0.0
    cluster_size: float = 1.0

    def sample(self, respondents: float) -> PlannedSample:
        """Make the sample of that size."""
        return simple_sample(
            respondents,
            self.population,
            deff=self.deff,
            icc=self.icc,
            cluster_size=self.cluster_size,
        )


def respondents_for_margin(
    margin: float, sd: float, assumed: Assumptions, *, confidence: float = 0.95
) -> int | None:
    """Find the smallest number of respondents whose mean has this margin of error.

    Parameters
    ----------
    margin : float
        Half the width of the interval, in the unit of ``sd``, above 0.
    sd : float
        Standard deviation between persons.
    assumed : Assumptions
    confidence : float
        Of the interval.

    Returns
    -------
    int or None
        None where not even the whole population answering would do; with a finite population
        and respondents who are the whole of it, there is no error left.

    Notes
    -----
    Cochran (1977, 4.4 and 4.6) solves n_0 = (z S / d)^2, n = n_0 / (1 + n_0 / N); here t takes the
    place of z, so that the interval that will be published has the margin.
    """
    _above_zero(margin, "margin of error")

    def enough(n: int) -> bool:
        found = mean_precision(assumed.sample(n), sd, confidence=confidence)
        return found.margin <= margin * (1 + 1e-12)

    return _smallest(enough, assumed.population)


def respondents_for_power(
    change: float,
    sd: float,
    assumed: Assumptions,
    *,
    chance: float = 0.8,
    correlation: float = 0.0,
    overlap: float | None = None,
    confidence: float = 0.95,
    careful: bool = False,
) -> int | None:
    """Find the smallest number of respondents in each of two waves that will show a true change.

    Parameters
    ----------
    change : float
        The true difference, in the unit of ``sd``; not 0.
    sd : float
        Standard deviation between persons in each wave.
    assumed : Assumptions
        Of both waves.
    chance : float
        The power wanted.
    correlation, overlap, careful
        As in `difference_precision`.
    confidence : float
        1 minus the level of the test.

    Returns
    -------
    int or None
        As `respondents_for_margin`.
    """
    _above_zero(abs(change), "change")
    if not 1 - confidence < chance < 1:
        raise DesignError(
            "the power must lie between the level of the test and 1, for instance 0.8"
        )

    most = assumed.population
    if most is not None and overlap is not None:
        most /= 2 - overlap  # more than that would have to share more people

    def enough(n: int) -> bool:
        wave = assumed.sample(n)
        apart = difference_precision(
            wave, wave, sd, correlation=correlation, overlap=overlap, confidence=confidence,
            careful=careful,
        )  # fmt: skip
        return power(change, apart, confidence=confidence) >= chance * (1 - 1e-12)

    return _smallest(enough, most)


def to_invite(respondents: float, response: float, population: float | None = None) -> int:
    """Count the persons to invite so that as many answer as are wanted.

    Parameters
    ----------
    respondents : float
        Answers wanted.
    response : float
        Share of the invited who will answer, above 0 and at most 1.
    population : float, optional
        Persons there are.

    Raises
    ------
    DesignError
        If the share is out of range, or there are not so many persons.
    """
    if not 0 < response <= 1:
        raise DesignError("the expected response must be a share above 0 and at most 1")
    wanted = math.ceil(respondents / response * (1 - 1e-12))
    if population is not None and wanted > population:
        raise DesignError(
            f"{respondents:g} answers at a response of {100 * response:.3g} % need {wanted} "
            "invitations, "
            f"but there are {population:g} persons: expect fewer answers"
        )
    return wanted


def _above_zero(value: float, name: str) -> None:
    if not (math.isfinite(value) and value > 0):
        raise DesignError(f"the {name} wanted must be a number above 0")


def _smallest(enough: Callable[[int], bool], most: float | None) -> int | None:
    """Search the smallest size that is enough, since a larger sample is never less exact."""
    highest = MOST if most is None else int(most)
    top = 1
    while not enough(top):
        if top >= highest:
            return None
        top = min(2 * top, highest)
    bottom = top // 2
    while top - bottom > 1:
        middle = (top + bottom) // 2
        bottom, top = (bottom, middle) if enough(middle) else (middle, top)
    return top
