"""The [nonresponse] section: how far the silent could move what a file shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import SpecificationError
from analytics.nonresponse.gaps import with_gaps, worst_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.workbench.file.items import Label
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.specification.reader import Specification

WHERE: Final = "[nonresponse]"
KEYS: Final = ("response", "gaps", "doubt", "waves")
GAPS: Final = (5.0, 10.0, 20.0)
ENDS: Final = {"share": (0.0, 1.0)}


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
    strange = [key for key in section if key not in KEYS]
    if strange:
        raise SpecificationError(f"{WHERE} does not know {strange[0]!r}: it may hold {KEYS}")
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


def nonresponse_rows(
    wave: Wave, spec: NonresponseSpec, asked: Specification
) -> list[dict[str, object]]:
    """Bound every overall index, scale and share of a wave.

    Parameters
    ----------
    wave : Wave
        With its estimates; columns in a unit of their own have no ends and are left out.
    spec : NonresponseSpec
        The section.
    asked : Specification
        Which means are scales and indices, and the confidence of intervals.

    Returns
    -------
    list of dict
        ``index``, ``statistic``, ``category`` (shares), ``wave``, ``response``, ``mean``,
        ``lowest`` and ``highest`` (bounds), ``low`` and ``high`` (with chance), and ``gaps``: a
        list of ``gap``, ``mean``, ``se``, ``low``, ``high``.

    Raises
    ------
    SpecificationError
        If the wave has no response rate.
    """
    response = spec.waves.get(str(wave.name), spec.response)
    if response is None:
        raise SpecificationError(f"{WHERE} waves gives no response rate for wave {wave.name!r}")
    whole = wave.levels[0]
    scored = {*asked.scales, *asked.indices}
    return [
        _row(wave, column, label, spec, response, asked.design.confidence)
        for column, label in enumerate(whole.labels)
        if (label.statistic == "share" or (label.statistic == "mean" and label.index in scored))
        and np.isfinite(whole.means.mean[0, column])
    ]


def _row(
    wave: Wave,
    column: int,
    label: Label,
    spec: NonresponseSpec,
    response: float,
    confidence: float,
) -> dict[str, object]:
    whole = wave.levels[0]
    mean, se = float(whole.means.mean[0, column]), float(whole.errors.se[0, column])
    ends = ENDS.get(label.statistic, (0.0, 100.0))
    unit = (ends[1] - ends[0]) / 100
    bounds = worst_case(mean, se, response, ends=ends, confidence=confidence)
    gaps = with_gaps(
        mean,
        se,
        float(whole.df[0, column]),
        response,
        [gap * unit for gap in spec.gaps],
        doubt=spec.doubt * unit,
        confidence=confidence,
    )
    row: dict[str, object] = {"index": label.index, "statistic": label.statistic}
    row |= {"category": label.category} if label.statistic == "share" else {}
    row |= {"wave": wave.name, "response": response, "mean": mean}
    row |= {"lowest": bounds.low, "highest": bounds.high}
    row |= {"low": _plain(bounds.interval_low), "high": _plain(bounds.interval_high)}
    names = ("gap", "mean", "se", "low", "high")
    return row | {"gaps": [{name: _plain(getattr(one, name)) for name in names} for one in gaps]}


def _plain(value: float) -> float | None:
    return value if np.isfinite(value) else None
