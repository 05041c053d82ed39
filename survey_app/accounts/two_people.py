"""Whether two accounts count as two people, where two must agree (docs/adr/0109)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import N_

ARE_TWO: Final = "accounts.are_two"
"""Called with two accounts in the statement of another room that takes a second person."""
ONE_PERSON: Final = N_(
    "Du og den andre som står bak dette, teller som én person i to uker, fordi den ene nylig fikk"
    " tilgang av den andre, eller begge av den samme. Be en tredje om å godkjenne."
)


async def are_two(one: UUID, other: UUID) -> bool:
    """Tell whether one may approve what the other asked for, as the database has it.

    For 14 days an account counts as one with the account that gave it its role on a page, and with
    others that this one gave theirs: nobody is two by inviting themselves. Where there is nobody
    else who has been here for so long, they are two all the same.
    """
    rows = await fetch(Login.WEB, f"SELECT {ARE_TWO}($1, $2) AS two", one, other)
    return bool(rows[0]["two"])


async def stands_behind(login: Login, one: UUID, other: UUID) -> bool:
    """Tell whether one account is the other, or gave it its role lately, itself or through more."""
    rows = await fetch(login, "SELECT $1 IN (SELECT accounts.hand_of($2)) AS behind", one, other)
    return bool(rows[0]["behind"])
