"""The mail with a link to choose a password, for a new account or a forgotten one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Final
from uuid import UUID

from survey_app.accounts.roles import ROLE_NAMES, Role
from survey_app.administration.account_mail import account_mail
from survey_app.shared.agency import agency_in_sentence
from survey_app.shared.i18n import N_, as_language, translator
from survey_app.shared.numbers import long_date, time_of_day

_SUBJECT: Final = {
    "invite": N_("Du er invitert til Verdibarometer i %(agency)s"),
    "reset": N_("Nytt passord til Verdibarometer"),
}
_BODY: Final = {
    "invite": N_(
        "Du får en konto i Verdibarometer, der %(agency)s følger med på tillit, kultur og "
        "arbeidsmiljø. Rollen din er: %(role)s.\n\nVelg et passord her, så er kontoen klar:\n"
        "%(link)s\n\nLenken virker én gang, fram til %(day)s."
    ),
    "reset": N_(
        "Noen har bedt om nytt passord til kontoen din. Velg et her:\n%(link)s\n\n"
        "Lenken virker én gang, fram til %(day)s %(time)s. Var det ikke du som ba om den, trenger "
        "du ikke gjøre noe: passordet er det samme som før."
    ),
}
_BUTTON: Final = N_("Velg passord")


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """One mail: to whom, from whom, and where it leads."""

    invitation: UUID
    purpose: str
    address: str
    role: str
    language: str
    ends_at: datetime
    sender: str
    link: str


def write_password_mail(
    offered: PasswordLink, *, base_url: str, now: datetime, demo: bool = False
) -> EmailMessage:
    """Write the mail: plain text and HTML that say the same.

    Parameters
    ----------
    offered : PasswordLink
    base_url : str
        Of the pages.
    now : datetime
        The mail's date.
    demo : bool
        Whether a line above everything says so.
    """
    language = as_language(offered.language)
    _ = translator(language).gettext
    values = {
        "agency": agency_in_sentence(language),
        "role": _(ROLE_NAMES[Role(offered.role)]),
        "link": offered.link,
        "day": long_date(offered.ends_at, language),
        "time": time_of_day(offered.ends_at, language),
    }
    return account_mail(
        sender=offered.sender,
        address=offered.address,
        subject=_(_SUBJECT[offered.purpose]) % values,
        body=_(_BODY[offered.purpose]) % values,
        button=(offered.link, _(_BUTTON)),
        language=language,
        message=f"{offered.invitation}.{int(offered.ends_at.timestamp())}",
        base_url=base_url,
        now=now,
        demo=demo,
    )
