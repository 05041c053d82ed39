"""Send what a wave sends to whoever asked to see it: mails to their own address and no other."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from survey_app.accounts.trial_reader import trial_address
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.compose import EXAMPLE_TOKEN, Recipient
from survey_app.asking.delivery.gateway_rest import gateway_rest
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.one_by_one import Became, became, send_one_by_one
from survey_app.asking.delivery.sms_gateway import HttpGateway, TextMessage
from survey_app.asking.delivery.trials import (
    CLAIM,
    CLAIM_SMS,
    SMS,
    TABLE,
    forget_numbers,
    trials_due,
)
from survey_app.asking.errors import NoSender, SmsGatewayDown
from survey_app.running.preview import SHOWN, example_mail, example_text, preview_of
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now
from survey_app.shared.database import Login, Row

log = logging.getLogger("barometer.running")


async def send_trials(context: dict[str, Any]) -> None:
    """Mails that somebody asked to see, and has not got; each once."""
    chosen: Settings = context.get("settings") or settings()
    if chosen.smtp_url is None or not await trials_due(now=now()):
        return
    async with MailServer(chosen.smtp_url) as server:

        async def look_at(row: Row, at: datetime) -> Became:
            wave = await find_wave(Login.WORKER, row["wave"])
            address = await trial_address(row["account"])
            if not address or State(wave.state) not in SHOWN:
                return Became("failed", "not wanted any more")
            preview = await preview_of(Login.WORKER, wave, chosen)
            language = row["language"]
            recipient = Recipient(
                row["id"], row["kind"], address, language, EXAMPLE_TOKEN, example=True
            )
            try:
                mail = example_mail(preview, recipient, now=at)
            except NoSender:
                return Became("failed", "no sender")
            verdict, code = await server.send(mail)
            return became(verdict, code, attempts=row["attempts"])

        sent = await send_one_by_one(TABLE, CLAIM, look_at, clock=now)
    log.info("mails sent to those who wanted to see them: %d", sent)


async def send_text_trials(context: dict[str, Any]) -> None:
    """Text messages that somebody asked to see, and has not got; each once."""
    chosen: Settings = context.get("settings") or settings()
    ready = chosen.sms_url is not None and chosen.sends_sms and not gateway_rest.holds
    if not ready or not await trials_due(now=now(), sms=True):
        return
    async with HttpGateway(chosen) as gateway:

        async def look_at(row: Row, _at: datetime) -> Became:
            wave = await find_wave(Login.WORKER, row["wave"])
            if not await trial_address(row["account"]) or State(wave.state) not in SHOWN:
                return Became("failed", "not wanted any more")
            preview = await preview_of(Login.WORKER, wave, chosen)
            kind, number = row["kind"].removeprefix(SMS), row["mobile"]
            recipient = Recipient(
                row["id"], kind, number, row["language"], EXAMPLE_TOKEN, example=True
            )
            text = example_text(preview, recipient)
            verdict, code = await gateway.send(TextMessage(number, text, str(row["id"])))
            return became(verdict, code, attempts=row["attempts"])

        try:
            sent = await send_one_by_one(TABLE, CLAIM_SMS, look_at, clock=now)
        except SmsGatewayDown as error:
            gateway_rest.begin(error.rest)
            log.warning("%s", error)
        else:
            log.info("text messages sent to those who wanted to see them: %d", sent)
        finally:
            await forget_numbers()
