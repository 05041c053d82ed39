"""What shows that it is the owner who changes how an account is signed in to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Request
from redis.exceptions import RedisError

from survey_app.accounts import sessions
from survey_app.accounts.notices import AccountEvent
from survey_app.accounts.own_password import BUSY, WAIT, own_password_problem
from survey_app.accounts.second_step.keep import Taken, accept_code, log_and_tell
from survey_app.accounts.session_list import list_sessions
from survey_app.accounts.sessions import SignedIn
from survey_app.accounts.tries import give_back, own_page_counts, take_room
from survey_app.shared.clock import now
from survey_app.shared.i18n import N_

FRESH: Final = timedelta(minutes=10)  # so long after signing in no code is asked for once more
USED: Final = N_(
    "Koden stemmer ikke, eller er brukt før. Vent til appen viser en ny, eller bruk en kode på "
    "papir."
)
NO_CODE: Final = N_(
    "Det er en stund siden du logget inn, så vi trenger en kode også. Last inn siden på nytt og "
    "skriv den."
)


async def both_problem(
    request: Request[Any, Any, Any], person: SignedIn, data: dict[str, str]
) -> str:
    """Return what is wrong with a password and a code; the password is looked at first."""
    wrong = await own_password_problem(person, data)
    return wrong or await _code_problem(request, person, data.get("code", ""))


async def asks_for_code(request: Request[Any, Any, Any], person: SignedIn) -> bool:
    """Tell whether a password alone does not show that it is the owner.

    Whoever comes upon an open session and knows the password must not give themselves a key to an
    account that asks for more than that, nor take its last one away.
    """
    if not person.has_second_step:
        return False
    try:
        listed = await list_sessions(
            person.account, sessions.id_in(request), request.app.state.settings
        )
    except (RedisError, OSError):
        return True
    return not any(one.current and now() - one.began <= FRESH for one in listed)


async def owner_problem(
    request: Request[Any, Any, Any], person: SignedIn, data: dict[str, str]
) -> str:
    """Return what is wrong with the code of a form that has to have one, else nothing."""
    if not await asks_for_code(request, person):
        return ""
    typed = data.get("owner_code")
    # the page was shown before a code was asked for
    return NO_CODE if typed is None else await _code_problem(request, person, typed)


async def _code_problem(request: Request[Any, Any, Any], person: SignedIn, typed: str) -> str:
    key, account = request.app.state.settings.secret(), UUID(person.account)
    counts = own_page_counts(person.account)
    try:
        if await take_room(counts):
            return WAIT
    except (RedisError, OSError):
        return BUSY
    taken = await accept_code(account, typed, key=key, now=now())
    if taken is Taken.NONE:
        return USED
    await give_back(counts)
    if taken is Taken.RECOVERY:
        await log_and_tell(person.email, "recovery code used", AccountEvent.RECOVERY, now())
    return ""
