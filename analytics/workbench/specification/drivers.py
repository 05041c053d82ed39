"""The [drivers] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import LARGEST, known

if TYPE_CHECKING:
    from collections.abc import Mapping


SECTION: Final = "[drivers]"
KEYS: Final = ("outcome", "predictors", "missing", "ordinal", "imputations", "seed")
WAYS: Final = ("complete", "pairwise", "impute")
MOST_IMPUTATIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class DriversSpec:
    """The outcome and its predictors, and what is done where predictors are missing.

    ``ordinal`` adds the proportional-odds logit; ``seed`` makes imputation repeatable.
    """

    outcome: str
    predictors: tuple[str, ...]
    missing: str = "complete"
    ordinal: bool = False
    imputations: int = 20
    seed: int = 0


def read_drivers(section: Mapping[str, object]) -> DriversSpec:
    """Read the section.

    Raises
    ------
    SpecificationError
        If a key is unknown, the outcome or predictors are not named, or a value is none it can be.
    """
    known(section, KEYS, SECTION)
    outcome, predictors = section.get("outcome"), section.get("predictors")
    if not isinstance(outcome, str) or not isinstance(predictors, list) or not predictors:
        raise SpecificationError(f"{SECTION} needs an outcome and predictors")
    if not all(isinstance(name, str) for name in predictors):
        raise SpecificationError(f"{SECTION} predictors must be a list of names")
    missing, ordinal = section.get("missing", "complete"), section.get("ordinal", False)
    if missing not in WAYS:
        raise SpecificationError(f"{SECTION} missing must be one of {', '.join(WAYS)}")
    if not isinstance(ordinal, bool):
        raise SpecificationError(f"{SECTION} ordinal must be true or false")
    return DriversSpec(
        outcome,
        tuple(predictors),
        str(missing),
        ordinal,
        _whole(section, "imputations", 20, 2, MOST_IMPUTATIONS),
        _whole(section, "seed", 0, 0),
    )


def _whole(
    section: Mapping[str, object], key: str, default: int, least: int, most: int = LARGEST
) -> int:
    value = section.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        upto = "" if most == LARGEST else f" and at most {most}"
        raise SpecificationError(
            f"{SECTION} {key} must be a whole number of at least {least}{upto}"
        )
    return value
