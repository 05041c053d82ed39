"""The [planning.allocation] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known, names, number, text

if TYPE_CHECKING:
    from collections.abc import Mapping


WHERE: Final = "[planning.allocation]"
RULES: Final = ("proportional", "neyman", "power")


@dataclass(frozen=True, slots=True)
class AllocationSpec:
    """Among which domains, for which measure, by which rule; ``exponent`` is that of "power"."""

    by: tuple[str, ...]
    measure: str
    rule: str = "proportional"
    exponent: float = 0.5
    minimum: int = 2


def read_allocation(section: Mapping[str, object]) -> AllocationSpec:
    """Read the table.

    Raises
    ------
    SpecificationError
        If a key is unknown or missing, or has a value that it cannot have.
    """
    known(section, ("by", "measure", "rule", "exponent", "minimum"), WHERE)
    by, measure = names(section, "by", WHERE), text(section, "measure", WHERE)
    if not by or measure is None:
        raise SpecificationError(f"{WHERE} needs by (columns) and measure (a scale, index or mean)")
    rule = text(section, "rule", WHERE) or "proportional"
    if rule not in RULES:
        raise SpecificationError(f"{WHERE} rule must be one of {', '.join(RULES)}")
    exponent = number(section, "exponent", WHERE, 0.5)
    if not 0 <= exponent <= 1:
        raise SpecificationError(f"{WHERE} exponent must lie between 0 and 1")
    minimum = number(section, "minimum", WHERE, 2)
    if minimum != int(minimum) or minimum < 1:
        raise SpecificationError(f"{WHERE} minimum must be a whole number of at least 1")
    return AllocationSpec(by, measure, rule, exponent, int(minimum))
