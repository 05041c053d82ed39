"""Whether a planned wave may ask the version before beside the newest, and what that costs.

Of questions that were reworded halves get either; of scales with other items everybody gets both.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.arms import NEW, OLD, arm_of, has_both, without_arm
from questionnaires.both_sets import recomposed
from questionnaires.errors import OverlapError
from questionnaires.halves import in_words_of
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.overlap import reworded
from survey_app.asking.campaigns.queries import frozen_questionnaire, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.reading.kinds import headline_index
from survey_app.reading.outlook import largest_spread
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from analytics.planning.overlap import OverlapAhead
    from questionnaires.model import Scale, Text
    from survey_app.asking.campaigns.queries import WaveRow
    from survey_app.running.precision import Ahead
    from survey_app.shared.i18n import Language

    type Asked = tuple[WaveRow, Questionnaire]

_HELD = frozenset({State.OPEN, State.CLOSED, State.COUNTED, State.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Reworded:
    """A question in the words of the last wave and in the newest."""

    item: str
    before: Text
    now: Text


@dataclass(frozen=True, slots=True)
class OtherItems:
    """A scale with other items than the last wave asked: those that it lost, and those it got."""

    title: Text
    lost: tuple[Text, ...]
    got: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class WordingChoice:
    """What the page says before somebody chooses.

    ``version`` is what half of those asked would get; empty where halves cannot link what changed.
    Where no question was reworded and ``scales`` have other items, everybody would be asked those
    of both: ``longer`` is how many questions more than of the newest version alone.
    """

    last: str
    items: tuple[Reworded, ...]
    version: str
    largest: float
    cost: OverlapAhead | None
    scales: tuple[OtherItems, ...] = ()
    longer: int = 0


async def wording_choice(
    wave: WaveRow, said: Mapping[str, str], ahead: Ahead | None, lang: Language
) -> WordingChoice | None:
    """Return the choice of a plan; ``None`` where the last wave asked in the newest words.

    Parameters
    ----------
    wave : WaveRow
        The wave, or the one that it is planned like.
    said : mapping of str to str
        What the plan says; ``form`` and ``invite`` are read.
    ahead : Ahead or None
        What the wave is expected to bring.
    lang : str
    """
    from analytics.trend.splice import LARGEST_ERROR  # noqa: PLC0415 - large, and seldom needed

    library, form = load_library(), said.get("form", "")
    if form not in library.forms or said.get("invite") == "open" or not library.earlier(form):
        return None
    newest = library.questionnaire(form)
    before = [one async for one in _asked_before(wave, newest)]
    # one that asked two versions has gone over what changed already
    if not before or has_both(before[0][1]):
        return None
    last, asked = before[0]
    items = reworded(asked, newest)
    if not items:
        return _of_scales(before, newest, lang)
    version = _version_of(asked, form, items)
    changed = tuple(Reworded(name, asked.item(name).text, newest.item(name).text) for name in items)
    label = in_language(last.labels["name"], lang)
    if not version:
        return WordingChoice(label, changed, "", LARGEST_ERROR, None)
    both = library.questionnaire(form, overlap=version)
    cost = await _cost(wave, both, ahead)
    return WordingChoice(label, changed, version, LARGEST_ERROR, cost)


def _of_scales(
    before: Sequence[Asked], newest: Questionnaire, lang: Language
) -> WordingChoice | None:
    """Return the choice where scales have other items than when they were asked last.

    That may be longer ago than the last wave: pulses ask a part of what main waves do.
    """
    from analytics.trend.splice import LARGEST_ERROR  # noqa: PLC0415 - large, and seldom needed

    then: dict[str, Scale] = {}
    last: dict[str, WaveRow] = {}
    texts: dict[str, Text] = {}
    for wave, asked in before:
        own = in_words_of(asked, NEW)
        for scale in own.scales:
            then.setdefault(scale.code, scale)
            last.setdefault(scale.code, wave)
        for item in own.items:
            texts.setdefault(item.id, item.text)
    other = recomposed(then, newest.scales)
    if not other:
        return None
    version, longer = _version_of_sets({code: then[code] for code in other}, newest)
    now = {one.code: one for one in newest.scales}
    texts |= {item.id: item.text for item in newest.items}
    label = in_language(last[other[0]].labels["name"], lang)
    scales = tuple(_other_items(then[code], now[code], texts) for code in other)
    return WordingChoice(label, (), version, LARGEST_ERROR, None, scales, longer)


def _version_of_sets(then: Mapping[str, Scale], newest: Questionnaire) -> tuple[str, int]:
    """Name the version that had these scales, and how many questions both ask more; or nothing."""
    library, form = load_library(), newest.form.id
    for earlier in library.earlier(form):
        if recomposed(library.in_version(form, earlier).scales, then.values()):
            continue
        with suppress(OverlapError):
            both = library.questionnaire(form, overlap=earlier)
            return earlier, len(both.items) - len(newest.items)
    return "", 0


def _other_items(then: Scale, now: Scale, texts: Mapping[str, Text]) -> OtherItems:
    lost = tuple(texts[one] for one in then.items if one not in now.items)
    got = tuple(texts[one] for one in now.items if one not in then.items)
    return OtherItems(now.title, lost, got)


async def _asked_before(wave: WaveRow, newest: Questionnaire) -> AsyncIterator[Asked]:
    """Give the waves of a population that asked the same instrument, the last one first."""
    held = [
        one
        for one in await list_waves(Login.WEB)
        if one.population == wave.population and State(one.state) in _HELD
    ]
    for one in sorted(held, key=lambda one: one.sequence, reverse=True):
        content = await frozen_questionnaire(Login.WEB, one)
        asked = Questionnaire.from_json(content) if content else None
        if asked and asked.form.instrument == newest.form.instrument:
            yield one, asked


def _version_of(asked: Questionnaire, form: str, items: tuple[str, ...]) -> str:
    """Name the version whose words the last wave asked in; empty where no half can get them."""
    library = load_library()
    for version in library.earlier(form):
        before = library.in_version(form, version).questionnaire(form)
        if set(reworded(asked, before)) & set(items):
            continue
        try:
            library.questionnaire(form, overlap=version)
        except OverlapError:
            return ""
        return version
    return ""


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
    )
