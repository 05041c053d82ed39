"""The sections of a specification that judge or use the estimates.

Models of quality and trend load only where they are asked for: statsmodels takes longer to load
than a wave to analyse.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pandas as pd

from analytics.analysis.comparison import ComparisonSpec, comparison, read_comparison
from analytics.analysis.missing import MissingSpec, form_rows, read_missing
from analytics.analysis.nonresponse import NonresponseSpec, nonresponse_rows, read_nonresponse
from analytics.analysis.planning import PlanningSpec, planning_rows, read_planning
from analytics.errors import SpecificationError
from analytics.specification import section_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analytics.analysis.change import Wave
    from analytics.analysis.quality import QualitySpec
    from analytics.analysis.trend import TrendSpec
    from analytics.specification import Specification

type Found = tuple[object, list[str]]
type Hidden = Mapping[str | None, Mapping[tuple[str, ...], np.ndarray] | None]


@dataclass(frozen=True, slots=True)
class Further:
    """What else a specification asks for; None where it has no such section."""

    comparison: ComparisonSpec | None = None
    missing: MissingSpec | None = None
    nonresponse: NonresponseSpec | None = None
    planning: PlanningSpec | None = None
    quality: QualitySpec | None = None
    trend: TrendSpec | None = None


def read_further(raw: Mapping[str, object], spec: Specification) -> Further:
    """Read the sections [comparison], [missing], [nonresponse], [planning], [quality], [trend].

    Raises
    ------
    SpecificationError
        If a section holds what it may not, or [trend] stands in a file without waves.
    """
    if "trend" in raw and spec.wave is None:
        raise SpecificationError("[trend] needs waves: name the column in [domains] wave")
    readers: dict[str, Callable[[Mapping[str, object]], Any]] = {
        "comparison": read_comparison,
        "missing": read_missing,
        "nonresponse": read_nonresponse,
        "planning": read_planning,
        "quality": _read_quality,
        "trend": _read_trend,
    }
    found = {name: read(section_of(raw, name)) for name, read in readers.items() if name in raw}
    return Further(**found)


def _read_quality(section: Mapping[str, object]) -> QualitySpec:
    from analytics.analysis.quality import read_quality

    return read_quality(section)


def _read_trend(section: Mapping[str, object]) -> TrendSpec:
    from analytics.analysis.trend import read_trend

    return read_trend(section)


@dataclass(frozen=True, slots=True)
class Given:
    """What every section works on: all respondents, and the waves in their order.

    ``told`` is the file as it was read, where codes still say that an item was not asked.
    ``hidden`` holds the statuses of disclosure control per wave, None where nothing is protected.
    """

    data: pd.DataFrame
    told: pd.DataFrame
    waves: Sequence[Wave]
    spec: Specification
    hidden: Hidden


def further_results(given: Given, asked: Further) -> tuple[dict[str, object], list[str]]:
    """Compute what the sections ask for.

    Returns
    -------
    results : dict
        One key per section that was asked for; that of [missing] is ``forms``.
    warnings : list of str

    Raises
    ------
    AnalyticsError
        One sentence that names the section.
    """
    results: dict[str, object] = {}
    warnings: list[str] = []
    for name, compute in _SECTIONS.items():
        wish = getattr(asked, name)
        if wish is not None:
            results["forms" if name == "missing" else name], told = compute(given, wish)
            warnings += told
    return results, warnings


def _forms(given: Given, asked: MissingSpec) -> Found:
    return form_rows(given.told, given.spec, asked)


def _nonresponse(given: Given, asked: NonresponseSpec) -> Found:
    rows = [row for wave in given.waves for row in nonresponse_rows(wave, asked, given.spec)]
    return _protected(rows, given), []


def _comparison(given: Given, asked: ComparisonSpec) -> Found:
    newest = given.waves[-1]
    found = comparison(newest, given.spec, asked, given.hidden[newest.name])
    warnings = [str(text) for text in cast("list[str]", found["warnings"])]
    return {key: value for key, value in found.items() if key != "warnings"}, warnings


def _planning(given: Given, asked: PlanningSpec) -> Found:
    newest = given.waves[-1]
    rows = planning_rows(
        newest,
        asked,
        confidence=given.spec.design.confidence,
        hidden=given.hidden[newest.name],
    )
    return rows, []


def _quality(given: Given, asked: QualitySpec) -> Found:
    from analytics.analysis.quality import quality

    weight = pd.concat([pd.Series(one.design.weight, one.data.index) for one in given.waves])
    spec = given.spec
    found = quality(
        given.data,
        spec.scales,
        spec.indices,
        asked,
        weight=np.asarray(weight.sort_index(), dtype=np.float64),
        minimum=spec.disclosure.minimum if spec.disclosure else 1,
    )
    rows = {
        "models": found.models,
        "invariance": found.invariance,
        "screening": found.screening,
    }
    return _protected(rows, given, digits=2), found.warnings


def _trend(given: Given, asked: TrendSpec) -> Found:
    from analytics.analysis.trend_rows import trend_entry, wave_figures

    figures = wave_figures(given.waves, asked.measure)
    found = trend_entry(asked, figures, given.spec.design.confidence)
    warnings = [f"[trend] {text}" for text in cast("list[str]", found["warnings"])]
    rest = {key: value for key, value in found.items() if key != "warnings"}
    return _protected(rest, given), warnings


def _protected(value: object, given: Given, digits: int = 1) -> object:
    """Round figures as the estimates beside them are rounded, where those are protected."""
    return value if given.spec.disclosure is None else _rounded(value, digits)


def _rounded(value: object, digits: int) -> object:
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, dict):
        return {key: _rounded(part, _DIGITS.get(key, digits)) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part, digits) for part in value]
    return value


# what is no figure in points
_DIGITS: Final = {"p": 4, "p_adjusted": 4, "response": 3}
_SECTIONS: Final[dict[str, Callable[[Given, Any], Found]]] = {
    "missing": _forms,
    "nonresponse": _nonresponse,
    "comparison": _comparison,
    "planning": _planning,
    "quality": _quality,
    "trend": _trend,
}
