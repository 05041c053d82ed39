"""A link to choose a new password, to whoever asks for one: as often as it helps, and no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from survey_app.accounts.addresses import known_as
from survey_app.accounts.invitations import (
    OPEN_RESET,
    TO_REMEMBER,
    note_link,
    one_link_at_a_time,
    queue_link,
    withdraw_password_links,
)
from survey_app.shared.database import Login, engine, fetch
from survey_app.shared.i18n import as_language

SAME_LINK: Final = timedelta(hours=1)
"""So long after a link was made whoever asks again is sent it again; so long after its last mail it
opens, whoever asks."""
SELDOM: Final = timedelta(minutes=10)
"""Between the first two mails to one address, whoever asks for them; then each wait is as long as
all before it together, while a link that was mailed still opens: 16 mails a day, and no 144."""
_NOBODY: Final = ""  # who asks for them finds nothing, and it takes as long


async def offer_new_password(email: str, *, actor: str, now: datetime) -> None:
    """Send the owner of an account a link to choose a new password; nobody else gets anything.

    Of an address without an active account nothing comes, and nothing tells whoever asked. Who asks
    again within `SAME_LINK` is sent the same link, and soon after a mail (`SELDOM`) nothing: else
    a stranger who goes on asking fills a mailbox, and ends each link before its owner has used it.
    Later they are sent another one, beside what was mailed within `SAME_LINK`. Where an
    administrator (``actor``) offers it, links that were sent before end. Who has no password, since
    their directory signs them on, gets one where an administrator offers it alone: by it they would
    come in after the directory has forgotten them, and past the way of signing in that it asks for.

    Whatever is found, the same is asked of the database in the same order: whoever sends requests
    meanwhile would tell by their time what there was to do.
    """
    email = known_as(email)
    async with engine(Login.WEB).transaction():
        await one_link_at_a_time(email)
        found = await fetch(
            Login.WEB,
            "SELECT a.id IS NOT NULL AS there, coalesce(a.role, '') AS role,"
            " coalesce(a.unit, '') AS unit, coalesce(a.language, '') AS language"
            " FROM (SELECT) AS one LEFT JOIN accounts.account a ON a.email = $1 AND a.active"
            " AND (a.password <> '' OR $2)",
            email,
            bool(actor),
        )
        row, pause = found[0], await _pause(email, now)
        again = await _has_link(email, now, pause) and not actor
        same = email if row["there"] and again else _NOBODY
        anew = email if row["there"] and not again else _NOBODY
        sent = await _send_the_same(same, now, pause)
        mailed = None if actor else now - SAME_LINK
        await withdraw_password_links(anew, now=now, mailed_before=mailed)
        told = row["role"], row["unit"], as_language(row["language"])
        await queue_link("reset", anew, *told, actor, None, now)
        offered = sent or anew
        facts = {"again": True} if sent else {}
        await note_link("new password offered", offered, actor or offered, now, **facts)


async def _pause(email: str, now: datetime) -> timedelta:
    """Return how long after the last mail the next may go: as long as it was asked for before it.

    Counted are links that nobody used, mailed within twice the time that one opens.
    """
    rows = await fetch(
        Login.WEB,
        "SELECT max(coalesce(sent_at, due_at)) - min(created_at) AS asked_for"
        " FROM accounts.invitation WHERE email = $1 AND purpose = 'reset' AND used_at IS NULL"
        " AND state <> 'due' AND coalesce(sent_at, due_at) > $2",
        email,
        now - 2 * TO_REMEMBER,
    )
    return max(rows[0]["asked_for"] or SELDOM, SELDOM)


async def _has_link(email: str, now: datetime, pause: timedelta) -> bool:
    """Tell whether a link can be sent again, or was sent not long ago, or just now."""
    rows = await fetch(
        Login.WEB,
        f"SELECT EXISTS (SELECT FROM accounts.invitation WHERE {OPEN_RESET}"  # noqa: S608 - ours
        " AND (created_at > $2 OR state <> 'due' AND (coalesce(sent_at, due_at) > $3"
        " OR ends_at > $4 AND coalesce(sent_at, due_at) > $5)"
        " OR state = 'due' AND due_at <= $4 AND ends_at > $4)) AS some",
        email,
        now - SAME_LINK,
        now - SELDOM,
        now,
        now - pause,
    )
    return bool(rows[0]["some"])


async def _send_the_same(email: str, now: datetime, pause: timedelta) -> str:
    """Have a link sent once more; return the address, or that of nobody if there is none."""
    rows = await fetch(
        Login.WEB,
        "WITH again AS (UPDATE accounts.invitation SET state = 'due', due_at = $2, ends_at = $3,"  # noqa: S608 - ours
        f" attempts = 0, problem = '', sent_at = NULL WHERE {OPEN_RESET} AND state <> 'due'"
        " AND coalesce(sent_at, due_at) <= $4 AND created_at > $5 RETURNING email)"
        " SELECT coalesce(min(email), '') AS email FROM again",
        email,
        now,
        now + TO_REMEMBER,
        now - pause,
        now - SAME_LINK,
    )
    return str(rows[0]["email"])
