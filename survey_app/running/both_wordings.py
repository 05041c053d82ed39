"""Whether halves of a planned wave may get the old and the new words, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.planning.ahead import SPREAD
from analytics.planning.overlap import OverlapAhead, overlap_ahead
from analytics.trend.splice import LARGEST_ERROR
from questionnaires.arms import OLD, arm_of, has_arms, without_arm
from questionnaires.errors import OverlapError
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
    from collections.abc import Mapping

    from questionnaires.model import Text
    from survey_app.asking.campaigns.queries import WaveRow
    from survey_app.running.precision import Ahead
    from survey_app.shared.i18n import Language

_HELD = frozenset({State.OPEN, State.CLOSED, State.COUNTED, State.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Reworded:
    """A question in the words of the last wave and in the newest."""

    item: str
    before: Text
    now: Text


@dataclass(frozen=True, slots=True)
class WordingChoice:
    """What the page says before somebody chooses.

    ``version`` is what half of those asked would get; empty where halves cannot link what changed.
    """

    last: str
    items: tuple[Reworded, ...]
    version: str
    largest: float
    cost: OverlapAhead | None


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
    library, form = load_library(), said.get("form", "")
    if form not in library.forms or said.get("invite") == "open" or not library.earlier(form):
        return None
    newest = library.questionnaire(form)
    found = await _last_asked(wave, newest)
    if found is None:
        return None
    last, asked = found
    items = reworded(asked, newest)
    if not items:
        return None
    version = _version_of(asked, form, items)
    changed = tuple(Reworded(name, asked.item(name).text, newest.item(name).text) for name in items)
    label = in_language(last.labels["name"], lang)
    if not version:
        return WordingChoice(label, changed, "", LARGEST_ERROR, None)
    both = library.questionnaire(form, overlap=version)
    cost = await _cost(wave, both, ahead)
    return WordingChoice(label, changed, version, LARGEST_ERROR, cost)


async def _last_asked(wave: WaveRow, newest: Questionnaire) -> tuple[WaveRow, Questionnaire] | None:
    """Find the last wave of a population that asked the same instrument, and what it asked.

    One in which halves were asked in different words has gone over them already.
    """
    held = [
        one
        for one in await list_waves(Login.WEB)
        if one.population == wave.population and State(one.state) in _HELD
    ]
    for one in sorted(held, key=lambda one: one.sequence, reverse=True):
        content = await frozen_questionnaire(Login.WEB, one)
        asked = Questionnaire.from_json(content) if content else None
        if asked and asked.form.instrument == newest.form.instrument:
            return None if has_arms(asked) else (one, asked)
    return None


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
