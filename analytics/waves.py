"""Waves of one measurement programme: how they were fielded, and what their errors share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GROUPS: Final = 12
"""Random groups that each unit of a staff is split into; a panel is several of them."""
SPLITS: Final = (2, 3, 4, 6, 12)
"""Into how many panels of equal size the groups can be put together."""
LETTERS: Final = "ABC"


@dataclass(frozen=True, slots=True)
class WaveMeta:
    """What decides how two waves may be compared.

    ``kind`` is main, pulse, half_year, open or yearly; ``panel`` names the part of the staff that
    a wave invited, as `panel_groups` reads it: the same people by the same name in every year.
    """

    key: str
    kind: str
    population: str
    invited_everybody: bool
    panel: str | None = None

    @property
    def groups(self) -> frozenset[int]:
        """Random groups of the staff that were invited; none where that is not known."""
        if self.population != "staff":
            return frozenset()
        if self.invited_everybody:
            return frozenset(range(GROUPS))
        return panel_groups(self.panel) if self.panel else frozenset()


def panel_groups(panel: str) -> frozenset[int]:
    """Read which random groups a panel is.

    Parameters
    ----------
    panel : str
        A letter, of three panels; or panels by their numbers, and among how many.

    Returns
    -------
    frozenset of int, each 0 to 11
        Group g belongs to panel g mod P + 1 of P.

    Examples
    --------
    >>> sorted(panel_groups("B")), sorted(panel_groups("1+2/4"))
    ([1, 4, 7, 10], [0, 1, 4, 5, 8, 9])
    """
    if panel in LETTERS:
        return frozenset(range(LETTERS.index(panel), GROUPS, len(LETTERS)))
    numbers, _, among = panel.partition("/")
    asked = {int(number) - 1 for number in numbers.split("+")}
    return frozenset(group for group in range(GROUPS) if group % int(among) in asked)


def answers_together(one: WaveMeta, other: WaveMeta) -> float:
    r"""Tell how much the errors of two waves of staff go together because the same people answered.

    Returns
    -------
    float
        In multiples of what two waves share that invite everybody: 1 where one of them does, 3 for
        the same third twice, 0.75 where two thirds are asked and half of them again, 0 between
        panels that share nobody, for samples, whose people are forgotten, and for the public.

    Notes
    -----
    The means of :math:`n_1` and :math:`n_2` of N people, of whom :math:`n_{12}` answered both, have
    the covariance :math:`\rho S^2 n_{12} / (n_1 n_2)` (Kish 1965, 12.4). Who answers is not known;
    who is invited is. Where the shares :math:`f_1` and :math:`f_2` are invited, :math:`f_{12}` to
    both, and people answer independently of each other, that is
    :math:`\rho S^2 / N \cdot f_{12} / (f_1 f_2)`. People who answer once commonly answer again, so
    that more answered both and the covariance is larger.
    """
    if one.population != "staff" or other.population != "staff":
        return 0.0
    if one.invited_everybody or other.invited_everybody:
        return 1.0
    return groups_together(one.groups, other.groups)


def groups_together(one: frozenset[int], other: frozenset[int]) -> float:
    """Tell the same of two sets of random groups; 0 where one is not known."""
    if not one or not other:
        return 0.0
    return GROUPS * len(one & other) / (len(one) * len(other))
