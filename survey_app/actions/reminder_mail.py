"""The mail that reminds of an action, in its owner's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from survey_app.asking.delivery.html_mail import html_mail
from survey_app.shared.clock import OSLO
from survey_app.shared.i18n import N_, as_language, translator
from survey_app.shared.mail_headers import new_mail, sender_of
from survey_app.shared.numbers import long_date

_SUBJECTS: Final = {
    "before": N_("Tiltak med frist om en uke: %(day)s"),
    "due": N_("Tiltak med frist i dag: %(day)s"),
    "late": N_("Tiltak der fristen har gått ut: %(day)s"),
}
_DAYS: Final = {
    "before": N_("Et tiltak etter målingen har frist %(day)s:"),
    "due": N_("Et tiltak etter målingen har frist i dag, %(day)s:"),
    "late": N_("Et tiltak etter målingen hadde frist %(day)s:"),
}
_BODY: Final = N_(
    "«%(what)s»\n\n"
    "Er det gjennomført, eller trenger det mer tid? Skriv hvor langt det har kommet:\n%(link)s"
)
_WHY: Final = N_(
    "Du får denne meldingen fordi tiltaket står på kontoen din. Den som endrer tiltaket, kan ta "
    "over påminnelsene."
)
_BUTTON: Final = N_("Åpne tiltaket")
_DEMO: Final = N_("Demodata – ikke ekte resultater")
_MOST = 200  # characters of the action that are quoted
_GAPS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Notice:
    """One reminder: of what, and to whom."""

    reminder: UUID
    action: UUID
    kind: str
    what: str
    day: date
    address: str
    language: str
    sender: str
    demo: bool


def write_mail(notice: Notice, *, base_url: str, now: datetime) -> EmailMessage:
    """Write a reminder: plain text and HTML that say the same.

    Parameters
    ----------
    notice : Notice
    base_url : str
        Address in front of ``/actions/…``, without a slash at its end.
    now : datetime
        The mail's date.
    """
    language = as_language(notice.language)
    _ = translator(language).gettext
    what = _GAPS.sub(" ", notice.what).strip()
    values = {
        "day": long_date(notice.day, language),
        "what": what if len(what) <= _MOST else what[:_MOST].rsplit(" ", 1)[0] + " …",
        "link": f"{base_url}/actions/{notice.action}",
    }
    kind = (
        "late" if notice.kind == "due" and notice.day < now.astimezone(OSLO).date() else notice.kind
    )
    subject = _(_SUBJECTS[kind]) % values
    body = f"{_(_DAYS[kind]) % values}\n\n{_(_BODY) % values}\n\n{_(_WHY)}"
    banner = _(_DEMO) if notice.demo else ""
    name, address = sender_of(notice.sender)
    mail = new_mail()
    mail["From"] = formataddr((name, address))
    mail["To"] = notice.address
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{notice.reminder}@{urlsplit(base_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(filter(None, [banner, body])) + "\n", cte="quoted-printable")
    html = html_mail(subject, body, language, button=(values["link"], _(_BUTTON)), notice=banner)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    # last: setting a body takes away every header that tells of content
    mail["Content-Language"] = language
    return mail
