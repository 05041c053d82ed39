"""What may be thought of changes before anything is measured: the same words for every agency.

Each is a grid of possibilities whose weights the waves themselves change: an agency where nothing
moves teaches the rule that little moves there. Chosen by simulation (docs/adr/0037,
``tests/reference/findings``), among agencies that move and that do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Prior:
    """What courses of one level may be like.

    Attributes
    ----------
    wander, wander_weight : tuple of float
        Deviations, in points, of the step that every place takes from one wave to the next, and
        what each weighs beforehand.
    event : tuple of float
        Chances that something happens in a place between two waves, weighing alike.
    jump : tuple of float
        Deviations, in points, of what an event then does to a measure, weighing alike.
    passing, passing_weight : tuple of float
        Deviations, in points, of what each wave has by itself, of which nothing is left in the
        next, as with a season or a bad week; and what each weighs beforehand.
    transient, hazard : float
        Of what happens, the share that goes back to where it was, and the chance with which that
        does so at each wave after (`analytics.courses.shapes`).
    """

    wander: tuple[float, ...]
    wander_weight: tuple[float, ...]
    event: tuple[float, ...]
    jump: tuple[float, ...]
    passing: tuple[float, ...] = (0.0,)
    passing_weight: tuple[float, ...] = (1.0,)
    transient: float = 0.5
    hazard: float = 0.2

    def finer(self, wander: tuple[float, ...], weight: tuple[float, ...]) -> Prior:
        """Tell more steps apart; what happens, and what it does, stays as likely as before."""
        return replace(self, wander=wander, wander_weight=weight)


@dataclass(frozen=True, slots=True)
class Priors:
    """What courses may be like: of the whole, of what is part of it, of units in their regions."""

    agency: Prior
    region: Prior
    unit: Prior


AGENCY: Final = Prior(
    (0.3, 1.0, 2.0, 4.0), (0.35, 0.3, 0.2, 0.15), (0.001, 0.02, 0.1), (4.0, 8.0),
    passing=(0.0, 1.0, 2.0, 4.0), passing_weight=(0.4, 0.3, 0.2, 0.1),
)  # fmt: skip
# a region, a type of unit or a background group, beside the whole
REGION: Final = Prior(
    (0.1, 0.5, 1.0, 2.0), (0.4, 0.3, 0.2, 0.1), (0.001, 0.01, 0.05), (4.0, 8.0),
    passing=(0.0, 1.0, 2.0), passing_weight=(0.6, 0.25, 0.15),
)  # fmt: skip
# a unit beside its region
UNIT: Final = Prior(
    (0.1, 1.0, 2.0, 4.0), (0.4, 0.3, 0.2, 0.1), (0.0003, 0.003, 0.01, 0.03), (6.0, 12.0),
    passing=(0.0, 2.0, 4.0), passing_weight=(0.6, 0.25, 0.15),
)  # fmt: skip

# Of more waves than these it is known so closely how much places wander that the truth lies between
# two possibilities of a coarse grid and neither is right: drift is taken for none, or for events.
FEW_WAVES: Final = 12
_OF_FEW_WAVES: Final = Priors(AGENCY, REGION, UNIT)
_OF_MANY_WAVES: Final = Priors(
    AGENCY.finer((0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 4.0), (0.25, 0.2, 0.15, 0.12, 0.12, 0.08, 0.08)),
    REGION.finer((0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0), (0.25, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05)),
    UNIT.finer(
        (0.1, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 4.0), (0.2, 0.2, 0.15, 0.15, 0.1, 0.1, 0.05, 0.05)
    ),
)


def priors_of(waves: int) -> Priors:
    """Give what may be thought of courses over so many waves (docs/adr/0196).

    Parameters
    ----------
    waves : int
        That are read; up to 12 wander on the coarse grid that the rule was first simulated with.
    """
    return _OF_FEW_WAVES if waves <= FEW_WAVES else _OF_MANY_WAVES


# How much a person's two answers may go together where nobody links them, and what each is worth
# beforehand; more than the last is never taken for granted (docs/adr/0012).
CORRELATIONS: Final = (0.0, 0.25, 0.5)
CORRELATION_WEIGHT: Final = (0.1, 0.2, 0.7)

# The most that they are ever found to go together.
MOST_ALIKE: Final = 0.9

# Of the measures of a place where something happened, the share that it moves.
MOVED: Final = 0.6
# What happens to one measure alone is so much rarer than what happens to a place.
ALONE: Final = 0.1
# Measures are answered by the same people: their courses together count as so much of as many
# independent ones when it is learned how much places move.
TOGETHER: Final = 0.5
