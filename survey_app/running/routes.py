"""Open, remind, close and cancel a wave on a page: what follows is said before it happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.arms import has_arms
from questionnaires.loader import load_library
from survey_app.accounts.guards import requires
from survey_app.accounts.sessions import SignedIn
from survey_app.accounts.two_people import are_two, why_one
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.acts import (
    DECISIONS,
    LARGEST,
    OF_FIGURES,
    Act,
    ActRequest,
    StoredAct,
    acts_of,
    ask,
    confirm_act,
    one_actor_at_a_time,
    withdraw,
)
from survey_app.asking.campaigns.key_holders import key_holders
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import WaveRow, find_campaign
from survey_app.asking.campaigns.results_told import told_day
from survey_app.asking.campaigns.results_wait import results_ahead
from survey_app.asking.delivery.remind import reasons_against_reminding, reminders_of
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.instruments.asked import planned_questionnaire
from survey_app.asking.instruments.changes import KIND_NAMES
from survey_app.asking.invitations.may_open import reasons_against
from survey_app.asking.mends import FileMend
from survey_app.asking.reasons import Against, Reason
from survey_app.audit.record import record
from survey_app.running.archive_routes import HANDLERS as ARCHIVE
from survey_app.running.arrivals import show_arrivals, signs_in_words
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.running.authoring.routes import HANDLERS as AUTHORING
from survey_app.running.both_wordings import wording_choice
from survey_app.running.card_routes import HANDLERS as CARDS
from survey_app.running.date_routes import HANDLERS as DATES
from survey_app.running.field.failed_routes import HANDLERS as FAILED
from survey_app.running.field.letters_back import HANDLERS as LETTERS_BACK
from survey_app.running.field.new_link_routes import HANDLERS as NEW_LINK
from survey_app.running.field.routes import HANDLERS as FIELD
from survey_app.running.figures_routes import show_figures
from survey_app.running.letter_routes import HANDLERS as LETTERS
from survey_app.running.new_campaign_routes import HANDLERS as NEW
from survey_app.running.other_questions import other_questions
from survey_app.running.plan import said_of
from survey_app.running.plan_routes import HANDLERS as PLANNING
from survey_app.running.plan_routes import staff_register
from survey_app.running.possible import (
    POSSIBLE,
    longest_reason,
    reason_given,
    takes_two,
    why_impossible,
)
from survey_app.running.precision import look_ahead, spread_names
from survey_app.running.preview_routes import HANDLERS as PREVIEW
from survey_app.running.questionnaire_files import HANDLERS as QUESTIONNAIRE_FILES
from survey_app.running.seen import (
    not_settled,
    overtaken,
    saw_other_questions,
    seen_in,
    seen_now,
    with_questions,
)
from survey_app.running.texts_routes import HANDLERS as TEXTS
from survey_app.running.too_late import too_late, went_on, why_it_waits_no_more
from survey_app.running.turns import look_at_turns
from survey_app.running.whom import invited_by, sample_columns, whom_in
from survey_app.running.year_routes import HANDLERS as YEAR
from survey_app.shared.agency import in_language
from survey_app.shared.clock import OSLO, now, today
from survey_app.shared.database import Login
from survey_app.shared.form_in_memory import FormInMemory, form_in_memory
from survey_app.shared.i18n import N_, own_names
from survey_app.shared.log_parameters import loud_parameters
from survey_app.shared.pages import language_of, page
from survey_app.waves.approved import is_as_asked_for
from survey_app.waves.asks import questionnaire_of

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
MORNING: Final = time(8)
OTHER_QUESTIONS: Final = N_(
    "Skjemaet kan være et annet enn da noen ba om åpningen. Si nei, og be om åpningen på nytt."
)
QUESTIONS_CHANGED: Final = N_(
    "Skjemaet er endret siden du åpnet denne siden. Se på det en gang til før du ber om åpningen."
)
OWN: Final = N_("Du har selv bedt om dette. En annen må godkjenne.")


@get("/waves/{key:str}/{act:str}", guards=[requires(*READERS)])
async def look_over(
    request: Request[Any, Any, Any], key: FromPath[str], act: FromPath[str]
) -> Response[Any]:
    """Say what follows, and ask; or show what waits for a second person."""
    wave = await allowed_wave(request, key)
    return await _page(request, wave, _act(act))


@post("/waves/{key:str}/{act:str}", guards=[requires(*READERS)], request_max_body_size=2 * LARGEST)
async def ask_for(
    request: Request[Any, Any, Any], key: FromPath[str], act: FromPath[str]
) -> Response[Any]:
    """Take what somebody asks for, their second's word, or take it back."""
    wave, wanted = await allowed_wave(request, key), _act(act)
    form = await form_in_memory(request)
    reader, step = reader_of(request, form["csrf"]), form["step"]
    if step in {"withdraw", "confirm"}:
        waiting = await _waiting(wave, wanted)
        if waiting is None or str(waiting.id) != form["id"]:
            return await _overtaken(request, wave, form["id"], step, reader)
        return await _second(request, wave, waiting, form, reader)
    if (against := await why_impossible(wave, wanted)) is not None:
        return too_late(request, wave, against)
    return await _first(request, wave, wanted, form, reader)


async def _first(
    request: Request[Any, Any, Any], wave: WaveRow, act: Act, form: FormInMemory, reader: SignedIn
) -> Response[Any]:
    k = request.app.state.settings.minimum_group
    reason, unfit = reason_given(act, form["reason"])
    name, content, problem, mends = (
        await whom_in(form, wave, language_of(request), minimum_group=k)
        if _asks_file(wave, act)
        else ("", b"", "", [])
    )
    problem = unfit or problem
    asks = b""
    if act == "open" and not problem:
        asks, problem = await _asks_now(wave, form["seen"], language_of(request))
    if problem or mends:
        return await _page(request, wave, act, problem=problem, mends_=mends, reason=form["reason"])
    at, two = now(), takes_two(wave, act)
    asked = ActRequest(
        wave.id,
        act,
        reader.account,
        reader.email,
        due_at=None if two else at,
        reason=reason,
        file_name=name,
        content=content,
        asks=asks,
    )
    async with one_actor_at_a_time(wave.id):
        own = (act, UUID(reader.account))
        late = await overtaken(
            wave, form["seen"], aside=lambda one: (one.act, one.asked_by) == own
        ) or (await not_settled(wave) if act == "open" else None)
        # it waits already where the button was pressed twice
        first = not late and await _waiting(wave, act) is None
        if first:
            await ask(asked, now=at)
    if late:
        return too_late(request, wave, late)
    if first:
        await record(Login.WEB, now=at, actor=reader.email, action=f"{act} asked", subject=wave.key)
    return Redirect(_campaign(wave), status_code=303)


async def _asks_now(wave: WaveRow, seen: str, language: str) -> tuple[bytes, str]:
    """Return what a wave would ask that somebody wants open, or what speaks against it."""
    try:
        asks = await questionnaire_of(Login.WEB, wave)
    except OpeningRefused as refused:
        [problem] = say_reasons(refused.reasons, language)
        return b"", problem
    return asks.to_json(), QUESTIONS_CHANGED if saw_other_questions(seen, asks) else ""


async def _second(
    request: Request[Any, Any, Any],
    wave: WaveRow,
    act: StoredAct,
    form: FormInMemory,
    reader: SignedIn,
) -> Response[Any]:
    at, step = now(), form["step"]
    confirms_opening = step == "confirm" and act.act == "open"
    if confirms_opening and not await is_as_asked_for(Login.WEB, wave):
        return await _page(request, wave, act.act, problem=OTHER_QUESTIONS)
    if confirms_opening and (loud := await loud_parameters([Login.WEB])):
        # the worker's host may not have this login
        [problem] = say_reasons(
            [Reason(Against.LOUD, parameters="; ".join(loud))], language_of(request)
        )
        return await _page(request, wave, act.act, problem=problem)
    async with one_actor_at_a_time(wave.id):
        late = await overtaken(wave, form["seen"], aside=lambda one: one.id == act.id)
        if step == "withdraw":
            seen = seen_in(act, form["seen"])
            went = None if late else await withdraw(act, reader.account, seen, now=at)
        else:
            late = late or (await not_settled(wave) if act.act == "open" else None)
            due_at = _when(wave, act.act, at)
            confirms = not late and await confirm_act(act.id, reader.account, due_at=due_at, now=at)
            went = "confirmed" if confirms else None
    if late:
        return too_late(request, wave, late)
    own = UUID(reader.account)
    if not went and (step == "withdraw" or await are_two(act.asked_by, own)):
        return await _overtaken(request, wave, str(act.id), step, reader)
    if not went:
        problem = OWN if act.asked_by == own else await why_one(act.asked_by, own)
        return await _page(request, wave, act.act, problem=problem)
    await record(
        Login.WEB, now=at, actor=reader.email, action=f"{act.act} {went}", subject=wave.key
    )
    return Redirect(_campaign(wave), status_code=303)


async def _overtaken(
    request: Request[Any, Any, Any], wave: WaveRow, number: str, step: str, reader: SignedIn
) -> Response[Any]:
    """Say what became of something that somebody looked over and that waits no more."""
    acts = (await acts_of(Login.WEB, [wave.id]))[wave.id]
    act = next((one for one in acts if str(one.id) == number), None)
    if act and step == "confirm" and act.confirmed_by == UUID(reader.account) and went_on(act):
        # their own button, pressed twice
        return Redirect(_campaign(wave), status_code=303)
    if act and step == "withdraw" and act.state in {"withdrawn", "declined"}:
        # as they wish, whoever was quicker: often they themselves, with the button pressed twice
        return Redirect(_campaign(wave), status_code=303)
    return too_late(request, wave, await why_it_waits_no_more(act))


def _when(wave: WaveRow, act: Act, at: datetime) -> datetime:
    """Open on the morning of the first day, never before somebody confirmed; all else at once."""
    if act != "open":
        return at
    return max(at, datetime.combine(wave.opens_on, MORNING, OSLO))


def _asks_file(wave: WaveRow, act: Act) -> bool:
    return act == "open" and wave.invite in {"sample", "list"}


def _act(name: str) -> Act:
    if name not in POSSIBLE:
        raise NotFoundException
    return name


def _campaign(wave: WaveRow) -> str:
    return f"/campaigns/{wave.campaign}"


async def _waiting(wave: WaveRow, act: Act) -> StoredAct | None:
    """Return what waits for a second person, or for its hour."""
    for one in (await acts_of(Login.WEB, [wave.id]))[wave.id]:
        if one.act == act and (one.waits(now()) or one.state in {"confirmed", "running"}):
            return one
    return None


async def _page(
    request: Request[Any, Any, Any],
    wave: WaveRow,
    act: Act,
    *,
    problem: str = "",
    mends_: list[FileMend] | None = None,
    reason: str = "",
) -> Response[Any]:
    if (impossible := await why_impossible(wave, act)) is not None:
        said_there = act in OF_FIGURES and impossible.kind is not Against.STATE
        return Redirect(
            f"/waves/{wave.key}/figures" if said_there else _campaign(wave), status_code=303
        )
    if act == "open" and wave.form not in load_library().forms:
        return too_late(request, wave, Reason(Against.FORM_GONE))
    # before all that is shown: what comes in between is then told as having come
    seen = await seen_now(wave)
    language = language_of(request)
    campaign = await find_campaign(Login.WEB, wave.campaign)
    against: Sequence[str] = ()
    asked: dict[str, Any] = {}
    quiet = request.app.state.settings.quiet_time
    if act == "open":
        form = load_library().questionnaire(wave.form)
        asks = await planned_questionnaire(Login.WEB, wave)
        seen = with_questions(seen, asks)
        asked = {"questions": asks.question_count, "halved": has_arms(asks)}
        asked |= {"modules": len(form.form.modules), "columns": sample_columns(wave, language)}
        against = reasons_against(wave, campaign, form, today=today())
        unsettled = await not_settled(wave)
        against = [unsettled] if unsettled else against
    elif act == "remind":
        against = await reasons_against_reminding(Login.WEB, wave.id, now=now())
        asked = {"replaced": (await reminders_of(Login.WEB, wave, now=now())).replaced}
        asked |= {"goes_at": quiet.over(now()) if quiet.holds(now()) else None}
    waiting = await _waiting(wave, act)
    own = UUID(reader_of(request).account)
    k = request.app.state.settings.minimum_group
    turns = (
        await look_at_turns(wave, said_of(wave), language, minimum_group=k, itself=True)
        if act == "open"
        else None
    )
    ahead = (
        await look_ahead(
            wave, said_of(wave), language, minimum_group=k, itself=True, waiting=waiting
        )
        if act == "open"
        else None
    )
    context = {
        "wave": wave,
        "act": act,
        "name": in_language(wave.labels["name"], language),
        "campaign": campaign,
        "against": say_reasons(against, language) + (turns.against if turns else []),
        **(await results_ahead(wave, today=today()) if act in {"open", "publish"} else {}),
        "turns": turns,
        "holders": await key_holders(Login.WEB, wave.id),
        **asked,
        "reminders": [wave.opens_on + timedelta(days=day) for day in wave.reminder_days],
        "waiting": waiting,
        "invited": await invited_by(waiting, wave, language)
        if waiting and _asks_file(wave, act)
        else "",
        "ahead": ahead,
        "planned": said_of(wave),
        "register": await staff_register(wave) if act == "open" else None,
        "breaks": await wording_choice(wave, said_of(wave), ahead, language)
        if act == "open"
        else None,
        "since": await other_questions(wave, language) if act == "open" else None,
        "kind_names": KIND_NAMES,
        "language_names": dict(own_names()),
        "spread": spread_names(wave.form, language) if act == "open" else "",
        "wording_k": k,
        "signs": await signs_in_words(wave.id, language) if act in DECISIONS else [],
        "own": own,
        "seen": seen,
        "as_one": await why_one(waiting.asked_by, own) if waiting else "",
        "takes_two": takes_two(wave, act),
        "opens_later": _when(wave, "open", now()) > now(),
        "opens_quietly": quiet.holds(_when(wave, "open", now())),
        "told_day": told_day,
        "reason": reason,
        "longest": longest_reason(act),
        "for_good": act == "retract" and wave.answers_gone(now()),
        "shown_again": act == "correct" and wave.taken_back,
        "problem": problem,
        "mends": mends_ or [],
    }
    status = WRONG if problem or mends_ else 200
    return page(request, "running/act.html", context, status=status)


HANDLERS = [
    *YEAR,
    *AUTHORING,
    *NEW,
    *PLANNING,
    *PREVIEW,
    *TEXTS,
    *DATES,
    *LETTERS,
    *CARDS,
    *FIELD,
    *FAILED,
    *LETTERS_BACK,
    *NEW_LINK,
    *QUESTIONNAIRE_FILES,
    *ARCHIVE,
    show_arrivals,
    show_figures,
    look_over,
    ask_for,
]
