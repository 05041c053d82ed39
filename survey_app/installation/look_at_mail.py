"""Whether the mail server and the mailbox of reports let us in: both are tried, nothing is sent."""

from __future__ import annotations

import asyncio
import imaplib
import mailbox
import ssl
from typing import Final

from aiosmtplib import errors

from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.return_mailbox import NO_FOLDER, MailboxRefusal, try_mailbox
from survey_app.asking.errors import MailServerDown
from survey_app.installation.findings import Inspection, Sign
from survey_app.settings import Settings

PATIENCE = 10.0  # seconds
NOBODY: Final = "nobody listens at that host and port"
_NOT_READ: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ConnectionRefusedError, NOBODY),
    (TimeoutError, "the server does not answer"),
    (MailboxRefusal, "the server refuses the user or the password"),
    (imaplib.IMAP4.readonly, "its folder may only be read, and reports are taken out of it"),
    (mailbox.NoSuchMailboxError, "there is no mailbox at that place"),
    (FileNotFoundError, "there is no mailbox at that place"),
    (PermissionError, "this user may not write in it"),
)


async def look_at_mail(settings: Settings) -> Inspection:
    """Sign in to the mail server as the worker does, and send nothing."""
    if settings.smtp_url is None:
        return Inspection(Sign.NOTE, "mail: BAROMETER_SMTP_URL is not set: invitations wait")
    try:
        async with asyncio.timeout(PATIENCE), MailServer(settings.smtp_url) as server:
            await server.connect()
    except TimeoutError:
        why = f"the server does not answer within {PATIENCE:.0f} s"
    except MailServerDown as down:
        why = _why(down)
    else:
        return Inspection(Sign.GOOD, "mail: the server lets us in")
    return Inspection(Sign.BAD, f"mail: {why}: see BAROMETER_SMTP_URL")


async def look_at_returns(settings: Settings) -> Inspection | None:
    """Get at the mailbox of returned mail as the worker does; ``None`` where there is none."""
    if settings.return_mailbox is None:
        return None
    try:
        await asyncio.to_thread(try_mailbox, settings.return_mailbox)
    except (OSError, imaplib.IMAP4.error, mailbox.Error) as error:
        sentence = (
            f"returned mail: {_why_not_read(error)}: see BAROMETER_RETURN_MAILBOX; until then"
            " nobody sees which invitations did not arrive"
        )
        return Inspection(Sign.BAD, sentence)
    return Inspection(Sign.GOOD, "returned mail: its mailbox lets us in")


def _why_not_read(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return _of_tls(error)
    if str(error).startswith(NO_FOLDER):
        return str(error)
    known = (why for kind, why in _NOT_READ if isinstance(error, kind))
    return next(known, f"it cannot be read ({type(error).__name__})")


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not valid here ({error.verify_message})"
    return f"the server speaks no TLS that we do ({error.reason})"


def _why(down: MailServerDown) -> str:
    error: BaseException | None = down
    while error is not None:
        match error:
            case ssl.SSLError():
                return _of_tls(error)
            case errors.SMTPAuthenticationError():
                return f"the server refuses the user or the password ({error.code})"
            case errors.SMTPException() if type(error) is errors.SMTPException:
                # the client's own words: what the server lacks
                return str(error).rstrip(".")
            case ConnectionRefusedError():
                return NOBODY
        error = error.__cause__ or error.__context__
    return f"the server does not let us in ({down.reason})"
