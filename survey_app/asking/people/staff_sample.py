"""A sample of the staff, drawn within reporting units: whom a wave asks, by a seed that is kept.

Units are the strata, so that answers weigh N_h / n_h within them as in every other wave. The seed
makes the draw again while the register stands; with the register it tells who was invited, so that
it is forgotten when invitations are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from survey_app.asking.people.staff_frame import Member, StaffFrame
from survey_app.asking.reasons import Against, Reason

if TYPE_CHECKING:
    from analytics.planning.drawing import Rule


RULES: Final[tuple[Rule, ...]] = ("proportional", "neyman")
SEED_BYTES: Final = 16
WRITTEN: Final = re.compile(r"(proportional|neyman):([1-9]\d{0,5})")


@dataclass(frozen=True, slots=True)
class StaffDesign:
    """How a sample is shared out among units, and how many are drawn in all."""

    rule: Rule
    size: int


def design_of(invite: str) -> StaffDesign | None:
    """Read ``proportional:900``; ``None`` where a wave asks everybody or a panel.

    Examples
    --------
    >>> design_of("neyman:900")
    StaffDesign(rule='neyman', size=900)
    """
    found = WRITTEN.fullmatch(invite)
    if found is None:
        return None
    rule: Rule = "neyman" if found[1] == "neyman" else "proportional"
    return StaffDesign(rule, int(found[2]))


def allotted(
    frame: StaffFrame,
    design: StaffDesign,
    spreads: Mapping[str, float],
    spared: Collection[int] = (),
) -> dict[str, int]:
    """Share a sample out among units.

    Parameters
    ----------
    frame : StaffFrame
    design : StaffDesign
    spreads : mapping of str to float
        How much people of a unit differ, in points; "" for a unit that is not named. Without any,
        all are taken to differ alike.
    spared : collection of int
        Groups that were asked enough: a part of each unit by chance, so that the others stand for
        them.

    Raises
    ------
    DesignError
        If the size does not fit the units.
    """
    from analytics.planning.drawing import sizes_of  # noqa: PLC0415 - large, and seldom needed

    people = Counter(member.unit for member in _open(frame, spared))
    usual = spreads.get("", 1.0)
    sizes = sizes_of(
        list(people.values()),
        [spreads.get(unit, usual) for unit in people],
        design.size,
        design.rule,
    )
    return dict(zip(people, map(int, sizes), strict=True))


def sample_of(
    frame: StaffFrame,
    design: StaffDesign,
    seed: bytes,
    spreads: Mapping[str, float],
    spared: Collection[int] = (),
) -> list[Member]:
    """Draw the sample; the same seed draws the same people of the same register.

    Parameters and errors are those of `allotted`.
    """
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    from analytics.planning.drawing import drawn  # noqa: PLC0415 - large, and seldom needed

    sizes = allotted(frame, design, spreads, spared)
    people = _open(frame, spared)
    number = {unit: at for at, unit in enumerate(sizes)}
    chosen = drawn(
        [number[member.unit] for member in people],
        np.array(list(sizes.values()), dtype=np.int64),
        np.random.default_rng(int.from_bytes(seed)),
    )
    return [member for member, taken in zip(people, chosen, strict=True) if taken]


def reason_against(
    frame: StaffFrame, design: StaffDesign, spared: Collection[int] = ()
) -> Reason | None:
    """Say why so many cannot be drawn; ``None`` where they can."""
    from analytics.planning.drawing import FEWEST  # noqa: PLC0415 - large, and seldom needed

    people = Counter(member.unit for member in _open(frame, spared))
    least = sum(min(FEWEST, number) for number in people.values())
    most = people.total()
    if least <= design.size <= most:
        return None
    return Reason(Against.SAMPLE_SIZE, size=design.size, least=least, most=most)


def _open(frame: StaffFrame, spared: Collection[int]) -> list[Member]:
    return [member for member in frame.people if member.group not in spared]
