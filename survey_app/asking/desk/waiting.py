"""What is open, what comes, and what waits for somebody: the first thing that they read."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from questionnaires.loader import load_library
from survey_app.accounts.queries import count_of_role
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.two_people import are_two
from survey_app.asking.campaigns.act_words import PendingAct, of_other_questions, standing
from survey_app.asking.campaigns.acts import OF_FIGURES, StoredAct, acts_of
from survey_app.asking.campaigns.campaign_acts import campaign_comes
from survey_app.asking.campaigns.key_holders import TAMPERED, holders_of
from survey_app.asking.campaigns.permissions import READERS, populations_for
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.results_wait import HeldResults, held_results
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.queries import delivery_state
from survey_app.asking.desk.held_up import HeldUp, held_up
from survey_app.asking.desk.near import (
    Coming,
    Running,
    WithoutResults,
    coming_of,
    running_of,
    waves_told_apart,
    without_results,
)
from survey_app.asking.desk.things import ORDER, Thing, WaitingThing
from survey_app.asking.instruments.permissions import writable_instruments
from survey_app.asking.instruments.versions import VersionState, versions_under_way
from survey_app.asking.letters.queries import paper_awaited
from survey_app.asking.people.ended_scopes import ended_scopes
from survey_app.asking.people.uploads import came_to_nothing, register_comes
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import Language

SOON: Final = timedelta(days=14)
"""So long before its first day somebody is told that nobody has asked to open a wave.

What was asked for and came to nothing is told at once: whoever approved it thinks that it opens.
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """The first page's first part. ``runs``: whether the reader runs waves, and has their pages."""

    running: tuple[Running, ...]
    coming: tuple[Coming, ...]
    waiting: tuple[WaitingThing, ...]
    without: tuple[WithoutResults, ...]
    runs: bool


async def desk(
    role: Role, account: UUID, unit: str, *, language: Language, now: datetime
) -> Desk | None:
    """Gather what concerns a reader; ``None`` for a role that neither runs nor answers waves.

    Parameters
    ----------
    role : Role
    account : UUID
        Nobody is asked to approve what they asked for themselves.
    unit : str
        Codes with commas between, of leaders and representatives.
    language : str
    now : datetime
    """
    if role not in READERS and role not in UNIT_ROLES:
        return None
    populations = populations_for(role) if role in READERS else ("staff",)
    waves = await waves_told_apart(populations)
    running = [wave for wave in waves if wave.state == State.OPEN]
    kept = await held_up(Login.WEB)
    today = now.astimezone(OSLO).date()
    held = kept.still_to_come(await held_results(Login.WEB, today=today))
    waiting: list[WaitingThing] = []
    if role in READERS:
        waiting += await _of_waves(waves, kept, held, account, language, now=now)
        waiting += await _of_keys(waves, role, today=today)
        waiting += await _of_versions(role, account)
        waiting = _in_order([*waiting, *await _of_the_rest(role, account, waves)])
    # a draft that was to open and could not opens by itself no more, and one that opens is told so
    # to those who run it
    acts = await acts_of(Login.WEB, [one.id for one in waves if one.state == State.DRAFT])
    last = {
        wave: next((one for one in asked if one.act == "open"), None)
        for wave, asked in acts.items()
    }
    coming = [
        one
        for one in waves
        if not (
            (act := last.get(one.id))
            and (act.state == "refused" or (role in READERS and act.begun(now)))
        )
    ]
    return Desk(
        tuple([await running_of(wave, unit, kept, held, language) for wave in reversed(running)]),
        tuple(coming_of(coming, kept, held, language, now=now, all_=role in READERS)),
        tuple(waiting),
        tuple(without_results(waves, kept, now=now)),
        role in READERS,
    )


async def _of_waves(
    waves: Sequence[WaveRow],
    kept: HeldUp,
    held: Sequence[HeldResults],
    account: UUID,
    language: Language,
    *,
    now: datetime,
) -> list[WaitingThing]:
    doubted = {one for one, alarm in kept.doubted.items() if not alarm.decision}
    alive = [
        one
        for one in waves
        if one.state in {State.DRAFT, State.OPEN}
        or (one.state == State.COUNTED and one.id in doubted)
    ]
    acts = await acts_of(Login.WEB, [one.id for one in alive])
    of_figures = await _of_figures(waves)
    acts |= of_figures
    alive += [one for one in waves if one.id in of_figures]
    by_key = {one.key: one for one in alive}
    stands = standing(acts, alive, language, now=now)
    found: list[WaitingThing] = []
    asked: set[str] = set()
    for one in stands:
        wave = by_key[one.wave]
        last = next(act for act in acts[wave.id] if act.act == one.act)
        if _is_to_be_asked_anew(one, last, account):
            continue
        if thing := await _of_act(one, last, wave, account):
            found.append(thing)
        if one.act == "open":
            asked.add(wave.key)
    soon = now.astimezone(OSLO).date() + SOON
    found += [
        _unasked(one, last, now.astimezone(OSLO).date())
        for one in alive
        if one.state == State.DRAFT and one.key not in asked
        for last in [next((act for act in acts[one.id] if act.act == "open"), None)]
        if one.opens_on <= soon or (last and last.lapsed(now))
    ]
    for wave in alive:
        if wave.state == State.OPEN and wave.invite != "open":
            found += await _of_its_mails(wave, now)
            found += await _of_its_paper(wave)
    # whoever asked has done their part, and whoever can approve is told of that alone
    deciding = {by_key[one.wave].id for one in stands if one.decides}
    found += _of_arrivals(waves, doubted - deciding)
    found += _of_results(waves, held)
    return _in_order([*_of_trouble(kept, waves), *found])


def _is_to_be_asked_anew(stands: PendingAct, act: StoredAct, account: UUID) -> bool:
    """Whether somebody has to ask again: of a no, whoever asked is told, and the others of that."""
    return stands.overtaken or bool(stands.declined_by and act.asked_by != account)


async def _of_figures(waves: Sequence[WaveRow]) -> dict[UUID, list[StoredAct]]:
    """Return what was asked for of published figures: of such waves nothing else waits."""
    asked = await acts_of(Login.WEB, [one.id for one in waves if one.state == State.PUBLISHED])
    kept = {wave: [one for one in acts if one.act in OF_FIGURES] for wave, acts in asked.items()}
    return {wave: acts for wave, acts in kept.items() if acts}


async def _of_act(
    stands: PendingAct, act: StoredAct, wave: WaveRow, account: UUID
) -> WaitingThing | None:
    """Tell of one thing that was asked for; ``None`` where it waits for its hour, or is small."""
    campaign, names = f"/campaigns/{wave.campaign}", wave.labels["name"]
    if stands.begun and stands.act == "open":
        return WaitingThing(Thing.OPENING, campaign, names)
    if stands.declined_by:
        return WaitingThing(Thing.DECLINED, campaign, names, stands.act)
    if of_other_questions(act):
        address = f"/waves/{wave.key}/open"
        return WaitingThing(Thing.OTHER_QUESTIONS, address, names, stands.act)
    if stands.refused:
        return WaitingThing(Thing.REFUSED, campaign, names, stands.act)
    if not stands.waits_for_second:
        return None
    thing = await _whose(account, act.asked_by, others=Thing.APPROVE, own=Thing.ASKED)
    day = act.last_day.astimezone(OSLO).date()
    return WaitingThing(thing, f"/waves/{wave.key}/{stands.act}", names, stands.act, day)


def _of_arrivals(waves: Sequence[WaveRow], held: AbstractSet[UUID]) -> list[WaitingThing]:
    return [
        WaitingThing(
            Thing.HELD if one.state == State.COUNTED else Thing.ARRIVALS,
            f"/waves/{one.key}/arrivals",
            one.labels["name"],
        )
        for one in waves
        if one.id in held and one.state in {State.OPEN, State.CLOSED, State.COUNTED}
    ]


def _of_results(waves: Sequence[WaveRow], held: Sequence[HeldResults]) -> list[WaitingThing]:
    own = {one.id for one in waves}
    return [
        WaitingThing(
            Thing.RESULTS if one.mended_at else Thing.RESULTS_FIXED,
            one.mended_at or f"/campaigns/{one.other.campaign}",
            one.wave.labels["name"],
            day=one.until,
            other=one.other.labels["name"],
        )
        for one in held
        if one.wave.id in own
    ]


async def _whose(account: UUID, by: UUID, *, others: Thing, own: Thing) -> Thing:
    """Tell one's own from what one may decide, and both from what takes a third (docs/adr/0109)."""
    if by == account:
        return own
    return others if await are_two(by, account) else Thing.THIRD


def _unasked(wave: WaveRow, last: StoredAct | None, today: date) -> WaitingThing:
    address, names = f"/waves/{wave.key}/open", wave.labels["name"]
    if wave.closes_on < today:
        return WaitingThing(Thing.PASSED, f"/waves/{wave.key}/plan", names, day=wave.closes_on)
    before = "" if last is None else "changed" if last.overtaken else last.act
    return WaitingThing(Thing.UNASKED, address, names, before, wave.opens_on)


async def _of_keys(waves: Sequence[WaveRow], role: Role, *, today: date) -> list[WaitingThing]:
    """Tell of key holders who are not ready and whose wave opens soon, or who have to count."""
    holders = await holders_of(Login.WEB, [one.id for one in waves])
    found = [
        (Thing.KEYS_AWAITED, one, one.opens_on)
        for one in waves
        if one.state == State.DRAFT
        and one.opens_on <= today + SOON
        and one.closes_on >= today
        and not all(held.ready for held in holders[one.id])
    ]
    found += [
        (Thing.URN_LOCKED, one, one.results_on)
        for one in waves
        if one.waits_for_trustees and TAMPERED not in {held.trouble for held in holders[one.id]}
    ]
    may_ask = role in {Role.HR, Role.ADMIN}
    return [
        WaitingThing(
            thing,
            f"/waves/{one.key}/keys" if may_ask else f"/campaigns/{one.campaign}",
            one.labels["name"],
            day=day,
        )
        for thing, one, day in found
    ]


async def _of_its_mails(wave: WaveRow, now: datetime) -> list[WaitingThing]:
    sent = await delivery_state(Login.WEB, wave.id, now=now)
    campaign, names = f"/campaigns/{wave.campaign}", wave.labels["name"]
    found = []
    texts, mails = sent.texts_waiting, sent.waiting - sent.texts_waiting
    if sent.gateway or sent.texts_held_up:
        found.append(WaitingThing(Thing.GATEWAY, campaign, names, number=texts))
    if sent.server or sent.mails_held_up:
        found.append(WaitingThing(Thing.MAIL_SERVER, campaign, names, number=mails))
    if sent.failed:
        lost, texts = sent.failed - sent.texts_failed, sent.texts_failed
        page = f"/waves/{wave.key}/failed"
        found.append(WaitingThing(Thing.NOT_ARRIVED, page, names, number=lost, texts=texts))
    return found


async def _of_its_paper(wave: WaveRow) -> list[WaitingThing]:
    """Say who cannot answer yet: they are invited by letter or card, and none is made."""
    awaited, names = await paper_awaited(Login.WEB, wave.id), wave.labels["name"]
    found = []
    if "letters" in awaited:
        page = f"/waves/{wave.key}/letters"
        found.append(WaitingThing(Thing.NO_LETTERS, page, names, wave.invite))
    if "cards" in awaited:
        found.append(WaitingThing(Thing.NO_CARDS, f"/waves/{wave.key}/cards", names))
    return found


def _of_trouble(trouble: HeldUp, waves: Sequence[WaveRow]) -> list[WaitingThing]:
    found = [WaitingThing(Thing.CLOCK, "/campaigns")] if trouble.clock else []
    for wave in waves:
        campaign, names = f"/campaigns/{wave.campaign}", wave.labels["name"]
        if wave.id in trouble.exchanged:
            found.append(WaitingThing(Thing.EXCHANGED, campaign, names))
        if wave.id in trouble.waves:
            found.append(WaitingThing(Thing.NOT_COUNTED, campaign, names))
    return found


async def _of_versions(role: Role, account: UUID) -> list[WaitingThing]:
    """Tell of questions that somebody else has written, and of own ones that came back."""
    library = load_library()
    mine = set(writable_instruments(library, role))
    found = []
    for one in await versions_under_way(Login.WEB):
        key, number = one.files.key, one.files.version
        own = one.changed_by == account
        if one.state is VersionState.REVIEW and not own:
            thing = Thing.REVIEW if await are_two(one.changed_by, account) else Thing.THIRD
        elif one.state is VersionState.DRAFT and own and one.reason:
            thing = Thing.SENT_BACK
        else:
            continue
        if key in mine:
            names = dict(library.instrument_title(key))
            address = f"/questionnaires/{key}/v{number}/review"
            found.append(WaitingThing(thing, address, names, number=number))
    return found


async def _of_the_rest(role: Role, account: UUID, waves: Sequence[WaveRow]) -> list[WaitingThing]:
    """Tell what is to be done before the first wave, and of whom the register has left behind."""
    found = [] if role is Role.COMMUNICATIONS else await _of_the_register(account)
    if role is Role.ADMIN and await count_of_role(Login.WEB, Role.HR) < 2:  # noqa: PLR2004
        found.append(WaitingThing(Thing.ALONE, "/settings/accounts"))
    if role is Role.ADMIN and (ended := await ended_scopes(Login.WEB)):
        found.append(WaitingThing(Thing.ENDED_SCOPES, "/settings/accounts", number=len(ended)))
    if not waves and await campaign_comes(Login.WEB, populations_for(role)):
        found.append(WaitingThing(Thing.WAVE_COMES, "/campaigns"))
    elif not waves:
        found.append(WaitingThing(Thing.NO_WAVE, "/waves/new"))
    return found


async def _of_the_register(account: UUID) -> list[WaitingThing]:
    if upload := await came_to_nothing(Login.WEB, account):
        return [WaitingThing(Thing.REGISTER_CHANGED, f"/people/import/{upload}")]
    if await register_comes(Login.WEB):
        return [WaitingThing(Thing.REGISTER_COMES, "/people")]
    people = await fetch(Login.WEB, "SELECT EXISTS (SELECT FROM asking.person) AS found")
    return [] if people[0]["found"] else [WaitingThing(Thing.REGISTER, "/people/import")]


def _in_order(found: list[WaitingThing]) -> list[WaitingThing]:
    return sorted(found, key=lambda one: ORDER.index(one.thing))
