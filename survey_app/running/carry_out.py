"""Carry out what was asked for on pages, by the doors that the command line uses."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from survey_app.asking.campaigns.acts import (
    Act,
    StoredAct,
    approved_openings,
    forget_files,
    note_act_outcome,
    put_off,
    refuse_approved,
    still_stands,
    take_due,
)
from survey_app.asking.campaigns.arrival_alarms import keep_decision
from survey_app.asking.campaigns.import_campaign import write_wave
from survey_app.asking.campaigns.proposals import note_planned
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.clock_watch import trusted_now
from survey_app.asking.delivery.remind import remind_wave
from survey_app.asking.delivery.resend_failed import resend_failed
from survey_app.asking.errors import (
    CancellingRefused,
    DatesRefused,
    FiguresRefused,
    ImportProblems,
    OpeningRefused,
    PlanRefused,
    Problem,
    ReleasedContentError,
    ReminderRefused,
    WrongState,
)
from survey_app.asking.instruments.released_content import follow_soon
from survey_app.asking.invitations.replace_link import replace_untold
from survey_app.asking.letters.came_back import note_letters_back
from survey_app.asking.reasons import Against, Reason
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn.errors import KeyFileError
from survey_app.publications.store import NewestVersion, newest_version_of
from survey_app.publishing.claims import claimed_by
from survey_app.reading.outlook import spreads
from survey_app.running.dates import moved_dates
from survey_app.running.plan import planned_wave, seen_of
from survey_app.running.whom import people_of
from survey_app.settings import settings
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login, is_given
from survey_app.shared.errors import BarometerError
from survey_app.shared.log_parameters import LOGINS
from survey_app.waves.approved import check_approved
from survey_app.waves.cancel_wave import cancel_wave
from survey_app.waves.errors import ClosingError
from survey_app.waves.move_dates import move_dates
from survey_app.waves.move_results import move_results
from survey_app.waves.open_wave import open_wave
from survey_app.waves.stop_answers import stop_answers

type Apart = Callable[[UUID], Awaitable[str]]

log = logging.getLogger("barometer.running")

APART: Final = "apart"
"""Where the job finds how a child carries an act out; it returns what kept the child from it."""


_TURN: Final = timedelta(seconds=30)
"""After so long it is looked again whether another wave is still counted or corrected."""


_REFUSED: Final = (
    OpeningRefused,
    DatesRefused,
    PlanRefused,
    ReminderRefused,
    FiguresRefused,
    CancellingRefused,
)
"""What names its reasons in words that a page has."""


class _BusyError(Exception):
    """Another wave is counted or corrected just now."""


async def carry_out_acts(context: dict[str, Any]) -> None:
    """Do what is due, the oldest first; what cannot be done is refused with its reasons.

    Killed half-way, an act is taken again later: it finds the wave as it is then, and nothing that
    was done without a word of it.
    """
    async with writing() as link:
        await forget_files(link, now=await trusted_now())
    while True:
        at = await trusted_now()
        async with writing() as link:
            act = await take_due(link, now=at)
        if act is None:
            break
        if act.act in _OF_MUCH and APART in context:
            await _carry_out_apart(act, context[APART])
        else:
            await carry_out(act, at)
    # last: content that cannot be read stops this, and nothing that is due
    await _stop_outdated()


async def carry_out(act: StoredAct, at: datetime) -> None:
    """Do one thing that was taken, and say what came of it."""
    try:
        reasons = await _refusals(act, at)
    except _BusyError:
        await _leave_for_later(act)
        return
    if reasons:
        async with writing() as link:
            await note_act_outcome(link, act.id, "refused", reasons)
    log.info("%s %s: %s", act.act, act.key, "refused" if reasons else "done")


async def _carry_out_apart(act: StoredAct, apart: Apart) -> None:
    """Let a process of its own do it, which says what came of it unless it is stopped.

    An opening that was stopped is taken again later, as if this process had been killed.
    """
    if act.act == "correct" and await claimed_by(act.key):
        await _leave_for_later(act)
    elif sentence := await apart(act.id):
        log.warning("%s %s: %s", act.act, act.key, sentence)
        async with writing() as link:
            if act.act == "correct" and await still_stands(link, act.id):
                reasons = [Reason(Against.NOT_CORRECTED)]
                await note_act_outcome(link, act.id, "refused", reasons)


async def _leave_for_later(act: StoredAct) -> None:
    """Leave figures to be corrected when the wave that is counted or corrected just now is done."""
    async with writing() as link:
        await put_off(link, act.id, until=await trusted_now() + _TURN)


async def _stop_outdated() -> None:
    """Refuse approved openings whose questions are others by now, and not on their morning first.

    So that two people have time to approve what will be asked. Where what was released does not fit
    what this process reads, nobody knows what that is: nothing opens then, and no approval is lost.
    """
    try:
        await follow_soon(Login.WORKER, settings().data_dir)
    except ReleasedContentError:  # the worker's log has it, from the beginning of each job
        return
    for act, key in await approved_openings(Login.WORKER):
        try:
            await check_approved(Login.WORKER, await find_wave(Login.WORKER, key))
        except OpeningRefused as refused:
            async with writing() as link:
                await refuse_approved(link, act, refused.reasons)
            log.info("open %s: refused", key)


async def _refusals(act: StoredAct, at: datetime) -> tuple[str | Problem, ...]:
    try:
        await _carry_out(act, at)
    except _REFUSED as refused:
        return refused.reasons
    except ImportProblems as found:
        return found.problems
    except (WrongState, ClosingError) as late:
        return (late.reason or str(late),)
    except BarometerError as refused:
        return (str(refused),)
    return ()


async def _carry_out(act: StoredAct, at: datetime) -> None:
    if act.act not in _IN_STEPS:
        # in one go: taken a second time, most of what is done would be refused as done already
        async with writing() as link:
            await _WAYS[act.act](act, at)
            await note_act_outcome(link, act.id, "done")
        return
    await _WAYS[act.act](act, at)
    async with writing() as link:
        await note_act_outcome(link, act.id, "done")


async def _plan(act: StoredAct, at: datetime) -> None:
    wave = await find_wave(Login.WORKER, act.key)
    said = json.loads(act.content)
    planned = planned_wave(said, wave)
    itself = planned.key == act.key and wave.state == State.DRAFT
    if itself and said.get("seen", seen_of(wave)) != seen_of(wave):
        raise PlanRefused([Reason(Against.PLAN_CHANGED)])
    async with writing() as link:
        proposal = said.get("proposal")
        if proposal and not await note_planned(link, UUID(proposal), planned.key):
            raise PlanRefused([Reason(Against.PROPOSAL_GONE)])
        new = planned.key != act.key
        await write_wave(wave.campaign, planned, now=at, actor=act.actor, new=new)


async def _move(act: StoredAct, at: datetime) -> None:
    said = json.loads(act.content)
    told: Any = {"now": at, "today": at.astimezone(OSLO).date()}
    told |= {"reason": act.reason, "actor": act.actor}
    if said.keys() == {"results_on"}:
        await move_results(act.key, date.fromisoformat(said["results_on"]), **told)
        return
    await move_dates(act.key, moved_dates(said, await find_wave(Login.WORKER, act.key)), **told)


async def _remind(act: StoredAct, at: datetime) -> None:
    await remind_wave(act.key, now=at)


async def _resend(act: StoredAct, at: datetime) -> None:
    await resend_failed(act.key, json.loads(act.content), now=at)


async def _returned(act: StoredAct, at: datetime) -> None:
    said = json.loads(act.content)
    async with writing() as link:
        await note_letters_back(link, act.key, said["undelivered"], said["outside"])
        await record(
            Login.WORKER,
            now=at,
            actor=act.actor,
            action="letters returned",
            subject=act.key,
            undelivered=said["undelivered"],
            outside=said["outside"],
        )


async def _relink(act: StoredAct, at: datetime) -> None:
    await replace_untold(act.key, json.loads(act.content), now=at)


async def _close(act: StoredAct, at: datetime) -> None:
    # counting and publishing is the next sweep's
    await stop_answers(act.key, now=at)


async def _cancel(act: StoredAct, at: datetime) -> None:
    folder = settings().key_folder
    try:
        await cancel_wave(act.key, key_dir=folder, now=at, reason=act.reason, actor=act.actor)
    except KeyFileError as refused:
        log.warning("cancel %s: %s", act.key, refused)
        raise CancellingRefused([Reason(Against.KEY_FILE)]) from None


async def _decide(act: StoredAct, at: datetime) -> None:
    """Keep what two people decided; publishing is the next sweep's."""
    async with writing() as link:
        if await keep_decision(link, act.wave, "publish" if act.act == "publish" else "withhold"):
            await record(
                Login.WORKER, now=at, actor=act.actor, action=f"{act.act} decided", subject=act.key
            )


async def _correct(act: StoredAct, at: datetime) -> None:
    """Compute the figures once more, as the command does, and publish what comes out otherwise."""
    # loaded by the wave that needs it: with it the worker is half as large again
    from survey_app.publishing.errors import (  # noqa: PLC0415
        PublishingError,
        ResponsesGoneError,
        ShelfMovedError,
    )
    from survey_app.publishing.finishing import working_on  # noqa: PLC0415
    from survey_app.publishing.releasing.publish_wave import prepare, store  # noqa: PLC0415

    try:
        async with working_on(act.key):
            prepared = await prepare(act.key)
            async with writing() as link:
                standing = await newest_version_of(link, act.key)
                assert standing is not None  # only a published wave is corrected
                if _ended_by_chance(standing, prepared.computed.content_hash, act):
                    raise FiguresRefused([Reason(Against.SAME_FIGURES)])
                published = await store(prepared, now=at, reason=act.reason, actor=act.actor)
                if published != standing.id:
                    # in one go, too: computed once more, it would be as it stands
                    await note_act_outcome(link, act.id, "done")
                    return
    except ResponsesGoneError:
        raise FiguresRefused([Reason(Against.ANSWERS_GONE)]) from None
    except (ClosingError, ShelfMovedError):
        raise _BusyError from None
    except PublishingError as error:
        log.warning("correct %s: %s", act.key, error)
        raise FiguresRefused([Reason(Against.NOT_CORRECTED)]) from None
    raise FiguresRefused([Reason(Against.SAME_FIGURES)])


def _ended_by_chance(standing: NewestVersion, computed: str, act: StoredAct) -> bool:
    """Tell whether the same figures would end a retraction that came after two approved this."""
    after = act.confirmed_at is not None and standing.released_at > act.confirmed_at
    return standing.retracted and after and standing.content_hash == computed


async def _retract(act: StoredAct, at: datetime) -> None:
    from survey_app.publishing.errors import NothingStandsError  # noqa: PLC0415 - as above
    from survey_app.publishing.releasing.retract_wave import retract_wave  # noqa: PLC0415

    try:
        await retract_wave(act.key, now=at, reason=act.reason, actor=act.actor)
    except NothingStandsError:
        raise FiguresRefused([Reason(Against.NOTHING_STANDS)]) from None


async def _open(act: StoredAct, at: datetime) -> None:
    wave = await find_wave(Login.WORKER, act.key)
    if wave.state == State.OPEN:
        return  # by a worker that was killed before it could say so

    async def rehearse(link: Link, wave_id: UUID) -> None:
        # loaded by the wave that needs it: with it the worker is half as large again
        from survey_app.publishing.closing.rehearse_wave import rehearse_wave  # noqa: PLC0415

        if not await still_stands(link, act.id):
            raise OpeningRefused(act.key, [Reason(Against.PLAN_CHANGED)])
        await rehearse_wave(link, wave_id, now=at)

    people = people_of(act.content, wave.invite, wave.form)
    await open_wave(
        act.key,
        now=at,
        settings=settings(),
        sample=people,
        rehearse=rehearse,
        spreads=await spreads(wave.population, wave.kind, at),
        actor=act.actor,
        # a host of workers alone has no login of `web`: its own process looked when it was approved
        logins=[login for login in LOGINS if is_given(login)],
    )


# what takes much memory for a while: opening rehearses a publication
_OF_MUCH: Final[frozenset[Act]] = frozenset({"open", "correct"})
# what commits more than once, or computes before it does: each finds what it did itself
_IN_STEPS: Final[frozenset[Act]] = frozenset({"open", "cancel", "correct"})
_WAYS: Final[Mapping[Act, Callable[[StoredAct, datetime], Awaitable[None]]]] = {
    "open": _open,
    "plan": _plan,
    "next": _plan,
    "dates": _move,
    "remind": _remind,
    "resend": _resend,
    "returned": _returned,
    "relink": _relink,
    "close": _close,
    "publish": _decide,
    "withhold": _decide,
    "cancel": _cancel,
    "correct": _correct,
    "retract": _retract,
}
