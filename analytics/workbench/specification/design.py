"""The [design] section: how the rows of a file were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known, names, number, switch, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.estimation.design import LonelyRule

LONELY_RULES: Final = ("error", "certainty", "centre", "merge")


@dataclass(frozen=True, slots=True)
class DesignSpec:
    """How the rows were drawn; every field names a column but the last five.

    ``population`` counts what was drawn first: persons, or clusters where ``cluster`` is set.
    ``leverage``: errors after weighting to known totals are those of residuals that no row had a
    part in making.
    """

    weight: str | None = None
    strata: str | None = None
    cluster: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    population: float | None = None
    confidence: float = 0.95
    lonely: LonelyRule = "error"
    leverage: bool = False


def read_design(section: Mapping[str, object]) -> DesignSpec:
    """Read the section.

    Raises
    ------
    SpecificationError
        If a key is unknown, or a value cannot be.
    """
    where = "[design]"
    known(
        section,
        ("weight", "strata", "cluster", "fpc", "population", "confidence", "lonely", "leverage"),
        where,
    )
    spec = DesignSpec(
        weight=text(section, "weight", where),
        strata=text(section, "strata", where),
        cluster=names(section, "cluster", where),
        fpc=names(section, "fpc", where),
        population=number(section, "population", where, 0.0) if "population" in section else None,
        confidence=number(section, "confidence", where, 0.95),
        lonely=cast("LonelyRule", text(section, "lonely", where) or "error"),
        leverage=switch(section, "leverage", where),
    )
    if not 0 < spec.confidence < 1:
        raise SpecificationError("[design] confidence must lie between 0 and 1, for instance 0.95")
    if spec.lonely not in LONELY_RULES:
        raise SpecificationError(f"[design] lonely must be one of {', '.join(LONELY_RULES)}")
    if spec.population is not None and 0 < spec.population < 1:
        raise SpecificationError(
            "[design] population is a sampling fraction: give the size of the population instead"
        )
    if spec.population is not None and (spec.strata or spec.fpc):
        raise SpecificationError(
            "[design] population is for a sample without strata: give fpc instead"
        )
    if len(spec.fpc) > max(len(spec.cluster), 1):
        raise SpecificationError("[design] fpc names more stages than cluster")
    return spec
