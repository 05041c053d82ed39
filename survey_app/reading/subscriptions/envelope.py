"""A letter as a mail: text, HTML with the picture in it, a report if asked for, and a way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

from survey_app.reading.subscriptions.letter import LetterText
from survey_app.shared.i18n import Language
from survey_app.shared.mail_headers import new_mail, sender_of


@dataclass(frozen=True, slots=True)
class LetterEnvelope:
    """To whom, from whom, and how the subscription is stopped."""

    letter: UUID
    to: str
    sender: str
    language: Language
    stop: str
    date: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


def mail_of(
    written: LetterText,
    envelope: LetterEnvelope,
    *,
    cid: str,
    picture: bytes,
    attached: File | None = None,
) -> EmailMessage:
    """Put a letter into its envelope.

    Mail programs stop a subscription by a POST to the address in ``List-Unsubscribe`` (RFC 8058);
    nothing in the mail is loaded from anywhere, so that nobody learns who reads it.
    """
    host = urlsplit(envelope.stop).hostname
    mail = new_mail()
    name, address = sender_of(envelope.sender)
    mail["From"] = formataddr((name, address))
    mail["To"] = envelope.to
    mail["Subject"] = written.subject
    mail["Date"] = format_datetime(envelope.date)
    mail["Message-ID"] = f"<{envelope.letter}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Id"] = f"<subscriptions.{host}>"
    mail["List-Unsubscribe"] = f"<{envelope.stop}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(written.text, cte="quoted-printable")
    mail.add_alternative(written.html, subtype="html", cte="quoted-printable")
    if picture:
        body = cast("EmailMessage", mail.get_body(("html",)))
        body.add_related(
            picture, "image", "png", cid=f"<{cid}>", disposition="inline", filename="trend.png"
        )
    if attached:
        main, _, sub = attached.media_type.partition("/")
        mail.add_attachment(attached.content, main, sub, filename=attached.name)
    # last: setting a body takes away every header that tells of content
    mail["Content-Language"] = envelope.language
    return mail
