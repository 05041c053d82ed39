"""How long the certificates last by which browsers and we know whom we speak to."""

from __future__ import annotations

import asyncio
import ssl
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import aiosmtplib
from aiosmtplib import errors
from cryptography import x509

from survey_app.asking.delivery.mail_server import PORTS
from survey_app.installation.alarms.alarm import AlarmKind, RaisedAlarm
from survey_app.settings import Settings

SOON: Final = timedelta(days=21)
PATIENCE: Final = 5.0  # seconds
HTTPS: Final = 443


async def look_at_certificates(chosen: Settings, now: datetime) -> list[RaisedAlarm]:
    """Return those of our own addresses and of the mail server that end soon or have ended.

    One that cannot be reached from here is no alarm: whether it is reached from elsewhere, this
    machine cannot tell.
    """
    found = []
    for host, port in sorted(own_addresses(chosen)):
        ends_at = await _page_ends(host, port)
        if ends_at is not None and ends_at - now < SOON:
            found.append(_alarm(AlarmKind.PAGE_CERTIFICATE, host, ends_at, now))
    if chosen.smtp_url:
        ends_at = await _mail_ends(chosen.smtp_url)
        if ends_at is not None and ends_at - now < SOON:
            host = urlsplit(chosen.smtp_url).hostname or ""
            found.append(_alarm(AlarmKind.MAIL_CERTIFICATE, host, ends_at, now))
    return found


def own_addresses(chosen: Settings) -> set[tuple[str, int]]:
    """Return host and port of each of our addresses that is reached by https."""
    addresses = (chosen.base_url, chosen.answer_url, chosen.ballot_url)
    parts = [urlsplit(one) for one in addresses if one]
    return {
        (one.hostname, one.port or HTTPS) for one in parts if one.scheme == "https" and one.hostname
    }


def _alarm(kind: AlarmKind, host: str, ends_at: datetime, now: datetime) -> RaisedAlarm:
    day = ends_at.date().isoformat()
    whose = "the mail server" if kind is AlarmKind.MAIL_CERTIFICATE else host
    told = f"ended on {day}" if ends_at <= now else f"ends on {day}"
    return RaisedAlarm(
        kind,
        host,
        f"certificate: that of {whose} {told}: put a new one in its place",
        {"day": day, "ended": "yes" if ends_at <= now else ""},
    )


def _trusting() -> ssl.SSLContext:
    # one that has ended is to be read as well; nothing is sent over this connection
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _ends(connection: object) -> datetime | None:
    if not isinstance(connection, ssl.SSLObject | ssl.SSLSocket):
        return None
    raw = connection.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(raw).not_valid_after_utc if raw else None


async def _page_ends(host: str, port: int) -> datetime | None:
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(
                host, port, ssl=_trusting(), server_hostname=host
            )
    except (OSError, TimeoutError, ssl.SSLError):
        return None
    ends_at = _ends(writer.get_extra_info("ssl_object"))
    writer.close()
    return ends_at


async def _mail_ends(url: str) -> datetime | None:
    parts = urlsplit(url)
    if parts.scheme == "smtp":
        return None
    client = aiosmtplib.SMTP(
        hostname=parts.hostname or "localhost",
        port=parts.port or PORTS[parts.scheme],
        use_tls=parts.scheme == "smtps",
        start_tls=parts.scheme == "smtp+starttls",
        tls_context=_trusting(),
        timeout=PATIENCE,
    )
    try:
        await client.connect()
        return _ends(client.transport.get_extra_info("ssl_object") if client.transport else None)
    except (errors.SMTPException, OSError, ValueError):
        return None
    finally:
        client.close()
