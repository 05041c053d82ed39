"""The password of who is signed in, asked for before they change how they sign in."""

from __future__ import annotations

from typing import Final

from redis.exceptions import RedisError

from survey_app.accounts.create_account import check_password
from survey_app.accounts.errors import TooBusy
from survey_app.accounts.sessions import SignedIn
from survey_app.accounts.tries import OWN_PASSWORD, give_back, take_room
from survey_app.shared.i18n import N_

LONGEST: Final = 1024
WRONG_PASSWORD: Final = N_("Passordet er ikke riktig. Prøv igjen.")
WAIT: Final = N_("Det er forsøkt mange ganger på kort tid. Vent et par minutter og prøv igjen.")
BUSY: Final = N_("Vi får ikke kontrollert passordet akkurat nå. Vent noen sekunder og prøv igjen.")


async def own_password_problem(person: SignedIn, data: dict[str, str]) -> str:
    """Return what is wrong with the password of a form, for its page; empty where it is right."""
    counts = [(OWN_PASSWORD, person.account)]
    try:
        if await take_room(counts):
            return WAIT
        account = await check_password(person.email, data.get("password", "")[:LONGEST])
        if account is None:
            return WRONG_PASSWORD
        await give_back(counts)
    except (TooBusy, RedisError, OSError):
        return BUSY
    return ""
