"""Write down what came back: failed for good, or put off and tried again by itself."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Final

from survey_app.asking.delivery.return_mailbox import empty_mailbox
from survey_app.asking.delivery.returned import Returned, as_compared, is_report, read_returned
from survey_app.asking.writing import writing

WAIT: Final = timedelta(hours=4)
MOST_ATTEMPTS: Final = 6
REPEATED: Final = WAIT / 2
"""A report from so long before a mail was sent is of the time before, and told again."""
LARGEST: Final = 5_000_000  # bytes: a report holds a mail of ours, of some thousand
log = logging.getLogger("barometer.mail")


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

    def take(raw: bytes) -> bool:
        nonlocal number
        looked_at = _look_at(raw, secret)
        if looked_at.found is not None:
            asyncio.run_coroutine_threadsafe(note_returned(looked_at.found, now=now), loop).result()
            number += 1
        # also of a mail that is long forgotten: it may hold its link
        return looked_at.is_report

    await asyncio.to_thread(empty_mailbox, url, take)
    return number


@dataclass(frozen=True, slots=True)
class _LookedAt:
    found: Returned | None
    is_report: bool


def _look_at(raw: bytes, secret: bytes) -> _LookedAt:
    """Read a mail that anybody may have sent: one that cannot be read holds up no other."""
    if len(raw) > LARGEST:
        return _LookedAt(None, is_report=False)
    try:
        mail = message_from_bytes(raw)
        return _LookedAt(read_returned(mail, secret), is_report(mail))
    except Exception as error:  # noqa: BLE001 - parts within parts without end, heads of any bytes
        log.warning("a mail that came back cannot be read, and is left: %s", type(error).__name__)
        return _LookedAt(None, is_report=False)


def read_report(raw: bytes, secret: bytes) -> Returned | None:
    """Read a report that a program hands over; ``None`` for anything else, as `read_returned`."""
    return _look_at(raw, secret).found


async def note_returned(found: Returned, *, now: datetime) -> None:
    """Note one report; of a mail that is not sent, or no more there, it changes nothing.

    Nor does one that is told again after the mail was sent anew.
    """
    async with writing() as link:
        row = await link.fetchrow(
            "SELECT o.id, o.kind, o.attempts, o.sent_at, w.state AS wave_state,"
            " p.id AS person, p.email"
            " FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
            " JOIN asking.wave w ON w.id = i.wave LEFT JOIN asking.person p ON p.id = i.person"
            " WHERE o.id = $1 AND o.state = 'sent' FOR UPDATE OF o",
            found.outbox,
        )
        if row is None or row["wave_state"] != "open":
            return
        # clocks of servers differ by less than what lies between two attempts
        if found.at and row["sent_at"] and found.at < row["sent_at"] - REPEATED:
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
        marks = found.for_good and row["kind"] == "invitation" and row["person"]
        # it may have been mended meanwhile
        if marks and found.address in ("", as_compared(row["email"])):
            await link.execute(
                "UPDATE asking.person SET undelivered = $3 WHERE id = $1 AND email = $2",
                row["person"],
                row["email"],
                found.status,
            )
