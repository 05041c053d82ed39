"""Known events: a step, a pulse, or an effect that fades, each at a known date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.errors import SpecificationError
from analytics.trend.series import years_since

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analytics.arrays import Booleans, Floats

type Shape = Literal["step", "pulse", "decay"]

SHAPES: Final[tuple[Shape, ...]] = ("step", "pulse", "decay")
HALF_LIVES: Final = 9
_REACH: Final = 2.0


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """Something that happened, and how it is thought to work.

    ``step`` lasts; ``pulse`` touches the first wave on or after the day alone; ``decay`` halves
    every ``half_life`` years, estimated where None.
    """

    name: str
    day: date
    shape: Shape
    half_life: float | None = None


def check_event(event: KnownEvent) -> None:
    """Refuse an event that cannot be one.

    Raises
    ------
    SpecificationError
        If the shape is unknown, or a half-life is given to something that does not fade, or is not
        above zero.
    """
    if event.shape not in SHAPES:
        raise SpecificationError(
            f"event {event.name}: {event.shape!r} is no shape; use {', '.join(SHAPES)}"
        )
    if event.half_life is not None and (event.shape != "decay" or not event.half_life > 0):
        raise SpecificationError(
            f"event {event.name}: half_life is for a decay, in years above zero"
        )


def effect_pattern(
    event: KnownEvent, start: date, time: Floats, observed: Booleans, half_life: float
) -> Floats:
    """Give the part of an event's effect that each point in time has, 1 at the first wave after it.

    Parameters
    ----------
    event : KnownEvent
    start : date
        Where ``time`` is 0.
    time : ndarray of float, shape (n_points,)
        Years since ``start``, in order.
    observed : ndarray of bool, shape (n_points,)
        Which points are waves with a figure: a pulse touches one of these.
    half_life : float
        Years; used by a decay alone.

    Returns
    -------
    ndarray of float, shape (n_points,)
    """
    since = time - years_since(start, [event.day])[0]
    after = since >= 0
    if event.shape == "step":
        return np.asarray(after, dtype=np.float64)
    if event.shape == "pulse":
        pattern = np.zeros_like(time)
        pattern[np.flatnonzero(after & observed)[:1]] = 1.0
        return pattern
    # 1 where a wave first sees it: the size at the day itself would be a guess backwards
    first = since[after & observed][:1]
    fade = np.where(after, since - (first[0] if len(first) else 0.0), 0.0)
    return np.asarray(np.where(after, np.exp2(-fade / half_life), 0.0), dtype=np.float64)


def check_pattern(event: KnownEvent, pattern: Floats, observed: Booleans) -> None:
    """Refuse an event that the waves cannot see.

    Raises
    ------
    SpecificationError
        If no wave with a figure lies before it, or none on or after it.
    """
    touched = pattern[observed] > 0
    if not touched.any():
        raise SpecificationError(
            f"event {event.name} on {event.day}: no wave has a figure after it yet, so its effect "
            "cannot be estimated"
        )
    if touched.all():
        raise SpecificationError(
            f"event {event.name} on {event.day}: no wave has a figure before it, so there is "
            "nothing to compare with"
        )


def possible_half_lives(events: Sequence[KnownEvent], time: Floats) -> tuple[float, ...]:
    """Give the half-lives, in years, over which a decay that was given none is averaged.

    Parameters
    ----------
    events : sequence of KnownEvent
    time : ndarray of float, shape (n_waves,)
        Years of the waves with a figure, in order.

    Returns
    -------
    tuple of float
        Evenly spaced on the logarithm, from half the shortest gap to twice the length of the
        series; one that is used by nothing where no half-life is unknown.
    """
    if not any(event.shape == "decay" and event.half_life is None for event in events):
        return (1.0,)
    shortest = float(np.diff(time).min()) if len(time) > 1 else 1.0
    span = max(float(time[-1] - time[0]), shortest)
    return tuple(np.geomspace(shortest / _REACH, span * _REACH, HALF_LIVES).tolist())
