"""Changes of published figures from one date to the next, and their verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.comparison.difference import infer_differences
from analytics.comparison.verdict import adjusted_within, discovered, verdicts
from analytics.courses.findings import WHOLE, Place, judge_by_series
from analytics.workbench.sections.plain_values import plain
from analytics.workbench.sections.published.table import SHARES
from analytics.workbench.specification.change import COURSES, DIFFERENCES, EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.workbench.sections.published.table import PublishedSeries
    from analytics.workbench.specification.change import ChangeSpec

type Rows = list[dict[str, object]]

_KEY: Final = ["measure", "level", "domain", "since"]
_NORMAL: Final = 1.959963984540054
_NUMBERS: Final = ("mean", "low", "high", "n", "population")
_MODEL: Final = {"model_difference": "difference", "model_low": "low", "model_high": "high"}
BY_DIFFERENCES: Final = '[change] rule = "differences" decided the verdicts, since {why}'
NO_POINTS: Final = (
    "nothing says that the figures are means in points of 0-100: name a column statistic that "
    "holds mean, or the ends of the scale, range = [0, 100]"
)
BEYOND: Final = (
    "figures lie outside 0-100, so they are no means in points: name the ends of the scale if "
    "there are any, range = [200, 800]"
)
NO_PLACES: Final = (
    "the table has no places beside the whole, from which courses learns what changes are like: "
    'name the columns level and domain; the whole has an empty domain or the level "agency"'
)


def published_changes(
    series: Sequence[PublishedSeries], change: ChangeSpec, confidence: float, *, points: bool
) -> tuple[Rows, str | None]:
    """Compare each date of a series with the one before.

    Parameters
    ----------
    series : sequence of PublishedSeries
    change : ChangeSpec
        Margin, rule, and who was invited.
    confidence : float
    points : bool
        Whether all figures are brought to 0-100; else only those are whose statistic is "mean", of
        measures whose means all lie there.

    Returns
    -------
    rows : list of dict
        What names the series, ``from``, ``to``, ``difference`` with ``se``, ``low``, ``high``,
        ``p``, ``p_adjusted`` over the places of a level, ``verdict`` and ``verdict_rule``; where
        that is "courses", also what `analytics.workbench.sections.change.judged` gives.
    told : str or None
        A sentence where another rule than the one asked for decided.

    Notes
    -----
    Two figures count as independent. `analytics.comparison.verdict.verdicts`, or
    `analytics.courses.findings.judge_by_series` date by date.
    """
    pairs = [(one, at) for one in series for at in range(1, len(one.days))]
    if not pairs:
        return [], None
    rows = _differences(pairs, change, confidence)
    if change.rule == DIFFERENCES:
        return rows, None
    means = [points or _is_mean(one) for one, _ in pairs]
    # Totals go beyond 100 and say nothing of the means beside them; with a range none is outside.
    beyond = {
        one.name.get("measure", "")
        for one in series
        if not points and _is_mean(one) and in_own_unit(one)
    }
    fit = [
        by and one.name.get("measure", "") not in beyond
        for by, (one, _) in zip(means, pairs, strict=True)
    ]
    if not any(fit):
        return rows, BY_DIFFERENCES.format(why=BEYOND if any(means) else NO_POINTS)
    ours = [pair for pair, by in zip(pairs, fit, strict=True) if by]
    measures = {one.name.get("measure", "") for one, _ in ours if one.place[0] == WHOLE}
    if not any(
        one.place[0] != WHOLE and one.name.get("measure", "") in measures for one, _ in ours
    ):
        return rows, BY_DIFFERENCES.format(why=NO_PLACES)
    told = _judged(ours, change)
    return [
        row | (_told(told.get(_key(one, at))) if by else {})
        for row, (one, at), by in zip(rows, pairs, fit, strict=True)
    ], None


def in_own_unit(one: PublishedSeries) -> bool:
    """Tell whether figures of a mean cannot be points of 0-100; shares and balances are."""
    outside = (one.estimate < 0.0) | (one.estimate > 100.0)  # noqa: PLR2004 - ends of the points
    return one.name.get("statistic", "") not in SHARES and bool(outside.any())


def _is_mean(one: PublishedSeries) -> bool:
    return one.name.get("statistic") == "mean"


def _differences(
    pairs: Sequence[tuple[PublishedSeries, int]], change: ChangeSpec, confidence: float
) -> Rows:
    apart = np.array([one.estimate[at] - one.estimate[at - 1] for one, at in pairs])
    se = np.array([np.hypot(one.se[at], one.se[at - 1]) for one, at in pairs])
    found = infer_differences(apart, se, np.full(len(pairs), np.inf), confidence)
    adjusted = adjusted_within(found.p, families([(one, one.days[at]) for one, at in pairs]))
    verdict, _ = verdicts(
        found.difference, found.low, found.high, np.full(len(pairs), change.in_points),
        discovered(adjusted, None),
    )  # fmt: skip
    return [
        {
            **one.head,
            "from": one.days[at - 1].isoformat(),
            "to": one.days[at].isoformat(),
            **{
                name: plain(float(getattr(found, name)[number]))
                for name in ("difference", "se", "low", "high", "p")
            },
            "p_adjusted": plain(float(adjusted[number])),
            "verdict": str(verdict[number]),
            "verdict_rule": DIFFERENCES,
        }
        for number, (one, at) in enumerate(pairs)
    ]


def families(keys: Sequence[tuple[PublishedSeries, object]]) -> list[np.ndarray]:
    """Find what is compared at once: the places of a level in one measure, on one date.

    Parameters
    ----------
    keys : sequence of (PublishedSeries, object)
        Each comparison's series and date.

    Returns
    -------
    list of ndarray of int64
        Rows; the whole, and what stands alone, are in a family of one.
    """
    found: dict[tuple[object, ...], list[int]] = {}
    for number, (one, day) in enumerate(keys):
        rest = tuple(value for role, value in one.name.items() if role not in {"level", "domain"})
        found.setdefault((*rest, one.place[0], day), []).append(number)
    return [np.array(rows, dtype=np.int64) for rows in found.values()]


def _key(one: PublishedSeries, at: int) -> tuple[str, ...]:
    since, until = one.days[at - 1].isoformat(), one.days[at].isoformat()
    return (one.name.get("measure", ""), *one.place, since, until)


def _judged(
    pairs: Sequence[tuple[PublishedSeries, int]], change: ChangeSpec
) -> dict[tuple[str, ...], Mapping[Any, Any]]:
    """Judge the changes to each date by the dates up to it."""
    series = list({id(one): one for one, _ in pairs}.values())
    shown = _shown(series)
    places = {one.place: Place(one.held_by, np.nan) for one in series}
    days = sorted({day.isoformat() for one in series for day in one.days})
    found: dict[tuple[str, ...], Mapping[Any, Any]] = {}
    for until, day in enumerate(days):
        wanted = dict.fromkeys(
            _key(one, at)[:-1] for one, at in pairs if one.days[at].isoformat() == day
        )
        # all are read beside the whole
        wanted |= dict.fromkeys((key[0], WHOLE, "", key[3]) for key in list(wanted))
        if not wanted:
            continue
        linked = np.full((until + 1, until + 1), float(change.invited in {None, EVERYBODY}))
        rows = judge_by_series(
            shown,
            days[: until + 1],
            pd.DataFrame(list(wanted), columns=_KEY).assign(role="previous"),
            places,
            linked=linked,
            margins=np.full(len(wanted), change.in_points),
        ).rows
        for one in rows.to_dict("records"):
            found[(*(str(one[name]) for name in _KEY), day)] = one
    return found


def _shown(series: Sequence[PublishedSeries]) -> pd.DataFrame:
    rows = [
        {
            "wave": day.isoformat(), "measure": one.name.get("measure", ""),
            "level": one.place[0], "domain": one.place[1], "mean": value,
            "low": value - _NORMAL * error, "high": value + _NORMAL * error,
            "n": np.nan, "population": np.nan,
        }
        for one in series
        for day, value, error in zip(one.days, one.estimate, one.se, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows).astype(dict.fromkeys(_NUMBERS, "float64"))


def _told(one: Mapping[Any, Any] | None) -> dict[str, object]:
    if one is None:
        return dict.fromkeys((*_MODEL, "chance")) | {
            "apart": False, "verdict": "uncertain", "verdict_rule": COURSES
        }  # fmt: skip
    return {name: float(one[own]) + 0.0 for name, own in _MODEL.items()} | {
        "chance": float(one["chance"]), "apart": bool(one["apart"]),
        "verdict": str(one["verdict"]), "verdict_rule": COURSES,
    }  # fmt: skip
