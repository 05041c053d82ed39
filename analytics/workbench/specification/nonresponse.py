"""The [nonresponse] section, read and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import SpecificationError
from analytics.workbench.specification.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping


WHERE: Final = "[nonresponse]"
KEYS: Final = ("response", "gaps", "doubt", "waves")
GAPS: Final = (5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class NonresponseSpec:
    """What is known of those who answered, and assumed of the others.

    ``response`` is the share that answered, ``waves`` that of a wave by its name; ``gaps`` are in
    points on 0-100 (hundredths for shares), ``doubt`` is their standard deviation.
    """

    response: float | None = None
    gaps: tuple[float, ...] = GAPS
    doubt: float = 0.0
    waves: Mapping[str, float] = field(default_factory=dict)


def read_nonresponse(section: Mapping[str, object]) -> NonresponseSpec:
    """Read the section.

    Parameters
    ----------
    section : mapping
        ``response`` (a share), or ``waves`` (a share per wave); ``gaps`` (points) and ``doubt``
        (points), optional.

    Raises
    ------
    SpecificationError
        If a key is unknown or a value cannot be.
    """
    known(section, KEYS, WHERE)
    response = section.get("response")
    waves = section.get("waves", {})
    if not isinstance(waves, dict):
        raise SpecificationError(f"{WHERE} waves must give a response rate per wave")
    if response is None and not waves:
        raise SpecificationError(f"{WHERE} needs response, the share that answered (0.54)")
    shares = {str(name): _share(value) for name, value in waves.items()}
    gaps, doubt = section.get("gaps", list(GAPS)), section.get("doubt", 0.0)
    if not isinstance(gaps, list) or not gaps or not all(map(_is_number, gaps)):
        raise SpecificationError(f"{WHERE} gaps must be numbers of points, for instance [5, 10]")
    if not isinstance(doubt, int | float) or isinstance(doubt, bool) or not 0 <= doubt < np.inf:
        raise SpecificationError(f"{WHERE} doubt must be a number of points, 0 or more")
    own = None if response is None else _share(response)
    return NonresponseSpec(own, tuple(map(float, gaps)), float(doubt), shares)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 1:
        raise SpecificationError(f"{WHERE} a response rate is a share above 0 and up to 1")
    return float(value)
