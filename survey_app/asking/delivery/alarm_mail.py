"""The mail that tells a campaign's owner that forms do not come as from people: one a day at most.

It goes to the address that the campaign sends from, says which survey, and holds no figure.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any, Final
from urllib.parse import urlsplit

from survey_app.asking.delivery.html_mail import html_mail
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.one_by_one import Became, became, send_one_by_one
from survey_app.settings import Settings, settings
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login, Row, fetch
from survey_app.shared.i18n import N_, first_language, translator
from survey_app.shared.mail_headers import new_mail, sender_of

log = logging.getLogger("barometer.delivery")
TABLE: Final = "asking.arrival_alarm"
_CLAIM: Final = """
SELECT a.id, a.attempts, a.problem, a.mailed_on, w.key, w.labels, c.sender
FROM asking.arrival_alarm a JOIN asking.wave w ON w.id = a.id
JOIN asking.campaign c ON c.id = w.campaign
WHERE a.state = 'due' AND a.due_at <= $1
ORDER BY a.due_at LIMIT 1 FOR UPDATE OF a SKIP LOCKED
"""
_SUBJECT: Final = N_("Svarene på %(wave)s ser ikke ut til å komme fra folk")
_BODY: Final = N_(
    "Svarene på %(wave)s kommer inn på en uvanlig måte. Det kan være et program som svarer, eller "
    "mange mennesker på én gang, for eksempel etter en sak i nyhetene.\n\nSe hva vi har sett, "
    "og hva som skjer nå:\n%(link)s\n\n"
    "Undersøkelsen blir ikke publisert før to av dere har bestemt det. Du får høyst én slik e-post "
    "om dagen."
)
_BUTTON: Final = N_("Se hva vi har sett")


async def send_arrival_mail(context: dict[str, Any]) -> None:
    """Tell owners of what was seen today and not told yet."""
    chosen: Settings = context.get("settings") or settings()
    due = await fetch(
        Login.WORKER,
        "SELECT EXISTS (SELECT FROM asking.arrival_alarm WHERE state = 'due' AND due_at <= $1)"
        " AS some",
        now(),
    )
    if chosen.smtp_url is None or not due[0]["some"]:
        return
    async with MailServer(chosen.smtp_url) as server:

        async def look_at(row: Row, at: datetime) -> Became:
            if "@" not in row["sender"]:
                return Became("failed", "the campaign has no sender")
            mail = write_arrival_mail(row, base_url=chosen.base_url.rstrip("/"), now=at)
            verdict, code = await server.send(mail)
            return became(verdict, code, attempts=row["attempts"])

        sent = await send_one_by_one(TABLE, _CLAIM, look_at, clock=now)
    log.info("owners told of forms that do not come as from people: %d", sent)


def write_arrival_mail(row: Row, *, base_url: str, now: datetime) -> EmailMessage:
    """Write the mail in the agency's first language: plain text and HTML that say the same.

    Parameters
    ----------
    row : mapping
        ``id``, ``key``, ``labels``, ``sender`` and ``mailed_on`` of a wave.
    base_url : str
        Of the pages.
    now : datetime
        The mail's date.
    """
    language = first_language()
    _ = translator(language).gettext
    link = f"{base_url}/waves/{row['key']}/arrivals"
    name = in_language(json.loads(row["labels"])["name"], language)
    subject, body = (_(text) % {"wave": name, "link": link} for text in (_SUBJECT, _BODY))
    sender = formataddr(sender_of(row["sender"]))
    mail = new_mail()
    mail["From"] = sender
    mail["To"] = sender
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{row['id']}.{row['mailed_on']}@{urlsplit(base_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{body}\n", cte="quoted-printable")
    html = html_mail(subject, body, language, button=(link, _(_BUTTON)))
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    # last: setting a body takes away every header that tells of content
    mail["Content-Language"] = language
    return mail
