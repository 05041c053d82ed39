"""What hangs on leaving "don't know" out: its shares, and the indices with it in the middle.

Source: instruments.md 4.7. Never a result of its own: a technical check beside the estimates. It is
the same computation as in publications (`analytics.estimation.dont_know`), from a file's codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.difference import infer_differences
from analytics.disclosure.dont_know import enough, told_move
from analytics.estimation.dont_know import neutral_sensitivity
from analytics.estimation.grouping import sum_by
from analytics.workbench.file.items import Label, coded_values, score, score_values
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.plain_values import plain
from analytics.workbench.sections.result_values import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.comparison.difference import DifferenceEstimates
    from analytics.estimation.dont_know import DontKnow
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.specification.model import ScaleSpec, Specification

NEARLY_ALL: Final = 0.995  # from here on it would be rounded to 100 %
MANY: Final = 0.20  # instruments.md 4.7: an item that a fifth cannot answer is revised

type Hidden = Mapping[tuple[str, ...], np.ndarray] | None


def dont_know_rows(
    wave: Wave, spec: Specification, hidden: Hidden
) -> tuple[list[dict[str, object]], list[str]]:
    """Compare each scale and index that has codes for "don't know" with and without them.

    Parameters
    ----------
    wave : Wave
        With its estimates.
    spec : Specification
    hidden : mapping of level to ndarray of str, or None
        Statuses of disclosure control.

    Returns
    -------
    rows : list of dict
        ``index``, ``wave``, ``domain``, ``n`` (scored), ``n_neutral`` (scored when "don't know" is
        50), ``mean``, ``neutral``, ``difference`` with ``se``, ``low``, ``high``, and for a scale
        ``items``: the weighted share of "don't know" among those who answered each. Of a protected
        file the whole alone, as `analytics.disclosure.dont_know` tells it: ``n``, ``mean``
        and ``difference`` with ``low`` and ``high``.
    warnings : list of str
        Items to which more than a fifth of all answered so.
    """
    coded = {name: scale for name, scale in spec.scales.items() if scale.dont_know}
    measures: dict[str, Mapping[str, float]] = {name: {name: 1.0} for name in coded}
    measures |= {name: parts for name, parts in spec.indices.items() if set(parts) & set(coded)}
    if not measures:
        return [], []
    shares = {name: _shares(wave, name, scale) for name, scale in coded.items()}
    rows = [
        row
        for level in (wave.levels if hidden is None else wave.levels[:1])
        if level.by in {(), *spec.by}
        for row in _level_rows(wave, level, spec, measures, shares, hidden)
    ]
    told = [
        f"[scales.{name}] {_percent(share)} of those who answered {item!r} did not know"
        for name, own in shares.items()
        for item, share in own.of(wave.levels[0], wave)[0].items()
        if share is not None and share > MANY and hidden is None
    ]
    return rows, told


def _percent(share: float) -> str:
    """Write a share in whole percent; all but a few are not everybody."""
    return f"{100 * share:.0f} %" if share in {0, 1} or share < NEARLY_ALL else "more than 99 %"


class _Shares:
    """Who answered each item of a scale, and who with "don't know"."""

    def __init__(self, items: tuple[str, ...], undecided: np.ndarray, answered: np.ndarray) -> None:
        self.items, self.undecided, self.answered = items, undecided, answered

    def of(self, level: DivisionEstimates, wave: Wave) -> list[dict[str, float | None]]:
        """Give the weighted shares per domain."""
        weight, part = wave.design.weight[:, None], level.partition
        hits = sum_by(part.code, weight * self.undecided, part.size)
        among = sum_by(part.code, weight * self.answered, part.size)
        share = np.divide(hits, among, out=np.full_like(hits, np.nan), where=among > 0)
        return [
            {item: plain(float(value)) for item, value in zip(self.items, row, strict=True)}
            for row in share
        ]


def _shares(wave: Wave, name: str, scale: ScaleSpec) -> _Shares:
    values = coded_values(wave.data, name, scale)
    return _Shares(scale.items, np.isin(values, scale.dont_know), np.isfinite(values))


def _scores(wave: Wave, spec: Specification, *, neutral: bool) -> pd.DataFrame:
    columns: dict[str, Floats] = {}
    for name, scale in spec.scales.items():
        if neutral and scale.dont_know:
            values = coded_values(wave.data, name, scale)
            middle = (scale.minimum + scale.maximum) / 2
            values[np.isin(values, scale.dont_know)] = middle
            columns[name] = score_values(values, scale)
        else:
            columns[name] = score(wave.data, name, scale)
    return pd.DataFrame(columns)


def _level_rows(
    wave: Wave,
    level: DivisionEstimates,
    spec: Specification,
    measures: Mapping[str, Mapping[str, float]],
    shares: Mapping[str, _Shares],
    hidden: Hidden,
) -> list[dict[str, object]]:
    if not level.domains:
        return []
    found = neutral_sensitivity(
        wave.design,
        _scores(wave, spec, neutral=False),
        _scores(wave, spec, neutral=True),
        measures,
        level.partition,
    )
    place = {name: level.labels.index(Label(name, "mean")) for name in measures}
    df = level.df[:, list(place.values())]
    apart = infer_differences(found.difference, found.se, df, spec.design.confidence)
    if spec.disclosure is not None and hidden is not None:
        shown = {
            name: float(level.means.mean[0, at])
            for name, at in place.items()
            if hidden[level.by][0, at] == PUBLISHED
        }
        return _protected_rows(wave, list(measures), shown, found, apart, spec.disclosure.minimum)
    items = {name: own.of(level, wave) for name, own in shares.items()}
    rows: list[dict[str, object]] = []
    for number, domain in enumerate(level.domains):
        for column, name in enumerate(measures):
            at = (number, column)
            figures = {
                "mean": found.mean[at], "neutral": found.neutral[at],
                "difference": found.difference[at], "se": found.se[at],
                "low": apart.low[at], "high": apart.high[at],
            }  # fmt: skip
            row: dict[str, object] = {"index": name, "wave": wave.name}
            row |= {"domain": dict(zip(level.by, domain, strict=True))}
            row |= {"n": int(found.n[at]), "n_neutral": int(found.n_neutral[at])}
            row |= {key: plain(float(value)) for key, value in figures.items()}
            rows.append(row | ({"items": items[name][number]} if name in items else {}))
    return rows


def _protected_rows(
    wave: Wave,
    names: Sequence[str],
    shown: Mapping[str, float],
    found: DontKnow,
    apart: DifferenceEstimates,
    minimum: int,
) -> list[dict[str, object]]:
    """Tell of the whole how far each shown index moves, and nothing to subtract it from.

    The mean is the one that ``shown`` has: that of the scores would tell, beside it, of those whose
    scores it is not made of (docs/adr/0173).
    """
    rows: list[dict[str, object]] = []
    for column, name in enumerate(names):
        at = (0, column)
        n, n_neutral = int(found.n[at]), int(found.n_neutral[at])
        ends = tuple(float(part[at]) for part in (found.difference, apart.low, apart.high))
        known = np.isfinite(ends).all()
        if name not in shown or not known or not enough(n, n_neutral, minimum):
            continue
        moved, low, high = told_move(*ends)
        mean = rounded(shown[name], "mean", Label(name, "mean"), n)
        row: dict[str, object] = {"index": name, "wave": wave.name, "domain": {}, "n": n}
        rows.append(row | {"mean": mean, "difference": moved, "low": low, "high": high})
    return rows
