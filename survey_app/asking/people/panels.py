"""Panels: a rotation of invitations, never a file of who answered what.

Everybody of the staff is in one of twelve random groups of their unit, and stays there. A panel is
several of them: each group of three panels, called A, B and C, as letters move one step each year
(``instruments.md`` 1.3), and of two, three, four, six or twelve panels that rotate from wave to
wave (docs/adr/0136). As all panels are made of the same groups, burden is counted over all waves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.waves import GROUPS, LETTERS, SPLITS, panel_groups

if TYPE_CHECKING:
    import numpy as np


PANELS: Final = tuple(LETTERS)
EVERYBODY: Final = frozenset(range(GROUPS))
QUARTERS: Final = GROUPS // len(PANELS)
ROTATION: Final = "rotation"
# so that panels are even first where most waves ask by them
_EVEN: Final = sorted(SPLITS, key=lambda panels: (panels != len(PANELS), panels))
_WRITTEN: Final = re.compile(r"rotation:(\d{1,2})/(\d{1,2}):([1-9]\d{0,3})")


@dataclass(frozen=True, slots=True)
class Rotation:
    """So many of ``panels`` are asked at once; each turn lets one in and one out.

    Each panel is asked ``at_once`` turns running, and then not for the rest of ``panels`` turns.
    ``turn`` counts from 1.
    """

    at_once: int
    panels: int
    turn: int

    @property
    def written(self) -> str:
        """How the campaign file says it, such as ``rotation:2/3:5``."""
        return f"{ROTATION}:{self.at_once}/{self.panels}:{self.turn}"

    @property
    def name(self) -> str:
        """Which panels are asked, as `analytics.waves.panel_groups` reads it.

        Examples
        --------
        >>> [Rotation(2, 3, turn).name for turn in (1, 2, 3, 4)]
        ['1+2/3', '2+3/3', '1+3/3', '1+2/3']
        """
        asked = sorted((self.turn - 1 + at) % self.panels + 1 for at in range(self.at_once))
        return f"{'+'.join(map(str, asked))}/{self.panels}"


def rotation_of(invite: str) -> Rotation | None:
    """Read ``rotation:2/3:5``: two of three panels, in the fifth turn; ``None`` for all else.

    Examples
    --------
    >>> rotation_of("rotation:2/3:5")
    Rotation(at_once=2, panels=3, turn=5)
    >>> [rotation_of(one) for one in ("rotation:3/3:1", "rotation:2/5:1", "rotation:1/2")]
    [None, None, None]
    """
    found = _WRITTEN.fullmatch(invite)
    if found is None:
        return None
    rotation = Rotation(*map(int, found.groups()))
    fits = rotation.panels in SPLITS and 0 < rotation.at_once < rotation.panels
    return rotation if fits else None


def next_turn(wanted: Rotation, invited: Iterable[str]) -> Rotation:
    """Return the turn after the last of a rotation, the first where there was none.

    Parameters
    ----------
    wanted : Rotation
        Its turn is not looked at.
    invited : iterable of str
        Whom other waves ask.
    """
    turns = [
        one.turn
        for one in map(rotation_of, invited)
        if one and (one.at_once, one.panels) == (wanted.at_once, wanted.panels)
    ]
    return Rotation(wanted.at_once, wanted.panels, max(turns, default=0) + 1)


def asked_groups(invite: str, year: int) -> frozenset[int] | None:
    """Return the groups that a wave asks; ``None`` where it draws a sample or does not say.

    Examples
    --------
    >>> sorted(asked_groups("panel:A", 2025)), sorted(asked_groups("rotation:1/2:2", 2025))
    ([0, 3, 6, 9], [1, 3, 5, 7, 9, 11])
    """
    if invite == "everybody":
        return EVERYBODY
    way, _, letter = invite.partition(":")
    if way == "panel" and letter in PANELS:
        return panel_groups(called_panel(letter, year))
    rotation = rotation_of(invite)
    return panel_groups(rotation.name) if rotation else None


def called_panel(letter: str, year: int) -> str:
    """Return the stored panel that a wave calls as ``letter`` in ``year``.

    Examples
    --------
    >>> [called_panel("A", year) for year in (2025, 2026, 2027)]
    ['A', 'C', 'B']
    """
    return PANELS[(PANELS.index(letter) - year) % len(PANELS)]


def group_of(panel: str, quarter: int) -> int:
    """Return the group of who is stored in a quarter of a panel.

    Examples
    --------
    >>> sorted(group_of("B", quarter) for quarter in range(4)) == sorted(panel_groups("B"))
    True
    """
    return (4 * PANELS.index(panel) + 9 * quarter) % GROUPS


def stored_as(group: int) -> tuple[str, int]:
    """Return the panel and the quarter of it that a group is stored as.

    Examples
    --------
    >>> [group_of(*stored_as(group)) for group in range(12)] == list(range(12))
    True
    """
    return PANELS[group % len(PANELS)], group % QUARTERS


def draw_newcomers(
    present: Iterable[int], newcomers: int, rng: np.random.Generator
) -> tuple[int, ...]:
    """Draw groups for the newcomers of one unit, so that its panels stay of equal size.

    Parameters
    ----------
    present : iterable of int
        Groups of those who are in the unit already.
    newcomers : int
        How many to draw for.
    rng : numpy.random.Generator
        Chance.

    Returns
    -------
    tuple of int, length ``newcomers``
        In random order. Of three panels sizes in the unit differ by at most one where newcomers
        allow it; where nobody left, of two, four, six and twelve too.

    Notes
    -----
    Each newcomer comes into a group at random among those of which panels are smallest: of three
    first, then of two, four, six and twelve. The rule treats all groups alike, so that everybody
    has the same chance of each, and of each panel.
    """
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    sizes = np.bincount(np.fromiter(present, np.int64), minlength=GROUPS)
    drawn: list[int] = []
    for _ in range(newcomers):
        fewest = np.arange(GROUPS)
        for panels in _EVEN:
            size = sizes.reshape(-1, panels).sum(axis=0)[fewest % panels]
            fewest = fewest[size == size.min()]
        group = int(rng.choice(fewest))
        sizes[group] += 1
        drawn.append(group)
    return tuple(drawn[at] for at in rng.permutation(newcomers))
