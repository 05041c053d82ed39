"""The change of a unit between two main waves, where no publication compares the two.

A publication compares with the wave before it, mostly a pulse that hides half of the units, and
with the first. What was done between two main waves is judged by those: both asked everybody.
Readers compute no figure from answers; this one comes from what both publications show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from questionnaires.identity import same
from survey_app.reading.published import Published
from survey_app.reading.rows import Change, Domain, Estimate
from survey_app.reading.unit_links import own_then

if TYPE_CHECKING:
    from analytics.comparison.difference import DifferenceEstimates

# The least that a person's two answers may be thought to go together (docs/adr/0012).
LEAST_CORRELATION: Final = 0.5
# A printed error is rounded to 0.1: what may have been rounded away is added, never taken.
_ROUNDED_AWAY: Final = 0.05
_ROLE: Final = "main"


@dataclass(frozen=True, slots=True)
class _Pair:
    """A place in both waves: its levels, and how many people there were."""

    place: Domain
    then: Estimate
    now: Estimate
    people_then: int
    people_now: int


def changes_between(then: Published, now: Published, measure: str, level: str) -> dict[str, Change]:
    """Compare two main waves by the rule that publications follow.

    Parameters
    ----------
    then, now : Published
        Main waves: everybody was invited.
    measure, level : str
        Units are judged among all units that both waves show.

    Returns
    -------
    dict of str to Change
        By code of the place; without those that one of the waves does not show, and empty where
        no margin is known, or where the waves asked otherwise.

    Notes
    -----
    Errors are taken back to what they were before the finite population correction, and the
    largest error of `analytics.comparison.implied_overlap.implied_error` is used, as in
    `analytics.comparison.change`; intervals by t with Satterthwaite's degrees of freedom, figures
    rounded to 0.1 before the verdict, Benjamini-Hochberg at 10 % among units.
    """
    before, after = then.measure(measure), now.measure(measure)
    if before is None or after is None or not same(before.identity, after.identity):
        return {}
    pairs = list(_pairs(then, now, measure, level))
    margins = (one.margin for one in now.changes([measure]) if one.level == level and one.margin)
    margin = next(margins, None)
    if not pairs or margin is None:
        return {}
    return _judged(_differences(pairs), pairs, margin, then, measure)


def _pairs(then: Published, now: Published, measure: str, level: str) -> Iterator[_Pair]:
    for place in now.domains:
        was = own_then(then, now, place) if place.level == level else None
        if was is None:
            continue  # none, or another unit: nothing is judged of two that are not the same
        before = then.estimate(measure, level, was.code)
        after = now.estimate(measure, level, place.code)
        if before is None or after is None:
            continue
        pair = _Pair(place, before, after, was.population or 0, place.population or 0)
        if all(_usable(cell, count) for cell, count in _sides(pair)):
            yield pair


def _sides(pair: _Pair) -> tuple[tuple[Estimate, int], tuple[Estimate, int]]:
    return (pair.then, pair.people_then), (pair.now, pair.people_now)


def _usable(cell: Estimate, people: int) -> bool:
    # where all answered, the printed error says nothing of people's ordinary variation
    return cell.shown and bool(cell.se) and cell.n is not None and 1 < cell.n < people


def _differences(pairs: list[_Pair]) -> DifferenceEstimates:
    # loaded where they are needed: pages that people answer on stay light
    import numpy as np  # noqa: PLC0415
    import numpy.typing as npt  # noqa: PLC0415

    from analytics.comparison.difference import difference_errors, infer_differences  # noqa: PLC0415
    from analytics.comparison.implied_overlap import Invitations, implied_error  # noqa: PLC0415

    def column(values: list[Any]) -> npt.NDArray[np.float64]:
        return np.array(values, dtype=np.float64)

    sides = list(zip(*(_sides(pair) for pair in pairs), strict=True))
    people = [column([people for _, people in side]) for side in sides]
    n = [column([cell.n for cell, _ in side]) for side in sides]
    printed = [column([cell.se for cell, _ in side]) + _ROUNDED_AWAY for side in sides]
    se_model = [
        se / np.sqrt(1 - count / all_) for se, count, all_ in zip(printed, n, people, strict=True)
    ]
    both = np.minimum(*people)
    invited = Invitations(np.full(len(pairs), np.inf), people[0], people[1], both)
    se = implied_error(
        invited, (n[0], n[1]), (se_model[0], se_model[1]), (LEAST_CORRELATION, 1.0)
    ).se
    _, df = difference_errors(se_model[1], se_model[0], n[1] - 1, n[0] - 1)
    means = [column([cell.mean for cell, _ in side]) for side in sides]
    return infer_differences(means[1] - means[0], se, df)


def _judged(
    found: DifferenceEstimates, pairs: list[_Pair], margin: float, then: Published, measure: str
) -> dict[str, Change]:
    import numpy as np  # noqa: PLC0415

    from analytics.comparison.verdict import (  # noqa: PLC0415
        P_DECIMALS,
        adjusted_within,
        discovered,
        verdicts,
    )

    family = [np.arange(len(pairs))] if pairs[0].place.level == "unit" else []
    holds = discovered(adjusted_within(found.p, family), P_DECIMALS)
    difference, low, high = (one.round(1) for one in (found.difference, found.low, found.high))
    words, under = verdicts(difference, low, high, np.full(len(pairs), margin), holds)
    wave = then.content["wave"]
    return {
        pair.place.code: Change(
            measure=measure,
            level=pair.place.level,
            domain=pair.place.code,
            since=wave["key"],
            since_labels=wave["labels"],
            role=_ROLE,
            difference=float(difference[row]),
            low=float(low[row]),
            high=float(high[row]),
            verdict=str(words[row]),
            under_limit=bool(under[row]),
            margin=margin,
            status="published",
        )
        for row, pair in enumerate(pairs)
    }
