"""The [precision] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping


WHERE: Final = "[precision]"
CHOICES: Final = {
    "quantile_rule": ("math", "school"),
    "quantile_scale": ("plain", "logit"),
    "shares": ("beta", "wilson", "logit"),
    "replicates": ("jackknife", "bootstrap"),
}
KEYS: Final = ("quantiles", *CHOICES, "draws", "seed", "design_effects")
DRAWS: Final = 200
MOST: Final = 2000  # draws


@dataclass(frozen=True, slots=True)
class PrecisionSpec:
    """What to give beside the published errors; nothing is asked for by default."""

    quantiles: tuple[float, ...] = ()
    quantile_rule: Any = "math"
    quantile_scale: Any = "plain"
    shares: Any = None
    replicates: Any = None
    draws: int = DRAWS
    seed: int = 1
    design_effects: bool = False


def read_precision(section: Mapping[str, object]) -> PrecisionSpec:
    """Read the section.

    Parameters
    ----------
    section : mapping
        ``quantiles`` (numbers between 0 and 1), ``quantile_rule``, ``quantile_scale``, ``shares``
        (another kind of interval), ``replicates`` ("jackknife" or "bootstrap"), ``draws`` and
        ``seed`` of the bootstrap, ``design_effects`` (true), each optional.

    Raises
    ------
    SpecificationError
        If a key is unknown or a value cannot be.
    """
    known(section, KEYS, WHERE)
    for key, choices in CHOICES.items():
        if key in section and section[key] not in choices:
            raise SpecificationError(f"{WHERE} {key} must be one of {', '.join(choices)}")
    at = section.get("quantiles", [])
    if not isinstance(at, list) or not all(isinstance(p, float) and 0 < p < 1 for p in at):
        raise SpecificationError(f"{WHERE} quantiles must lie between 0 and 1, for instance [0.5]")
    for key in ("draws", "seed"):
        value = section.get(key, DRAWS)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
            raise SpecificationError(f"{WHERE} {key} must be a whole number from 0 to {MOST}")
    if not isinstance(section.get("design_effects", False), bool):
        raise SpecificationError(f"{WHERE} design_effects must be true or false")
    values: dict[str, Any] = dict(section) | {"quantiles": tuple(at)}
    return PrecisionSpec(**values)
