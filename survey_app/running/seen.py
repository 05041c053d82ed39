"""What somebody saw of a wave as they filled in its form: nothing is done to it as another.

A form names the wave's plan as it stood, what was asked of it already, whether its figures were
taken back, and, where the wave is to be opened, what it would have asked. Whoever sends it is told
where one is another by then, and nothing is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from survey_app.asking.campaigns.acts import Act, StoredAct, act_content, acts_of
from survey_app.asking.campaigns.acts import State as ActState
from survey_app.asking.campaigns.campaign_acts import standing_of_campaigns
from survey_app.asking.campaigns.queries import WaveRow, find_wave
from survey_app.asking.reasons import Against, Reason
from survey_app.running.plan import seen_of
from survey_app.shared.clock import now
from survey_app.shared.database import Login

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire

# what does not touch the plan, the people or the end of a wave
_ASIDE: Final[frozenset[Act]] = frozenset({"resend", "returned", "relink"})
_QUESTIONS: Final = "asks:"
_TAKEN_BACK: Final = "taken-back"


async def seen_now(wave: WaveRow) -> str:
    """Name a wave as it stands: its plan, and each thing that was asked of it, with how far."""
    back = [_TAKEN_BACK] if wave.taken_back else []
    return " ".join([seen_of(wave), *back, *map(_told, await _under_way(wave))])


def with_questions(seen: str, asks: Questionnaire) -> str:
    """Name beside what else was seen of a wave what it would have asked."""
    return f"{seen} {_QUESTIONS}{asks.hash}"


def saw_other_questions(seen: str, asks: Questionnaire) -> bool:
    """Whether a form was filled in over other questions than a wave would ask now."""
    told = [one for one in seen.split() if one.startswith(_QUESTIONS)]
    return bool(told) and f"{_QUESTIONS}{asks.hash}" not in told


async def overtaken(
    wave: WaveRow, seen: str, *, aside: Callable[[StoredAct], bool] = lambda _: False
) -> Reason | None:
    """Say what somebody else was quicker with; None where all is as it was seen.

    Parameters
    ----------
    wave : WaveRow
        As it was before others were locked out.
    seen : str
        What the form says, as `seen_now` made it; empty where it says nothing.
    aside : function of StoredAct
        Which of what was asked is looked at by itself.
    """
    stands = await find_wave(Login.WEB, wave.key)
    if stands.state != wave.state:
        return Reason(Against.STATE, state=stands.state)
    plan, *told = seen.split() or [seen_of(stands)]
    if plan != seen_of(stands):
        return Reason(Against.PLAN_CHANGED)
    if not seen:
        return None
    if stands.taken_back and _TAKEN_BACK not in told:
        return Reason(Against.NOTHING_STANDS)
    for one in await _under_way(stands):
        # the next wave is planned as an act of the one that it is like, and changes nothing of it
        if one.act != "next" and not aside(one) and _told(one) not in told:
            return _meanwhile(one)
    return None


def seen_in(act: StoredAct, seen: str) -> Sequence[ActState]:
    """Return in which states an act may stand that somebody saw as a form says."""
    if not seen:
        return ("proposed", "confirmed")
    return ("confirmed",) if f"{act.id.hex}+" in seen.split() else ("proposed",)


async def is_asked(wave: WaveRow, act: Act, account: str, content: bytes) -> bool:
    """Whether the same was asked by the same account a moment ago, and is not done yet."""
    own = [one for one in await _under_way(wave) if one.act == act]
    same = [await act_content(one.id) == content for one in own if one.asked_by == UUID(account)]
    return any(same)


async def not_settled(wave: WaveRow) -> Reason | None:
    """Say that the plan or the texts of a wave are about to be others: nobody can approve them."""
    for one in await _under_way(wave):
        # by a version of before that of the next wave was one, too
        if one.act == "plan" and json.loads(await act_content(one.id) or "{}").get("key") in {
            None,
            wave.key,
        }:
            return Reason(Against.PLAN_COMING)
    texts = (await standing_of_campaigns(Login.WEB)).get(wave.campaign)
    return Reason(Against.TEXTS_COMING) if texts and texts.state == "asked" else None


async def _under_way(wave: WaveRow) -> list[StoredAct]:
    acts = (await acts_of(Login.WEB, [wave.id]))[wave.id]
    return [
        one
        for one in acts
        if one.act not in _ASIDE and (one.waits(now()) or one.state in {"confirmed", "running"})
    ]


def _meanwhile(one: StoredAct) -> Reason:
    if one.act != "open":
        return Reason(Against.ASKED, actor=one.actor)
    if one.state == "proposed":
        return Reason(Against.OPENING_ASKED, actor=one.actor)
    return Reason(Against.OPENING_APPROVED)


def _told(one: StoredAct) -> str:
    return f"{one.id.hex}{'' if one.state == 'proposed' else '+'}"
