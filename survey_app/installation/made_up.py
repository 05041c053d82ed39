"""Whether a database holds what ``barometer demo`` made up: it is shown in the demo alone.

Everybody knows the passwords of the demo's accounts, and its figures would stand among real ones.
"""

from __future__ import annotations

from survey_app.accounts.queries import active_addresses
from survey_app.asking.campaigns.queries import is_of_the_demo
from survey_app.shared.database import Login, fetch
from survey_app.shared.errors import ServiceError

DOMAIN = "demo.example"  # no real account has it (RFC 2606)


async def told_of_the_demo(login: Login) -> str:
    """Return a sentence about what the demo left, and how to mend it; empty where it left nothing.

    Parameters
    ----------
    login : Login
        Whose database is looked at; the worker sees campaigns and no accounts.
    """
    migrated = await fetch(login, "SELECT to_regclass('asking.campaign') IS NOT NULL AS yes")
    if not migrated[0]["yes"]:
        return ""
    if await is_of_the_demo(login):
        return (
            "this database holds what `barometer demo` made up, which may not stand among real"
            " results: start it with `barometer demo`, or name another database with"
            " BAROMETER_DATABASE_URL or another folder with BAROMETER_DATA_DIR"
        )
    addresses = await active_addresses(login, DOMAIN) if login is not Login.WORKER else []
    if addresses:
        emails = ", ".join(addresses)
        return (
            f"everybody knows the passwords of the demo's accounts {emails}: close each with"
            " `barometer account close EMAIL`"
        )
    return ""


async def refuse_the_demos(login: Login) -> None:
    """Refuse to serve what the demo left.

    Raises
    ------
    ServiceError
        With the sentence.
    """
    told = await told_of_the_demo(login)
    if told:
        raise ServiceError(told)
