"""Before a wave opens: how exact its figures will be, from what the last one published."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.planning.again import expected_again
from survey_app.reading.kinds import headline
from survey_app.reading.names import place_name
from survey_app.reading.waves import published, waves

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.reading.published import Published
    from survey_app.reading.rows import Domain
    from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class Place:
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
    """What to expect, if as many answer as in the wave that is named."""

    wave: str
    places: tuple[Place, ...]
    units: Units | None


async def outlook(population: str, kind: str, at: datetime, lang: Language) -> Outlook | None:
    """Look ahead to a wave; ``None`` where nothing like it was published.

    Parameters
    ----------
    population, kind : str
        Of the wave that is to open; the last one of its kind is looked at, else the last.
    at : datetime
    lang : str
    """
    code = headline(population)
    measured = [one for one in await waves(population, at) if code in one.measures]
    if code is None or not measured:
        return None
    last = ([one for one in measured if one.kind == kind] or measured)[-1]
    shown = await published(last, at)
    found = [(domain, _place(shown, code, domain, lang)) for domain in shown.domains]
    places = tuple(one for domain, one in found if one and domain.level in {"agency", "region"})
    units = [one for domain, one in found if one and domain.level == "unit"]
    return Outlook(last.label("name", lang), places, _units(units)) if places else None


def _place(shown: Published, code: str, domain: Domain, lang: Language) -> Place | None:
    cell = shown.estimate(code, domain.level, domain.code)
    if cell is None or not cell.shown or cell.low is None or cell.high is None:
        return None
    n = cell.n
    if n is None and domain.invited is not None:
        # where it is not told how many answered, the interval is that of at most so many
        n = domain.invited - int(shown.content["limits"]["minimum_group"])
    if n is None or n < 2:  # noqa: PLR2004 - one answer tells nothing of chance
        return None
    found = expected_again((cell.high - cell.low) / 2, n, domain.population)
    return Place(place_name(domain, lang), found.margin, found.smallest) if found else None


def _units(found: list[Place]) -> Units | None:
    if not found:
        return None
    margins, sizes = ([getattr(one, name) for one in found] for name in ("margin", "smallest"))
    return Units(len(found), _spread(margins), _spread(sizes))


def _spread(values: list[float]) -> tuple[float, float, float]:
    return min(values), statistics.median(values), max(values)
