"""The waves that a reader may open: what the shelf has released for a population."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from questionnaires.margins import USUAL, Margins
from questionnaires.series import in_one_series
from survey_app.publications import shelf
from survey_app.publications import trends as shelf_trends
from survey_app.publications.doubted import is_doubted
from survey_app.publications.errors import RetractedError
from survey_app.publications.formats import margins_in
from survey_app.publications.retractions import retractions
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.rows import Estimate
from survey_app.reading.told_why import ToldWhy, tell_why
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.kept import KeptInBytes
from survey_app.shared.numbers import long_date

if TYPE_CHECKING:
    from survey_app.publications.breaks import Asked
    from survey_app.publications.corrections import Correction
    from survey_app.publications.heads import Head
    from survey_app.publications.retractions import Retraction

_NAMES: Final = ("name", "short")
_DOUBTED: Final = N_("%(wave)s (med forbehold)")
_CORRECTED: Final = N_("Rettet %(date)s")
_TAKEN_BACK: Final = N_("Tallene fra «%(wave)s» ble trukket tilbake %(date)s: %(reason)s")
_LEFT_OUT: Final = N_("Ingenting blir sammenlignet med dem.")
_COMPARED_BEFORE: Final = N_(
    "Tallene fra «%(wave)s» ble rettet %(date)s. Endringene her ble regnet ut før det, fra tallene "
    "slik de var."
)
_REPLACES: Final = N_("Tallene erstatter dem som ble publisert %(date)s.")


@dataclass(frozen=True, slots=True)
class Wave:
    """A released publication, by what lists and headings need of it.

    ``asked`` is what stood behind each measure; waves that asked otherwise are never compared.
    """

    publication: str
    campaign: str
    key: str
    sequence: int
    kind: str
    labels: Mapping[str, Any]
    closed_on: str
    released_at: datetime
    version: int
    open_results: int
    measures: frozenset[str]
    doubted: bool = False
    """Its forms did not come as from people: that stands wherever it is named."""
    margins: Margins = USUAL
    """The smallest changes that matter, by which its verdicts were given."""
    asked: Asked = field(default_factory=dict, hash=False, compare=False, repr=False)
    correction: Correction | None = None
    """When its first figures came, and why others stand in their place; see `corrected`."""
    retracted: tuple[Retraction, ...] = field(default=(), hash=False, compare=False, repr=False)
    """Other waves of its series whose figures were taken back; see `taken_back`."""
    outdated: tuple[Wave, ...] = field(default=(), hash=False, compare=False, repr=False)
    """Earlier ones that were corrected after it was computed; see `compared_before`."""

    def label(self, form: str, lang: Language) -> str:
        """Return a stored phrase: ``name``, ``since``, ``short``, ``in``."""
        phrase = own(self.labels[form], lang)
        if self.doubted and form in _NAMES:
            return translator(lang).gettext(_DOUBTED) % {"wave": phrase}
        return phrase

    @property
    def first_released_at(self) -> datetime:
        """When figures of it were first released, whatever was corrected since."""
        return self.correction.first_at if self.correction else self.released_at

    def corrected_on(self, lang: Language) -> str:
        """Say when it was corrected: what was released last stands in the place of the first."""
        date = long_date(self.released_at, lang)
        return translator(lang).gettext(_CORRECTED) % {"date": date}

    def corrected(self, lang: Language) -> str:
        """Say when and why it was corrected, and of what day the first figures are."""
        if self.correction is None:
            return ""
        gettext, reason = translator(lang).gettext, self.why_corrected(lang)
        first = gettext(_REPLACES) % {"date": long_date(self.correction.first_at, lang)}
        return f"{self.corrected_on(lang)}{f': {reason}' if reason else '.'} {first}"

    def why_corrected(self, lang: Language) -> ToldWhy:
        """Say why it was corrected; empty where that is not told."""
        reason = self.correction.reason if self.correction else ""
        return tell_why("%(reason)s", {}, reason, lang) if reason else ToldWhy("")

    def taken_back(self, lang: Language) -> list[ToldWhy]:
        """Say of each wave of its series whose figures were taken back when that was, and why."""
        left_out = translator(lang).gettext(_LEFT_OUT)
        return [told_taken_back(one, lang).followed_by(left_out) for one in self.retracted]

    def compared_before(self, lang: Language) -> list[str]:
        """Say of each earlier wave that was corrected since that changes are from what it was."""
        return [
            translator(lang).gettext(_COMPARED_BEFORE)
            % {"wave": one.label("name", lang), "date": long_date(one.released_at, lang)}
            for one in self.outdated
        ]

    def of_others(self, lang: Language) -> list[str]:
        """Say of other waves of its series what whoever reads this one has to know.

        What weighs most is last: that figures were taken back, of the newest wave after older ones.
        """
        return [*self.compared_before(lang), *self.taken_back(lang)]

    @property
    def day(self) -> date:
        """The day it closed on."""
        return date.fromisoformat(self.closed_on)

    @property
    def year(self) -> int:
        """The year it belongs to on a time axis."""
        return int(self.labels["year"])


def told_taken_back(back: Retraction, lang: Language) -> ToldWhy:
    """Say that a wave's figures were taken back, when, and why."""
    values = {"wave": own(back.labels["name"], lang), "date": long_date(back.at, lang)}
    return tell_why(translator(lang).gettext(_TAKEN_BACK), values, back.reason, lang)


async def told_retractions(
    populations: Collection[str], lang: Language, at: datetime, *, everybody: bool = False
) -> list[ToldWhy]:
    """Say what `told_taken_back` says of all waves of populations; of open ones for everybody."""
    return [
        told_taken_back(one, lang)
        for one in await retractions(at=at)
        if one.population in populations and (one.open_results >= 1 or not everybody)
    ]


async def waves(population: str, at: datetime) -> tuple[Wave, ...]:
    """Return what is released for ``population`` at that moment, oldest first."""
    found = [wave_of(head) for head in await shelf.heads(population, at=at)]
    return tuple(sorted(found, key=lambda wave: (wave.closed_on, wave.sequence)))


def chosen(series: Sequence[Wave], key: str | None, *, kind: str | None = None) -> Wave:
    """Return the wave that the address names, else the newest (of ``kind``, if there is one).

    Raises
    ------
    NotFoundException
        If the address names a wave that is not there.
    RetractedError
        If its figures were taken back.
    """
    if key:
        for wave in series:
            if wave.key == key:
                return wave
        for back in series[-1].retracted:
            if back.wave_key == key:
                raise RetractedError(back)
        # a wave is also known where no page is answered
        from litestar.exceptions import NotFoundException  # noqa: PLC0415

        raise NotFoundException
    newest = [wave for wave in series if kind is None or wave.kind == kind]
    return (newest or list(series))[-1]


_kept: KeptInBytes[str, Published] = KeptInBytes(shelf.KEPT_BYTES)


async def published(wave: Wave, at: datetime) -> Published:
    """Open the publication of a wave; the shelf says each time whether it is released."""
    content = (await shelf.load(wave.publication, at=at)).content
    found = _kept.find(wave.publication)
    if found is None or found.content is not content:
        # keys of a thousand units take a while, and who answers meanwhile shall not wait for them
        found = await asyncio.to_thread(Published, content)
        _kept.keep(wave.publication, found, found.size)
    return found


async def trend_until(
    population: str,
    measure: str,
    level: str,
    domain: str,
    *,
    until: Wave,
    at: datetime,
) -> list[tuple[Wave, Estimate]]:
    """Return one mean wave by wave, up to and including ``until``."""
    (found,) = await trends_until(population, (measure,), level, domain, until=until, at=at)
    return found


async def trends_until(
    population: str,
    measures: Sequence[str],
    level: str,
    domain: str,
    *,
    until: Wave,
    at: datetime,
) -> list[list[tuple[Wave, Estimate]]]:
    """Return several means of one place, each as `trend_until` does, in the order of measures.

    They are told as they stood then: what was asked later opens no gap in them, and closes none.
    """
    found = await shelf_trends.trends(
        population,
        measures,
        level,
        domain,
        at=at,
        until=until.publication,
        campaign=until.campaign,
    )
    heads = {point.head.id: point.head for points in found.values() for point in points}
    waves = {one: wave_of(head) for one, head in heads.items()}
    order = {one: (wave.closed_on, wave.sequence) for one, wave in waves.items()}
    last = (until.closed_on, until.sequence)
    many = []
    for measure in measures:
        points = [point for point in found[measure] if order[point.head.id] <= last]
        points.sort(key=lambda point: order[point.head.id])
        told = shelf_trends.number_wordings(measure, points)
        many.append([(waves[point.head.id], point.estimate) for point in told])
    return many


def wave_of(head: Head) -> Wave:
    """Return a publication's head as pages know it."""
    wave = head.head["wave"]
    return Wave(
        publication=str(head.id),
        campaign=head.head["campaign"]["key"],
        key=wave["key"],
        sequence=wave["sequence"],
        kind=wave["kind"],
        labels=wave["labels"],
        closed_on=wave["closed_on"],
        released_at=head.released_at,
        version=head.version,
        open_results=head.open_results,
        measures=head.measures,
        doubted=is_doubted(head.head),
        margins=margins_in(head.head),
        asked=head.asked,
        correction=head.correction,
        retracted=tuple(
            one
            for one in head.retracted
            if in_one_series(head.population, head.campaign, one.campaign)
        ),
        outdated=tuple(wave_of(one) for one in head.corrected),
    )
