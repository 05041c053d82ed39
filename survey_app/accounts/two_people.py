"""Whether two accounts count as two people, where two must agree (docs/adr/0109)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from survey_app.accounts.addresses import mailbox_of
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import N_

ARE_TWO: Final = "accounts.are_two"
"""Called with two accounts in the statement of another room that takes a second person."""
ONE_MAILBOX: Final = N_(
    "Du og den andre som står bak dette, teller som én person, fordi e-posten til begge går til"
    " samme postkasse. Be en tredje om å godkjenne."
)
ONE_HAND: Final = N_(
    "Du og den andre som står bak dette, teller som én person i to uker, fordi den ene nylig fikk"
    " tilgang av den andre, eller begge av den samme. Be en tredje om å godkjenne."
)


async def are_two(one: UUID, other: UUID) -> bool:
    """Tell whether one may approve what the other asked for, as the database has it.

    Two addresses of one mailbox never are. For 14 days an account counts as one with the account
    that gave it its role on a page, and with others that this one gave theirs: nobody is two by
    inviting themselves. Where there is nobody else who has been here for so long, they are two all
    the same.
    """
    rows = await fetch(Login.WEB, f"SELECT {ARE_TWO}($1, $2) AS two", one, other)
    return bool(rows[0]["two"])


async def why_one(one: UUID, other: UUID) -> str:
    """Say why two accounts count as one person; nothing where they are two."""
    if await are_two(one, other):
        return ""
    sql = "SELECT email FROM accounts.account WHERE id = ANY($1)"
    mailboxes = {mailbox_of(row["email"]) for row in await fetch(Login.WEB, sql, [one, other])}
    return ONE_HAND if len(mailboxes) > 1 else ONE_MAILBOX


async def stands_behind(login: Login, one: UUID, other: UUID) -> bool:
    """Tell whether one account is the other, or gave it its role lately, itself or through more."""
    rows = await fetch(login, "SELECT $1 IN (SELECT accounts.hand_of($2)) AS behind", one, other)
    return bool(rows[0]["behind"])
