"""Which waves stand in one series: those that speak of the same people."""

from __future__ import annotations

from typing import Final

FRAMED: Final = frozenset({"staff", "public"})
"""Populations that somebody else counts, the agency's register and the country's: whichever
campaign asks them, it speaks of them. Whom an open link or a list reaches, its campaign decides."""


def in_one_series(population: str, campaign: str, other: str) -> bool:
    """Tell whether waves of two campaigns of one population may be held beside each other.

    Examples
    --------
    >>> in_one_series("staff", "verdimaling", "verdipuls")
    True
    >>> in_one_series("open", "innspill", "horing-2027")
    False
    """
    return population in FRAMED or campaign == other
