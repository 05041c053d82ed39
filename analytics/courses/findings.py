"""What a publication says of changes: their size, their interval and their verdict, from one model.

Every place is read beside what holds it: the whole, then regions, types of units and background
groups beside the whole, then units beside their region. What an agency does moves its regions, and
a region its units; so a unit is found to have moved with the others, or apart from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.verdict import Judged, verdicts_of_courses
from analytics.courses.alike import ASSUMED, how_alike
from analytics.courses.course import Courses, courses
from analytics.courses.priors import AGENCY, REGION, UNIT
from analytics.courses.published import Level, alone, beside, read_levels
from analytics.digits import to_digits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.courses.alike import Alike

WHOLE: Final = "agency"
_UNIT: Final = "unit"
_REGION: Final = "region"
# Latest waves that are read, besides the first ones that changes are measured from.
LONGEST: Final = 12
FINDING_COLUMNS: Final = (
    "measure", "level", "domain", "since", "role", "difference", "low", "high", "chance", "inside",
    "verdict", "under_limit", "margin", "apart",
)  # fmt: skip
_DUST: Final = 6  # digits of chances in hundredths that do not depend on the order of sums
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

    level: Level
    total: Courses
    apart: Courses | None


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Changes that were judged, and how alike a person's two answers were found to be."""

    rows: pd.DataFrame
    alike: Alike | None = None


def judge(
    shown: pd.DataFrame,
    waves: Sequence[str],
    wanted: pd.DataFrame,
    places: Mapping[tuple[str, str], Place],
    *,
    linked: Floats,
    margins: Floats,
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
    Only the last ``LONGEST`` waves and those that changes are measured from are read.
    """
    wanted = wanted.reset_index(drop=True)
    kept = _kept(waves, wanted)
    position = {key: at for at, key in enumerate(kept)}
    rows = np.array([waves.index(key) for key in kept], dtype=np.int64)
    levels = read_levels(_of(shown, wanted, kept), kept)
    if not levels or wanted.empty:
        return Findings(pd.DataFrame(columns=list(FINDING_COLUMNS)))
    last = len(kept) - 1
    pairs = [(position[str(since)], last) for since in pd.unique(wanted["since"])]
    read, alike = _read(levels, places, linked[np.ix_(rows, rows)], pairs)
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
    found = pd.concat(parts).sort_index()
    return Findings(found[list(FINDING_COLUMNS)].reset_index(drop=True), alike)


def _kept(waves: Sequence[str], wanted: pd.DataFrame) -> list[str]:
    since = set(wanted["since"])
    return [key for at, key in enumerate(waves) if key in since or at >= len(waves) - LONGEST]


def _of(shown: pd.DataFrame, wanted: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame:
    """Keep the places and measures that are asked about, and what holds them.

    Of a measure that the whole does not show, nothing: all places are read beside it.
    """
    keys = wanted[["measure", "level", "domain"]].drop_duplicates()
    index = pd.MultiIndex.from_frame(keys)
    read = shown["wave"].isin(waves) & shown["low"].notna() & shown["high"].notna()
    of_the_whole = shown.loc[read & (shown["level"] == WHOLE), "measure"]
    known = shown["measure"].isin(of_the_whole) & shown["measure"].isin(keys["measure"])
    own = pd.MultiIndex.from_frame(shown[["measure", "level", "domain"]]).isin(index)
    holds = shown["level"].isin([WHOLE, _REGION]).to_numpy(dtype=bool)
    found: pd.DataFrame = shown.loc[read & known & (own | holds), list(_SHOWN)]
    return found


def _read(
    levels: dict[str, Level],
    places: Mapping[tuple[str, str], Place],
    linked: Floats,
    pairs: Sequence[tuple[int, int]],
) -> tuple[dict[str, _Read], Alike | None]:
    """Read units first, which tell most of how much answers go together, then all from the top."""
    whole = levels[WHOLE]
    correlation, alike = ASSUMED, None
    apart: dict[str, tuple[Level, Integers, Courses]] = {}
    order = sorted(levels, key=lambda level: level != _UNIT)
    for name in (name for name in order if name != WHOLE):
        inner = levels[name]
        outer = levels[_REGION] if name == _UNIT and _REGION in levels else whole
        held, rows, share = _held(inner, outer, places)
        if not len(rows):
            continue
        series = beside(held, outer, rows, share, linked)
        prior = UNIT if name == _UNIT else REGION
        if name == _UNIT and (alike := how_alike(series)):
            correlation = alike.careful()
        found = courses(series, prior, pairs, correlation, together=name == _UNIT)
        if name == _UNIT:
            correlation = found.correlation
        apart[name] = (held, rows, found)
    read = {WHOLE: _Read(whole, courses(alone(whole, linked), AGENCY, pairs, correlation), None)}
    for name in sorted(apart, key=lambda level: level == _UNIT):
        held, rows, own = apart[name]
        outside = read[_REGION if name == _UNIT and _REGION in read else WHOLE]
        read[name] = _Read(held, own.moved_by(outside.total, rows), own)
    return read, alike


def _held(
    inner: Level, outer: Level, places: Mapping[tuple[str, str], Place]
) -> tuple[Level, Integers, Floats]:
    """Keep the series whose outer place has figures too, with its row and the share of people."""
    level = str(inner.keys["level"].iloc[0])
    own = [places.get((level, code)) for code in inner.keys["domain"]]
    above = str(outer.keys["level"].iloc[0])
    parents = [place.parent if place and above != WHOLE else "" for place in own]
    rows = outer.rows(inner.keys["measure"], pd.Series(parents, dtype="str"))
    people = np.array([place.population if place else np.nan for place in own], dtype=np.float64)
    holding = [places.get((above, code)) for code in parents]
    theirs = np.array([one.population if one else np.nan for one in holding], dtype=np.float64)
    share = np.nan_to_num(people / theirs)
    kept = rows >= 0
    with_both = Level(
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
    total = _figures(read.total, rows, numbers, margin)
    verdict, under = verdicts_of_courses(total, margin)
    if read.apart is None:
        away = np.zeros(len(rows), dtype=bool)
    else:
        named, _ = verdicts_of_courses(_figures(read.apart, rows, numbers, margin), margin)
        away = np.isin(named, ["up", "down"])
    return asked[_KEY].assign(
        difference=total.difference,
        low=total.low,
        high=total.high,
        chance=total.chance,
        inside=total.inside,
        verdict=verdict,
        under_limit=under,
        margin=margin,
        apart=away,
    )


def _figures(known: Courses, rows: Integers, numbers: Integers, margin: Floats) -> Judged:
    """Read off what is shown, in the digits that it is shown in.

    The change of what all people in the place would have said is shown. What is called must be as
    sure of the level beneath, or a day on which answers happened to be high would be called one.
    """
    size = len(rows)
    names = ("middle", "low", "high", "lowest", "highest", "up", "down", "inside")
    found = {name: np.empty(size) for name in names}
    for number, changes in enumerate(zip(known.lasting, known.said, strict=True)):
        here = numbers == number
        beneath, said = (one.of_rows(rows[here]) for one in changes)
        limit, both = margin[here], (beneath, said)
        found["middle"][here] = said.middle()
        found["low"][here], found["high"][here] = said.quantile(0.025), said.quantile(0.975)
        found["lowest"][here] = np.minimum(found["low"][here], beneath.quantile(0.025))
        found["highest"][here] = np.maximum(found["high"][here], beneath.quantile(0.975))
        found["up"][here] = np.minimum(*(one.above(limit / 2) for one in both))
        found["down"][here] = np.minimum(*(1 - one.above(-limit / 2) for one in both))
        found["inside"][here] = np.minimum(*(one.above(-limit) - one.above(limit) for one in both))
    chance = np.where(found["middle"] < 0, found["down"], found["up"])
    return Judged(
        to_digits(found["middle"], 1),
        to_digits(found["low"], 1),
        to_digits(found["high"], 1),
        # never rounded up to what would decide otherwise, but for dust: what is certain is 1
        chance=np.floor(to_digits(chance * 100, _DUST)) / 100,
        inside=np.floor(to_digits(found["inside"] * 1000, _DUST)) / 1000,
        clear=(to_digits(found["lowest"], 1) > 0) | (to_digits(found["highest"], 1) < 0),
    )
