"""Write down what came back: failed for good, or put off and tried again by itself."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from email.message import Message
from typing import Final

from survey_app.asking.delivery.return_mailbox import empty_mailbox
from survey_app.asking.delivery.returned import Returned, is_report, read_returned
from survey_app.asking.writing import writing
from survey_app.shared.database import Link

WAIT: Final = timedelta(hours=4)
MOST_ATTEMPTS: Final = 6


async def take_returned(url: str, *, secret: bytes, now: datetime) -> int:
    """Read the mailbox of reports, and note each of them.

    Written before it is removed from the mailbox: a report that is read twice changes nothing.

    Returns
    -------
    int
        How many mails of ours came back.

    Raises
    ------
    OSError, imaplib.IMAP4.error, mailbox.Error
        If the mailbox cannot be read; what was noted stays.
    """
    loop = asyncio.get_running_loop()
    number = 0

    def take(mail: Message) -> bool:
        nonlocal number
        found = read_returned(mail, secret)
        if found is not None:
            asyncio.run_coroutine_threadsafe(note_returned(found, now=now), loop).result()
            number += 1
        # also of a mail that is long forgotten: it may hold its link
        return is_report(mail)

    await asyncio.to_thread(empty_mailbox, url, take)
    return number


async def note_returned(found: Returned, *, now: datetime) -> None:
    """Note one report; of a mail that is not sent, or no more there, it changes nothing."""
    async with writing() as link:
        row = await link.fetchrow(
            "SELECT o.id, o.kind, o.attempts, w.state AS wave_state, p.id AS person, p.email"
            " FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
            " JOIN asking.wave w ON w.id = i.wave LEFT JOIN asking.person p ON p.id = i.person"
            " WHERE o.id = $1 AND o.state = 'sent' FOR UPDATE OF o",
            found.outbox,
        )
        if row is None or row["wave_state"] != "open":
            return
        if not found.for_good and row["attempts"] < MOST_ATTEMPTS:
            await link.execute(
                "UPDATE asking.outbox SET state = 'due', problem = $2, due_at = $3, sent_at = NULL"
                " WHERE id = $1",
                row["id"],
                found.status,
                now + WAIT,
            )
            return
        await link.execute(
            "UPDATE asking.outbox SET state = 'failed', problem = $2 WHERE id = $1",
            row["id"],
            found.status,
        )
        # a reminder's address marked would tell who got one, and so had not answered
        if found.for_good and row["kind"] == "invitation" and row["person"]:
            await _mark_address(link, row["person"], found)


async def _mark_address(link: Link, person: object, found: Returned) -> None:
    await link.execute(
        "UPDATE asking.person SET undelivered = $3 WHERE id = $1"
        # it may have been mended meanwhile
        " AND ($2 = '' OR lower(email) = $2)",
        person,
        found.address,
        found.status,
    )
