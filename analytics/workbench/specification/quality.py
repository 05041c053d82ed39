"""The [quality] section: factor models, the groups and waves to compare, and how to fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known, switch, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.scale_quality.fitting import Estimator
    from analytics.scale_quality.moments import Missing

KEYS: Final = (
    "models", "invariance", "screen", "ordinal", "estimator", "missing", "modification_indices",
    "longitudinal",
)  # fmt: skip
ESTIMATORS: Final = ("ml", "mlm", "mlr")
MISSING: Final = ("listwise", "fiml")
AS_NUMBERS: Final = ("estimator", "missing", "modification_indices", "longitudinal")
WHERE: Final = "[quality]"


@dataclass(frozen=True, slots=True)
class QualitySpec:
    """Models (name to scales, each a factor), and the columns to compare groups by.

    ``models`` empty: one model for each index of two or more scales. ``ordinal``: take answers as
    graded, not as numbers. ``longitudinal``: compare waves of the same people, all of them or
    those named. ``modification_indices``: list what each model leaves out.
    """

    models: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    invariance: tuple[str, ...] = ()
    screen: tuple[str, ...] = ()
    ordinal: bool = False
    estimator: Estimator = "mlm"
    missing: Missing = "listwise"
    modification_indices: bool = False
    longitudinal: bool | tuple[str, ...] = False


def read_quality(section: Mapping[str, object]) -> QualitySpec:
    """Read the section.

    Parameters
    ----------
    section : mapping
        ``models``: a table of model name to scales; ``invariance``, ``screen``: columns, the
        latter by default those of ``invariance``; ``ordinal``: true for graded answers;
        ``estimator``: "ml", "mlm" or "mlr"; ``missing``: "listwise" or "fiml";
        ``modification_indices``: true; ``longitudinal``: true, or a list of waves.

    Raises
    ------
    SpecificationError
        If a key is unknown or holds something else, or two do not go together.
    """
    known(section, KEYS, WHERE)
    models = section.get("models", {})
    if not isinstance(models, dict):
        raise SpecificationError(f"{WHERE} models must be a table of model name to scales")
    groups = _names(section.get("invariance", []), "invariance must name columns")
    screen = _names(section.get("screen", list(groups)), "screen must name columns")
    read = {
        str(name): _names(own, f"models.{name} must name scales") for name, own in models.items()
    }
    ordinal = switch(section, "ordinal", WHERE)
    strange = [key for key in AS_NUMBERS if ordinal and section.get(key, False) is not False]
    if strange:
        raise SpecificationError(
            f"{WHERE} {strange[0]} is for answers taken as numbers: leave it or ordinal out"
        )
    estimator, missing = _fitting(section)
    return QualitySpec(
        read, groups, screen, ordinal, estimator, missing,
        switch(section, "modification_indices", WHERE), _waves(section.get("longitudinal", False)),
    )  # fmt: skip


def _fitting(section: Mapping[str, object]) -> tuple[Estimator, Missing]:
    """Read how to fit; with gaps, "mlr" where nothing is named."""
    missing = text(section, "missing", WHERE) or "listwise"
    estimator = text(section, "estimator", WHERE) or ("mlr" if missing == "fiml" else "mlm")
    for key, value, names in (
        ("missing", missing, MISSING), ("estimator", estimator, ESTIMATORS),
    ):  # fmt: skip
        if value not in names:
            raise SpecificationError(
                f"{WHERE} {key} must be one of {', '.join(names)}, not {value!r}"
            )
    if estimator == "mlm" and missing == "fiml":
        raise SpecificationError(
            f'{WHERE} estimator = "mlm" is for complete answers: with missing = "fiml" take mlr'
        )
    return cast("Estimator", estimator), cast("Missing", missing)


def _waves(value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    given = value if isinstance(value, list) else []
    # a wave may be called 2026 in the specification as in the file
    if not given or not all(isinstance(name, str | int) for name in given):
        raise SpecificationError(f"{WHERE} longitudinal must be true, or a list of waves")
    names = tuple(str(name) for name in given)
    if len(names) < 2 or len(set(names)) < len(names):  # noqa: PLR2004 - nothing to compare
        raise SpecificationError(f"{WHERE} longitudinal must name at least two waves, each once")
    return names


def _names(value: object, wrong: str) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SpecificationError(f"{WHERE} {wrong}")
    return tuple(names)
