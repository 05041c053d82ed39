"""What to expect of a figure that is measured again, from what was published of it."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from analytics.planning.difference import difference_precision
from analytics.planning.found import smallest_found
from analytics.planning.precision import mean_precision
from analytics.planning.sample import simple_sample
from questionnaires.margins import USUAL, Margins

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """What a publication told of a place.

    ``margin`` is half the width of its 95 % interval, in points; ``n`` its answers, two or more;
    ``population`` its persons, None where nobody counted them; ``n_eff`` how many answers of equal
    weight tell as much, None where that was not told.
    """

    margin: float
    n: float
    population: float | None
    n_eff: float | None = None

    @property
    def people(self) -> float | None:
        """Its persons, never fewer than answered."""
        return None if self.population is None else max(self.population, self.n)

    def spread(self) -> float | None:
        """Deviation between persons that would make such an interval, in points.

        It holds what weights, strata and clusters cost. None where everybody answered, and where
        nothing is known of chance.
        """
        unit = mean_precision(simple_sample(self.n, self.people), 1.0)
        if not (self.margin > 0 and unit.se > 0 and unit.df > 0):
            return None
        return self.margin / float(special.stdtrit(unit.df, 0.5 + CONFIDENCE / 2)) / unit.se


@dataclass(frozen=True, slots=True)
class Expected:
    """Half the width of the next interval, and the smallest change found in four of five waves."""

    margin: float
    smallest: float


def expected_again(told: ToldFigure, level: str, margins: Margins = USUAL) -> Expected | None:
    """Expect of a place what it showed, if as many answer and differ as much.

    Parameters
    ----------
    told : ToldFigure
    level : str
        agency, region, unit, or a group.
    margins : Margins, optional
        The smallest changes that matter.

    Returns
    -------
    Expected or None
        None where everybody answered, and where nothing is known of chance.
    """
    spread = told.spread()
    if spread is None:
        return None
    together = 0.0 if told.population is None else 1.0
    return expected_of(
        spread, told.n, told.people, level, earlier=told, together=together, margins=margins
    )


def expected_of(
    spread: float,
    n: float,
    population: float | None,
    level: str,
    *,
    earlier: ToldFigure | None = None,
    together: float = 0.0,
    margins: Margins = USUAL,
) -> Expected:
    """Expect of a place what so many answers will tell.

    Parameters
    ----------
    spread : float
        Deviation between persons, in points (`ToldFigure.spread`).
    n : float
        Answers that are expected, more than one.
    population : float or None
        Persons; None where there is no finite population correction.
    level : str
        agency, region, unit, or a group.
    earlier : ToldFigure, optional
        What the wave told that the change is measured from; one like the planned, if left out.
    together : float
        What the two waves share by their invitations (`analytics.waves.answers_together`): 1 where
        one of them invites everybody, 0 where nobody is invited twice or that is not known.
    margins : Margins, optional
        The smallest changes that matter.

    Notes
    -----
    The error of a change is that of two waves that nobody links (`analytics.comparison.unlinked`);
    how large a change must be to be found, beside its error, is calibrated against the rule of
    verdicts (`analytics.planning.found`).
    """
    later = simple_sample(n, None if population is None else max(population, n))
    before, before_spread = later, spread
    if earlier is not None:
        before = simple_sample(earlier.n, earlier.people)
        before_spread = earlier.spread() or spread
    if not together:
        # what changes between panels are judged by
        before, after = simple_sample(float(before.size)), simple_sample(float(later.size))
    else:
        after = later
    apart = difference_precision(
        before, after, (before_spread, spread), careful=together > 0, together=together
    )
    smallest = smallest_found(apart.se, level, margins)
    return Expected(mean_precision(later, spread).margin, smallest)
