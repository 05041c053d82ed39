"""Whether the mail server lets us in: connection, certificate, user and password are tried."""

from __future__ import annotations

import asyncio
import ssl

from aiosmtplib import errors

from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.errors import MailServerDown
from survey_app.installation.findings import Inspection, Sign
from survey_app.settings import Settings

PATIENCE = 10.0  # seconds


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


def _why(down: MailServerDown) -> str:
    error: BaseException | None = down
    while error is not None:
        match error:
            case ssl.SSLCertVerificationError():
                return f"the server's certificate is not valid here ({error.verify_message})"
            case ssl.SSLError():
                return f"the server speaks no TLS that we do ({error.reason})"
            case errors.SMTPAuthenticationError():
                return f"the server refuses the user or the password ({error.code})"
            case errors.SMTPException() if type(error) is errors.SMTPException:
                # the client's own words: what the server lacks
                return str(error).rstrip(".")
            case ConnectionRefusedError():
                return "nobody listens at that host and port"
        error = error.__cause__ or error.__context__
    return f"the server does not let us in ({down.reason})"
