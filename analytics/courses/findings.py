"""What a publication says of changes: their size, their interval and their verdict, from one model.

Every place is read beside what holds it: the whole, then regions, types of units and background
groups beside the whole, then units beside their region. What an agency does moves its regions, and
a region its units; so a unit is found to have moved with the others, or apart from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.margins import WAVES_OF_PATH, WAVES_READ
from analytics.comparison.verdict import verdicts_of_courses
from analytics.courses.alike import ASSUMED, how_alike
from analytics.courses.bridges import NO_BRIDGES
from analytics.courses.course import courses
from analytics.courses.path import PATH_COLUMNS, path_of
from analytics.courses.priors import priors_of
from analytics.courses.published import PublishedLevel, courses_alone, courses_apart, read_levels
from analytics.courses.shown import as_shown
from analytics.digits import to_digits

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.courses.alike import Alike
    from analytics.courses.bridges import Bridges
    from analytics.courses.course import Courses
    from analytics.courses.series import Correlations, Series

WHOLE: Final = "agency"
_UNIT: Final = "unit"
_REGION: Final = "region"
FINDING_COLUMNS: Final = (
    "measure", "level", "domain", "since", "role", "difference", "low", "high", "chance", "inside",
    "verdict", "under_limit", "margin", "apart",
)  # fmt: skip
_NEARLY: Final = 1e-6  # points: less than a digit, more than what the last bits do
_KEY: Final = ["measure", "level", "domain", "since", "role"]
_SHOWN: Final = ("wave", "measure", "level", "domain", "mean", "low", "high", "n", "population")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a place stands: ``parent`` is the code of what holds it, "" the whole."""

    parent: str
    population: float


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What is known of the changes of a level, in all and beside what holds it."""

    level: PublishedLevel
    total: Courses
    apart: Courses | None


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Changes that were judged, and how alike a person's two answers were found to be.

    ``path`` is that of the whole, where it was asked for (`analytics.courses.path.path_of`).
    """

    rows: pd.DataFrame
    alike: Alike | None = None
    path: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PATH_COLUMNS)))


@dataclass(frozen=True, slots=True, eq=False)
class _Over:
    """Links over other words, between the waves that are read."""

    bridges: Bridges
    waves: Sequence[str]

    def parts(self, level: PublishedLevel) -> Floats | float:
        return self.bridges.of_parts(level, self.waves) if self.bridges.links else 0.0

    def alone(self, whole: PublishedLevel, linked: Floats) -> Series:
        added = self.bridges.of_the_whole(whole, self.waves) if self.bridges.links else 0.0
        return courses_alone(whole, linked, added)


def judge_by_series(
    shown: pd.DataFrame,
    waves: Sequence[str],
    wanted: pd.DataFrame,
    places: Mapping[tuple[str, str], Place],
    *,
    linked: Floats,
    margins: Floats,
    named: Collection[str] | None = None,
    bridges: Bridges = NO_BRIDGES,
) -> Findings:
    """Judge the changes of a wave by all that its series has shown.

    Parameters
    ----------
    shown : DataFrame
        ``wave``, ``measure``, ``level``, ``domain``, ``mean``, ``low``, ``high``, ``n`` and
        ``population`` of published means of all waves, in points on 0-100.
    waves : sequence of str
        Keys of the waves, oldest first; the last is the one that changes lead to.
    wanted : DataFrame
        ``measure``, ``level``, ``domain``, ``since`` and ``role`` of the changes that are shown.
    places : mapping of (level, domain) to Place
        Of the last wave; its regions, and the regions of its units. A place that is not there is
        held by the whole; but where there are regions, a unit without one, or whose region shows
        nothing, is not judged.
    linked : ndarray of float, shape (n_waves, n_waves)
        How much the errors of two waves go together, as the same people answered them
        (`analytics.waves.answers_together`).
    margins : ndarray of float, shape (n_wanted,)
        The smallest change that matters, in points.
    named : collection of str, optional
        With it the path of the whole is told, too: the waves that were named for comparison before
        anybody saw a figure.
    bridges : Bridges, optional
        Links over other words, whose figures of before ``shown`` has on the scale of now
        (`Bridges.laid_on`).

    Returns
    -------
    Findings
        ``rows`` has the columns of ``FINDING_COLUMNS``, a row for each of ``wanted`` that at least
        two figures of the place, beside what holds it, tell of, in the same order: ``difference``
        with ``low`` and ``high``, what is known of the change, in points to one decimal; ``chance``
        of at least half the margin in its direction and of a change ``inside`` the margin; its
        verdict;
        ``apart``, whether the place is found to have moved apart from what holds it.

    Notes
    -----
    `analytics.courses.course`; the verdict is `analytics.comparison.verdict.verdicts_of_courses`.
    Only the last ``WAVES_READ`` waves and those that changes are measured from are read, and the
    path is told of the last ``WAVES_OF_PATH``, those, and the ``named``.
    """
    wanted = wanted.reset_index(drop=True)
    kept = _kept(waves, set(wanted["since"]), WAVES_READ)
    position = {key: at for at, key in enumerate(kept)}
    rows = np.array([waves.index(key) for key in kept], dtype=np.int64)
    levels = read_levels(_of(shown, wanted, kept), kept)
    if not levels or wanted.empty:
        return Findings(pd.DataFrame(columns=list(FINDING_COLUMNS)))
    last = len(kept) - 1
    pairs = [(position[str(since)], last) for since in pd.unique(wanted["since"])]
    together = linked[np.ix_(rows, rows)]
    over = _Over(bridges, kept)
    read, alike, correlation = _read(levels, places, together, pairs, over)
    column = {pair[0]: number for number, pair in enumerate(pairs)}
    parts = [
        _judged(
            read[str(level)],
            group,
            [column[position[str(since)]] for since in group["since"]],
            margins[group.index.to_numpy()],
        )
        for level, group in wanted.groupby("level", sort=False)
        if str(level) in read
    ]
    if not parts:
        return Findings(pd.DataFrame(columns=list(FINDING_COLUMNS)), alike)
    found = pd.concat(parts).sort_index()[list(FINDING_COLUMNS)].reset_index(drop=True)
    if named is None:
        return Findings(found, alike)
    of_the_whole = wanted["level"] == WHOLE
    limits = pd.Series(margins, index=wanted["measure"])[of_the_whole.to_numpy()]
    path = path_of(
        levels[WHOLE], over.alone(levels[WHOLE], together), kept, correlation,
        margins=limits.groupby(level=0).first(), named=named,
        told=_kept(waves, {*wanted["since"], *named}, WAVES_OF_PATH),
    )  # fmt: skip
    return Findings(found, alike, path)


def _kept(waves: Sequence[str], asked: Collection[str], latest: int) -> list[str]:
    return [key for at, key in enumerate(waves) if key in asked or at >= len(waves) - latest]


def _of(shown: pd.DataFrame, wanted: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame:
    """Keep the places and measures that are asked about, and what holds them.

    Of a measure that the whole does not show, nothing: all places are read beside it.
    """
    asked = set(_places_of(wanted))
    read = shown["wave"].isin(waves) & shown["low"].notna() & shown["high"].notna()
    of_the_whole = shown.loc[read & (shown["level"] == WHOLE), "measure"]
    known = shown["measure"].isin(set(of_the_whole) & set(wanted["measure"]))
    own = np.array([key in asked for key in _places_of(shown)], dtype=bool)
    holds = shown["level"].isin([WHOLE, _REGION]).to_numpy(dtype=bool)
    found: pd.DataFrame = shown.loc[read & known & (own | holds), list(_SHOWN)]
    return found


def _places_of(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    # row by row pandas takes texts out one at a time
    columns = (frame[name].to_numpy(dtype=object) for name in ("measure", "level", "domain"))
    return list(zip(*columns, strict=True))


def _read(
    levels: dict[str, PublishedLevel],
    places: Mapping[tuple[str, str], Place],
    linked: Floats,
    pairs: Sequence[tuple[int, int]],
    over: _Over,
) -> tuple[dict[str, _Read], Alike | None, Correlations]:
    """Read units first, which tell most of how much answers go together, then all from the top."""
    whole = levels[WHOLE]
    correlation, alike = ASSUMED, None
    priors = priors_of(len(over.waves))
    apart: dict[str, tuple[PublishedLevel, Integers, Courses]] = {}
    order = sorted(levels, key=lambda level: level != _UNIT)
    for name in (name for name in order if name != WHOLE):
        inner = levels[name]
        outer = levels[_REGION] if name == _UNIT and _REGION in levels else whole
        held, rows, share = _held(inner, outer, places)
        if not len(rows):
            continue
        series = courses_apart(held, outer, rows, share, linked, over.parts(held))
        prior = priors.unit if name == _UNIT else priors.region
        if name == _UNIT and (alike := how_alike(series)):
            correlation = alike.careful()
        found = courses(series, prior, pairs, correlation, together=name == _UNIT)
        if name == _UNIT:
            correlation = found.correlation
        apart[name] = (held, rows, found)
    of_whole = courses(over.alone(whole, linked), priors.agency, pairs, correlation)
    read = {WHOLE: _Read(whole, of_whole, None)}
    for name in sorted(apart, key=lambda level: level == _UNIT):
        held, rows, own = apart[name]
        outside = read[_REGION if name == _UNIT and _REGION in read else WHOLE]
        read[name] = _Read(held, own.moved_by(outside.total, rows), own)
    return read, alike, correlation


def _held(
    inner: PublishedLevel, outer: PublishedLevel, places: Mapping[tuple[str, str], Place]
) -> tuple[PublishedLevel, Integers, Floats]:
    """Keep the series whose outer place has figures too, with its row and the share of people."""
    level = str(inner.keys["level"].iloc[0])
    own = [places.get((level, code)) for code in inner.keys["domain"].tolist()]
    above = str(outer.keys["level"].iloc[0])
    parents = [place.parent if place and above != WHOLE else "" for place in own]
    rows = outer.rows(inner.keys["measure"], pd.Series(parents, dtype="str"))
    people = np.array([place.population if place else np.nan for place in own], dtype=np.float64)
    holding = [places.get((above, code)) for code in parents]
    theirs = np.array([one.population if one else np.nan for one in holding], dtype=np.float64)
    share = np.nan_to_num(people / theirs)
    kept = rows >= 0
    with_both = PublishedLevel(
        inner.keys[kept].reset_index(drop=True),
        np.where(np.isnan(outer.value[rows[kept]]), np.nan, inner.value[kept]),
        inner.free[kept],
        inner.finite[kept],
        inner.whole[kept],
    )
    return with_both, rows[kept], share[kept]


def _judged(
    read: _Read, wanted: pd.DataFrame, column: Sequence[int], margins: Floats
) -> pd.DataFrame:
    rows = read.level.rows(wanted["measure"], wanted["domain"])
    figures = (~np.isnan(read.level.value)).sum(axis=1)
    told = (rows >= 0) & (figures[rows] > 1)
    asked, rows, margin = wanted[told], rows[told], margins[told]
    numbers = np.array(column, dtype=np.int64)[told]
    total = as_shown(read.total, rows, numbers, margin)
    verdict, under = verdicts_of_courses(total, margin)
    return asked[_KEY].assign(
        difference=total.difference,
        low=total.low,
        high=total.high,
        chance=total.chance,
        inside=total.inside,
        verdict=verdict,
        under_limit=under,
        margin=margin,
        apart=_apart(read.apart, rows, numbers, margin),
    )


def _apart(own: Courses | None, rows: Integers, numbers: Integers, margin: Floats) -> Booleans:
    """Say which places moved apart from what holds them; most are too near it to be asked more."""
    away = np.zeros(len(rows), dtype=bool)
    if own is None:
        return away
    middle = np.array([one.middle() for one in own.said])[numbers, rows]
    far = np.flatnonzero(np.abs(to_digits(middle, 1)) > margin - _NEARLY)
    if len(far):
        shown = as_shown(own, rows[far], numbers[far], margin[far])
        named, _ = verdicts_of_courses(shown, margin[far])
        away[far] = np.isin(named, ["up", "down"])
    return away
