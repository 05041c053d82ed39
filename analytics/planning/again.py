"""What to expect of a figure that is measured again in the same manner, from what was published."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from analytics.planning.difference import difference_precision
from analytics.planning.power import smallest_detectable
from analytics.planning.precision import mean_precision
from analytics.planning.sample import simple_sample

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Expected:
    """Half the width of the next interval, and the smallest change seen in four of five waves."""

    margin: float
    smallest: float


def expected_again(margin: float, n: int, population: int | None) -> Expected | None:
    """Expect of a place what it showed, if as many answer and differ as much.

    Parameters
    ----------
    margin : float
        Half the width of its published 95 % interval, in points.
    n : int
        Answers behind it, two or more.
    population : int or None
        Persons; None where nobody counted them.

    Returns
    -------
    Expected or None
        None where everybody answered, and where nothing is known of chance.

    Notes
    -----
    The published error holds weights and strata, so the spread that is taken from it does, too. The
    change is judged by the difference of two waves that nobody links (`analytics.comparison
    .unlinked`): the rule of verdicts looks at all waves and places together, and asks besides that
    a change be of a size that matters.
    """
    people = None if population is None else float(max(population, n))
    sample = simple_sample(float(n), people)
    unit = mean_precision(sample, 1.0)
    if not (margin > 0 and unit.se > 0 and unit.df > 0):
        return None
    spread = margin / float(special.stdtrit(unit.df, 0.5 + CONFIDENCE / 2)) / unit.se
    apart = difference_precision(sample, sample, spread, careful=people is not None)
    return Expected(margin, smallest_detectable(apart, confidence=CONFIDENCE))
