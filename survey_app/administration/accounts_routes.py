"""``/settings/accounts``: who may sign in, as what, invited, changed and closed on pages."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath
from litestar.response import Redirect

from survey_app.accounts.change_account import Hand, access_seen, change_account, set_active
from survey_app.accounts.errors import AccountError, AccountProblem, ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.invitations import (
    NewAccount,
    invite,
    open_invitations,
    send_again,
    withdraw_invitation,
)
from survey_app.accounts.listing import ListedAccount, find_account, list_accounts
from survey_app.accounts.offer_new_password import offer_new_password
from survey_app.accounts.roles import ROLE_NAMES, UNIT_ROLES, Role
from survey_app.accounts.second_step.keep import take_second_step_away
from survey_app.accounts.session_list import end_all
from survey_app.accounts.sessions import SignedIn, csrf_is_right
from survey_app.accounts.sign_on.rules import rules_of
from survey_app.administration.scope_choices import scope_choices
from survey_app.asking.campaigns.acts_behind import acts_behind
from survey_app.asking.delivery.mail_server import UNCONFIRMED
from survey_app.asking.people.ended_scopes import ended_scopes
from survey_app.asking.people.extract import KnownUnit
from survey_app.asking.people.units import known_units, unit_names
from survey_app.audit.record import record
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, as_language, first_language, own_names
from survey_app.shared.pages import language_of, page
from survey_app.shared.unseen import without_unseen

ADDRESS: Final = "/settings/accounts"
WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
ADMINISTRATORS = requires(Role.ADMIN)
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
PROBLEMS: Final[dict[AccountProblem, str]] = {
    AccountProblem.ADDRESS: N_("Skriv en e-postadresse, for eksempel navn@example.org."),
    AccountProblem.ALIKE: N_(
        "Adressen kan bli lest som en annen. Den har bokstaver fra flere alfabeter, eller et tegn "
        "som ligner et annet."
    ),
    AccountProblem.TAKEN: N_("Adressen har en konto fra før. Den kan endres i listen."),
    AccountProblem.UNIT: N_("Velg enheten eller regionen som rollen gjelder."),
    AccountProblem.LAST_ADMINISTRATOR: N_(
        "Dette er den siste administratoren. Gi rollen til en annen først, ellers kommer ingen inn "
        "på denne siden."
    ),
    AccountProblem.CHANGED: N_(
        "Noen andre har endret kontoen i mellomtiden. Se på den en gang til."
    ),
}
OWN_SECOND_STEP: Final = N_(
    "Din egen totrinnsinnlogging slår du av under «Min konto», med passord og kode. Har du mistet "
    "både telefonen og kodene, må en annen administrator ta den bort."
)
NO_ROLE: Final = N_("Velg en rolle.")
UNKNOWN_UNIT: Final = N_("Enheten finnes ikke i registeret. Velg en i listen.")
MAY: Final = {
    Role.HR: N_("Alle tall om ansatte, målinger, registeret og tiltak. Åpner målinger, to sammen."),
    Role.COMMUNICATIONS: N_(
        "Tall om omdømme, arbeidsplass og strategi, og målinger av befolkningen og interessentene. "
        "Ikke sidene om kultur."
    ),
    Role.LEADER: N_("Tallene for egen enhet, regionen og etaten. Lager tiltak."),
    Role.REPRESENTATIVE: N_("Det samme som lederen, samtidig. Noterer hva som er drøftet."),
    Role.ANALYST: N_("Alle publiserte tall og tabeller. Ikke kommentarer."),
    Role.ADMIN: N_("Tilganger, logg, målinger og registeret. Av resultatene bare strategisiden."),
}
TOLD: Final = {
    "invited": N_("Invitasjonen blir sendt nå. Lenken gjelder i sju dager."),
    "withdrawn": N_("Invitasjonen er trukket tilbake. Lenken virker ikke lenger."),
    "changed": N_("Endringen er lagret og gjelder med én gang."),
    "closed": N_("Kontoen er stengt. Den som eide den, er logget ut."),
    "reopened": N_("Kontoen er åpnet igjen, med samme rolle og passord som før."),
    "signed-out": N_("Eieren er logget ut overalt."),
    "second-step": N_("Totrinnsinnloggingen er tatt bort, og eieren får vite det på e-post."),
    "password": N_("En lenke for nytt passord blir sendt nå. Den gjelder i to timer."),
}


@get(ADDRESS, guards=[ADMINISTRATORS])
async def show_accounts(request: Request[Any, Any, Any]) -> Response[str]:
    """Show who has an account, who is invited, and the form to invite."""
    return await _list(request, {})


@post(f"{ADDRESS}/invite", guards=[ADMINISTRATORS])
async def invite_somebody(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Leave an invitation for the worker to send."""
    reader = _reader(request, data)
    problem = await _look_at(data)
    if problem:
        return await _list(request, data, problem)
    wanted = NewAccount(
        # as it looks: whoever copies an address brings such signs along, and cannot find them
        without_unseen(data.get("email", "")),
        Role(data["role"]),
        data.get("unit", ""),
        as_language(data.get("language")),
    )
    try:
        await invite(wanted, actor=reader.email, account=UUID(reader.account), now=now())
    except AccountError as error:
        return await _list(request, data, PROBLEMS[error.kind])
    return _told("invited")


@post(f"{ADDRESS}/invitations/{{invitation:uuid}}/{{act:str}}", guards=[ADMINISTRATORS])
async def change_invitation(
    request: Request[Any, Any, Any],
    invitation: FromPath[UUID],
    act: FromPath[str],
    data: FormFields,
) -> Response[Any]:
    """Send an invitation again, or take it back."""
    reader = _reader(request, data)
    if act == "again":
        await send_again(invitation, actor=reader.email, now=now())
        return _told("invited")
    if act == "withdraw":
        await withdraw_invitation(invitation, actor=reader.email, now=now())
        return _told("withdrawn")
    raise NotFoundException


@get(f"{ADDRESS}/{{account:uuid}}", guards=[ADMINISTRATORS])
async def show_account(request: Request[Any, Any, Any], account: FromPath[UUID]) -> Response[str]:
    """Show one account and what can be changed."""
    return await _one(request, await _found(account))


@post(f"{ADDRESS}/{{account:uuid}}", guards=[ADMINISTRATORS])
async def change(
    request: Request[Any, Any, Any], account: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Give the account another role, unit or language, at once."""
    reader, found = _reader(request, data), await _found(account)
    problem = await _look_at(data, found)
    if problem:
        return await _one(request, found, data, problem)
    role = Role(data["role"])
    try:
        await change_account(
            found.email,
            now=now(),
            role=role,
            unit=data.get("unit", "") if role in UNIT_ROLES else "",
            language=as_language(data.get("language")),
            hand=_hand(reader),
            seen=data.get("seen", ""),
        )
    except AccountError as error:
        given = None if error.kind is AccountProblem.CHANGED else data
        return await _one(request, await _found(account), given, PROBLEMS[error.kind])
    return _told("changed")


@post(f"{ADDRESS}/{{account:uuid}}/password", guards=[ADMINISTRATORS])
async def offer_password(
    request: Request[Any, Any, Any], account: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Send the owner a link to choose a new password."""
    reader, found = _reader(request, data), await _found(account)
    await offer_new_password(found.email, actor=reader.email, now=now())
    return _told("password")


@get(f"{ADDRESS}/{{account:uuid}}/close", guards=[ADMINISTRATORS])
async def ask_to_close(request: Request[Any, Any, Any], account: FromPath[UUID]) -> Response[Any]:
    """Say what follows before an account is closed."""
    found = await _found(account)
    if not found.active:
        return Redirect(f"{ADDRESS}/{account}", status_code=303)
    return await _closing(request, found)


@post(f"{ADDRESS}/{{account:uuid}}/close", guards=[ADMINISTRATORS])
async def close_account(
    request: Request[Any, Any, Any], account: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Close it: its sessions end at once."""
    reader, found = _reader(request, data), await _found(account)
    try:
        await set_active(found.email, active=False, now=now(), hand=_hand(reader))
    except AccountError as error:
        return await _closing(request, found, PROBLEMS[error.kind])
    # opened again, the account is one that nobody is signed in to
    await end_all(str(account))
    return _told("closed")


@post(f"{ADDRESS}/{{account:uuid}}/sessions", guards=[ADMINISTRATORS])
async def sign_out_everywhere(
    request: Request[Any, Any, Any], account: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """End all sessions of an account, such as of a telephone that was lost."""
    reader, found = _reader(request, data), await _found(account)
    await end_all(str(account))
    await record(
        Login.WEB,
        now=now(),
        actor=reader.email,
        action="sessions ended",
        subject=found.email,
        which="all",
    )
    return _told("signed-out")


@post(f"{ADDRESS}/{{account:uuid}}/second-step", guards=[ADMINISTRATORS])
async def take_lost_step_away(
    request: Request[Any, Any, Any], account: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Take a lost second step away; one's own goes on one's own page, or by a colleague."""
    reader, found = _reader(request, data), await _found(account)
    if found.email == reader.email:
        return await _one(request, found, problem=OWN_SECOND_STEP)
    if await take_second_step_away(found.email, now=now(), hand=_hand(reader)) is None:
        return Redirect(f"{ADDRESS}/{account}", status_code=303)
    await end_all(str(account))
    return _told("second-step")


@post(f"{ADDRESS}/{{account:uuid}}/reopen", guards=[ADMINISTRATORS])
async def reopen(
    request: Request[Any, Any, Any], account: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Open a closed account again."""
    reader, found = _reader(request, data), await _found(account)
    await set_active(found.email, active=True, now=now(), hand=_hand(reader))
    return _told("reopened")


async def _look_at(data: dict[str, str], former: ListedAccount | None = None) -> str:
    """Return what is wrong with a form that no list can send."""
    if data.get("role") not in set(Role):
        return NO_ROLE
    unit = data.get("unit", "")
    if not unit or (former and unit in await scope_choices(former, first_language())):
        return ""
    return "" if unit in {one.code for one in await known_units(Login.WEB)} else UNKNOWN_UNIT


async def _list(
    request: Request[Any, Any, Any], given: dict[str, str], problem: str = ""
) -> Response[str]:
    accounts = await list_accounts()
    context = {
        "accounts": accounts,
        "open": [one for one in accounts if one.active],
        "invitations": await open_invitations(),
        "unconfirmed": UNCONFIRMED,
        "ended": await ended_scopes(Login.WEB),
        "told": TOLD.get(request.query_params.get("told", ""), ""),
        **await _choices(given),
    }
    return page(
        request,
        "administration/accounts.html",
        {**context, "problem": problem, "now": now()},
        status=WRONG if problem else 200,
    )


async def _one(
    request: Request[Any, Any, Any],
    account: ListedAccount,
    given: dict[str, str] | None = None,
    problem: str = "",
) -> Response[str]:
    stored = {"role": account.role, "unit": account.unit, "language": account.language}
    context = {
        "account": account,
        "seen": access_seen(**stored),
        "problem": problem,
        "scopes": await scope_choices(account, language_of(request)),
        "ended": account.id in await ended_scopes(Login.WEB),
        "told_there": _told_there(request, account),
        "behind": await acts_behind(Login.WEB, account.id, now=now()),
        **await _choices(given or stored),
    }
    status = WRONG if problem else 200
    return page(request, "administration/account.html", context, status=status)


def _told_there(request: Request[Any, Any, Any], account: ListedAccount) -> tuple[str, ...]:
    """Name what the directory says of somebody each time they sign in, over what is saved here."""
    rules = rules_of(request.app.state.settings)
    if not account.signs_on or not rules.roles:
        return ()
    return ("role", "unit") if rules.unit_claim else ("role",)


async def _closing(
    request: Request[Any, Any, Any], account: ListedAccount, problem: str = ""
) -> Response[str]:
    left = [one for one in await list_accounts() if one.active and one.id != account.id]
    context = {
        "account": account,
        "role_names": ROLE_NAMES,
        "left": [one for one in left if one.role == account.role],
        "own_account": account.email == _reader(request).email,
        "invited": [one for one in await open_invitations() if one.invited_by == account.id],
        "behind": await acts_behind(Login.WEB, account.id, now=now()),
        "kept_days": request.app.state.settings.closed_account_days,
        "problem": problem,
    }
    status = WRONG if problem else 200
    return page(request, "administration/close.html", context, status=status)


async def _choices(given: dict[str, str]) -> dict[str, object]:
    units: list[KnownUnit] = await known_units(Login.WEB)
    return {
        "given": given,
        "role_names": ROLE_NAMES,
        "may": MAY,
        "units": units,
        "unit_names": await unit_names(Login.WEB),
        "languages": own_names(),
    }


async def _found(account: UUID) -> ListedAccount:
    found = await find_account(account)
    if found is None:
        raise NotFoundException
    return found


def _reader(request: Request[Any, Any, Any], data: dict[str, str] | None = None) -> SignedIn:
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    if data is not None and not csrf_is_right(reader, data.get("csrf", "")):
        raise ForeignRequest(request.url.path)
    return reader


def _hand(reader: SignedIn) -> Hand:
    return Hand(Login.WEB, reader.email, keeps_one=True, account=UUID(reader.account))


def _told(what: str) -> Redirect:
    return Redirect(ADDRESS, query_params={"told": what}, status_code=303)


HANDLERS = [
    show_accounts,
    invite_somebody,
    change_invitation,
    show_account,
    change,
    offer_password,
    ask_to_close,
    close_account,
    sign_out_everywhere,
    take_lost_step_away,
    reopen,
]
