"""The [published] section: a table of published figures instead of a file of respondents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import check_numbers, known, number, table, text

if TYPE_CHECKING:
    from collections.abc import Mapping

WHERE: Final = "[published]"
# The names of our own exports, then what others call the same.
DEFAULTS: Final = {
    "date": ("closed_on", "date"),
    "wave": ("wave",),
    "estimate": ("mean", "estimate"),
    "se": ("se",),
    "low": ("low",),
    "high": ("high",),
    "n": ("n",),
    "population": (),
    "parent": ("parent",),
}
# What tells one series from another, in the order in which it is told.
SERIES: Final = ("measure", "statistic", "category", "level", "domain")
# Sections that a table of published figures may have beside it.
BESIDE: Final = ("published", "trend", "change", "design")
ENDS: Final = 2


@dataclass(frozen=True, slots=True)
class PublishedSpec:
    """What the columns of the table are called, and which of its rows are meant.

    ``columns`` has the names that were given, by role; ``only`` the categories to keep, by column.
    ``ends`` are those of the scale of the figures, which are brought to 0-100 by them.
    """

    columns: Mapping[str, str]
    only: Mapping[str, tuple[str, ...]]
    ends: tuple[float, float] | None


def read_published(raw: Mapping[str, object]) -> PublishedSpec:
    """Read the section, and refuse those that speak of respondents.

    Parameters
    ----------
    raw : mapping
        The whole specification.

    Raises
    ------
    SpecificationError
        If a key is unknown, a value cannot be, or another section stands beside it.
    """
    check_numbers(raw)
    strange = [name for name in raw if name not in BESIDE]
    if strange:
        raise SpecificationError(
            f"{WHERE} is a table of figures, not of respondents: [{strange[0]}] has nothing to "
            f"work on there; beside it may stand {', '.join(f'[{name}]' for name in BESIDE[1:])}"
        )
    for name, keys in (("design", ("confidence",)), ("change", ("margin", "rule", "invited"))):
        known(table(raw.get(name, {}), name), keys, f"[{name}] beside {WHERE}")
    section = table(raw["published"], "published")
    known(section, (*DEFAULTS, *SERIES, "only", "range"), WHERE)
    named = {role: text(section, role, WHERE) for role in (*DEFAULTS, *SERIES)}
    only = {
        column: _categories(value, f"{WHERE} only {column}")
        for column, value in table(section.get("only", {}), "published.only").items()
    }
    columns = {role: name for role, name in named.items() if name is not None}
    return PublishedSpec(columns, only, _ends(section))


def _categories(value: object, where: str) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    if not given or not all(isinstance(one, str | int) for one in given):
        raise SpecificationError(f"{where} must be a category, or a list of them")
    return tuple(str(one) for one in given)


def _ends(section: Mapping[str, object]) -> tuple[float, float] | None:
    if "range" not in section:
        return None
    value = section["range"]
    if not isinstance(value, list) or len(value) != ENDS:
        raise SpecificationError(f"{WHERE} range must have both ends of the scale: range = [1, 5]")
    low, high = (number({"range": end}, "range", WHERE, 0.0) for end in value)
    if not low < high:
        raise SpecificationError(f"{WHERE} range: the first end must be below the second")
    return low, high
