"""Units that it is worth to talk with: chosen by a rule, in the organisation's order, never ranked.

A unit stands here where it is certainly lower than the agency on at least half of what the table
shows of it, or where one of those measures has fallen (docs/adr/0060); a region where one has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from markupsafe import Markup

from survey_app.publications.links import NONE, Carried, Link, LinkedSeries
from survey_app.reading.broken import carried_over, linked_notes
from survey_app.reading.charts.scale import CULTURE_BASE, Window, window_for
from survey_app.reading.charts.trend import Frame, TrendChart, WavePoint, draw_trend
from survey_app.reading.culture.fallen import falls_among, falls_told
from survey_app.reading.culture.heatmap import columns_of
from survey_app.reading.names import inside, place_name, row_name, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.rows import Change, Domain, Estimate, PooledRow
from survey_app.reading.scope import by_region
from survey_app.reading.trends import mark_of
from survey_app.reading.turning import leans_on_the_silent
from survey_app.reading.unit_links import own_then
from survey_app.reading.waves import Wave, published
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, listed, whole_interval

MAIN: Final = "main"
UNIT: Final = "unit"
_LOWER: Final = N_(
    "<b>Lavere enn etaten på %(count)s av %(of)s mål.</b> %(index)s er %(mean)s (%(interval)s), "
    "etaten har %(agency)s."
)
# of a unit with one measure to hold beside the agency's: it is named right after
_LOWER_ON_IT: Final = N_(
    "<b>Lavere enn etaten.</b> %(index)s er %(mean)s (%(interval)s), etaten har %(agency)s."
)
# beside a unit's sentences
_BESIDE: Final = Frame(250, 104, 34, 212, 10, 76, 25, 104, ends=False, font=14)


@dataclass(frozen=True, slots=True)
class Beside:
    """A measure on which a unit is certainly lower or higher than the agency, smoothed."""

    code: str
    name: str
    pooled: PooledRow
    agency: float
    chance: float


@dataclass(frozen=True, slots=True)
class TalkPoint:
    """A smoothed mean of an earlier main wave, or of the one shown."""

    when: str
    mean: float


@dataclass(frozen=True, slots=True)
class PlaceToMeet:
    """One unit or region: ``lower`` is its sentence, empty where it stands here for falls alone.

    ``told`` counts the measures that its drawing could be of: one, and the drawing needs no name.
    """

    place: Domain
    name: str
    region: str
    lower: Markup
    lows: tuple[Beside, ...]
    fallen: tuple[Markup, ...]
    code: str
    measure: str
    history: tuple[TalkPoint, ...]
    told: int
    drawing: TrendChart | None


@dataclass(frozen=True, slots=True)
class DifferingUnit:
    """A unit that differs on something, and on what."""

    place: Domain
    name: str
    measures: str


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything the page says of units and regions by name.

    ``claims`` counts the differences and falls that are told of ``listed``; ``expected`` of them
    are expected to be under half the limit in truth; None where a publication of before tells no
    chances. ``leaning``: some of the falls might turn by what those who did not answer would have
    said. ``words`` says of each measure over which words its figures of before are led.
    ``regional``: there are regions, which were looked at too.
    """

    listed: tuple[PlaceToMeet, ...]
    others: tuple[DifferingUnit, ...]
    higher: tuple[DifferingUnit, ...]
    hidden: int
    compared: int
    claims: int
    expected: float | None
    leaning: bool
    words: tuple[str, ...] = ()
    regional: bool = False

    @property
    def falls(self) -> bool:
        """Whether a fall is told of anybody."""
        return any(one.fallen for one in self.listed)

    @property
    def units(self) -> tuple[PlaceToMeet, ...]:
        """The units of ``listed``, without regions."""
        return tuple(one for one in self.listed if one.place.level == UNIT)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the figures of a unit or region say before they are put into words."""

    place: Domain
    lows: tuple[Beside, ...]
    highs: tuple[Beside, ...]
    falls: tuple[Change, ...]
    of: int

    @property
    def low(self) -> tuple[Beside, ...]:
        """What is told of the unit: nothing where it is lower on less than half."""
        return self.lows if 2 * len(self.lows) >= self.of else ()

    @property
    def listed(self) -> bool:
        return bool(self.falls or self.low)


type Past = Sequence[tuple[Wave, Published]]


def talk(shown: Published, past: Past, places: Sequence[Domain], lang: Language) -> Talk:
    """Choose the units and put their sentences together.

    Parameters
    ----------
    shown : Published
        What the table below shows: names and table never speak of two waves.
    past : sequence of (Wave, Published)
        Where a unit's own history is read, see `history_until`; the last is ``shown``.
    places : sequence of Domain
        What the reader may see, in the organisation's order.
    """
    codes = columns_of(shown)
    seen = [_seen(shown, place, codes, lang) for place in by_region(places)]
    units = [one for one in seen if one.place.level == UNIT]
    chosen = [one for one in seen if one.listed]
    window = window_for(
        [
            end
            for one in chosen
            for _, pooled in _history(past, shown, _code(one), one.place)
            for end in (pooled.low, pooled.high)
            if end is not None
        ],
        CULTURE_BASE,
    )
    told = [one for one in units if one.of]
    chances = [low.chance for one in chosen for low in one.low]
    falls = [fall for one in chosen for fall in one.falls]
    return Talk(
        listed=tuple(_place(shown, one, past, window, lang) for one in chosen),
        others=_named([one for one in told if one.lows and not one.listed], "lows", lang),
        higher=_named(
            [one for one in told if one.highs and 2 * len(one.highs) >= one.of], "highs", lang
        ),
        hidden=len(units) - len(told),
        compared=len(told),
        claims=len(chances) + len(falls),
        expected=_expected([*chances, *(fall.chance for fall in falls)]),
        leaning=any(leans_on_the_silent(fall) for fall in falls),
        words=tuple(linked_notes(shown, codes, lang)),
        regional=len(units) < len(seen),
    )


def _expected(chances: Sequence[float | None]) -> float | None:
    known = [chance for chance in chances if chance is not None]
    return sum(1.0 - chance for chance in known) if len(known) == len(chances) else None


def _seen(shown: Published, place: Domain, codes: Sequence[str], lang: Language) -> _Seen:
    cells = [(code, shown.estimate(code, place.level, place.code)) for code in codes]
    figures = [(code, cell) for code, cell in cells if cell is not None and cell.shown]
    # of a region only its falls are told: what is lower there is told of its units
    beside = [
        _beside(shown, code, place, cell, lang) for code, cell in figures if place.level == UNIT
    ]
    apart = [one for one in beside if one is not None]
    return _Seen(
        place,
        tuple(one for one in apart if one.pooled.difference.startswith("low")),
        tuple(one for one in apart if one.pooled.difference.startswith("high")),
        falls_among(shown, place, [code for code, _ in figures]),
        len(figures),
    )


def _beside(
    shown: Published, code: str, place: Domain, cell: Estimate, lang: Language
) -> Beside | None:
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    from analytics.comparison.shades import chance_of_half  # noqa: PLC0415 - large, and seldom needed

    pooled, measure = shown.pooled(code, place.code), shown.measure(code)
    if pooled is None or pooled.difference == "none" or measure is None:
        return None
    agency = shown.estimate(code)
    if agency is None or agency.mean is None or pooled.eb is None or pooled.eb_se is None:
        return None
    # where nearly all answered it is not told how many did: at least so many
    n = cell.n or shown.content["limits"]["staff_mean"]
    chance = chance_of_half(
        *(np.array([one]) for one in (pooled.eb - agency.mean, pooled.eb_se, n - 1.0))
    )
    name = sentence_name(code, measure.kind, measure.title, lang)
    return Beside(code, name, pooled, agency.mean, float(chance[0]))


def _code(one: _Seen) -> str:
    """Name the measure whose history is shown: the first in the agency's order, not the worst."""
    return one.low[0].code if one.low else one.falls[0].measure


def _place(
    shown: Published,
    one: _Seen,
    past: Past,
    window: Window,
    lang: Language,
) -> PlaceToMeet:
    code, above = _code(one), shown.domain(one.place.parent)
    measure = shown.measure(code)
    history = _history(past, shown, code, one.place)
    over = {
        row["wave"] for row in _links(shown) if row["measure"] == code and row["method"] != NONE
    }
    points = [
        WavePoint(
            wave.label("short", lang),
            wave.year,
            mark_of(wave.kind),
            p.eb,
            p.low,
            p.high,
            wave.day,
            over=at > 0 and wave.key in over,
        )
        for at, (wave, p) in enumerate(history)
    ]
    return PlaceToMeet(
        place=one.place,
        name=place_name(one.place, lang),
        region=place_name(above, lang) if above and one.place.level == UNIT else "",
        lower=_lower(one, lang) if one.low else Markup(""),
        lows=one.low,
        fallen=falls_told(shown, one.falls, lang),
        code=code,
        measure=row_name(code, measure.title, lang) if measure else code,
        history=tuple(TalkPoint(wave.label("name", lang), p.eb or 0.0) for wave, p in history),
        told=1 if one.low else len(one.falls),
        drawing=draw_trend(points, window, lang, _BESIDE) if len(points) > 1 else None,
    )


def _lower(one: _Seen, lang: Language) -> Markup:
    first = one.lows[0]
    # the pattern is ours and holds only <b>; Markup escapes every value that is put in
    said = translator(lang).gettext(_LOWER if one.of > 1 else _LOWER_ON_IT)
    return Markup(said) % {  # noqa: S704
        "count": len(one.lows),
        "of": one.of,
        "index": first.name,
        "mean": decimal(first.pooled.eb or 0.0, lang, 0),
        "interval": whole_interval(first.pooled.low or 0.0, first.pooled.high or 0.0, lang),
        "agency": decimal(first.agency, lang, 0),
    }


def _named(found: Sequence[_Seen], side: str, lang: Language) -> tuple[DifferingUnit, ...]:
    return tuple(
        DifferingUnit(
            one.place,
            place_name(one.place, lang),
            listed([inside(each.name) for each in getattr(one, side)], lang),
        )
        for one in found
    )


async def history_until(
    wave: Wave, series: Sequence[Wave], at: datetime
) -> tuple[tuple[Wave, Published], ...]:
    """Open the main waves before a wave, and the wave itself."""
    before = [one for one in series[: series.index(wave)] if one.kind == MAIN]
    return tuple([(one, await published(one, at)) for one in (*before, wave)])


def _history(
    past: Past, shown: Published, code: str, place: Domain
) -> list[tuple[Wave, PooledRow]]:
    """Return a unit's smoothed means of a measure, in the words of the wave that is shown.

    Without waves that measured otherwise, and those in which it was another unit.
    """
    asked = LinkedSeries([(wave.key, wave.asked) for wave, _ in past], _links(shown))
    found = [
        (wave, content.pooled(code, was.code), Carried())
        if content is shown
        else (wave, content.pooled(code, was.code), asked.way(code, wave.key))
        for wave, content in past
        if (was := own_then(content, shown, place) if content is not shown else place)
        and (content is shown or not shown.comparability.unlike_waves(code, wave.key))
    ]
    return [
        (wave, led)
        for wave, one, way in found
        if one is not None and way is not None and (led := _in_words_of_now(one, way)) is not None
    ]


def _links(shown: Published) -> Sequence[Link]:
    found: Sequence[Link] = shown.content.get("links", ())
    return found


def _in_words_of_now(pooled: PooledRow, way: Carried) -> PooledRow | None:
    """Lead a unit's figure over links; how much their effect differs between units stays in it."""
    if not way.links:
        return pooled if pooled.eb is not None else None
    if pooled.eb is None or pooled.low is None or pooled.high is None:
        return None
    error = math.hypot(way.se, *(one["between"] for one in way.links))
    mean, low, high = carried_over((pooled.eb, pooled.low, pooled.high), way.delta, error)
    return replace(pooled, eb=mean, low=low, high=high)
