"""The [trend] section's result: figures of each wave in, plain rows for JSON out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np

from analytics.comparison.margins import MARGIN
from analytics.errors import FrameError
from analytics.trend.breaks import find_break
from analytics.trend.chain import link_series
from analytics.trend.describe import describe
from analytics.trend.events import effect_pattern
from analytics.trend.season import seasonal_pattern, without_season
from analytics.trend.series import wave_series
from analytics.trend.slope import slope
from analytics.trend.smooth import smooth
from analytics.workbench.sections.plain_values import plain_value
from analytics.workbench.sections.trend.breaks import breaks_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from analytics.trend.breaks import Break
    from analytics.trend.chain import Chain
    from analytics.trend.describe import Description
    from analytics.trend.events import KnownEvent
    from analytics.trend.series import WaveSeries
    from analytics.trend.slope import Slope
    from analytics.trend.smooth import Smoothed, SmoothedEstimate
    from analytics.trend.splice import Splice
    from analytics.workbench.specification.trend import TrendSpec


EARLY: Final = (
    "The event {name} on {day} lies before the first wave of the series: its effect cannot be "
    "told from the level and is left out."
)
OTHER_ORDER: Final = (
    "[trend.dates] puts the waves in the order {dated}, and changes are taken in the order "
    "{named}: correct the dates, or name the waves 1, 2, 3 or by date (2026-01)."
)
UNTESTED: Final = (
    "The criterion parts the series in {n} stretches; the test that leaves room for a level that "
    "drifts finds no break: read them as a description."
)
ALIKE: Final = "The wave {name} has no error to weigh it by and is left out of the trend."


def trend_entry(
    spec: TrendSpec,
    figures: Mapping[str, tuple[float, float, float]],
    confidence: float = 0.95,
    margin: float = MARGIN,
    ends: tuple[float, float] = (-np.inf, np.inf),
) -> dict[str, object]:
    """Estimate the trend of a measure as plain values for JSON.

    Parameters
    ----------
    spec : TrendSpec
    figures : mapping of wave name to (estimate, se, degrees of freedom)
        As `wave_figures` gives them; NaN where none may be shown.
    confidence : float
        For instance 0.95.
    margin : float
        The smallest change that matters where the section names none, in the measure's unit.
    ends : pair of float
        What a level cannot lie beyond, nor its interval: what a model puts there stands at the end.

    Returns
    -------
    dict
        ``measure``, ``waves`` (linked and unlinked), ``splices``, ``level``, ``change``,
        ``direction``, ``slope``, ``smoothed``, ``effects``, ``season``, ``break``, ``breaks``
        where they are asked for, ``warnings``.
        None for a number that there is not.

    Raises
    ------
    FrameError, SpecificationError
        If a wave has no date, or an event cannot be estimated.
    """
    undated = [name for name in figures if name not in spec.dates]
    if undated:
        raise FrameError(f"[trend.dates] has no date for the wave {undated[0]}")
    values = np.array(list(figures.values()), dtype=np.float64).reshape(-1, 3)
    days = [spec.dates[name] for name in figures]
    # as where everybody answered alike
    alike = [name for name, (mean, se, _) in figures.items() if np.isfinite(mean) and not se > 0]
    values[~(values[:, 1] > 0)] = np.nan
    linked = link_series(wave_series(days, *values.T), spec.splices)
    series = linked.comparable()
    events = [event for event in spec.events if event.day > series.dates[0]]
    warnings = _other_order(dict(zip(figures, days, strict=True)))
    warnings += [ALIKE.format(name=name) for name in alike]
    warnings += [EARLY.format(name=e.name, day=e.day) for e in spec.events if e not in events]
    now = describe(
        series,
        kind=spec.kind,
        margin=margin if spec.margin is None else spec.margin,
        events=events,
        season=spec.season,
        confidence=confidence,
    )
    model: Smoothed | None = None
    told: list[str] = []
    try:
        model = smooth(
            series, kind=spec.kind, events=events, season=spec.season, confidence=confidence
        )
        told += model.warnings
        told += model.diagnostics.warnings if model.diagnostics else ()
    except FrameError as error:
        told.append(str(error))
    line = slope(_seasonless(series, spec, model), waves=spec.waves, confidence=confidence)
    known = _known(series, events, spec, model)
    broken = find_break(series, np.random.default_rng(spec.seed), patterns=known)
    several: dict[str, object] = {}
    if spec.breaks is not None:
        several["breaks"], more = breaks_entry(series, spec.breaks, known, confidence)
        told += more
        parts = len(cast("list[object]", cast("dict[str, object]", several["breaks"])["stretches"]))
        told += [UNTESTED.format(n=parts)] if parts > 1 and broken.found is False else []
    warnings += [*line.warnings, *now.warnings, *told, *broken.warnings]
    if linked.breaks:
        warnings.append(f"Series break on {linked.breaks[-1]}: the trend begins there.")
    return {
        "measure": spec.measure,
        "waves": _waves(linked),
        "splices": [_register(splice) for splice in spec.splices],
        **_now(now, ends),
        "slope": _slope(line),
        "smoothed": [_figure(each, ends) for each in model.level] if model else [],
        "effects": [_figure(each) for each in model.effects] if model else [],
        "season": [_figure(each) for each in model.season] if model else [],
        "break": _break(broken),
        **several,
        "warnings": list(dict.fromkeys(warnings)),
    }


def _other_order(days: Mapping[str, date]) -> list[str]:
    """Tell where the dates of waves contradict the order that their names have in changes."""
    dated = sorted(days, key=lambda name: days[name])
    if dated == list(days):
        return []
    return [OTHER_ORDER.format(dated=", ".join(dated), named=", ".join(days))]


def _seasonless(series: WaveSeries, spec: TrendSpec, model: Smoothed | None) -> WaveSeries:
    if spec.season is None or model is None or not model.season:
        return series
    effect, se = np.full(spec.season, np.nan), np.full(spec.season, np.nan)
    for figure in model.season:
        effect[int(figure.name) - 1], se[int(figure.name) - 1] = figure.estimate, figure.se
    return without_season(series, spec.season, effect, se)


def _known(
    series: WaveSeries, events: Sequence[KnownEvent], spec: TrendSpec, model: Smoothed | None
) -> np.ndarray:
    """Lay out what is known to move the waves and so is no break: events and the season."""
    fading = (model.half_life if model else None) or 1.0
    columns = [
        effect_pattern(event, series.dates[0], series.time, series.known, event.half_life or fading)
        for event in events
    ]
    season = (
        seasonal_pattern(series, spec.season)[0]
        if spec.season
        else np.zeros((len(series.dates), 0))
    )
    return np.column_stack([*columns, season])


def _waves(linked: Chain) -> list[dict[str, object]]:
    series = linked.linked
    return [
        {
            "date": day.isoformat(),
            "unlinked": plain_value(linked.unlinked.estimate[at]),
            "unlinked_se": plain_value(linked.unlinked.se[at]),
            "linked": plain_value(series.estimate[at]),
            "linked_se": plain_value(series.total_se[at]),
            "segment": linked.segment[at],
        }
        for at, day in enumerate(series.dates)
    ]


def _register(splice: Splice) -> dict[str, object]:
    return {
        "id": splice.id, "index": splice.index, "wave": splice.wave.isoformat(),
        "case": splice.case, "delta": plain_value(splice.delta), "se": plain_value(splice.se),
        "n_old": splice.n_old, "n_new": splice.n_new, "method": splice.method,
        "applied": plain_value(splice.applied), "decided_by": splice.decided_by,
        "date": splice.date.isoformat(), "note": splice.note,
    }  # fmt: skip


def _now(now: Description, ends: tuple[float, float]) -> dict[str, object]:
    return {
        "level": _figure(now.level, ends),
        "change": _figure(now.change) if now.change else None,
        "direction": now.direction,
        "under_limit": now.under_limit,
        "margin": now.margin,
    }


def _slope(line: Slope) -> dict[str, object]:
    return {
        "per_year": plain_value(line.per_year),
        "se": plain_value(line.se), "line_se": plain_value(line.line_se),
        "low": plain_value(line.low), "high": plain_value(line.high), "waves": line.waves,
        "since": line.since.isoformat() if line.since else None,
        "until": line.until.isoformat() if line.until else None,
    }  # fmt: skip


def _break(found: Break) -> dict[str, object]:
    return {
        "found": found.found,
        "date": found.day.isoformat() if found.day and found.found else None,
        "p": plain_value(found.p),
    }


def _figure(
    figure: SmoothedEstimate, ends: tuple[float, float] = (-np.inf, np.inf)
) -> dict[str, object]:
    estimate, low, high = np.clip((figure.estimate, figure.low, figure.high), *ends)
    return {
        "name": figure.name,
        "since": figure.since.isoformat() if figure.since else None,
        "until": figure.until.isoformat() if figure.until else None,
        "estimate": plain_value(float(estimate)), "se": plain_value(figure.se),
        "low": plain_value(float(low)), "high": plain_value(float(high)),
    }  # fmt: skip
