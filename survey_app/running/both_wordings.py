"""Whether a planned wave may ask the version before beside the newest, and what that costs.

Of questions that were reworded halves get either; of scales with other items everybody gets both.
Which wave a measure is held against is the publication's rule (`LinkedSeries.compared`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from questionnaires.arms import NEW, OLD, arm_of, has_arms, has_both, without_arm
from questionnaires.both_sets import recomposed, rescored
from questionnaires.errors import OverlapError
from questionnaires.halves import asked_before, asked_now, in_words_of, touched_by_words
from questionnaires.identity import first_intros, identities
from questionnaires.least_answers import least_answers
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.series import in_one_series
from survey_app.asking.campaigns.queries import frozen_questionnaire, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.asking.campaigns.wave_checks import hindrance
from survey_app.asking.errors import problem
from survey_app.asking.mends import mended
from survey_app.publications.links import LinkedSeries
from survey_app.publications.series import links_told
from survey_app.reading.kinds import headline_index
from survey_app.reading.outlook import largest_spread
from survey_app.shared.agency import agency, in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login, connection
from survey_app.shared.i18n import quoted
from survey_app.shared.numbers import listed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence

    from analytics.planning.overlap import OverlapAhead
    from questionnaires.identity import Intros
    from questionnaires.model import Scale, Text
    from survey_app.asking.campaigns.queries import WaveRow
    from survey_app.publications.links import Link
    from survey_app.running.precision import Ahead
    from survey_app.shared.i18n import Language

    type Asked = tuple[WaveRow, Questionnaire]

_HELD = frozenset({State.OPEN, State.CLOSED, State.COUNTED, State.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Reworded:
    """A question in the words that it had when it was asked last, and in the newest."""

    item: str
    before: Text
    now: Text


@dataclass(frozen=True, slots=True)
class OtherItems:
    """A scale with other items than when it was asked last: those that it lost and those it got.

    Or one with the same and another rule: ``needed`` is how many of its ``of`` items had to be
    answered before, and have to now.
    """

    title: Text
    lost: tuple[Text, ...] = ()
    got: tuple[Text, ...] = ()
    needed: tuple[int, int] = (0, 0)
    of: int = 0


@dataclass(frozen=True, slots=True)
class WordingChoice:
    """What the page says before somebody chooses.

    ``last`` names the waves whose figures would be led to the newest version, else the last that
    asked otherwise. ``version`` is what half of those asked would get; empty where no wave can link
    what changed, with the reason in ``against``. Where no question was reworded and ``scales`` have
    other items, everybody would be asked those of both; ``ruled``: none of them has, and who has a
    score on them follows another rule; ``names`` are what they are called,
    ``longer`` is how many questions more than of the newest version alone, ``minutes`` how long the
    form then takes. ``left``: the plan asks two versions already, and curves would break all the
    same; ``more``: ``version`` would let more of them go on. ``of_scales``: what is offered
    is about scales with other items, and not about words, where both changed.
    """

    last: str
    items: tuple[Reworded, ...]
    version: str
    largest: float
    cost: OverlapAhead | None
    scales: tuple[OtherItems, ...] = ()
    ruled: bool = False
    names: str = ""
    longer: int = 0
    minutes: int = 0
    against: str = ""
    left: bool = False
    more: bool = False
    of_scales: bool = False


@dataclass(frozen=True, slots=True)
class _Before:
    """The waves of a population with what they asked, newest first, and the newest version.

    ``links`` are those that publications tell, and those that waves will tell which asked both and
    are not published yet.
    """

    waves: Sequence[Asked]
    newest: Questionnaire
    links: Sequence[Link] = field(default=())

    def series(self, own: Sequence[Link] = ()) -> LinkedSeries:
        """Give what the waves asked, oldest first, as if the newest version came next."""
        first = _first(self.waves)
        asked = [(wave.key, asked_now(form, first)) for wave, form in reversed(self.waves)]
        return LinkedSeries([*asked, ("", identities(self.newest, first))], [*self.links, *own])

    def cut(self) -> tuple[str, ...]:
        """Name the measures of the newest version that no figure of before would lead to."""
        series = self.series()
        had = {code for _, asked in series.waves[:-1] for code in asked}
        now = series.waves[-1][1]
        return tuple(code for code in now if code in had and series.compared(code) is None)

    def led(self, both: Questionnaire, measures: Collection[str]) -> dict[str, str]:
        """Name the wave that each measure would be compared with if a wave asked both versions."""
        series = self.series([*_told_by("", both, _first(self.waves))])
        found = {code: series.compared(code) for code in measures}
        return {code: wave for code, wave in found.items() if wave is not None}

    def last(self, measure: str) -> Asked:
        """Give the last wave that had a measure."""
        return next(one for one in self.waves if measure in asked_now(one[1]))


async def wording_choice(
    wave: WaveRow, said: Mapping[str, str], ahead: Ahead | None, lang: Language
) -> WordingChoice | None:
    """Return the choice of a plan; ``None`` where figures of before lead to all that is asked.

    Parameters
    ----------
    wave : WaveRow
        The wave, or the one that it is planned like.
    said : mapping of str to str
        What the plan says; ``form``, ``invite`` and ``overlap`` are read.
    ahead : Ahead or None
        What the wave is expected to bring.
    lang : str
    """
    from analytics.trend.splice import LARGEST_ERROR  # noqa: PLC0415 - large, and seldom needed

    library, form = load_library(), said.get("form", "")
    if form not in library.forms or said.get("invite") == "open":
        return None
    before = await _before(wave, library.questionnaire(form))
    cut = before.cut()
    items, scales = tuple(_reworded(before, cut)), tuple(_other_items(before, cut))
    if not items and not scales:
        return None
    version, both, against = _version_for(before, cut)
    led = before.led(both, cut) if both else {}
    goes_on = _led_by(before, said.get("overlap", ""), cut)
    names = {one.key: in_language(one.labels["name"], lang) for one, _ in before.waves}
    last = [led[code] for code in cut if code in led] or [before.last(code)[0].key for code in cut]
    halved = both is None or has_arms(both)
    return WordingChoice(
        last=listed(list(dict.fromkeys(names[key] for key in last)), lang),
        items=items,
        version=version,
        largest=LARGEST_ERROR,
        cost=await _cost(wave, both, ahead) if both and halved else None,
        scales=scales,
        ruled=bool(scales) and all(one.of for one in scales),
        names=listed([quoted(in_language(one.title, lang), lang) for one in scales], lang),
        longer=0 if both is None else both.question_count - before.newest.question_count,
        minutes=0 if both is None else both.form.minutes,
        against="" if against is None else _said(against, lang),
        left=len(goes_on) < len(cut),
        more=len(goes_on) < len(led),
        of_scales=bool(scales) and (not items or not halved),
    )


def _version_for(
    before: _Before, cut: Collection[str]
) -> tuple[str, Questionnaire | None, OverlapError | None]:
    """Find the versions that lead figures of before to most of what is cut.

    Fewest instruments first, and the latest of each. Of each instrument the version that leads to
    most by itself is tried with those of the others, so that what is put together grows with the
    versions that there are, and not with the ways to choose among them.
    """
    tried = _Tried(before, cut)
    choices = load_library().overlaps(before.newest.form.id)
    best = [max((tried.offer((name,)) for name in names), key=_leads) for names in choices]
    found = max(best, key=_leads, default=_Offer())
    more = found
    while more.both:
        found = more
        joined = max(tried.joined(found, best), key=_leads, default=_Offer())
        more = joined if joined.leads > found.leads else _Offer()
    return found.version, found.both, None if found.both else tried.against


@dataclass(frozen=True, slots=True)
class _Offer:
    """Versions that a wave might ask beside the newest, and how many measures that leads on."""

    names: tuple[str, ...] = ()
    both: Questionnaire | None = None
    leads: int = 0

    @property
    def version(self) -> str:
        return " ".join(self.names)


def _leads(one: _Offer) -> int:
    return one.leads


@dataclass(slots=True)
class _Tried:
    """What was put together for a plan; ``against``: why the first of what cannot be, cannot."""

    before: _Before
    cut: Collection[str]
    against: OverlapError | None = None

    def offer(self, names: tuple[str, ...]) -> _Offer:
        """Put versions together with the newest; what cannot be, or leads nothing on, is none."""
        form = self.before.newest.form.id
        try:
            both = load_library().questionnaire(form, overlap=" ".join(names))
        except OverlapError as error:
            self.against = self.against or error
            return _Offer()
        leads = len(self.before.led(both, self.cut))
        return _Offer(names, both, leads) if leads else _Offer()

    def joined(self, found: _Offer, best: Sequence[_Offer]) -> Iterator[_Offer]:
        """Offer what was found with the best of one instrument more, in their order."""
        for one in best:
            if found.both and one.both and not set(one.names) <= set(found.names):
                named = {*found.names, *one.names}
                yield self.offer(
                    tuple(name for other in best for name in other.names if name in named)
                )


def _led_by(before: _Before, overlap: str, cut: Collection[str]) -> dict[str, str]:
    """Tell what the versions that a plan names lead on: nothing where it cannot ask them."""
    try:
        both = load_library().questionnaire(before.newest.form.id, overlap=overlap)
    except OverlapError:
        return {}
    return before.led(both, cut)


def _said(error: OverlapError, lang: Language) -> str:
    told = problem(0, "", hindrance(error), reason=error, items=", ".join(error.items))
    return mended(told, lang)


def _reworded(before: _Before, cut: Collection[str]) -> Iterator[Reworded]:
    for item in before.newest.items:
        if item.id in cut:
            then = in_words_of(before.last(item.id)[1], NEW).item(item.id)
            yield Reworded(item.id, then.text, item.text)


def _other_items(before: _Before, cut: Collection[str]) -> Iterator[OtherItems]:
    texts: dict[str, Text] = {item.id: item.text for item in before.newest.items}
    for _, asked in before.waves:
        for item in in_words_of(asked, NEW).items:
            texts.setdefault(item.id, item.text)
    for scale in before.newest.scales:
        if scale.code in cut:
            then = _scale_of(before.last(scale.code)[1], scale.code)
            if recomposed({scale.code: then}, [scale]):
                lost = tuple(texts[one] for one in then.items if one not in scale.items)
                got = tuple(texts[one] for one in scale.items if one not in then.items)
                yield OtherItems(scale.title, lost, got)
            elif rescored({scale.code: then}, [scale]):
                of = len(scale.items)
                needed = (
                    least_answers(then.min_answered, of),
                    least_answers(scale.min_answered, of),
                )
                yield OtherItems(scale.title, needed=needed, of=of)


def _scale_of(asked: Questionnaire, code: str) -> Scale:
    return next(one for one in in_words_of(asked, NEW).scales if one.code == code)


async def _before(wave: WaveRow, newest: Questionnaire) -> _Before:
    waves = [one async for one in _asked_before(wave)]
    async with connection(Login.READER) as link:
        after = max((one.sequence for one, _ in waves), default=0) + 1
        told = await links_told(link, wave.population, after)
    known = {one.key for one, _ in waves}
    first = _first(waves)
    coming = [
        one
        for asked, form in waves
        if State(asked.state) is not State.PUBLISHED
        for one in _told_by(asked.key, form, first)
    ]
    return _Before(waves, newest, [*(one for one in told if one["wave"] in known), *coming])


def _first(waves: Sequence[Asked]) -> Intros:
    """Give what stood before each item at first; ``waves`` are the newest first."""
    return first_intros(in_words_of(form, NEW) for _wave, form in reversed(waves))


def _told_by(wave: str, both: Questionnaire, first: Intros) -> Iterator[Link]:
    """Give the links that a wave which asks both versions tells, if its answers allow them.

    The old words are asked under the text of now: nothing leads from what was asked under another.
    """
    if not has_both(both):
        return
    then, since = asked_before(both, first), asked_now(both, first)
    touched = touched_by_words(both)
    for code, old in then.items():
        if code in since and code in touched:
            ends = {"from": old, "to": since[code]}
            yield {"measure": code, "wave": wave, "method": "additive", **ends}


async def _asked_before(wave: WaveRow) -> AsyncIterator[Asked]:
    """Give the waves of a series with what they asked, the last one first."""
    held = [
        one
        for one in await list_waves(Login.WEB)
        if one.population == wave.population
        and in_one_series(wave.population, wave.campaign, one.campaign)
        and State(one.state) in _HELD
    ]
    for one in sorted(held, key=lambda one: one.sequence, reverse=True):
        if content := await frozen_questionnaire(Login.WEB, one):
            yield one, Questionnaire.from_json(content)


async def _cost(wave: WaveRow, both: Questionnaire, ahead: Ahead | None) -> OverlapAhead:
    from analytics.planning.ahead import SPREAD  # noqa: PLC0415 - large, and seldom needed
    from analytics.planning.overlap import overlap_ahead  # noqa: PLC0415 - large, and seldom needed
    from analytics.trend.splice import LARGEST_ERROR  # noqa: PLC0415 - large, and seldom needed

    at, index = now(), headline_index(wave.population)
    scales = {without_arm(one.code) for one in both.scales if arm_of(one.code) == OLD}
    touched = index in {without_arm(one.code) for one in both.indices if arm_of(one.code) == OLD}
    whole = ahead.wave.whole if ahead else None
    return overlap_ahead(
        await largest_spread(wave.population, scales, at) or SPREAD,
        largest=LARGEST_ERROR,
        answers=whole.answers if whole else None,
        index_spread=(await largest_spread(wave.population, {index}, at) or SPREAD)
        if touched
        else None,
        smallest=whole.smallest if whole else None,
        margins=agency().margins,
    )
