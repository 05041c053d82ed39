"""The mail that tells an account's owner what happened to their way of signing in."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import Final
from uuid import UUID

from survey_app.accounts.notices import AccountEvent
from survey_app.administration.account_mail import account_mail
from survey_app.shared.i18n import N_, as_language, translator

_SUBJECT: Final = N_("Innloggingen til kontoen din i Verdibarometer")
_URGENT: Final = {AccountEvent.GUESSED: N_("Kan noen andre passordet ditt til Verdibarometer?")}
_BODY: Final = {
    AccountEvent.ON: N_(
        "Totrinnsinnlogging er slått på for kontoen din. Fra nå av trenger du en kode fra appen i "
        "tillegg til passordet."
    ),
    AccountEvent.OFF: N_(
        "Totrinnsinnlogging er slått av for kontoen din. Har du ingen passnøkkel, holder det nå "
        "med passordet."
    ),
    AccountEvent.TAKEN: N_(
        "En administrator har tatt bort totrinnsinnloggingen på kontoen din. Nå holder det med "
        "passordet. Slå den på igjen under «Min konto»."
    ),
    AccountEvent.CODES: N_(
        "Det er laget nye koder på papir til kontoen din. De gamle virker ikke lenger."
    ),
    AccountEvent.RECOVERY: N_(
        "Noen brukte en kode på papir til kontoen din. Den virker ikke en gang til."
    ),
    AccountEvent.PASSKEY_ADDED: N_("En passnøkkel er lagt til på kontoen din."),
    AccountEvent.PASSKEY_REMOVED: N_("En passnøkkel er fjernet fra kontoen din."),
    AccountEvent.GUESSED: N_(
        "Noen har skrevet riktig passord og feil kode mange ganger. De kom ikke inn, men var det "
        "ikke du, kan de passordet ditt."
    ),
}
_NOT_YOU: Final = N_(
    "Var det ikke du som gjorde dette? Velg nytt passord på %(link)s, og si fra til en "
    "administrator."
)
_BUTTON: Final = N_("Velg nytt passord")


def write_notice(
    notice: UUID,
    what: AccountEvent,
    *,
    address: str,
    language: str,
    sender: str,
    base_url: str,
    now: datetime,
    demo: bool = False,
) -> EmailMessage:
    """Write the mail; it holds no link that opens anything."""
    chosen = as_language(language)
    _ = translator(chosen).gettext
    link = f"{base_url}/sign-in/forgotten"
    return account_mail(
        sender=sender,
        address=address,
        subject=_(_URGENT.get(what, _SUBJECT)),
        body=f"{_(_BODY[what])}\n\n{_(_NOT_YOU) % {'link': link}}",
        button=(link, _(_BUTTON)),
        language=chosen,
        message=str(notice),
        base_url=base_url,
        now=now,
        demo=demo,
    )
