"""How it is said of a table what it holds about people; words are keys of the translations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from survey_app.accounts.roles import Role
from survey_app.shared.i18n import N_


class About(StrEnum):
    """Whom a row of a table is about."""

    STAFF = N_("Ansatte i registeret")
    INVITED = N_("De som er invitert til en måling")
    RESPONDENTS = N_("De som svarer")
    ACCOUNTS = N_("De som har en konto")
    HOLDERS = N_("De to som har nøklene til en måling")
    NOBODY = N_("Ingen person")


class Category(StrEnum):
    """What a column tells."""

    NUMBER = N_("Nummer som systemet gir raden")
    LINK = N_("Nummer på en annen rad")
    IDENTITY = N_("Nummer i HR-systemet, katalogen eller jobbkontoen")
    ADDRESS = N_("E-postadresse")
    PHONE = N_("Mobilnummer")
    PLACE = N_("Enhet, rolle eller sted i organisasjonen")
    BACKGROUND = N_("Fylke, alder eller kjønn, talt opp")
    LANGUAGE = N_("Språk")
    MARK = N_("Om lenken er brukt, uten tidspunkt")
    REFUSED = N_("Om personen har sagt nei til flere meldinger")
    WISH = N_("Hva noen vil ha melding om")
    MAIL = N_("Når en e-post ble sendt, og om den kom fram")
    DAY = N_("Dag eller tidspunkt")
    ACT = N_("Hva noen har gjort eller bedt om")
    TEXT = N_("Tekst som noen har skrevet, uten navn på noen")
    UPLOAD = N_("Innholdet i det som er lastet opp eller skrevet")
    SECRET = N_("Passord, nøkkel eller kontrollsum")
    SEALED = N_("Svar som er låst")
    ANSWERS = N_("Svar, uten noe som leder til en person")
    COMMENT = N_("Kommentar, uten noe som leder til en person")
    FIGURE = N_("Tall om mange")
    CONTENT = N_("Spørsmål, planer og annet som ikke handler om personer")
    STATE = N_("Hvor langt systemet er kommet")


class Purpose(StrEnum):
    """What it is held for."""

    ASK = N_("Spørre dem som skal spørres, og ingen andre, så ofte som er avtalt")
    DELIVER = N_("Sende invitasjoner og påminnelser, og se at de kommer fram")
    ONCE = N_("La hver som er invitert, svare én gang")
    COUNT = N_("Regne ut resultater som ingen kan kjennes igjen i")
    LISTEN = N_("La dem som leder etaten, lese det folk vil si med egne ord")
    SIGN_IN = N_("Gi resultatene til dem som skal ha dem, og ingen andre")
    ACCOUNT_FOR = N_("Kunne vise hvem som har gjort hva")
    RUN = N_("Forberede og gjennomføre målinger, to sammen der det trengs")
    KEEP_GOING = N_("Se at systemet går som det skal")
    FOLLOW_UP = N_("Følge opp funn med tiltak")
    TELL = N_("Si fra til dem som vil vite at det er nye tall")
    PUBLISH = N_("Publisere resultatene og la andre etterprøve dem")


@dataclass(frozen=True, slots=True)
class Kept:
    """How long something is held, in words, and the jobs of the worker that delete it.

    ``text`` may hold ``%(days)s`` or ``%(years)s``, which ``setting`` fills in: the name of a
    field of the settings. Without a job it stays, and the text says for how long that is.
    """

    text: str
    jobs: tuple[str, ...] = ()
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A table or view: what it is, and of each column what it tells.

    ``logins`` are those of the database that can read any of it; ``roles`` those who are shown
    some of it on a page. ``sooner`` names columns that go before their row does.
    """

    table: str
    about: About
    purpose: Purpose
    kept: Kept
    logins: str
    columns: Mapping[Category, str]
    what: str = ""
    roles: tuple[Role, ...] = ()
    sooner: Mapping[str, Kept] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns, in the order of their categories."""
        return tuple(name for told in self.columns.values() for name in told.split())

    @property
    def personal(self) -> bool:
        """Whether its rows are about people."""
        return self.about is not About.NOBODY


EVERYBODY: Final = tuple(Role)
RUNNING: Final = (Role.ADMIN, Role.HR, Role.COMMUNICATIONS)
REGISTER: Final = (Role.ADMIN, Role.HR)
