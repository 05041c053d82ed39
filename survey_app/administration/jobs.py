"""What the worker does for accounts: it sends links to choose a password, and what happened."""

from __future__ import annotations

import logging
from datetime import datetime
from email.utils import formataddr
from typing import Any, Final
from urllib.parse import urlsplit

from survey_app.accounts.invitation_link import link_of
from survey_app.accounts.invitations import CLAIM, password_links_due
from survey_app.accounts.notices import CLAIM as NOTICE_CLAIM
from survey_app.accounts.notices import AccountEvent, forget_notices, notices_due
from survey_app.administration.invitation_mail import PasswordLink, write_password_mail
from survey_app.administration.notice_mail import write_notice
from survey_app.asking.campaigns.for_readers import newest_sender
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.one_by_one import Became, became, send_one_by_one
from survey_app.settings import Settings, settings
from survey_app.shared.agency import agency_name
from survey_app.shared.clock import now
from survey_app.shared.database import Login, Row
from survey_app.shared.i18n import first_language

log = logging.getLogger("barometer.accounts")
TABLE: Final = "accounts.invitation"
NOTICES: Final = "accounts.notice"


async def send_password_links(context: dict[str, Any]) -> None:
    """Send what was asked for on pages and not sent yet, each once, in the order it was asked."""
    chosen: Settings = context.get("settings") or settings()
    if chosen.smtp_url is None or not await password_links_due(now=now()):
        return
    sender = await newest_sender(Login.WORKER) or own_sender(chosen.base_url)
    async with MailServer(chosen.smtp_url) as server:

        async def look_at(row: Row, at: datetime) -> Became:
            offered = PasswordLink(
                invitation=row["id"],
                purpose=row["purpose"],
                address=row["email"],
                role=row["role"],
                language=row["language"],
                ends_at=row["ends_at"],
                sender=sender,
                link=link_of(row["id"], chosen.base_url, chosen.secret()),
            )
            mail = write_password_mail(offered, base_url=chosen.base_url, now=at, demo=chosen.demo)
            verdict, code = await server.send(mail)
            return became(verdict, code, attempts=row["attempts"])

        sent = await send_one_by_one(TABLE, CLAIM, look_at, clock=now)
    log.info("links to choose a password sent: %d", sent)


async def send_account_notices(context: dict[str, Any]) -> None:
    """Tell owners of accounts what happened to their way of signing in, each once."""
    chosen: Settings = context.get("settings") or settings()
    if chosen.smtp_url is None or not await notices_due(now=now()):
        return
    sender = await newest_sender(Login.WORKER) or own_sender(chosen.base_url)
    async with MailServer(chosen.smtp_url) as server:

        async def look_at(row: Row, at: datetime) -> Became:
            mail = write_notice(
                row["id"],
                AccountEvent(row["what"]),
                address=row["email"],
                language=row["language"],
                sender=sender,
                base_url=chosen.base_url,
                now=at,
                demo=chosen.demo,
            )
            verdict, code = await server.send(mail)
            return became(verdict, code, attempts=row["attempts"])

        sent = await send_one_by_one(NOTICES, NOTICE_CLAIM, look_at, clock=now)
    log.info("notices about accounts sent: %d", sent)


async def forget_old_notices(_context: dict[str, Any]) -> None:
    """Delete what was told to owners of accounts long ago: the log has what happened."""
    if gone := await forget_notices(now=now()):
        log.info("old notices about accounts deleted: %d", gone)


def own_sender(base_url: str) -> str:
    """Return who sends before the first campaign has said so: the agency, from the pages' host."""
    host = urlsplit(base_url).hostname or "localhost"
    return formataddr((agency_name(first_language()), f"verdibarometer@{host}"))
