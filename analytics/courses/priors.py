"""What may be thought of changes before anything is measured: the same words for every agency.

Each is a grid of possibilities whose weights the waves themselves change: an agency where nothing
moves teaches the rule that little moves there. Chosen by simulation (docs/adr/0037,
``tests/reference/findings``), among agencies that move and that do not.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    """

    wander: tuple[float, ...]
    wander_weight: tuple[float, ...]
    event: tuple[float, ...]
    jump: tuple[float, ...]


AGENCY: Final = Prior((0.3, 1.0, 2.0, 4.0), (0.35, 0.3, 0.2, 0.15), (0.001, 0.02, 0.1), (4.0, 8.0))
# a region, a type of unit or a background group, beside the whole
REGION: Final = Prior((0.1, 0.5, 1.0, 2.0), (0.4, 0.3, 0.2, 0.1), (0.001, 0.01, 0.05), (4.0, 8.0))
# a unit beside its region
UNIT: Final = Prior(
    (0.1, 1.0, 2.0, 4.0), (0.4, 0.3, 0.2, 0.1), (0.0003, 0.003, 0.01, 0.03), (6.0, 12.0)
)

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
