"""Write one mail: plain text and HTML, in the person's language, from the questionnaires' texts."""

from __future__ import annotations

import functools
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from questionnaires.messages import Messages
from questionnaires.model import Questionnaire
from questionnaires.parts import part, part_numbers
from survey_app.asking.campaigns.results_told import told_results
from survey_app.asking.campaigns.smallest_shown import smallest_shown
from survey_app.asking.delivery.html_mail import html_mail
from survey_app.asking.errors import NoSender
from survey_app.shared.agency import agency_in_sentence
from survey_app.shared.i18n import N_, Language, as_language, first_language, translator
from survey_app.shared.mail_headers import new_mail, sender_of
from survey_app.shared.numbers import in_minutes, short_date, weekday_date

WIDTH = 76
# no token of ours: those are longer, and this stands in no link that was sent to be answered
EXAMPLE_TOKEN: Final = "eksempel"  # noqa: S105 - it opens nothing
EXAMPLE_SUBJECT: Final = N_("Prøve: %(subject)s")
AT_MOST: Final = N_("inntil %(n)s")
EXAMPLE_NOTICE: Final = N_("Dette er en prøve. Lenkene i den åpner ingenting.")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The campaign and wave behind a mail: the same for everybody who gets it."""

    campaign: str
    population: str
    sender: str
    contact: str
    demo: bool
    remind_everybody: bool
    minimum_group: int
    closes_on: date
    results_on: date
    questionnaire: bytes
    wave: str = ""
    key_list_hash: str = ""
    """SHA-256 of the key list, the same in every mail of the wave."""
    at_once: bool = False
    """Whether results come as soon as they are computed, and wait for no day."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person's mail: where it goes, in which language, with which link.

    ``key`` is what a report that it came back names it by (``returned.py``); it holds no link.
    """

    outbox: UUID
    kind: str
    address: str
    language: str
    token: str
    key: str = ""
    example: bool = False
    """Sent to whoever wants to see it: its subject and first line say so."""
    replaced: bool = False
    """Whether the link took the place of another, by which they may have answered."""

    def may_have_answered(self, envelope: Envelope) -> bool:
        """Tell whether a reminder may reach them although they have answered, and says so."""
        return envelope.remind_everybody or self.replaced


@functools.lru_cache(maxsize=64)
def _form(content: bytes) -> tuple[int, bool, int]:
    questionnaire = Questionnaire.from_json(content)
    parts = {part(questionnaire, one).question_count for one in part_numbers(questionnaire)}
    return questionnaire.question_count, len(parts) > 1, questionnaire.form.minutes


def compose(
    envelope: Envelope, recipient: Recipient, messages: Messages, *, base_url: str, now: datetime
) -> EmailMessage:
    """Write an invitation or a reminder.

    Parameters
    ----------
    envelope, recipient
        What the mail is about, and whom it is for.
    messages : Messages
        The texts of ``questionnaires/messages``.
    base_url : str
        Address in front of ``/answer/…``, without a slash at its end.
    now : datetime
        The mail's date.

    Raises
    ------
    NoSender
        If the campaign's sender holds no e-mail address.
    """
    name, address = sender_of(envelope.sender)
    if "@" not in address or not address.isascii():
        raise NoSender(envelope.campaign)
    key = _message_key(envelope, recipient)
    # a mail is in one language from its subject to its foot
    language = messages.language_of(f"{key}.body", as_language(recipient.language))
    values = values_of(envelope, recipient, base_url, language, name or address)
    # a text message has no room for the day of the week
    values["frist"] = weekday_date(envelope.closes_on, language)
    subject = messages.text(f"{key}.subject", language, **values)
    body = messages.text(f"{key}.body", language, **values).strip()
    body += "\n\n" + messages.text("mail.genuine", language, **values)
    _ = translator(language).gettext
    notice = _("Demodata – ikke ekte resultater") if envelope.demo else ""
    if recipient.example:
        subject = _(EXAMPLE_SUBJECT) % {"subject": subject}
        notice = _(EXAMPLE_NOTICE)
    mail = new_mail()
    mail["From"] = formataddr((name, address))
    mail["To"] = recipient.address
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{recipient.key or recipient.outbox}@{urlsplit(base_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{values['stopp']}>"
    if envelope.key_list_hash:
        # Two lists for one wave would show: people compare (anonymity-design.md 5). In the mail's
        # head, since a sum of 64 signs in its text looks like a trick.
        mail["Key-List"] = f"sha-256={envelope.key_list_hash}; {values['nokler']}"
    mail.set_content("\n\n".join(filter(None, [notice, body])) + "\n", cte="quoted-printable")
    html = html_mail(
        subject,
        body,
        language,
        button=(str(values["lenke"]), messages.text("button.start", language)),
        notice=notice,
    )
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail.set_boundary(new_boundary())
    # a body that is set afterwards would take it away
    mail["Content-Language"] = language
    return mail


def new_boundary() -> str:
    """Draw what parts the halves of a mail."""
    # no line of quoted-printable has "=_": else Python searches the mail for one that is not there
    return f"=_{secrets.token_hex(12)}"


def _message_key(envelope: Envelope, recipient: Recipient) -> str:
    """Name the text: staff are asked about their work, those on a list about the agency."""
    asked = "mail." if envelope.population == "staff" else "mail.list_"
    if recipient.kind == "invitation":
        return f"{asked}invitation"
    every = recipient.may_have_answered(envelope)
    return f"{asked}reminder_all" if every else f"{asked}reminder"


def values_of(
    envelope: Envelope, recipient: Recipient, base_url: str, language: Language, sender: str
) -> dict[str, object]:
    """Return what the places of a message's text are filled with, in one language."""
    questions, is_most, minutes = _form(envelope.questionnaire)
    # pages are in the language that was asked for, as far as they are written in it
    own = as_language(recipient.language)
    query = "" if own == first_language() else f"?lang={own}"
    results = told_results(envelope.results_on, language, at_once=envelope.at_once)
    return {
        # which part of the questions somebody is given, nobody knows who writes to them
        "antall": translator(language).gettext(AT_MOST) % {"n": questions}
        if is_most
        else questions,
        "minutter": minutes,
        "varighet": in_minutes(minutes, language),
        "lenke": f"{base_url}/answer/{recipient.token}{query}",
        "stopp": f"{base_url}/stop/{recipient.token}{query}",
        "personvern": f"{base_url}/promise{query}",
        "frist": short_date(envelope.closes_on, language),
        "resultat": results,
        "min_n": smallest_shown(envelope.population, envelope.minimum_group),
        "avsender": sender,
        "kontakt": envelope.contact,
        "nokler": f"{base_url}/keys/{envelope.wave}.json",
        "kontrollsum": envelope.key_list_hash,
        "vert": urlsplit(base_url).netloc,
        "etat": agency_in_sentence(language),
    }
