"""The [small_areas] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from analytics.errors import SpecificationError
from analytics.small_areas.between import Fitting
from analytics.workbench.specification.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping


SECTION: Final = "[small_areas]"
KEYS: Final = ("by", "kind", "method", "errors")
ERRORS: Final = ("steadied", "own")
UNIT: Final = "unit"
METHODS: Final[tuple[str, ...]] = (*get_args(Fitting.__value__), UNIT)


@dataclass(frozen=True, slots=True)
class SmallAreasSpec:
    """The level of [domains] by whose means are shrunken, and what is known of its domains.

    ``kind`` is a column that is the same for everybody in a domain, such as its type. ``method`` is
    a way to fit the area-level model, or "unit" for that of respondents within areas. ``errors``
    "own" takes the error of each area as known, however few its answers, as the textbook model.
    """

    by: tuple[str, ...]
    kind: str | None = None
    method: Fitting | Literal["unit"] = "REML"
    errors: str = "steadied"


def read_small_areas(section: Mapping[str, object]) -> SmallAreasSpec:
    """Read the section.

    Raises
    ------
    SpecificationError
        If a key is unknown, or a value is none it can be.
    """
    known(section, KEYS, SECTION)
    by, kind, method = section.get("by"), section.get("kind"), section.get("method", "REML")
    names = [by] if isinstance(by, str) else by
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise SpecificationError(f"{SECTION} by must name a level of [domains] by")
    if kind is not None and not isinstance(kind, str):
        raise SpecificationError(f"{SECTION} kind must be the name of a column")
    errors = section.get("errors", ERRORS[0])
    if errors not in ERRORS:
        raise SpecificationError(f"{SECTION} errors must be one of {', '.join(ERRORS)}")
    for name in METHODS:
        if method == name:
            return SmallAreasSpec(tuple(names), kind, name, str(errors))  # type: ignore[arg-type] # one of them
    raise SpecificationError(f"{SECTION} method must be one of {', '.join(METHODS)}")
