"""The [association] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping


SECTION: Final = "[association]"
WHERE: Final = f"{SECTION} tables"
PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class AssociationSpec:
    """Pairs of columns: the rows of a table, and its columns."""

    tables: tuple[tuple[str, str], ...]


def read_association(section: Mapping[str, object]) -> AssociationSpec:
    """Read the section.

    Raises
    ------
    SpecificationError
        If a key is unknown, or ``tables`` are no pairs of two columns.
    """
    known(section, ("tables",), SECTION)
    tables = section.get("tables")
    if not isinstance(tables, list) or not tables or not all(map(_is_pair, tables)):
        raise SpecificationError(f'{WHERE} must be pairs of two columns: [["gender", "answer"]]')
    return AssociationSpec(tuple((str(one), str(other)) for one, other in tables))


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == PAIR
        and all(isinstance(name, str) for name in value)
        and value[0] != value[1]
    )
