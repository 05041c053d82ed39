"""What the worker does for delivery; every job is a sentence about rows and may run twice."""

from __future__ import annotations

import asyncio
import imaplib
import logging
import mailbox
from datetime import timedelta
from typing import Any

from questionnaires.loader import load_library
from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.asking.delivery.clean_up import forget_invitations, forget_reminders
from survey_app.asking.delivery.gateway_rest import StoppingGateway, gateway_rest
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.queries import note_server_down, sms_due
from survey_app.asking.delivery.remind import queue_due_reminders
from survey_app.asking.delivery.send_due import SentTally, SmsCarrier, send_by, send_due
from survey_app.asking.delivery.sms_gateway import HttpGateway
from survey_app.asking.delivery.take_returned import take_returned
from survey_app.asking.delivery.told_returned import note_told
from survey_app.asking.delivery.trials import forget_trials
from survey_app.asking.errors import MailServerDown, SmsGatewayDown
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now, today

log = logging.getLogger("barometer.mail")

MOST_AT_ONCE = 20_000
_sending = asyncio.Lock()


def _settings(context: dict[str, Any]) -> Settings:
    found: Settings = context.get("settings") or settings()
    return found


async def send_due_mail(context: dict[str, Any]) -> None:
    """Mails that are due and not sent.

    The sweep starts it again and again: one run at a time in each worker, so that a long one does
    not take the places of other work.
    """
    chosen = _settings(context)
    if _sending.locked():
        return
    if chosen.smtp_url is None:
        await note_server_down("not set", now=now())
        return
    if chosen.quiet_time.holds(now()):
        return
    async with _sending, MailServer(chosen.smtp_url, chosen.mail_connections) as server:
        try:
            tally = await send_due(
                server,
                load_library().messages,
                secret=chosen.secret(),
                base_url=chosen.answering_url,
                clock=now,
                most=MOST_AT_ONCE,
                reports_to=chosen.return_address,
                per_minute=chosen.mail_per_minute,
            )
        except MailServerDown as error:
            await note_server_down(error.reason, now=now())
            log.warning("%s", error)
        else:
            _log("mail", tally)


def _log(what: str, tally: SentTally) -> None:
    # of reminders neither how many went nor how many need not go any more: it tells who answered
    if found := tally.invitations:
        log.info(
            "%s: of invitations %d sent, %d later, %d failed, %d needless",
            what, found["sent"], found["later"], found["failed"], found["cancelled"],
        )  # fmt: skip


_texting = asyncio.Lock()


async def send_due_sms(context: dict[str, Any]) -> None:
    """Text messages that are due and not sent; one run at a time in each worker."""
    chosen = _settings(context)
    if _texting.locked() or not await sms_due(now=now()):
        return
    if chosen.sms_url is None or chosen.sms_sender is None:
        await note_server_down("not set", now=now(), channel="sms")
        return
    if chosen.quiet_time.holds(now()) or gateway_rest.holds:
        return
    async with _texting, HttpGateway(chosen) as gateway:
        stopping = StoppingGateway(gateway, gateway_rest)
        carrier = SmsCarrier(
            stopping,
            load_library().messages,
            chosen.answering_url,
            knows_repeats=chosen.sms_idempotent,
        )
        try:
            tally = await send_by(
                carrier,
                secret=chosen.secret(),
                clock=now,
                most=MOST_AT_ONCE,
                per_minute=chosen.sms_per_minute,
            )
        except SmsGatewayDown as error:
            gateway_rest.begin(error.rest)
            await note_server_down(error.reason, now=now(), channel="sms")
            log.warning("%s", error)
        else:
            _log("text messages", tally)


_reading = asyncio.Lock()


async def read_returns(context: dict[str, Any]) -> None:
    """Note what came back: what programs told, and what lies in the mailbox where one is set."""
    chosen = _settings(context)
    number = await note_told(now=now())
    try:
        # one at a time: a mailbox that takes minutes would take the places of all other work
        if chosen.return_mailbox is not None and not _reading.locked():
            async with _reading:
                number += await take_returned(
                    chosen.return_mailbox, secret=chosen.secret(), now=now()
                )
    except (OSError, imaplib.IMAP4.error, mailbox.Error) as error:
        # its words may hold an address
        log.warning("the mailbox of returned mail cannot be read: %s", type(error).__name__)
    if number:
        log.info("mail: %d came back", number)


async def remind_due(_context: dict[str, Any]) -> None:
    """Open waves whose day of reminding has come."""
    for key in await queue_due_reminders(today=today(), now=now()):
        # not how many: they had not answered
        log.info("reminders queued for %s", key)


async def nightly(_context: dict[str, Any]) -> None:
    """Count who has answered open waves; forget what must not be kept."""
    await refresh_live_counts(today() - timedelta(days=1))
    await forget_reminders()
    await forget_invitations(now=now())
    await forget_trials(now=now())
