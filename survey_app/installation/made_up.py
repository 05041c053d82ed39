"""Whether a database holds what ``barometer demo`` made up: it is shown in the demo alone.

Everybody knows the passwords of the demo's accounts, and its figures would stand among real ones.
"""

from __future__ import annotations

from survey_app.shared.database import Login, fetch
from survey_app.shared.errors import ServiceError

DOMAIN = "demo.example"  # no real account has it (RFC 2606)
_DATA = "SELECT EXISTS (SELECT FROM asking.campaign WHERE demo) AS found"
_ACCOUNTS = (
    "SELECT email FROM accounts.account WHERE active AND email LIKE '%@' || $1 ORDER BY email"
)


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
    if (await fetch(login, _DATA))[0]["found"]:
        return (
            "this database holds what `barometer demo` made up, which may not stand among real"
            " results: start it with `barometer demo`, or name another database with"
            " BAROMETER_DATABASE_URL or another folder with BAROMETER_DATA_DIR"
        )
    rows = await fetch(login, _ACCOUNTS, DOMAIN) if login is not Login.WORKER else []
    if rows:
        emails = ", ".join(row["email"] for row in rows)
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
