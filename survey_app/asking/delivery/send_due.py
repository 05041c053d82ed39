"""Send what is due: one row, one message, one commit, so that nobody is missed or told twice."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, Protocol

import asyncpg

from questionnaires.messages import Messages
from survey_app.asking.delivery.mail_merge import MailMerge
from survey_app.asking.delivery.mail_server import MailServer, Verdict
from survey_app.asking.delivery.one_by_one import MOST_LOST, NOT_WRITTEN
from survey_app.asking.delivery.outbox import (
    Claim,
    claim_next,
    hold_lost,
    let_wait,
    note,
    put_off_lost,
    send_otherwise,
    try_later,
    wait_until,
)
from survey_app.asking.delivery.returned import return_address
from survey_app.asking.delivery.sms_gateway import CODE, UNKNOWN, TextGateway, TextMessage
from survey_app.asking.delivery.sms_text import sms_text
from survey_app.asking.errors import (
    MailLost,
    MailServerDown,
    NoSender,
    SmsGatewayDown,
    SmsLost,
)
from survey_app.shared.database import Link, Login, connection, engine
from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.mail")
NO_NUMBER: Final = "no number"
_NOT_LENT: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
type HandOver = Callable[[], Awaitable[tuple[Verdict, str]]]


@dataclass(slots=True)
class SentTally:
    """What a run did, in counts; ``invitations`` are what of them a log may hold.

    A reminder goes to who has not answered, and is needless to who has by the time it would go.
    """

    sent: int = 0
    failed: int = 0
    later: int = 0
    cancelled: int = 0
    invitations: Counter[str] = field(default_factory=Counter)

    def add(self, claim: Claim, outcome: Literal["sent", "failed", "later", "cancelled"]) -> None:
        """Count what became of one message."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        if claim.recipient.kind == "invitation":
            self.invitations[outcome] += 1

    @property
    def handled(self) -> int:
        """Rows that were looked at."""
        return self.sent + self.failed + self.later + self.cancelled


class Carrier(Protocol):
    """A way by which messages go."""

    @property
    def channel(self) -> str:
        """Which rows of the outbox are its."""

    @property
    def unreachable(self) -> str:
        """What is noted of a message that it has nowhere to bring to."""

    @property
    def at_once(self) -> int:
        """How many messages may be on their way at the same time."""

    @property
    def if_lost(self) -> str:
        """What is noted of a message before it goes, for whoever is killed before its answer.

        Empty where one that goes twice is the same to whoever takes it.
        """

    def write(self, claim: Claim, now: datetime) -> HandOver:
        """Write one message; what is returned hands it over."""


@dataclass(frozen=True, slots=True)
class MailCarrier:
    """Messages that go by mail."""

    server: MailServer
    merge: MailMerge
    reports_to: str | None = None
    channel: str = field(default="email", init=False)
    unreachable: str = field(default="no address", init=False)
    # a second copy has the same Message-ID, and mail programs show it once
    if_lost: str = field(default="", init=False)

    @property
    def at_once(self) -> int:
        """As many as the server has connections."""
        return self.server.connections

    def write(self, claim: Claim, now: datetime) -> HandOver:
        """Write one mail.

        Raises
        ------
        NoSender
            If its campaign's sender holds no e-mail address.
        """
        mail = self.merge.write(claim.envelope, claim.recipient, now=now)
        key = claim.recipient.key
        return partial(
            self.server.send,
            mail,
            sender=return_address(self.reports_to, key) if self.reports_to else None,
            envelope_id=key,
        )


@dataclass(frozen=True, slots=True)
class SmsCarrier:
    """Messages that go as text messages."""

    gateway: TextGateway
    messages: Messages
    base_url: str
    channel: str = field(default="sms", init=False)
    unreachable: str = field(default=NO_NUMBER, init=False)
    at_once: int = field(default=1, init=False)
    knows_repeats: bool = True

    @property
    def if_lost(self) -> str:
        """That nobody knows whether it arrived, where the gateway would send it twice."""
        return "" if self.knows_repeats else f"{CODE}{UNKNOWN}"

    def write(self, claim: Claim, now: datetime) -> HandOver:  # noqa: ARG002 - a mail has a date
        """Write one text message."""
        text = sms_text(claim.envelope, claim.recipient, self.messages, base_url=self.base_url)
        # one that somebody sends again is another message: it may go to another number
        key = f"{claim.id}-{claim.retries}"
        return partial(self.gateway.send, TextMessage(claim.recipient.address, text, key))


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
    """Send every mail that is due and not held by another worker, as `send_by` does.

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
    clock, most, per_minute
        As in `send_by`.
    reports_to : str, optional
        Address for reports that a mail did not arrive; each mail's key is put into it.

    Raises
    ------
    MailServerDown
        If the server takes no mail; what is not sent stays due, unchanged.
    """
    carrier = MailCarrier(server, MailMerge(messages, base_url), reports_to)
    return await send_by(carrier, secret=secret, clock=clock, most=most, per_minute=per_minute)


async def send_by(
    carrier: Carrier,
    *,
    secret: bytes,
    clock: Callable[[], datetime],
    most: int | None = None,
    per_minute: int | None = None,
) -> SentTally:
    """Send every message of one channel that is due and not held by another worker.

    A row stays locked from before the message is handed over until the answer is committed. When
    this is cancelled, the message at hand is finished first: a second copy can only come from a
    process or machine that dies between the answer and our commit.

    Parameters
    ----------
    carrier : Carrier
    secret : bytes
        The installation's secret: tokens are derived, never stored.
    clock : callable
        Tells the time.
    most : int, optional
        Stop after so many rows.
    per_minute : int, optional
        Hand over no more than so many.

    Raises
    ------
    MailServerDown, SmsGatewayDown
        If nothing is taken just now; what is not sent stays due, unchanged.
    """
    sender = _Sender(carrier, secret, SentTally())
    if per_minute is not None or carrier.at_once == 1:
        await _one_by_one(sender, clock, most, 60 / per_minute if per_minute else 0)
    else:
        await _side_by_side(sender, clock, most)
    return sender.tally


async def _one_by_one(
    sender: _Sender, clock: Callable[[], datetime], most: int | None, pause: float
) -> None:
    async with connection(Login.WORKER) as link:
        while most is None or sender.tally.handled < most:
            if not await _to_its_end(sender.next(link, clock())):
                break
            if pause:
                await asyncio.sleep(pause)


async def _side_by_side(sender: _Sender, clock: Callable[[], datetime], most: int | None) -> None:
    """Send on several lanes: each sent message opens another, so that a few mails need few."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_Lanes(sender, clock, most, group).begin())
    except ExceptionGroup as several:
        down = several.subgroup((MailServerDown, SmsGatewayDown))
        raise (down or several).exceptions[0] from None


@dataclass(slots=True)
class _Lanes:
    sender: _Sender
    clock: Callable[[], datetime]
    most: int | None
    group: asyncio.TaskGroup
    begun: int = 0
    number: int = 1
    full: bool = False

    async def begin(self) -> None:
        # of its own, not of the pool: the work beside this one needs that
        try:
            link = await engine(Login.WORKER).get_new_connection()
        except _NOT_LENT:
            if self.number == 1:
                raise
            # those that there are do the work; where the database is gone, they say so
            self.full = True
            return
        try:
            await self._send(link)
        finally:
            await link.close()

    async def _send(self, link: Link) -> None:
        while self.most is None or self.begun < self.most:
            self.begun += 1
            if not await _to_its_end(self.sender.next(link, self.clock())):
                self.begun -= 1
                break
            if self.number < self.sender.carrier.at_once and not self.full:
                self.number += 1
                self.group.create_task(self.begin())


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
    carrier: Carrier
    secret: bytes
    tally: SentTally
    frozen: dict[str, bytes] = field(default_factory=dict)
    lost: list[MailLost | SmsLost] = field(default_factory=list)
    """Those over which the server went away since it last answered."""

    async def next(self, link: Link, now: datetime) -> bool:
        if not await self._next(link, now):
            return False
        if len(self.lost) >= MOST_LOST:
            raise self.lost[-1]
        return True

    async def _next(self, link: Link, now: datetime) -> bool:
        lost = self.carrier.if_lost
        async with link.transaction():
            claim = await claim_next(
                link,
                secret=self.secret,
                now=now,
                channel=self.carrier.channel,
                frozen=self.frozen,
            )
            if claim is None:
                return False
            if await self._is_settled(link, claim):
                return True
            if not lost:
                await self._hand_over(link, claim, now)
                return True
            # committed before it goes: whoever is killed now leaves it to somebody who looks
            await note(link, claim, "failed", problem=lost)
        try:
            async with link.transaction():
                if await hold_lost(link, claim):
                    await self._hand_over(link, claim, now)
        except SmsGatewayDown:
            await let_wait(link, claim)
            raise
        return True

    async def _is_settled(self, link: Link, claim: Claim) -> bool:
        """Note a message that does not go, or not this way; tell whether it was one."""
        if claim.needless:
            await note(link, claim, "cancelled")
            self.tally.add(claim, "cancelled")
        elif claim.too_soon:
            await wait_until(link, claim, claim.too_soon)
            self.tally.add(claim, "later")
        elif claim.other_way:
            await send_otherwise(link, claim)
            self.tally.add(claim, "later")
        elif claim.unreachable:
            await note(link, claim, "failed", problem=self.carrier.unreachable)
            self.tally.add(claim, "failed")
        return bool(claim.needless or claim.too_soon or claim.other_way or claim.unreachable)

    async def _hand_over(self, link: Link, claim: Claim, now: datetime) -> None:
        try:
            hand_over = self.carrier.write(claim, now)
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
            try:
                verdict, code = await hand_over()
            except (MailLost, SmsLost) as lost:
                # one address may be the cause, and would hold up all others for ever
                await put_off_lost(link, claim, lost, self.carrier.channel, now=now)
                self.tally.add(claim, "later")
                self.lost.append(lost)
                return
            self.lost.clear()
        if verdict is Verdict.ACCEPTED:
            await note(link, claim, "sent", sent_at=now)
            self.tally.add(claim, "sent")
        elif verdict is Verdict.NEVER:
            await note(link, claim, "failed", problem=code)
            self.tally.add(claim, "failed")
        else:
            await try_later(link, claim, code, now=now)
            self.tally.add(claim, "later")
