"""Before a wave opens: how exact its figures will be, from what the last one published."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from survey_app.reading.kinds import headline_index
from survey_app.reading.names import place_name
from survey_app.reading.waves import published, waves
from survey_app.shared.agency import agency
from survey_app.shared.i18n import first_language, translator

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from analytics.planning import ahead as planning
    from analytics.planning.again import ToldFigure
    from survey_app.reading.published import Published
    from survey_app.reading.rows import Domain
    from survey_app.reading.waves import Wave
    from survey_app.shared.i18n import Language

_WHOLE: Final = ("agency", "")


@dataclass(frozen=True, slots=True)
class LastWave:
    """A wave, what it tells of the next, and what its places are called.

    It is published, or ``expected``: known by what is reckoned with. ``rate`` is the share of the
    invited who answered, 0-1; None where that was not told. ``within`` are the points within which
    its ranges assume the silent to lie; None where it has none.
    """

    key: str
    wave: str
    known: planning.Base
    names: Mapping[tuple[str, str], str]
    expected: bool = False
    rate: float | None = None
    within: float | None = None

    @property
    def nothing_shown(self) -> bool:
        """Whether so few answered that it tells nothing of the whole."""
        whole = self.known.places.get(_WHOLE)
        return whole is None or whole.told is None


@dataclass(frozen=True, slots=True)
class Bases:
    """The last wave of a kind, for spread and response, and the last of all, for the change."""

    like: LastWave
    last: LastWave


@dataclass(frozen=True, slots=True)
class BesideTheSilent:
    """What pages add for those who do not answer, who may lie ``within`` so many points of others.

    ``margin`` is half the range that stands beside a level then, in points.
    """

    within: float
    margin: float


@dataclass(frozen=True, slots=True)
class PlacePrecision:
    """The whole or a region: half the interval, and the smallest change that is seen, in points."""

    name: str
    margin: float
    smallest: float


@dataclass(frozen=True, slots=True)
class Units:
    """All units together: the least, the middle one and the largest."""

    number: int
    margin: tuple[float, float, float]
    smallest: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What to expect, if as many answer as in the wave that is named; ``silent`` of the whole."""

    wave: str
    places: tuple[PlacePrecision, ...]
    units: Units | None
    silent: BesideTheSilent | None = None


async def bases(population: str, kind: str, at: datetime, lang: Language) -> Bases | None:
    """Look back from a wave that is planned; ``None`` where nothing like it was published.

    Parameters
    ----------
    population, kind : str
        Of the planned wave; the last one of its kind is looked at, else the last.
    at : datetime
    lang : str
    """
    code = headline_index(population)
    measured = [one for one in await waves(population, at) if code in one.measures]
    if not code or not measured:
        return None
    last = measured[-1]
    like = ([one for one in measured if one.kind == kind] or measured)[-1]
    first = _base(like, await published(like, at), code, lang)
    return Bases(
        first, first if like is last else _base(last, await published(last, at), code, lang)
    )


async def spreads(population: str, kind: str, at: datetime) -> dict[str, float]:
    """Return how much people of each unit differed, in points, the whole as ``""``.

    As the last wave of the kind published it; units that were not shown are left out, and all where
    there is no such wave.
    """
    found = await bases(population, kind, at, first_language())
    known = found.like.known.places if found else {}
    told = {
        code: place.told.spread()
        for (level, code), place in known.items()
        if level in {"agency", "unit"} and place.told
    }
    return {code: spread for code, spread in told.items() if spread}


async def largest_spread(population: str, measures: Collection[str], at: datetime) -> float | None:
    """Return how much people differ in the measure in which they differ most, in points.

    As the last wave that has any of ``measures`` published it of the whole; None where none has.
    """
    measured = [one for one in await waves(population, at) if not one.measures.isdisjoint(measures)]
    if not measured:
        return None
    shown = await published(measured[-1], at)
    [whole] = [domain for domain in shown.domains if domain.level == "agency"]
    told = [_told(shown, code, whole) for code in measures]
    return max((spread for one in told if one and (spread := one.spread())), default=None)


async def outlook(population: str, kind: str, at: datetime, lang: Language) -> Outlook | None:
    """Look ahead to a wave, as large as the last of its kind; parameters as for `bases`."""
    found = await bases(population, kind, at, lang)
    if found is None:
        return None
    like = found.like
    placed = [
        (level, _place(like.names[level, code], level, known.told))
        for (level, code), known in like.known.places.items()
        if known.told
    ]
    places = tuple(place for level, place in placed if place and level in {"agency", "region"})
    units = [place for level, place in placed if place and level == "unit"]
    if not places:
        return None
    whole = like.known.places.get(_WHOLE)
    rate = whole.rate if whole and whole.told else None
    silent = with_the_silent(places[0].margin, rate, like.within)
    return Outlook(like.wave, places, _units(units), silent)


def with_the_silent(
    margin: float, rate: float | None, within: float | None
) -> BesideTheSilent | None:
    """Say what pages will add to a margin for those who do not answer.

    Parameters
    ----------
    margin : float
        Half the interval of those who answer, in points.
    rate : float or None
        Share of the invited who answer, 0-1.
    within : float or None
        As of `LastWave`; None as a rate or here leaves nothing to be said.
    """
    if rate is None or within is None:
        return None
    from analytics.nonresponse.assumption import half_said  # noqa: PLC0415 - large, seldom needed

    return BesideTheSilent(within, float(half_said(margin, rate, within)))


def _base(wave: Wave, shown: Published, code: str, lang: Language) -> LastWave:
    from analytics.planning import ahead as planning  # noqa: PLC0415 - large, and seldom needed
    from analytics.planning.ahead import KnownPlace  # noqa: PLC0415 - large, and seldom needed

    whole, response = shown.whole, shown.content["response"]
    # a few cannot be reached; a panel is a third
    asked_most = (whole.invited or 0) * 2 > (whole.population or math.inf)
    places = {
        (domain.level, domain.code): KnownPlace(
            domain.rate, _told(shown, code, domain), domain.invited
        )
        for domain in shown.domains
    }
    return LastWave(
        wave.key,
        wave.label("name", lang),
        planning.Base(asked_most, response.get("invited"), places),
        {(domain.level, domain.code): _name(domain, shown, lang) for domain in shown.domains},
        rate=_rate(response),
        within=shown.within,
    )


def _rate(response: Mapping[str, Any]) -> float | None:
    """Return the share that answered of all who were invited, letters that came back among them."""
    invited, answers = response.get("invited"), response.get("answers")
    return answers / invited if invited and answers else None


def _name(domain: Domain, shown: Published, lang: Language) -> str:
    """Name a place; the whole of the public is no agency."""
    if domain.level == "agency" and shown.content["campaign"]["population"] == "public":
        return translator(lang).gettext("Hele befolkningen")
    return place_name(domain, lang)


def _told(shown: Published, code: str, domain: Domain) -> ToldFigure | None:
    from analytics.planning.again import ToldFigure  # noqa: PLC0415 - large, and seldom needed

    cell = shown.estimate(code, domain.level, domain.code)
    if cell is None or not cell.shown or cell.low is None or cell.high is None:
        return None
    n = cell.n
    if n is None and domain.invited is not None:
        # where it is not told how many answered, the interval is that of at most so many
        n = domain.invited - int(shown.content["limits"]["minimum_group"])
    if n is None or n < 2:  # noqa: PLR2004 - one answer tells nothing of chance
        return None
    return ToldFigure((cell.high - cell.low) / 2, n, domain.population, cell.n_eff)


def _place(name: str, level: str, told: ToldFigure) -> PlacePrecision | None:
    from analytics.planning.again import expected_again  # noqa: PLC0415 - large, and seldom needed

    # a wave that opens now freezes those of now
    found = expected_again(told, level, agency().margins)
    return PlacePrecision(name, found.margin, found.smallest) if found else None


def _units(found: list[PlacePrecision]) -> Units | None:
    if not found:
        return None
    margins, sizes = ([getattr(one, name) for one in found] for name in ("margin", "smallest"))
    return Units(len(found), _spread(margins), _spread(sizes))


def _spread(values: list[float]) -> tuple[float, float, float]:
    return min(values), statistics.median(values), max(values)
