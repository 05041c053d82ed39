"""The points in time of a series, and the kinds of trend that a model may see behind them.

Apart from the model itself: statsmodels, which it is made with, loads longer than a wave takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from analytics.arrays import Booleans, Floats

type Kind = Literal["level", "smooth", "trend"]

KINDS: Final[tuple[Kind, ...]] = ("level", "smooth", "trend")


def movers_of(kind: Kind) -> int:
    """Count what nobody knows of a level at the first wave: where it stands, and its slope."""
    return 1 if kind == "level" else 2


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Everything known about a series at its points in time, waves or not.

    Attributes
    ----------
    time : ndarray of float, shape (n_points,)
        Years, increasing.
    estimate, se : ndarray of float, shape (n_points,)
        Points; NaN where there is no wave with a figure.
    shared : ndarray of float, shape (n_points, n_shared)
        Errors that waves have in common, as in `WaveSeries`.
    effects : ndarray of float, shape (n_points, n_effects)
        Patterns of events and seasons, whose size is unknown.
    shown : ndarray of bool, shape (n_effects,)
        Effects that belong to the level shown: events do, seasons do not.
    marks : tuple of int
        Points from which a change to every later point is wanted.
    """

    time: Floats
    estimate: Floats
    se: Floats
    shared: Floats
    effects: Floats
    shown: Booleans
    marks: tuple[int, ...]
