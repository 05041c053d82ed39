"""Send what is due: one row, one mail, one commit, so that nobody is missed and nobody twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from questionnaires.messages import Messages
from survey_app.asking.delivery.compose import compose
from survey_app.asking.delivery.mail_server import MailServer, Verdict
from survey_app.asking.delivery.one_by_one import NOT_WRITTEN
from survey_app.asking.delivery.outbox import Claim, claim_next, note, try_later
from survey_app.asking.delivery.returned import return_address
from survey_app.asking.errors import NoSender
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.mail")


@dataclass(slots=True)
class SentTally:
    """What a run did, in counts."""

    sent: int = 0
    failed: int = 0
    later: int = 0
    cancelled: int = 0

    @property
    def handled(self) -> int:
        """Rows that were looked at."""
        return self.sent + self.failed + self.later + self.cancelled


async def send_due(
    server: MailServer,
    messages: Messages,
    *,
    secret: bytes,
    base_url: str,
    clock: Callable[[], datetime],
    most: int | None = None,
    reports_to: str | None = None,
    per_minute: int | None = None,
) -> SentTally:
    """Send every message that is due and not held by another worker.

    A row stays locked from before the mail is handed over until the server's answer is committed.
    When this is cancelled, the mail at hand is finished first: a second copy can only come from a
    process or machine that dies between the server's accept and our commit.

    Parameters
    ----------
    server : MailServer
        Reused for all of them.
    messages : Messages
        Texts.
    secret : bytes
        The installation's secret: tokens are derived, never stored.
    base_url : str
        Address in front of ``/answer/…``.
    clock : callable
        Tells the time.
    most : int, optional
        Stop after so many rows.
    reports_to : str, optional
        Address for reports that a mail did not arrive; each mail's key is put into it.
    per_minute : int, optional
        Hand over no more than so many.

    Raises
    ------
    MailServerDown
        If the server takes no mail; what is not sent stays due, unchanged.
    """
    sender = _Sender(server, messages, secret, base_url, SentTally(), reports_to)
    async with connection(Login.WORKER) as link:
        while most is None or sender.tally.handled < most:
            if not await _to_its_end(sender.next(link, clock())):
                break
            if per_minute is not None:
                await asyncio.sleep(60 / per_minute)
    return sender.tally


async def _to_its_end(step: Coroutine[Any, Any, bool]) -> bool:
    """Await ``step``; when cancelled meanwhile, let it end and then be cancelled."""
    task = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # looked at: the cancellation is what is told
        raise


@dataclass(slots=True)
class _Sender:
    server: MailServer
    messages: Messages
    secret: bytes
    base_url: str
    tally: SentTally
    reports_to: str | None

    async def next(self, link: Link, now: datetime) -> bool:
        async with link.transaction():
            claim = await claim_next(link, secret=self.secret, now=now)
            if claim is None:
                return False
            if claim.needless:
                await note(link, claim, "cancelled")
                self.tally.cancelled += 1
            elif claim.unreachable:
                await note(link, claim, "failed", problem="no address")
                self.tally.failed += 1
            else:
                await self._hand_over(link, claim, now)
            return True

    async def _hand_over(self, link: Link, claim: Claim, now: datetime) -> None:
        try:
            mail = compose(
                claim.envelope, claim.recipient, self.messages, base_url=self.base_url, now=now
            )
        except NoSender:
            # one campaign's fault must not hold up the mails of others
            verdict, code = Verdict.LATER, "no sender"
        except Exception as error:  # noqa: BLE001 - nor may one mail's, whatever it is
            log.error(  # noqa: TRY400 - a message may hold an address
                "a mail cannot be written: unexpected %s at %s",
                type(error).__name__, places_of(error),
            )  # fmt: skip
            verdict, code = Verdict.LATER, NOT_WRITTEN
        else:
            key = claim.recipient.key
            verdict, code = await self.server.send(
                mail,
                sender=return_address(self.reports_to, key) if self.reports_to else None,
                envelope_id=key,
            )
        if verdict is Verdict.ACCEPTED:
            await note(link, claim, "sent", sent_at=now)
            self.tally.sent += 1
        elif verdict is Verdict.NEVER:
            await note(link, claim, "failed", problem=code)
            self.tally.failed += 1
        else:
            await try_later(link, claim, code, now=now)
            self.tally.later += 1
