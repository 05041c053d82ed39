"""Links over other words: which figures of before may stand beside those of now, and how moved.

A publication of a wave that asked random halves in the old and in the new words says what the new
ones did to answers, measure by measure (``links``). Later ones of the series carry it on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from questionnaires.identity import same

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from questionnaires.identity import Identity
    from survey_app.publications.breaks import Asked

type Link = Mapping[str, Any]
"""A row of ``links``."""

NONE: Final = "none"  # both were asked, and no figure may be carried over


@dataclass(frozen=True, slots=True)
class Carried:
    """An earlier figure's way to the words of now: the links it goes over, none for the same words.

    ``delta`` is to be laid on it, with the error ``se``, in points.
    """

    links: tuple[Link, ...] = ()

    @property
    def delta(self) -> float:
        """Give how much higher answers come out in the words of now."""
        return math.fsum(one["delta"] for one in self.links)

    @property
    def se(self) -> float:
        """Give the error of that."""
        return math.hypot(*(one["se"] for one in self.links))


@dataclass(frozen=True, slots=True, eq=False)
class LinkedSeries:
    """What the waves of a series asked, oldest first, and the links between their words."""

    waves: Sequence[tuple[str, Asked]]
    links: Sequence[Link]

    def way(self, measure: str, wave: str) -> Carried | None:
        """Lead a measure of an earlier wave to the words of the newest that has it.

        Returns
        -------
        Carried or None
            None where nothing leads there, as where it is not known what was asked.
        """
        order = {key: at for at, (key, _) in enumerate(self.waves)}
        asked = dict(self.waves)
        newest = next((own[measure] for _, own in reversed(self.waves) if measure in own), None)
        here = asked.get(wave, {}).get(measure)
        taken: list[Link] = []
        for link in self._of(measure, order):
            if same(here, newest):
                break
            later = order[link["wave"]] > order.get(wave, -1)
            if later and same(here, link["from"]):
                here = link["to"]
                taken.append(link)
        return Carried(tuple(taken)) if same(here, newest) else None

    def compared(self, measure: str) -> str | None:
        """Name the last wave before the newest whose figure of a measure may stand beside its own.

        Waves between that did not ask the measure, or asked it otherwise without a link, are passed
        over; None where nothing leads to the newest.
        """
        return next((key for key, _ in reversed(self.waves[:-1]) if self.way(measure, key)), None)

    def asked_as_now(self) -> list[tuple[str, Asked]]:
        """Give what each wave asked, as what it is linked to where it is: breaks are what is left.

        A measure that no link leads to the newest words keeps its own.
        """
        newest = {code: found for _, own in self.waves for code, found in own.items()}
        return [
            (
                key,
                {
                    code: newest[code] if self._leads(code, key) else found
                    for code, found in own.items()
                },
            )
            for key, own in self.waves
        ]

    def _leads(self, measure: str, wave: str) -> bool:
        way = self.way(measure, wave)
        return way is not None and bool(way.links)

    def _of(self, measure: str, order: Collection[str]) -> list[Link]:
        found = [
            one
            for one in self.links
            if one["measure"] == measure and one["method"] != NONE and one["wave"] in order
        ]
        places = {key: at for at, (key, _) in enumerate(self.waves)}
        return sorted(found, key=lambda one: places[one["wave"]])


def led_here(
    links: Sequence[Link], measure: str, wave: str, asked: Sequence[Identity | None]
) -> bool:
    """Tell whether a link leads from what a measure was before a wave to what it is there.

    Parameters
    ----------
    links : sequence of mapping
    measure, wave : str
    asked : sequence of two
        What stood behind the measure before the wave, and in it.
    """
    before, now = asked
    return any(
        (one["measure"], one["wave"]) == (measure, wave)
        and one["method"] != NONE
        and same(before, one["from"])
        and same(now, one["to"])
        for one in links
    )


def with_newest(links: Sequence[Link], more: Sequence[Link]) -> list[Link]:
    """Join links of several publications; of one measure in one wave the last that is told stands.

    Parameters
    ----------
    links, more : sequence of mapping
        The second are told later.
    """
    found = {(one["measure"], one["wave"]): one for one in (*links, *more)}
    return list(found.values())
