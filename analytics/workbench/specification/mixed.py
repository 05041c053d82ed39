"""The [mixed] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known, text

if TYPE_CHECKING:
    from collections.abc import Mapping


WHERE: Final = "[mixed]"
METHODS: Final = ("REML", "ML")
INTERVALS: Final = ("profile", "wald", "none")


@dataclass(frozen=True, slots=True)
class MixedSpec:
    """What the model is about; ``unit`` and ``person`` are columns, None where not asked for."""

    outcome: str
    unit: str | None
    person: str | None
    method: str
    intervals: str


def read_mixed(section: Mapping[str, object]) -> MixedSpec:
    """Read and check the section.

    Raises
    ------
    SpecificationError
        One sentence that names the key.
    """
    known(section, ("outcome", "unit", "person", "method", "intervals"), WHERE)
    outcome = text(section, "outcome", WHERE)
    if outcome is None:
        raise SpecificationError(f"{WHERE} needs outcome, the name of a scale or of a mean")
    return MixedSpec(
        outcome=outcome,
        unit=text(section, "unit", WHERE) or None,
        person=text(section, "person", WHERE) or None,
        method=_one_of(section, "method", METHODS),
        intervals=_one_of(section, "intervals", INTERVALS),
    )


def _one_of(section: Mapping[str, object], key: str, allowed: tuple[str, ...]) -> str:
    value = text(section, key, WHERE) or allowed[0]
    if value not in allowed:
        raise SpecificationError(f"{WHERE} {key} must be one of {', '.join(allowed)}")
    return value
