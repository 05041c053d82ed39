"""Make letters on a page: looked over first, made by the worker, fetched once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.accounts.sessions import SignedIn
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import WaveRow, find_campaign
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import AddressProblems, LettersRefused, RegisterProblems
from survey_app.asking.letters.in_mailboxes import in_mailboxes, mailboxes_reached
from survey_app.asking.letters.may_make import may_make
from survey_app.asking.letters.queries import letters_made
from survey_app.asking.letters.recipients import Recipient, find_recipients
from survey_app.asking.letters.requests import (
    AskedLetters,
    confirm_request,
    find_request,
    forget_request,
    own_requests,
)
from survey_app.asking.mends import FileMend, mends_of
from survey_app.audit.record import record
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.running.letter_choices import (
    CHOICES,
    FORMS,
    LARGEST,
    WINDOWS,
    Unclear,
    choices_of,
    facts_of,
    left_of,
    order_of,
)
from survey_app.running.letter_sealing import OtherSession
from survey_app.running.possible import LONGEST_LOGGED
from survey_app.running.sealed_orders import handed_back, leave_order
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, connection
from survey_app.shared.form_in_memory import FormInMemory, form_in_memory
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
ALL: Final = 1000  # lines of one mistake that are named: more stand in no file that is nearly right
REFUSED: Final = N_(
    "Brevene kan ikke lages slik det er nå. Se nedenfor hva som alt er laget, og velg på nytt."
)
NO_WORKER: Final = N_(
    "Brevene kan ikke lages akkurat nå. Ingenting er gått tapt. Prøv igjen om et minutt, og si "
    "ellers fra til den som drifter systemet."
)
OTHER_SESSION: Final = N_(
    "Du har logget inn på nytt siden du ba om brevene, og da kan ingen åpne filen. Lag de samme "
    "brevene en gang til."
)
WHY: Final[Mapping[str, str]] = {
    "long": N_(
        "Brevet får ikke plass på én side. Gjør teksten om formål, behandlingsgrunnlag, avsender "
        "eller kontakt kortere."
    ),
    "signs": N_(
        "Filen har navn eller adresser med tegn som systemet ikke har noen skrift for, "
        "og de ville stått som tomme firkanter. Be den som drifter systemet om å "
        "installere en skrift som har dem, eller skriv navnene med andre bokstaver."
    ),
    "changed": N_(
        "Noe er endret siden du så over filen, eller en annen har laget brevene. Begynn på nytt."
    ),
    "lost": N_(
        "Systemet ble startet på nytt før brevene var laget, og adressene er borte. Last opp filen "
        "en gang til."
    ),
    "digital": N_(
        "Kontakt- og reservasjonsregisteret eller Altinn svarte ikke. Lag brevene på nytt, "
        "digitalt eller på papir. De som alt har fått brevet i Altinn, får det ikke en gang til."
    ),
    "failed": N_("Noe gikk galt, og ingen brev er laget. Si fra til den som drifter systemet."),
}


@get("/waves/{key:str}/letters", guards=[requires(*READERS)])
async def choose_letters(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Show what was made, and ask what to make."""
    return await _choose(request, await allowed_wave(request, key))


@post("/waves/{key:str}/letters", guards=[requires(*READERS)], request_max_body_size=2 * LARGEST)
async def look_letters_over(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Say everything that is wrong with a file, or keep it sealed until it is confirmed."""
    wave = await allowed_wave(request, key)
    form = await form_in_memory(request)
    reader = reader_of(request, form["csrf"])
    made = await letters_made(Login.WEB, wave.id)
    campaign = await find_campaign(Login.WEB, wave.campaign)
    reached = await mailboxes_reached(Login.WEB, wave.id)
    possible = choices_of(made, reached, remind_everybody=campaign.remind_everybody)
    try:
        order = order_of(form, wave.key, possible)
        async with connection(Login.WEB) as link:
            found = await may_make(link, order, Login.WEB, today=today())
            known = await in_mailboxes(link, wave.id, order.kind)
        facts = facts_of(order, found.people, form["what"], known)
    except Unclear as wrong:
        return await _choose(request, wave, form, problem=wrong.sentence, field=wrong.field)
    except (AddressProblems, RegisterProblems) as wrong:
        mends = mends_of(wrong.problems, language_of(request), named=ALL)
        matched = wrong.matched if isinstance(wrong, AddressProblems) else None
        return await _choose(request, wave, form, mends_=mends, matched=matched)
    except LettersRefused:
        return await _choose(request, wave, form, problem=REFUSED)
    left = await leave_order(request, wave, order, facts, reader)
    if left is None:
        return await _choose(request, wave, form, problem=NO_WORKER)
    return Redirect(_address(wave, left), status_code=303)


@get("/waves/{key:str}/letters/{asked:str}", guards=[requires(*READERS)])
async def show_letters(
    request: Request[Any, Any, Any], key: FromPath[str], asked: FromPath[str]
) -> Response[Any]:
    """Show what would be made, how far it is, or that it is ready."""
    wave = await allowed_wave(request, key)
    return await _show(request, wave, await _own(request, wave, asked))


@post("/waves/{key:str}/letters/{asked:str}", guards=[requires(*READERS)])
async def step_letters(
    request: Request[Any, Any, Any], key: FromPath[str], asked: FromPath[str]
) -> Response[Any]:
    """Let the worker make them, forget them, or give the file, once."""
    wave = await allowed_wave(request, key)
    form = await form_in_memory(request)
    reader = reader_of(request, form["csrf"])
    found = await _own(request, wave, asked)
    if form["step"] == "forget":
        await forget_request(found.id)
        return Redirect(f"/waves/{wave.key}/letters", status_code=303)
    if form["step"] == "fetch" and found.state == "made":
        return await _give(request, wave, found, reader)
    if form["step"] == "confirm" and await confirm_request(found.id):
        await _note("letters asked", wave, found, reader)
    return Redirect(_address(wave, found.id), status_code=303)


async def _give(
    request: Request[Any, Any, Any], wave: WaveRow, found: AskedLetters, reader: SignedIn
) -> Response[Any]:
    try:
        file = await handed_back(request, found)
    except OtherSession:
        return await _show(request, wave, found, problem=OTHER_SESSION)
    if file is None:
        return Redirect(_address(wave, found.id), status_code=303)
    await _note("letters fetched", wave, found, reader)
    return file


async def _note(action: str, wave: WaveRow, found: AskedLetters, reader: SignedIn) -> None:
    told = {name: found.facts[name] for name in ("what", "form", "sealed_to", "again")}
    facts = {name: value for name, value in told.items() if value}
    await record(Login.WEB, now=now(), actor=reader.email, action=action, subject=wave.key, **facts)


async def _own(request: Request[Any, Any, Any], wave: WaveRow, asked: str) -> AskedLetters:
    account = reader_of(request).account
    found = await find_request(asked, wave=wave.id, account=account, now=now())
    if found is None or found.is_of_cards:
        raise NotFoundException
    return found


def _address(wave: WaveRow, request: UUID) -> str:
    return f"/waves/{wave.key}/letters/{request}"


async def _people(wave: WaveRow) -> list[Recipient]:
    async with connection(Login.WEB) as link:
        return await find_recipients(link, wave.id)


async def _frame(request: Request[Any, Any, Any], wave: WaveRow) -> dict[str, Any]:
    campaign = await find_campaign(Login.WEB, wave.campaign)
    return {
        "wave": wave,
        "campaign": campaign,
        "name": in_language(wave.labels["name"], language_of(request)),
        "choice_names": CHOICES,
        "form_names": FORMS,
        "window_names": WINDOWS,
    }


async def _choose(
    request: Request[Any, Any, Any],
    wave: WaveRow,
    said: FormInMemory | None = None,
    *,
    problem: str = "",
    field: str = "",
    mends_: list[FileMend] | None = None,
    matched: int | None = None,
) -> Response[Any]:
    frame, people = await _frame(request, wave), await _people(wave)
    made = await letters_made(Login.WEB, wave.id)
    account = reader_of(request).account
    everybody = frame["campaign"].remind_everybody
    reached = await mailboxes_reached(Login.WEB, wave.id)
    context = frame | {
        "people": len(people),
        "is_open": wave.state == State.OPEN,
        "is_over": wave.closes_on < today(),
        "made": made,
        "offers_digital": request.app.state.settings.offers_digital_post,
        "reached": reached,
        "left": left_of(people, reached, made),
        "possible": choices_of(made, reached, remind_everybody=everybody),
        "requests": [
            one
            for one in await own_requests(wave.id, account=account, now=now())
            if not one.is_of_cards
        ],
        "said": said or FormInMemory({}, {}),
        "problem": problem,
        "longest": LONGEST_LOGGED,
        "field": field,
        "mends": mends_ or [],
        "matched": matched,
    }
    status = WRONG if problem or mends_ else 200
    return page(request, "running/letters.html", context, status=status)


async def _show(
    request: Request[Any, Any, Any], wave: WaveRow, found: AskedLetters, *, problem: str = ""
) -> Response[Any]:
    context = await _frame(request, wave) | {
        "asked": found,
        "number": sum(found.facts["letters"].values()),
        "why": WHY.get(found.outcome, WHY["failed"]),
        "problem": problem,
    }
    fragment = "running/_letter_request.html"
    status = WRONG if problem else 200
    return page(request, "running/letter_request.html", context, fragment=fragment, status=status)


HANDLERS = [choose_letters, look_letters_over, show_letters, step_letters]
