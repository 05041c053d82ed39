"""What two people approved is what a wave asks: other questions since then stop its opening."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.canonical import UnreadableError
from questionnaires.editions import asked_versions
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.acts import openings_of
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.database import Login, fetch
from survey_app.waves.asks import questionnaire_as_of_now, questionnaire_of

if TYPE_CHECKING:
    from survey_app.asking.campaigns.queries import WaveRow


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What somebody looked over who asked to open a wave, and what it would ask now.

    ``proposed``: it waits for a second person; else two have approved it.
    """

    then: Questionnaire
    now: Questionnaire
    proposed: bool


async def check_approved(login: Login, wave: WaveRow) -> None:
    """Refuse to open a wave that two people approved with another questionnaire.

    One that nobody approved on a page passes: it is opened by a command, by the operator's word.

    Raises
    ------
    OpeningRefused
        With what changed and what to do; also where nobody knows what was approved.
    """
    approved = next((one for one in await openings_of(login, wave.id) if one.approved), None)
    if approved is None:
        return
    reason = await _reason_against(login, wave, approved.asks)
    if reason is not None:
        raise OpeningRefused(wave.key, [reason])


async def is_as_asked_for(login: Login, wave: WaveRow) -> bool:
    """Tell whether a wave would ask what stood there when somebody last asked to open it."""
    asked = next(iter(await openings_of(login, wave.id)), None)
    try:
        return asked is not None and await _reason_against(login, wave, asked.asks) is None
    except OpeningRefused:  # what changed lets halves get both no more
        return False


async def looked_over(login: Login, wave: WaveRow) -> LookedOver | None:
    """Find what was last looked over and is not what a wave would ask now; ``None`` if all is."""
    for one in await openings_of(login, wave.id):
        then = _read(one.asks)
        if then is None or then.form.id != wave.form:
            continue
        if not _asks_now(wave, then.hash):
            proposed = one.state == "proposed"
            return LookedOver(then, await questionnaire_of(login, wave), proposed)
        if one.approved:  # what was approved before that is settled
            return None
    return None


async def _reason_against(login: Login, wave: WaveRow, asks: bytes) -> Reason | None:
    then = _read(asks)
    if then is None:
        known = _asks_now(wave, await _asked_last(login, wave))
        return None if known else Reason(Against.ASKS_UNKNOWN, key=wave.key)
    if _asks_now(wave, then.hash):
        return None
    before, now = asked_versions(then), asked_versions(await questionnaire_of(login, wave))
    if then.form.id == wave.form and before and now and before != now:
        instrument = load_library().forms[wave.form].instrument
        titles = json.dumps(dict(load_library().instrument_title(instrument)))
        numbers = {"before": _said(before), "now": _said(now)}
        told = {"instrument": instrument, "names": titles, "key": wave.key}
        return Reason(Against.ASKS_VERSION, **numbers, **told)
    return Reason(Against.ASKS_OTHER, key=wave.key)


def _asks_now(wave: WaveRow, known: str | None) -> bool:
    """Tell whether it is what a wave asks, be it the first of its population or a later one.

    Which of the two it is may change between approval and opening, by waves that open meanwhile.
    Both versions can be asked by one of them alone where a first wave leaves out what was reworded.
    """
    found: set[str] = set()
    refused: list[OpeningRefused] = []
    for first in (False, True):
        try:
            found.add(questionnaire_as_of_now(wave, first=first).hash)
        except OpeningRefused as reason:
            refused.append(reason)
    if not found:
        raise refused[0]
    return known in found


async def _asked_last(login: Login, wave: WaveRow) -> str | None:
    """Name what the last wave asked that had the same form; versions never go back."""
    rows = await fetch(
        login,
        "SELECT w.questionnaire FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.form = $2 AND w.state NOT IN ('draft', 'cancelled')"
        " AND w.questionnaire IS NOT NULL ORDER BY w.sequence DESC LIMIT 1",
        wave.population,
        wave.form,
    )
    return rows[0]["questionnaire"] if rows else None


def _read(asks: bytes) -> Questionnaire | None:
    try:
        return load_library().with_sensitivity(Questionnaire.from_json(asks)) if asks else None
    except UnreadableError:  # of a version that wrote it otherwise: nobody knows what it was
        return None


def _said(versions: tuple[int, ...]) -> str:
    return " + ".join(map(str, versions))
