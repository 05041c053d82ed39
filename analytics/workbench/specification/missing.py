"""The [missing] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping


SECTION: Final = "[missing]"
KEYS: Final = ("form", "not_asked", "imputation")


@dataclass(frozen=True, slots=True)
class MissingSpec:
    """What tells the forms apart, and the column that numbers imputed copies of the rows.

    ``form`` names the column with the respondent's form; ``not_asked`` is the code that stands in
    an item's column where it was not asked.
    """

    form: str | None = None
    not_asked: float | None = None
    imputation: str | None = None


def read_missing(section: Mapping[str, object]) -> MissingSpec:
    """Read the section.

    Raises
    ------
    SpecificationError
        If a key is unknown or has the wrong type, or forms are told apart in two ways.
    """
    known(section, KEYS, SECTION)
    names = {key: section.get(key) for key in ("form", "imputation")}
    for key, value in names.items():
        if value is not None and not isinstance(value, str):
            raise SpecificationError(f"{SECTION} {key} must name a column")
    code = section.get("not_asked")
    if code is not None and (isinstance(code, bool) or not isinstance(code, int | float)):
        raise SpecificationError(f"{SECTION} not_asked must be the code of items not asked")
    if names["form"] is not None and code is not None:
        raise SpecificationError(f"{SECTION} give either form or not_asked, not both")
    return MissingSpec(
        form=None if names["form"] is None else str(names["form"]),
        not_asked=None if code is None else float(code),
        imputation=None if names["imputation"] is None else str(names["imputation"]),
    )
