"""Values of a specification, checked as they are read: tables, names, numbers, choices.

Every reader takes the table, the key, and ``where`` for its sentence, for instance ``[design]``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST: Final = 10**18  # whole numbers of this size still fit into eight bytes


def known(section: Mapping[str, object], keys: Sequence[str], where: str) -> None:
    """Refuse a key that a table does not know.

    Raises
    ------
    SpecificationError
    """
    strange = [key for key in section if key not in keys]
    if strange:
        raise SpecificationError(
            f"{where} does not know {strange[0]!r}: it may hold {', '.join(keys)}"
        )


def check_numbers(value: object, where: str = "") -> None:
    """Refuse numbers that nothing here can be, wherever they stand in a specification.

    Raises
    ------
    SpecificationError
        Names the first that is not finite, or beyond `LARGEST`.
    """
    if isinstance(value, dict):
        for key, part in value.items():
            check_numbers(part, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list):
        for part in value:
            check_numbers(part, where)
    elif isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
        section, _, key = where.rpartition(".")
        told = f"[{section}] {key}" if section else where
        raise SpecificationError(f"{told} must be a number between -{LARGEST:g} and {LARGEST:g}")


def section_of(raw: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Take a section, empty where it is not there.

    Raises
    ------
    SpecificationError
        If it is no table.
    """
    return table(raw.get(name, {}), name)


def table(value: object, name: str) -> Mapping[str, object]:
    """Take a table.

    Raises
    ------
    SpecificationError
        If it is none.
    """
    if not isinstance(value, dict):
        raise SpecificationError(f"[{name}] must be a table")
    return value


def text(section: Mapping[str, object], key: str, where: str) -> str | None:
    """Read text, None where the key is not there.

    Raises
    ------
    SpecificationError
        If it is no text.
    """
    value = section.get(key)
    if value is not None and not isinstance(value, str):
        raise SpecificationError(f"{where} {key} must be text")
    return value


def names(section: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    """Read the name of a column, or a list of them, each once.

    Raises
    ------
    SpecificationError
        If it holds something else, or a name twice.
    """
    value = section.get(key, [])
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise SpecificationError(f"{where} {key} must name columns")
    twice = [name for place, name in enumerate(found) if name in found[:place]]
    if twice:
        raise SpecificationError(f"{where} {key} names {twice[0]!r} more than once")
    return tuple(found)


def number(section: Mapping[str, object], key: str, where: str, default: float) -> float:
    """Read a finite number.

    Raises
    ------
    SpecificationError
        If it is none.
    """
    value = section.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SpecificationError(f"{where} {key} must be a number")
    return float(value)


def numbers(value: object, where: str) -> dict[str, float]:
    """Read a table of finite numbers.

    Raises
    ------
    SpecificationError
        If it is no table, or a value no number.
    """
    found = table(value, where)
    return {key: number(found, key, f"[{where}]", 0.0) for key in found}


def switch(section: Mapping[str, object], key: str, where: str) -> bool:
    """Read true or false; false where the key is not there.

    Raises
    ------
    SpecificationError
        If it is neither.
    """
    value = section.get(key, False)
    if not isinstance(value, bool):
        raise SpecificationError(f"{where} {key} must be true or false")
    return value
