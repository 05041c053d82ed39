"""Send what waits in a table: one row, one mail, one commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from survey_app.asking.delivery.mail_server import SENDER, Verdict
from survey_app.asking.errors import MailLost, SmsLost
from survey_app.shared.database import Link, Login, Row, connection
from survey_app.shared.errors import BarometerError
from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.mail")
NOT_WRITTEN: Final = "not written"
PATIENCE: Final = timedelta(hours=1)
SHORT: Final = timedelta(minutes=1)
MOST_ATTEMPTS: Final = 6
BACKOFF_HANDED_OVER: Final = (15, 240)
"""Minutes to wait where the server had the whole mail and gave no answer: each try may be another
copy, which only some mail programs know by its id, and a trouble that passes has passed by then."""
MOST_LOST: Final = 5
"""Mails after each other over which a server may go away before the rest waits."""

_under_way: Final = set[str]()


@dataclass(frozen=True, slots=True)
class Became:
    """What a mail is after it was looked at."""

    state: str
    problem: str = ""
    wait: timedelta = PATIENCE
    """How long until it is tried again, where it is."""
    lost: MailLost | SmsLost | None = None
    """That the server went away over it."""
    counts: bool = True
    """Whether it was tried: not where nobody's would have gone, however long that lasts."""


def became(verdict: Verdict, code: str, *, attempts: int) -> Became:
    """Say what a mail is after the server's answer; ``attempts`` were made before this one.

    One whose sender is refused waits for as long as that lasts: it may be a campaign's that has
    nothing to do with it, and there is no page to send it again from.
    """
    if verdict is Verdict.ACCEPTED:
        return Became("sent")
    if code.startswith(SENDER):
        return Became("due", code, counts=False)
    return Became("failed" if verdict is Verdict.NEVER or is_last(attempts) else "due", code)


def _became_lost(lost: MailLost | SmsLost, row: Row, now: datetime) -> Became:
    """Say what a mail is over which the server went away: others go before it is tried again.

    One that was surely not taken waits for as long as that lasts, as there is no page to send it
    again from. One that may have been taken goes as seldom as those of waves do.
    """
    attempts = row["attempts"]
    if lost.refused:
        return Became("due", lost.code, SHORT, lost, counts=False)
    if isinstance(lost, MailLost) and lost.handed_over:
        wait = timedelta(minutes=BACKOFF_HANDED_OVER[min(attempts, len(BACKOFF_HANDED_OVER) - 1)])
        # what was tried for another reason gave nobody a copy
        last = row["problem"] == lost.code and attempts >= len(BACKOFF_HANDED_OVER)
        ends_at = row.get("ends_at")
        too_late = ends_at is not None and now + wait >= ends_at
        return Became("failed" if last or too_late else "due", lost.code, wait, lost)
    state = "failed" if is_last(attempts) else "due"
    return Became(state, lost.code, PATIENCE if attempts else SHORT, lost)


def is_last(attempts: int) -> bool:
    """Tell whether no other attempt follows the one that is made after so many."""
    return attempts + 1 >= MOST_ATTEMPTS


async def send_one_by_one(
    table: str,
    claim: str,
    look_at: Callable[[Any, datetime], Awaitable[Became]],
    *,
    clock: Callable[[], datetime],
) -> int:
    """Send every mail that is due; one run at a time of each kind in this process.

    The sweep asks for it every quarter of a minute: with a slow server, run beside run would take
    the places of all other work.

    A row stays locked from before it is written until the server's answer is committed. When this
    is cancelled, the mail at hand is finished first: a second copy, with the same id, can only
    come from a process or machine that dies between the server's accept and our commit.

    Parameters
    ----------
    table : str
        With ``id``, ``state``, ``problem``, ``attempts``, ``due_at`` and ``sent_at``.
    claim : str
        Takes the time, and gives the next row that is due, locked, with its key as ``id``,
        ``attempts`` and ``problem``; with ``ends_at`` where its mail opens nothing from then on.
    look_at : callable
        Sends a row's mail, if there is one to send.
    clock : callable
        Tells the time.

    Returns
    -------
    int
        How many were sent.

    Raises
    ------
    MailServerDown
        If the server takes no mail; what is not sent stays due.
    """
    write = (
        f"UPDATE {table} SET state = $2::varchar, problem = $3,"  # noqa: S608 - a constant
        " attempts = attempts + $6,"
        " due_at = CASE WHEN $2::varchar = 'due' THEN $4::timestamptz ELSE due_at END,"
        " sent_at = CASE WHEN $2::varchar = 'sent' THEN $5::timestamptz END WHERE id = $1"
    )

    async def following(link: Link, now: datetime) -> Became | None:
        async with link.transaction():
            row = await link.fetchrow(claim, now)
            if row is None:
                return None
            then = await _looked_at(look_at, row, now)
            due_at, counted = now + then.wait, int(then.counts)
            await link.execute(write, row["id"], then.state, then.problem, due_at, now, counted)
            return then

    if claim in _under_way:
        return 0
    _under_way.add(claim)
    try:
        return await _one_after_the_other(following, clock)
    finally:
        _under_way.discard(claim)


async def _one_after_the_other(
    following: Callable[[Link, datetime], Coroutine[Any, Any, Became | None]],
    clock: Callable[[], datetime],
) -> int:
    sent = lost = 0
    async with connection(Login.WORKER) as link:
        while True:
            step = asyncio.ensure_future(following(link, clock()))
            try:
                then = await asyncio.shield(step)
            except asyncio.CancelledError:
                await asyncio.wait({step})
                raise
            if then is None:
                return sent
            sent += then.state == "sent"
            lost = lost + 1 if then.lost else 0
            if then.lost and lost >= MOST_LOST:
                raise then.lost


async def _looked_at(
    look_at: Callable[[Any, datetime], Awaitable[Became]],
    row: Any,  # noqa: ANN401 - a row of any table
    now: datetime,
) -> Became:
    try:
        return await look_at(row, now)
    except (MailLost, SmsLost) as lost:
        return _became_lost(lost, row, now)
    except (BarometerError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        raise  # of the mail server or the database: no other mail would go either
    except Exception as error:  # noqa: BLE001 - one that cannot be written must not hold up the rest
        log.error(  # noqa: TRY400 - a message may hold an address
            "a mail cannot be written: unexpected %s at %s", type(error).__name__, places_of(error)
        )
        return became(Verdict.LATER, NOT_WRITTEN, attempts=row["attempts"])
