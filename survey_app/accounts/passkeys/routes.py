"""``/account/passkeys``: somebody adds passkeys to their account, and removes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from redis.exceptions import RedisError

from survey_app.accounts import sessions
from survey_app.accounts.guards import requires
from survey_app.accounts.own_account import ADDRESS as OWN
from survey_app.accounts.own_account import FormFields, back, own_account
from survey_app.accounts.own_password import BUSY, own_password_problem
from survey_app.accounts.passkeys.challenges import new_challenge, spend_challenge
from survey_app.accounts.passkeys.keep import (
    LONGEST_NAME,
    ListedPasskey,
    add_passkey,
    list_passkeys,
    remove_passkey,
)
from survey_app.accounts.queries import has_password
from survey_app.accounts.second_step.keep import has_app
from survey_app.accounts.second_step.own_proof import asks_for_code, owner_problem
from survey_app.accounts.second_step.show_codes import show_codes
from survey_app.accounts.session_list import end_all
from survey_app.accounts.sessions import SignedIn
from survey_app.shared.clock import now
from survey_app.shared.i18n import N_, gettext, speaking
from survey_app.shared.pages import language_of, page

if TYPE_CHECKING:
    from webauthn.registration.verify_registration_response import VerifiedRegistration


ADDRESS: Final = f"{OWN}/passkeys"
WRONG: Final = 422
NAMELESS: Final = "?"
UNKEPT: Final = {"Cache-Control": "no-store"}
NO_NAME: Final = N_("Skriv hva du kjenner passnøkkelen igjen på, for eksempel «Telefonen min».")
NOT_TAKEN: Final = N_(
    "Passnøkkelen ble ikke godtatt. Prøv igjen, eller bruk en annen telefon eller PC."
)
KNOWN: Final = N_("Denne passnøkkelen er lagt til fra før.")


@get(ADDRESS, guards=[requires()])
async def show_passkeys(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show one's passkeys, and the form to add one."""
    person = own_account(request)
    if not await has_password(UUID(person.account)):
        return Redirect(OWN, status_code=303)
    return await _listed(request, person)


@post(f"{ADDRESS}/options", guards=[requires()])
async def ask_new_passkey(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Return what the device is asked, once the password is right; else what is the matter."""
    from survey_app.accounts.passkeys.relying_party import ask_for_new  # noqa: PLC0415 - large, and seldom needed

    person = own_account(request, data)
    account = UUID(person.account)
    if not await has_password(account):
        raise NotFoundException
    problem = "" if data.get("name", "").strip() else NO_NAME
    problem = problem or await _proof_problem(request, person, data)
    if not problem:
        try:
            challenge = await new_challenge(person.account, sessions.id_in(request))
        except (RedisError, OSError):
            problem = BUSY
    if problem:
        with speaking(language_of(request)):
            told = {"problem": gettext(problem)}
        return Response(told, status_code=WRONG, headers=UNKEPT)
    options = ask_for_new(
        request.app.state.settings,
        challenge=challenge,
        account=account.bytes,
        email=person.email,
        known=[one.credential for one in await list_passkeys(account)],
    )
    return Response(options, status_code=200, headers=UNKEPT)


@post(ADDRESS, guards=[requires()])
async def take_new_passkey(request: Request[Any, Any, Any], data: FormFields) -> Response[Any]:
    """Add the passkey that the device made."""
    from survey_app.accounts.passkeys.relying_party import PasskeyError  # noqa: PLC0415 - large, and seldom needed

    person, settings = own_account(request, data), request.app.state.settings
    try:
        made = await _made(request, person, data.get("credential", ""))
    except PasskeyError:
        return await _listed(request, person, NOT_TAKEN)
    codes = await add_passkey(
        UUID(person.account),
        person.email,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=data.get("name", "").strip() or NAMELESS,
        key=settings.secret(),
        now=now(),
    )
    if codes is None:
        return await _listed(request, person, KNOWN)
    await end_all(person.account, but=sessions.id_in(request))
    return show_codes(request, codes, begun="passkey") if codes else back("passkey")


@get(f"{ADDRESS}/{{passkey:uuid}}", guards=[requires()])
async def ask_to_remove(request: Request[Any, Any, Any], passkey: FromPath[UUID]) -> Response[str]:
    """Ask for the password before a passkey is removed."""
    person = own_account(request)
    return await _removing(request, person, await _one(person, passkey))


@post(f"{ADDRESS}/{{passkey:uuid}}", guards=[requires()])
async def remove_one(
    request: Request[Any, Any, Any], passkey: FromPath[UUID], data: FormFields
) -> Response[Any]:
    """Remove it."""
    person = own_account(request, data)
    found = await _one(person, passkey)
    if problem := await _proof_problem(request, person, data):
        return await _removing(request, person, found, problem)
    await remove_passkey(UUID(person.account), person.email, passkey, now=now())
    await end_all(person.account, but=sessions.id_in(request))
    return back("passkey-removed")


async def _made(
    request: Request[Any, Any, Any], person: SignedIn, told: str
) -> VerifiedRegistration:
    from survey_app.accounts.passkeys.relying_party import (  # noqa: PLC0415 - large, and seldom needed
        PasskeyError,
        check_made_passkey,
        read_made_passkey,
    )

    found, challenge = read_made_passkey(told)
    # it was given for the right password, in this session
    if not await spend_challenge(challenge, person.account, sessions.id_in(request)):
        raise PasskeyError
    return check_made_passkey(request.app.state.settings, found, challenge)


async def _one(person: SignedIn, passkey: UUID) -> ListedPasskey:
    for one in await list_passkeys(UUID(person.account)):
        if one.id == passkey:
            return one
    raise NotFoundException


async def _listed(
    request: Request[Any, Any, Any], person: SignedIn, problem: str = ""
) -> Response[str]:
    context = {
        "passkeys": await list_passkeys(UUID(person.account)),
        "longest": LONGEST_NAME,
        "problem": problem,
        **await _asked(request, person),
    }
    status = WRONG if problem else 200
    return page(request, "accounts/passkeys.html", context, status=status)


async def _removing(
    request: Request[Any, Any, Any], person: SignedIn, passkey: ListedPasskey, problem: str = ""
) -> Response[str]:
    context = {"passkey": passkey, "problem": problem, **await _asked(request, person)}
    status = WRONG if problem else 200
    return page(request, "accounts/remove_passkey.html", context, status=status)


async def _asked(request: Request[Any, Any, Any], person: SignedIn) -> dict[str, object]:
    return {
        "asks_for_code": await asks_for_code(request, person),
        "app": await has_app(UUID(person.account)),
    }


async def _proof_problem(
    request: Request[Any, Any, Any], person: SignedIn, data: dict[str, str]
) -> str:
    wrong = await own_password_problem(person, data)
    return wrong or await owner_problem(request, person, data)


HANDLERS: Final = [show_passkeys, ask_new_passkey, take_new_passkey, ask_to_remove, remove_one]
