"""Waves of one measurement programme: how they were fielded, and what their errors share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# parts that a staff is split into for its pulses
PANELS: Final = 3.0


@dataclass(frozen=True, slots=True)
class WaveMeta:
    """What decides how two waves may be compared.

    ``kind`` is main, pulse, half_year, open or yearly; ``panel`` names the third of the staff
    that a pulse invited: the same people by the same name in every year.
    """

    key: str
    kind: str
    population: str
    invited_everybody: bool
    panel: str | None = None


def uses_correction(one: WaveMeta, other: WaveMeta) -> bool:
    """Tell whether a change of staff is about those very people.

    Returns
    -------
    bool
        True where at least one of the waves invited everybody: then so many answered both that
        their answers going together makes the change surer. False between panels and for the
        public; the same panel twice is treated as carefully.
    """
    if one.population != "staff" or other.population != "staff":
        return False
    return one.invited_everybody or other.invited_everybody


def answers_together(one: WaveMeta, other: WaveMeta) -> float:
    r"""Tell how much the errors of two waves of staff go together because the same people answered.

    Returns
    -------
    float
        In multiples of what two waves share that invite everybody: 1 where one of them does, the
        number of panels for the same panel twice, 0 between panels and for the public.

    Notes
    -----
    The means of :math:`n_1` and :math:`n_2` of N people, of whom :math:`n_{12}` answered both, have
    the covariance :math:`\rho S^2 n_{12} / (n_1 n_2)` (Kish 1965, 12.4). Where people answer
    independently of each other that is :math:`\rho S^2 / N` with everybody invited once, and with
    N over the people of a panel for N where both times the same panel was.
    """
    if uses_correction(one, other):
        return 1.0
    both_staff = one.population == other.population == "staff"
    return PANELS if both_staff and one.panel and one.panel == other.panel else 0.0
