"""What all mails about accounts have in common."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Final
from urllib.parse import urlsplit

from survey_app.asking.delivery.html_mail import html_mail
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.mail_headers import new_mail, sender_of

_DEMO: Final = N_("Demodata – ikke ekte resultater")
_CHECK: Final = N_(
    "Er du usikker på om e-posten er ekte? Lenken skal begynne med %(base)s. Du kan også spørre en "
    "administrator hos dere. Bruk da et nummer eller en adresse du kjenner fra før, ikke en som "
    "står her."
)


def account_mail(
    *,
    sender: str,
    address: str,
    subject: str,
    body: str,
    button: tuple[str, str],
    language: Language,
    message: str,
    base_url: str,
    now: datetime,
    demo: bool,
) -> EmailMessage:
    """Write a mail: plain text and HTML that say the same, and how to tell it from a false one.

    Parameters
    ----------
    button : tuple of str
        Address and text, in the HTML.
    message : str
        What the message id begins with: of one row always the same.
    base_url : str
        Of the pages.
    now : datetime
        The mail's date.
    demo : bool
        Whether a line above everything says so.
    """
    _ = translator(language).gettext
    banner = _(_DEMO) if demo else ""
    body = f"{body}\n\n{_(_CHECK) % {'base': base_url}}"
    mail = new_mail()
    mail["From"] = formataddr(sender_of(sender))
    mail["To"] = address
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message}@{urlsplit(base_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(filter(None, [banner, body])) + "\n", cte="quoted-printable")
    html = html_mail(subject, body, language, button=button, notice=banner)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    # last: setting a body takes away every header that tells of content
    mail["Content-Language"] = language
    return mail
