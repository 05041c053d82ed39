"""The sections of a specification that judge or use the estimates.

Each is read before anything is computed, and its module is imported only where it is asked for:
some load libraries that take longer than the estimates of a staff wave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from analytics.errors import AnalyticsError, SpecificationError
from analytics.workbench.protection.error_rounding import DISTRIBUTION
from analytics.workbench.protection.shown_answers import ShownAnswers
from analytics.workbench.sections.given import Compute, Found, Given, Section
from analytics.workbench.sections.plain_values import rounded_figures
from analytics.workbench.specification.association import read_association
from analytics.workbench.specification.drivers import read_drivers
from analytics.workbench.specification.missing import read_missing
from analytics.workbench.specification.mixed import read_mixed
from analytics.workbench.specification.nonresponse import read_nonresponse
from analytics.workbench.specification.planning import read_planning
from analytics.workbench.specification.precision import read_precision
from analytics.workbench.specification.quality import read_quality
from analytics.workbench.specification.small_areas import read_small_areas
from analytics.workbench.specification.values import section_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analytics.workbench.specification.model import Specification

CLUSTERED: Final = (
    "[quality] {what} take respondents as drawn one by one: in clusters who are alike, tests find "
    "too much, and intervals are too short"
)


def read_further(raw: Section, spec: Specification) -> list[Compute]:
    """Read the sections that are there, in a fixed order.

    Raises
    ------
    SpecificationError
        If a section holds what it may not, or [trend] stands in a file without waves.
    """
    if "trend" in raw and spec.wave is None:
        raise SpecificationError("[trend] needs waves: name the column in [domains] wave")
    return [
        _named(name, read(section_of(raw, name))) for name, read in SECTIONS.items() if name in raw
    ]


def _named(section: str, compute: Compute) -> Compute:
    """Let every sentence of a section begin with its name."""

    def named(given: Given) -> Found:
        try:
            return compute(given)
        except AnalyticsError as error:
            told = str(error)
            raise type(error)(told if told.startswith("[") else f"[{section}] {told}") from error

    return named


def further_results(given: Given, asked: Sequence[Compute]) -> Found:
    """Compute what the sections ask for.

    Returns
    -------
    results : dict
        A key per section that was asked for; that of [missing] is ``forms``.
    warnings : list of str

    Raises
    ------
    AnalyticsError
        One sentence that names the section.
    """
    results: dict[str, object] = {}
    warnings: list[str] = []
    for compute in asked:
        found, told = compute(given)
        results |= found
        warnings += told
    return results, warnings


def _drivers(section: Section) -> Compute:
    from analytics.workbench.sections.drivers import explain  # noqa: PLC0415 - see above

    asked = read_drivers(section)

    def compute(given: Given) -> Found:
        newest = given.waves[-1]
        found = explain(newest, given.spec, asked, given.hidden[newest.name])
        logit = {} if found.ordinal is None else {"ordinal": found.ordinal}
        return {"drivers": found.rows, **logit}, found.warnings

    return compute


def _forms(section: Section) -> Compute:
    from analytics.workbench.sections.missing import form_rows  # noqa: PLC0415

    asked = read_missing(section)

    def compute(given: Given) -> Found:
        rows, warnings = form_rows(given.told, given.spec, asked)
        return {"forms": rows}, warnings

    return compute


def _nonresponse(section: Section) -> Compute:
    from analytics.workbench.sections.nonresponse import nonresponse_rows  # noqa: PLC0415

    asked = read_nonresponse(section)

    def compute(given: Given) -> Found:
        rows = [
            row
            for wave in given.waves
            for row in nonresponse_rows(wave, asked, given.spec, given.hidden[wave.name])
        ]
        return {"nonresponse": _protected(rows, given)}, []

    return compute


def _comparison(section: Section) -> Compute:
    from analytics.workbench.sections.comparison.section import comparison  # noqa: PLC0415
    from analytics.workbench.specification.comparison import read_comparison  # noqa: PLC0415

    asked = read_comparison(section)

    def compute(given: Given) -> Found:
        newest = given.waves[-1]
        return _apart(
            "comparison", comparison(newest, given.spec, asked, given.hidden[newest.name])
        )

    return compute


def _association(section: Section) -> Compute:
    from analytics.workbench.sections.comparison.association import association  # noqa: PLC0415

    asked = read_association(section)

    def compute(given: Given) -> Found:
        newest = given.waves[-1]
        rows, warnings = association(newest, given.spec, asked, given.hidden[newest.name])
        return {"association": _protected(rows, given)}, warnings

    return compute


def _planning(section: Section) -> Compute:
    from analytics.workbench.sections.allocation import allocation_rows  # noqa: PLC0415
    from analytics.workbench.sections.planning import (  # noqa: PLC0415
        planning_cautions,
        planning_rows,
    )

    asked = read_planning(section)

    def compute(given: Given) -> Found:
        newest, confidence = given.waves[-1], given.spec.design.confidence
        hidden = given.hidden[newest.name]
        rows = planning_rows(newest, asked, confidence=confidence, hidden=hidden, asked=given.spec)
        told = planning_cautions(newest, asked, given.spec, hidden)
        if asked.allocation is None:
            return {"planning": rows}, told
        shared = allocation_rows(
            newest, asked.allocation, asked.respondents, asked.population, hidden, given.spec
        )
        return {"planning": rows, "allocation": shared}, told

    return compute


def _precision(section: Section) -> Compute:
    from analytics.workbench.sections.precision import precision_entry  # noqa: PLC0415

    asked = read_precision(section)

    def compute(given: Given) -> Found:
        rows = [
            {
                "wave": wave.name,
                **precision_entry(wave, asked, given.spec, given.calibration),
            }
            for wave in given.waves
        ]
        return {"precision": rows}, []

    return compute


def _quality(section: Section) -> Compute:
    from analytics.workbench.sections.quality.section import clusters_of, quality  # noqa: PLC0415
    from analytics.workbench.sections.quality.waves import linked_waves  # noqa: PLC0415

    asked = read_quality(section)

    def compute(given: Given) -> Found:
        weight = pd.concat([pd.Series(one.design.weight, one.data.index) for one in given.waves])
        spec = given.spec
        found = quality(
            given.data,
            spec.scales,
            spec.indices,
            asked,
            weight=np.asarray(weight.sort_index(), dtype=np.float64),
            drawn=clusters_of(given.data, spec.design),
            linked=linked_waves(given.data, spec, asked),
            shown=None
            if spec.disclosure is None
            else ShownAnswers(
                given.waves, given.hidden, spec.wave, max(spec.disclosure.minimum, DISTRIBUTION)
            ),
            confidence=spec.design.confidence,
        )
        what = (
            "graded models, alpha and the screening"
            if asked.ordinal
            else ("alpha and the screening of items")
        )
        told = [CLUSTERED.format(what=what)] if spec.design.cluster else []
        return {"quality": _protected(found.rows(), given, digits=2)}, [*found.warnings, *told]

    return compute


def _small_areas(section: Section) -> Compute:
    from analytics.workbench.sections.small_areas import small_area_rows  # noqa: PLC0415

    asked = read_small_areas(section)

    def compute(given: Given) -> Found:
        newest, confidence = given.waves[-1], given.spec.design.confidence
        hidden = given.hidden[newest.name]
        rows, warnings = small_area_rows(
            newest, asked, confidence=confidence, hidden=hidden, spec=given.spec
        )
        return {"small_areas": _protected(rows, given)}, warnings

    return compute


def _trend(section: Section) -> Compute:
    from analytics.workbench.sections.trend.rows import trend_entry  # noqa: PLC0415
    from analytics.workbench.sections.trend.wave_figures import wave_figures  # noqa: PLC0415
    from analytics.workbench.specification.trend import read_trend  # noqa: PLC0415

    asked = read_trend(section)

    def compute(given: Given) -> Found:
        figures = wave_figures(given.waves, asked.measure, given.spec, given.hidden)
        usual = given.spec.usual_margin(asked.measure)
        ends = given.spec.ends_of(asked.measure, "mean")
        found = trend_entry(asked, figures, given.spec.design.confidence, usual, ends)
        rows, warnings = _apart("trend", found)
        told = [text if text.startswith("[trend") else f"[trend] {text}" for text in warnings]
        return {"trend": _protected(rows["trend"], given)}, told

    return compute


def _mixed(section: Section) -> Compute:
    from analytics.workbench.sections.mixed.section import mixed_entry  # noqa: PLC0415

    asked = read_mixed(section)

    def compute(given: Given) -> Found:
        entry, warnings = mixed_entry(given.waves, asked, given.spec)
        return {"mixed": entry}, warnings

    return compute


def _apart(name: str, found: Mapping[str, object]) -> Found:
    """Take the warnings out of an entry: they stand with all others."""
    rest = {key: value for key, value in found.items() if key != "warnings"}
    return {name: rest}, list(cast("list[str]", found["warnings"]))


def _protected(value: object, given: Given, digits: int = 1) -> object:
    """Round figures as the estimates beside them are rounded, where those are protected."""
    return value if given.spec.disclosure is None else rounded_figures(value, digits)


SECTIONS: Final[dict[str, Callable[[Section], Compute]]] = {
    "drivers": _drivers,
    "missing": _forms,
    "nonresponse": _nonresponse,
    "comparison": _comparison,
    "association": _association,
    "small_areas": _small_areas,
    "precision": _precision,
    "planning": _planning,
    "quality": _quality,
    "trend": _trend,
    "mixed": _mixed,
}
