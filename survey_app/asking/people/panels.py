"""Panels A, B and C: a rotation of invitations to pulses, never a file of who answered what.

``instruments.md`` 1.3: people are split at random within their unit, and letters move one step each
year, so that nobody always belongs to the last wave of the year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

PANELS = ("A", "B", "C")


def called_panel(letter: str, year: int) -> str:
    """Return the stored panel that a wave calls as ``letter`` in ``year``.

    Examples
    --------
    >>> [called_panel("A", year) for year in (2025, 2026, 2027)]
    ['A', 'C', 'B']
    """
    return PANELS[(PANELS.index(letter) - year) % len(PANELS)]


def draw_panels(
    present: Sequence[str], newcomers: int, rng: np.random.Generator
) -> tuple[str, ...]:
    """Draw panels for the newcomers of one unit, so that its panels stay of equal size.

    Parameters
    ----------
    present : sequence of str
        Panels of those who are in the unit already.
    newcomers : int
        How many to draw for.
    rng : numpy.random.Generator
        Chance.

    Returns
    -------
    tuple of str, length ``newcomers``
        In random order; sizes in the unit differ by at most one where newcomers allow it.
    """
    sizes = Counter(present)
    drawn: list[str] = []
    for _ in range(newcomers):
        fewest = min(sizes[panel] for panel in PANELS)
        open_panels = [panel for panel in PANELS if sizes[panel] == fewest]
        panel = open_panels[int(rng.integers(len(open_panels)))]
        sizes[panel] += 1
        drawn.append(panel)
    return tuple(drawn[at] for at in rng.permutation(newcomers))
