"""What would be gained by letting an item go its own way in a group or wave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.equality import Assignment, Equality

SMALLEST: Final = 1e-6  # of a parameter's information: what is left beside the free ones
PAIR: Final = 2

type Part = Literal["loading", "intercept"]


@dataclass(frozen=True, slots=True)
class Release:
    """One equality, by how much chi-square would fall without it, and what would follow.

    ``group`` (a group or wave) would get a parameter of its own, which would differ from the common
    one by ``epc``: the expected parameter change, in the item's unit; ``standardised_epc`` in
    deviations of the item. ``factor`` is "" for an intercept.
    """

    item: str
    part: Part
    factor: str
    group: str
    mi: float
    epc: float
    standardised_epc: float


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one parameter of one group or wave stands: a row and a column of `Assignment.place`."""

    item: str
    part: Part
    factor: str
    group: str
    row: int
    column: int
    spread: float


def released(equality: Equality, item: str, part: Part) -> Equality:
    """Let the item's loadings, or its intercept, differ between groups."""
    if part == "loading":
        return replace(equality, free_loadings=equality.free_loadings | {item})
    return replace(equality, free_intercepts=equality.free_intercepts | {item})


def score_tests(
    assigned: Callable[[Equality], Assignment],
    items: Sequence[str],
    equality: Equality,
    part: Part,
    slope: Sequence[Floats],
    bend: Sequence[Floats],
) -> Floats:
    r"""Test, for each item, the equality that holds its loadings or intercept together.

    Parameters
    ----------
    assigned : callable
        Places of the parameters under an equality.
    slope, bend : sequence of ndarray of float, shapes (q,) and (q, q)
        Each group's slope of the log-likelihood and its expected information, in all its
        parameters at the solution under ``equality``.

    Returns
    -------
    ndarray of float, shape (p,)
        The score statistic, by which chi-square would fall to a first approximation; 0 where the
        item is free already.

    Notes
    -----
    :math:`s' I^{-1} s` in the parameters that the released model would have (Lagrange multiplier;
    ``lavTestScore``).

    References
    ----------
    Rao, C. R. (1948). Proceedings of the Cambridge Philosophical Society 44, 50-57.
    """
    held = assigned(equality).size
    found = np.zeros(len(items))
    for number, item in enumerate(items):
        wider = assigned(released(equality, item, part))
        if wider.size > held:
            found[number] = score_test(wider, slope, bend)
    return found


def score_test(wider: Assignment, slope: Sequence[Floats], bend: Sequence[Floats]) -> float:
    """Give s' I^-1 s from each group's slope and information in all its parameters."""
    total = np.zeros(wider.size)
    for number, own in enumerate(slope):
        total += own @ wider.gather(number)
    inverse = np.linalg.pinv(_together(wider, bend), hermitian=True)
    return float(total @ inverse @ total)


def lagrange(
    held: Assignment, slope: Sequence[Floats], bend: Sequence[Floats]
) -> list[tuple[Floats, Floats]]:
    r"""Test each parameter of each group by itself: by how much chi-square falls if it moves alone.

    Parameters
    ----------
    held : Assignment
        Under which the solution was found; what moves may be fixed, or the same as in others.

    Returns
    -------
    list of pairs of ndarray of float, shape (q,)
        Per group the fall and the expected change of the parameter; NaN where the free parameters
        tell it already.

    Notes
    -----
    :math:`s_c^2 / v` and :math:`s_c / v` with :math:`v = I_{cc} - I_{cf} I_{ff}^{-1} I_{fc}`, f the
    free parameters.

    References
    ----------
    Sorbom, D. (1989). Psychometrika 54, 371-384. Saris, W. E., Satorra, A., Sorbom, D. (1987).
    Sociological Methodology 17, 105-129 (the expected change).
    """
    inverse = np.linalg.pinv(_together(held, bend), hermitian=True)
    found = []
    for number, (own, curve) in enumerate(zip(slope, bend, strict=True)):
        toward = curve @ held.gather(number)
        diagonal = np.diag(curve)
        left = diagonal - np.einsum("cf,fg,cg->c", toward, inverse, toward, optimize=True)
        left = np.where(left > SMALLEST * diagonal, left, np.nan)
        found.append((own**2 / left, own / left))
    return found


def releases(
    held: Assignment, slots: Sequence[Slot], slope: Sequence[Floats], bend: Sequence[Floats]
) -> tuple[Release, ...]:
    """Test every equality by itself: one parameter of one group or wave against the common one.

    Parameters
    ----------
    held : Assignment
        Under which the solution was found.
    slots : sequence of Slot
        Parameters that may be held equal.

    Returns
    -------
    tuple of Release
        The largest fall of chi-square first.
    """
    count = np.bincount(held.place[held.place >= 0], minlength=held.size)
    first = {_place(held, slot): slot for slot in reversed(slots)}
    tested = lagrange(held, slope, bend)
    found = []
    for slot in slots:
        place = _place(held, slot)
        shared = int(count[place]) if place >= 0 else 0
        # of two that are equal, freeing the one is freeing the other
        if shared <= 1 or (shared == PAIR and first[place] is slot):
            continue
        mi, epc = (float(part[slot.column]) for part in tested[slot.row])
        names = (slot.item, slot.part, slot.factor, slot.group)
        found.append(Release(*names, mi, epc * slot.spread, epc))
    return tuple(sorted((one for one in found if np.isfinite(one.mi)), key=lambda one: -one.mi))


def _together(held: Assignment, bend: Sequence[Floats]) -> Floats:
    """Sum the information of all groups in the free parameters."""
    found = np.zeros((held.size,) * 2)
    for number, curve in enumerate(bend):
        gather = held.gather(number)
        found += gather.T @ curve @ gather
    return found


def _place(held: Assignment, slot: Slot) -> int:
    return int(held.place[slot.row, slot.column])
