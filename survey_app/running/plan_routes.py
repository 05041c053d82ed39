"""Plan a wave on a page: like the last one a year later, with other dates; or change a draft."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from babel.dates import format_date
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath
from litestar.response import Redirect

from analytics.waves import SPLITS
from questionnaires.loader import load_library
from survey_app.accounts.guards import requires
from survey_app.accounts.sessions import SignedIn
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.acts import Act, ActRequest, acts_of, ask, one_actor_at_a_time
from survey_app.asking.campaigns.burden import FieldPeriod
from survey_app.asking.campaigns.campaign_file import INVITE
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.proposals import ProposedWave, find_proposal
from survey_app.asking.campaigns.queries import WaveRow, find_campaign, find_wave, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import CampaignProblems
from survey_app.asking.mends import mends_of
from survey_app.asking.people.overview import RegisterOverview, register_overview
from survey_app.asking.people.panels import ROTATION
from survey_app.asking.people.staff_sample import RULES
from survey_app.asking.reasons import Against, Reason
from survey_app.audit.record import record
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.running.both_wordings import wording_choice
from survey_app.running.plan import (
    NAMES,
    next_of,
    planned_wave,
    said_of_draft,
    said_of_proposal,
    wave_key,
    with_turn,
)
from survey_app.running.precision import look_ahead, spread_names
from survey_app.running.seen import is_asked, overtaken, seen_now
from survey_app.running.too_late import too_late
from survey_app.running.turns import look_at_turns, speaks_against_days
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.form_text import day_of
from survey_app.shared.i18n import N_, Language
from survey_app.shared.numbers import long_date
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
INVITE_NAMES: Final = {
    "everybody": N_("Alle ansatte"),
    "panel:A": N_("Panel A, en tredel av de ansatte"),
    "panel:B": N_("Panel B, en tredel av de ansatte"),
    "panel:C": N_("Panel C, en tredel av de ansatte"),
    "rotation": N_("Roterende paneler"),
    "proportional": N_("Et trukket utvalg, like stor andel fra hver enhet"),
    "neyman": N_("Et trukket utvalg, flest der svarene er mest ulike"),
    "sample": N_("Et trukket utvalg, med brev"),
    "list": N_("De som står i en fil"),
    "open": N_("Alle, med åpen lenke"),
}


@get("/waves/{key:str}/next", guards=[requires(*READERS)])
async def plan_next(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Show the form for a wave like this one."""
    wave = await allowed_wave(request, key)
    if number := request.query_params.get("proposal"):
        if (proposal := await _proposal(number, wave)) is None:
            return Redirect("/campaigns", status_code=303)
        said = said_of_proposal(proposal, wave)
        return await _page(request, wave, with_turn(said, await list_waves(Login.WEB), None))
    waves = await list_waves(Login.WEB)
    said = next_of(wave, {one.key for one in waves}, today())
    return await _page(request, wave, with_turn(said, waves, None))


@post("/waves/{key:str}/next", guards=[requires(*READERS)])
async def take_next(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Leave a new wave to the worker, or say what is wrong with it."""
    wave = await allowed_wave(request, key)
    return await _take(request, wave, itself=False)


@get("/waves/{key:str}/plan", guards=[requires(*READERS)])
async def change_plan(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Show the form for a draft as it stands."""
    wave = await allowed_wave(request, key)
    if wave.state != State.DRAFT:
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    said = said_of_draft(wave, await list_waves(Login.WEB)) | {"seen": await seen_now(wave)}
    return await _page(request, wave, said, itself=True)


@post("/waves/{key:str}/plan", guards=[requires(*READERS)])
async def take_plan(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Leave other dates of a draft to the worker, or say what is wrong with them."""
    wave = await allowed_wave(request, key)
    return await _take(request, wave, itself=True)


async def _take(request: Request[Any, Any, Any], wave: WaveRow, *, itself: bool) -> Response[Any]:
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    if itself and wave.state != State.DRAFT:
        return too_late(request, wave, Reason(Against.STATE, state=wave.state))
    said = await _said(form, wave, itself=itself)
    if form.get("do") == "recount":
        return await _page(request, wave, said, itself=itself)
    try:
        planned = planned_wave(said, wave)
    except CampaignProblems as found:
        return await _page(request, wave, said, itself=itself, problems=found)
    past = planned.opens_on < today()
    asks = wave.population == "staff" and not form.get("anyway") and not past
    period = FieldPeriod(planned.invite, planned.opens_on, planned.closes_on)
    known = wave.id if itself else None
    notes = await speaks_against_days(period, planned.reminder_days, known) if asks else []
    late = [] if past or notes else await _ask(said, wave, reader)
    if late or past or notes:
        if late and itself:
            # what was filled in stays; saved once more, it is meant
            said["seen"] = await seen_now(await find_wave(Login.WEB, wave.key))
        return await _page(request, wave, said, itself=itself, notes=notes, past=past, refused=late)
    return Redirect(f"/campaigns/{wave.campaign}", status_code=303)


async def _ask(said: Mapping[str, str], wave: WaveRow, reader: SignedIn) -> list[Reason]:
    """Leave a plan to the worker, once, unless somebody was quicker with something else."""
    at, asked = now(), dict(said)
    # of the wave that it is like, which it leaves as it is
    act: Act = "plan" if said["key"] == wave.key else "next"
    if "seen" in said:
        # the worker compares the plan alone: the rest was looked at here
        asked["seen"] = said["seen"].split()[0]
    content = json.dumps(asked).encode()
    async with one_actor_at_a_time(wave.id):
        if await is_asked(wave, act, reader.account, content):
            return []  # the button was pressed twice
        if late := await _overtaken(said, wave):
            return late
        await ask(
            ActRequest(wave.id, act, reader.account, reader.email, due_at=at, content=content),
            now=at,
        )
    await record(Login.WEB, now=at, actor=reader.email, action="plan asked", subject=said["key"])
    return []


async def _said(form: FormMultiDict, wave: WaveRow, *, itself: bool) -> dict[str, str]:
    """Read what a form says: of a draft with what was seen of it, of a proposal with its number."""
    waves = await list_waves(Login.WEB)
    said = {name: str(form.get(name, "")).strip() for name in NAMES}
    said = with_turn(said, waves, wave if itself else None)
    if itself:
        return said | {
            "key": wave.key,
            "seen": str(form.get("seen", "")).strip() or await seen_now(wave),
        }
    if form.get("proposal"):
        said["proposal"] = str(form.get("proposal"))
    taken = {one.key for one in waves}
    return said | {"key": wave_key(wave.campaign, said["opens_on"], taken)}


async def _overtaken(said: Mapping[str, str], wave: WaveRow) -> list[Reason]:
    """Say what somebody else was quicker with while the form was filled in."""
    if "seen" in said and (late := await overtaken(wave, said["seen"])):
        return [late]
    if "proposal" in said and await _proposal(said["proposal"], wave) is None:
        return [Reason(Against.PROPOSAL_GONE)]
    return []


async def _page(
    request: Request[Any, Any, Any],
    wave: WaveRow,
    said: dict[str, str],
    *,
    itself: bool = False,
    problems: CampaignProblems | None = None,
    notes: list[Reason] | None = None,
    past: bool = False,
    refused: Sequence[Reason] = (),
) -> Response[Any]:
    language = language_of(request)
    library = load_library()
    forms = {
        code: form
        for code, form in library.forms.items()
        if (
            form.kind == "open" if wave.population == "open" else form.population == wave.population
        )
    }
    mends = mends_of(problems.problems, language) if problems else []
    k = request.app.state.settings.minimum_group
    ahead = await look_ahead(wave, said, language, minimum_group=k, itself=itself)
    context = {
        "wave": wave,
        "itself": itself,
        "said": said,
        "name": in_language(wave.labels["name"], language),
        "campaign": await find_campaign(Login.WEB, wave.campaign),
        "forms": forms,
        "invites": _invites(wave.population),
        "splits": SPLITS,
        "mends": mends,
        "wrong": {one.column: one.sentence for one in mends},
        "fields": FIELDS,
        "notes": say_reasons(notes or [], language),
        "past": past,
        "asked_to_open": await _asked_to_open(wave) if itself else "",
        "refused": say_reasons(refused, language),
        "ahead": ahead,
        "spread": spread_names(said.get("form", ""), language),
        "wording": await wording_choice(wave, said, ahead, language),
        "wording_k": k,
        "turns": await look_at_turns(wave, said, language, minimum_group=k, itself=itself),
        "register": await staff_register(wave),
        "sends_sms": request.app.state.settings.sends_sms,
        "weekdays": weekdays_of(said, language),
    }
    status = WRONG if problems or notes or past or refused else 200
    return page(request, "running/plan.html", context, status=status)


async def _asked_to_open(wave: WaveRow) -> str:
    """Return how far an opening is that another plan would take back; empty where there is none.

    ``proposed`` waits for a second person, ``confirmed`` for its day.
    """
    acts = (await acts_of(Login.WEB, [wave.id]))[wave.id]
    openings = [one for one in acts if one.act == "open"]
    standing = [one.state for one in openings if one.waits(now()) or one.state == "confirmed"]
    return standing[0] if standing else ""


async def _proposal(number: str, wave: WaveRow) -> ProposedWave | None:
    """Return the proposal with this number that is like a wave and that nobody planned yet."""
    try:
        found = await find_proposal(Login.WEB, UUID(number))
    except ValueError:
        return None
    return found if found and found.source == wave.id else None


def _invites(population: str) -> list[tuple[str, str]]:
    ways = INVITE.get(population, ())
    if population == "staff":
        ways += (ROTATION, *RULES)
    return [(one, INVITE_NAMES[one]) for one in ways]


FIELDS: Final = {
    "opens_on": N_("Åpner"),
    "closes_on": N_("Siste dag"),
    "results_on": N_("Resultatene kommer"),
}


def weekdays_of(said: Mapping[str, str], language: Language) -> dict[str, str]:
    """Say each day of a form with its weekday."""
    return {name: _weekday(said.get(name, ""), language) for name in FIELDS}


async def staff_register(wave: WaveRow) -> RegisterOverview | None:
    """Return the register where it says who is invited."""
    return await register_overview(Login.WEB, today=today()) if wave.population == "staff" else None


def _weekday(text: str, language: Language) -> str:
    day = day_of(text)
    return f"{format_date(day, 'EEEE', locale=language)} {long_date(day, language)}" if day else ""


HANDLERS = [plan_next, take_next, change_plan, take_plan]
