"""How much care the figures of an item need (docs/adr/0211)."""

from typing import Final, Literal

type Sensitivity = Literal["", "sensitive", "exposure", "violence"]
"""From none to most.

A ``sensitive`` item is about harassment or health: its mean needs as many answers as shares do. An
``exposure`` asks how often something was done to the respondent: how many it happened to is shown
in bands, and nothing else. With ``violence`` units need more answers for their band.
"""

SENSITIVITIES: Final = ("sensitive", "exposure", "violence")
EXPOSURES: Final = frozenset({"exposure", "violence"})


def strictest(one: Sensitivity, other: Sensitivity) -> Sensitivity:
    """Return the one that needs more care."""
    return max(one, other, key=("", *SENSITIVITIES).index)
