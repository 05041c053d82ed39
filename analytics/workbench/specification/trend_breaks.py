"""The [trend.breaks] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from analytics.errors import FrameError, SpecificationError
from analytics.trend.several_breaks import ERRORS, MODELS, check_least
from analytics.workbench.specification.values import known, number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.trend.several_breaks import Errors, Model


WHERE: Final = "[trend.breaks]"
KEYS: Final = ("model", "errors", "least", "most")


@dataclass(frozen=True, slots=True)
class BreaksSpec:
    """How breaks are sought; None where the number of waves decides."""

    model: Model
    errors: Errors
    least: int | None
    most: int | None


def read_breaks(section: Mapping[str, object]) -> BreaksSpec:
    """Read and check the section.

    Raises
    ------
    SpecificationError
        One sentence that names the key.
    """
    known(section, KEYS, WHERE)
    model = cast("Model", _one_of(section, "model", MODELS))
    spec = BreaksSpec(
        model=model,
        errors=cast("Errors", _one_of(section, "errors", ERRORS)),
        least=_count(section, "least"),
        most=_count(section, "most"),
    )
    try:
        check_least(spec.least, model)
    except FrameError as error:
        raise SpecificationError(f"{WHERE} {error}") from error
    return spec


def _one_of(section: Mapping[str, object], key: str, allowed: tuple[str, ...]) -> str:
    value = text(section, key, WHERE) or allowed[0]
    if value not in allowed:
        raise SpecificationError(f"{WHERE} {key} must be one of {', '.join(allowed)}")
    return value


def _count(section: Mapping[str, object], key: str) -> int | None:
    if key not in section:
        return None
    value = number(section, key, WHERE, 0)
    if value != int(value) or value < 1:
        raise SpecificationError(f"{WHERE} {key} must be a whole number of at least 1")
    return int(value)
