"""The [planning] section, read and checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.allocation import read_allocation
from analytics.workbench.specification.values import known, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.workbench.specification.allocation import AllocationSpec


SECTION: Final = "[planning]"
KEYS: Final = (
    "respondents", "population", "response", "margin", "change", "power", "overlap", "correlation",
    "allocation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanningSpec:
    """What is asked of the next wave.

    ``respondents`` are sizes to judge, this wave's where none is given; ``margin`` is the margin
    of error wanted and ``change`` the change to be seen, in points (shares: in percentage points).
    ``allocation`` shares each size out among domains.
    """

    respondents: tuple[float, ...] = ()
    population: float | None = None
    response: float | None = None
    margin: float | None = None
    change: float | None = None
    power: float = 0.8
    overlap: float | None = None
    correlation: float = 0.0
    allocation: AllocationSpec | None = None


def read_planning(section: Mapping[str, object]) -> PlanningSpec:
    """Read the section.

    Raises
    ------
    SpecificationError
        If a key is unknown, or a number is none or out of its range.
    """
    known(section, KEYS, SECTION)
    sizes = section.get("respondents", [])
    given = sizes if isinstance(sizes, list) else [sizes]
    spec = PlanningSpec(
        respondents=tuple(_above_zero(size, "respondents") for size in given),
        **{
            key: _above_zero(section[key], key)
            for key in ("population", "response", "margin", "change", "power")
            if key in section
        },
        **{key: _number(section[key], key) for key in ("overlap", "correlation") if key in section},
        allocation=read_allocation(table(section["allocation"], "planning.allocation"))
        if "allocation" in section
        else None,
    )
    for key, value in (("response", spec.response), ("power", spec.power)):
        if value is not None and value > 1:
            raise SpecificationError(f"{SECTION} {key} is a share: at most 1")
    if spec.overlap is not None and not 0 <= spec.overlap <= 1:
        raise SpecificationError(f"{SECTION} overlap is a share of the respondents: from 0 to 1")
    return spec


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SpecificationError(f"{SECTION} {key} must be a number")
    return float(value)


def _above_zero(value: object, key: str) -> float:
    found = _number(value, key)
    if not found > 0:
        raise SpecificationError(f"{SECTION} {key} must be above 0")
    return found
