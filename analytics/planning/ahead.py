"""A planned wave: how exact it will be, place by place, from what earlier waves published."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analytics.planning.again import ToldFigure, expected_of
from analytics.planning.uneven import FEWEST as ENOUGH
from analytics.planning.uneven import Spreads, cost_of, steady_spreads
from analytics.planning.units_told import UnitsTold, units_told
from analytics.unit_types import SEVERAL_TYPES
from questionnaires.margins import USUAL, Margins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

# What is assumed where no earlier wave tells: how much single people differ, in points, on the high
# side of what such indices show, and which share answers.
SPREAD: Final = 20.0
RESPONSE: Final = 0.5
# A unit's rate weighs as much as that of its region where so many are asked: about as much as units
# of one region differ by lasting habit (a deviation of 8 percentage points around a half).
STEADY: Final = 40
FEWEST: Final = 2  # answers, below which nothing is known of chance
_WHOLE: Final = ("agency", "")


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """What was published of a place, None where it was not shown.

    ``rate`` is the share of the invited who answered, 0-1; ``told`` what an index said; ``asked``
    how many were invited.
    """

    rate: float | None
    told: ToldFigure | None
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """What a published wave tells of the next.

    ``everybody`` says whether it asked all of a staff, ``invited`` how many in all; ``places`` go
    by level and code.
    """

    everybody: bool
    invited: int | None
    places: Mapping[tuple[str, str], KnownPlace]


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A reporting unit: how many of its ``people`` are asked."""

    code: str
    region: str
    kind: str
    asked: int
    people: int


@dataclass(frozen=True, slots=True)
class PlaceAhead:
    """Answers expected of a place, half its interval and the smallest change found, in points.

    ``smallest`` is None where there is no earlier wave to measure from.
    """

    level: str
    code: str
    answers: float
    margin: float
    smallest: float | None


@dataclass(frozen=True, slots=True)
class NeededToShow:
    """What a figure of a sample needs to be shown: answers, and answers of equal weight."""

    n: float
    n_eff: float = 0.0

    def answers(self, told: ToldFigure) -> float:
        """Return how many answers that is, where weights differ as in what was told."""
        return max(self.n, self.n_eff * told.n / (told.n_eff or told.n))


@dataclass(frozen=True, slots=True)
class WaveAhead:
    """A wave as a whole, its parts (regions or groups), units with enough answers, and how many.

    ``needed`` is how many answers a sample must bring to be shown at all; 0 for a staff.
    """

    asked: int
    rate: float
    whole: PlaceAhead
    parts: tuple[PlaceAhead, ...]
    units: tuple[PlaceAhead, ...] = ()
    shown: UnitsTold | None = None
    needed: float = 0.0

    def is_shown(self, fewest: int) -> bool:
        """Tell whether it brings answers enough for figures; of a staff, ``fewest``."""
        return self.whole.answers >= (self.needed or fewest)


@dataclass(frozen=True, slots=True)
class _Place:
    level: str
    code: str
    answers: float
    people: int | None
    asked: int = 0
    deff: float = 1.0
    spread: float | None = None  # of a unit that told nothing, where others did


def staff_ahead(
    units: Sequence[PlannedUnit],
    like: Base | None,
    last: Base | None,
    rng: np.random.Generator,
    *,
    everybody: bool,
    together: float | None = None,
    fewest: int,
    remainder: int,
    margins: Margins = USUAL,
) -> WaveAhead | None:
    """Look ahead to a wave of staff.

    Parameters
    ----------
    units : sequence of PlannedUnit
        All reporting units of the frame.
    like : Base or None
        The last wave of the kind, for spread and response.
    last : Base or None
        The wave that changes are measured from.
    rng : numpy.random.Generator
        Chance.
    everybody : bool
        Whether all are asked.
    together : float, optional
        What the wave shares with ``last`` by its invitations, as in `expected_of`. Left out, it is
        known only where one of them asks all.
    fewest, remainder : int
        As for `units_told`.
    margins : Margins, optional
        The smallest changes that matter.

    Returns
    -------
    WaveAhead or None
        None where hardly anybody is asked.
    """
    sums = _Sums.beside(like)
    each = [
        _Place(
            "unit",
            unit.code,
            unit.asked * _rate(like, unit),
            unit.people,
            unit.asked,
            spread=sums.of_unit(unit),
        )
        for unit in units
    ]
    whole = sums.of(*_WHOLE, each)
    asked = sum(unit.asked for unit in units)
    if whole.answers < FEWEST:
        return None
    regions: dict[str, list[_Place]] = defaultdict(list)
    for unit, place in zip(units, each, strict=True):
        regions[unit.region].append(place)
    parts = [sums.of("region", code, inside) for code, inside in regions.items() if code]
    if together is None:
        together = float(everybody or bool(last and last.everybody))
    shown = units_told(
        [unit.asked for unit in units],
        [_rate(like, unit) for unit in units],
        # what is of several types is in no figure of a type
        [
            [unit.region for unit in units],
            [unit.code if unit.kind == SEVERAL_TYPES else unit.kind for unit in units],
        ],
        rng,
        fewest=fewest,
        remainder=remainder,
        response_known=like is not None,
    )
    own = [place for place in each if place.answers >= fewest]
    return WaveAhead(
        asked,
        whole.answers / asked,
        _ahead(whole, like, last, together=together, margins=margins),
        _all_ahead(parts, like, last, together=together, margins=margins),
        _all_ahead(own, like, last, together=together, margins=margins),
        shown,
    )


def sample_ahead(
    like: Base,
    last: Base,
    asked: int | None,
    margins: Margins = USUAL,
    *,
    whole_shown: NeededToShow = NeededToShow(FEWEST),
    group_shown: NeededToShow = NeededToShow(FEWEST),
) -> WaveAhead | None:
    """Look ahead to a drawn sample: as many more or fewer answers as people are ``asked``.

    Parameters
    ----------
    like, last : Base
        As for `staff_ahead`.
    asked : int or None
        How many are drawn; as many as in ``like`` where nobody knows yet.
    margins : Margins, optional
        The smallest changes that matter.
    whole_shown, group_shown : NeededToShow, optional
        What the whole and a group need to be shown. Where the whole will hardly have it, no group
        is shown either.

    Returns
    -------
    WaveAhead or None
        None where it is not published how many were invited, or what the whole told. Its parts are
        the groups that will have enough.
    """
    asked = asked or like.invited
    whole = like.places.get(_WHOLE)
    if not asked or not like.invited or whole is None or whole.told is None:
        return None
    factor = asked / like.invited
    groups = [
        _Place(*key, known.told.n * factor, None)
        for key, known in like.places.items()
        if key != _WHOLE and known.told and known.told.n * factor >= group_shown.answers(known.told)
    ]
    first = _Place(*_WHOLE, whole.told.n * factor, None)
    needed = whole_shown.answers(whole.told)
    if first.answers < FEWEST:
        return None
    return WaveAhead(
        asked,
        first.answers / asked,
        _ahead(first, like, last, together=0.0, margins=margins),
        _all_ahead(
            groups if first.answers >= needed else [], like, last, together=0.0, margins=margins
        ),
        needed=needed,
    )


def as_base(ahead: WaveAhead, units: Sequence[PlannedUnit], *, everybody: bool) -> Base:
    """Take a planned wave of staff as if it had told what is expected of it.

    Parameters
    ----------
    ahead : WaveAhead
    units : sequence of PlannedUnit
        Those that it was reckoned for.
    everybody : bool
        Whether it asks all.

    Returns
    -------
    Base
        What changes of a wave after it can be measured from; its places are those of ``ahead``.
    """
    people: dict[tuple[str, str], int] = defaultdict(int)
    for unit in units:
        for key in (_WHOLE, ("region", unit.region), ("unit", unit.code)):
            people[key] += unit.people
    return Base(
        everybody,
        ahead.asked,
        {
            (one.level, one.code): KnownPlace(
                None, ToldFigure(one.margin, one.answers, people[one.level, one.code])
            )
            for one in (ahead.whole, *ahead.parts, *ahead.units)
        },
    )


def _rate(like: Base | None, unit: PlannedUnit) -> float:
    """Expect of a unit what was told of it, drawn towards its region; else that, or the whole."""
    if like is None:
        return RESPONSE
    around = _rate_around(like, unit.region)
    known = like.places.get(("unit", unit.code))
    if known is None or not known.rate:
        return around
    # units with many answers are shown, and by luck some had more than they usually have
    return (unit.asked * known.rate + STEADY * around) / (unit.asked + STEADY)


def _rate_around(like: Base, region: str) -> float:
    for key in (("region", region), _WHOLE):
        known = like.places.get(key)
        if known and known.rate:
            return known.rate
    whole = like.places.get(_WHOLE)
    if like.invited and whole and whole.told:
        # of nearly everybody it is told only that at least so many answered
        return min(whole.told.n / like.invited, 1.0)
    return RESPONSE


@dataclass(frozen=True, slots=True)
class _Sums:
    """Adds up units beside what a wave before asked of them, and what they told."""

    before: Mapping[str, int | None]
    spreads: Spreads

    @classmethod
    def beside(cls, like: Base | None) -> _Sums:
        places = like.places if like else {}
        units = {code: one for (level, code), one in places.items() if level == "unit"}
        told = {code: one.told for code, one in units.items() if one.told}
        asked = {code: one.asked for code, one in units.items()}
        return cls(asked, steady_spreads(told, asked))

    def of_unit(self, unit: PlannedUnit) -> float | None:
        """Give how much people differ of whom nothing was told, as far as other units tell it."""
        if len(self.spreads.told) < ENOUGH or unit.code in self.spreads.told:
            return None
        return self._spread(unit.code, unit.people)

    def _spread(self, code: str, people: int | None) -> float:
        return self.spreads.of(code, (self.before.get(code) or 0) / people if people else 0.0)

    def of(self, level: str, code: str, units: Sequence[_Place]) -> _Place:
        """Add up units, with what it costs that some are asked more of than they were."""
        held = [unit for unit in units if unit.people]
        deff = cost_of(
            [float(unit.people or 0) for unit in held],
            [self._spread(unit.code, unit.people) for unit in held],
            [unit.asked for unit in held],
            [self.before.get(unit.code) for unit in held],
        )
        people = sum(unit.people or 0 for unit in units)
        asked = sum(unit.asked for unit in units)
        return _Place(level, code, sum(unit.answers for unit in units), people, asked, deff)


def _all_ahead(
    places: Sequence[_Place],
    like: Base | None,
    last: Base | None,
    *,
    together: float,
    margins: Margins,
) -> tuple[PlaceAhead, ...]:
    known = (place for place in places if place.answers >= FEWEST)
    return tuple(_ahead(place, like, last, together=together, margins=margins) for place in known)


def _ahead(
    place: _Place, like: Base | None, last: Base | None, *, together: float, margins: Margins
) -> PlaceAhead:
    key = place.level, place.code
    before = last.places.get(key) if last else None
    expected = expected_of(
        (place.spread or _spread(key, like)) * math.sqrt(place.deff),
        place.answers,
        place.people,
        place.level,
        earlier=before.told if before else None,
        together=together,
        margins=margins,
    )
    smallest = expected.smallest if last else None
    return PlaceAhead(*key, place.answers, expected.margin, smallest)


def _spread(key: tuple[str, str], like: Base | None) -> float:
    """Expect people of a place to differ as they did; where that was not told, as in the whole."""
    known = [like.places.get(key), like.places.get(_WHOLE)] if like else []
    spreads = (one.told.spread() for one in known if one and one.told)
    return next((one for one in spreads if one), SPREAD)
