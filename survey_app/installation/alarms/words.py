"""What people are told of an alarm: what it is, what it means for them, and what they can do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.installation.alarms.alarm import AlarmKind, KeptAlarm
from survey_app.installation.key_findings import KeyFault
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import long_date

LOG_PAGE: Final = "/settings/log"
_SEE_LOG: Final = N_("Se loggen")
_SEE_WAVE: Final = N_("Se målingen")


@dataclass(frozen=True, slots=True)
class AlarmWords:
    """Three texts in bokmål, to be translated and filled in."""

    title: str
    means: str
    do: str
    address: str = ""
    """Where on our pages more is told or it is done, if anywhere; of a wave, with its key."""


@dataclass(frozen=True, slots=True)
class SaidAlarm:
    """An alarm in somebody's language; ``link`` says where its ``address`` leads."""

    title: str
    means: str
    do: str
    address: str
    link: str


_OPERATOR: Final = N_("Den som drifter systemet, finner årsaken i loggen til bakgrunnsprosessen.")
_MAIL_LATER: Final = N_("Invitasjoner og påminnelser kommer senere enn planlagt. Ingen går tapt.")

WORDS: Final[Mapping[AlarmKind, AlarmWords]] = {
    AlarmKind.WORKER: AlarmWords(
        N_("Bakgrunnsprosessen har stanset"),
        N_(
            "Ingen e-post blir sendt, og ingen måling blir stengt eller talt opp. Folk kan svare "
            "som før."
        ),
        N_(
            "Be den som drifter systemet, starte bakgrunnsprosessen. Det som skulle ha skjedd i "
            "mellomtiden, blir gjort da."
        ),
    ),
    AlarmKind.QUEUE: AlarmWords(
        N_("Redis svarer ikke, og ingen kan logge inn"),
        N_("Folk kan svare på målinger som før, og ingenting er gått tapt."),
        N_("Be den som drifter systemet, starte Redis igjen. Alle må logge inn på nytt etterpå."),
    ),
    AlarmKind.MAIL_SERVER: AlarmWords(
        N_("E-posttjeneren slipper oss ikke inn"),
        N_(
            "Invitasjoner, påminnelser og lenker til nye passord venter. De blir sendt når "
            "tjeneren slipper oss inn igjen."
        ),
        N_(
            "Be den som drifter e-posttjeneren, se om den går, og om brukeren og passordet vårt "
            "fortsatt gjelder."
        ),
    ),
    AlarmKind.MAIL_WAITS: AlarmWords(
        N_("E-post har ventet i %(hours)s timer"),
        _MAIL_LATER,
        N_("Be den som drifter e-posttjeneren, se hvorfor den ikke tar imot. %(operator)s"),
    ),
    AlarmKind.BOUNCES: AlarmWords(
        N_("%(percent)s av 100 invitasjoner til %(wave)s kom ikke fram"),
        N_("De som ikke fikk invitasjonen, kan ikke svare, og svarprosenten blir lavere."),
        N_(
            "Be HR se på siden til målingen hvilke adresser det gjelder, og rette dem i registeret."
        ),
        "/waves/%(subject)s/failed",
    ),
    AlarmKind.RETURNS: AlarmWords(
        N_("Postkassen for e-post som ikke kom fram, kan ikke leses"),
        N_(
            "Ingen ser hvilke invitasjoner som ikke kom fram. De som ikke fikk invitasjonen, "
            "regnes så lenge som noen som ikke har svart."
        ),
        N_(
            "Be den som drifter e-posttjeneren, se om postkassen er der, og om brukeren og "
            "passordet vårt fortsatt gjelder."
        ),
    ),
    AlarmKind.KEY_MISSING: AlarmWords(
        N_("Nøkkelen til %(wave)s mangler"),
        N_(
            "Svarene ligger låst, og ingen kan lese dem. Uten nøkkelen kan de heller aldri telles "
            "opp."
        ),
        N_(
            "Be den som drifter systemet, finne nøkkelfilen og legge den tilbake. Slett ingenting. "
            "Er den borte for godt, må målingen avlyses, og de som ble spurt, få vite det."
        ),
    ),
    AlarmKind.KEY_WRONG: AlarmWords(
        N_("Nøkkelfilen til %(wave)s kan ikke brukes"),
        N_("%(fault)s Så lenge det er slik, kan målingen ikke telles opp."),
        N_(
            "Be den som drifter systemet, legge tilbake den riktige filen, og finne ut hvem eller "
            "hva som har endret den. Slett ingenting. Er den riktige borte for godt, må målingen "
            "avlyses, og de som ble spurt, få vite det."
        ),
    ),
    AlarmKind.KEY_EXCHANGED: AlarmWords(
        N_("Noen har byttet låsen på %(wave)s"),
        N_("Målingen tar ikke imot svar så lenge det er slik. Ingens lenke er brukt opp."),
        N_(
            "Si fra til den som har ansvar for sikkerheten, med én gang. Ta vare på databasen slik "
            "den er, og finn ut hvem som har skrevet i den."
        ),
        LOG_PAGE,
    ),
    AlarmKind.LATE: AlarmWords(
        N_("%(wave)s er forsinket: %(why)s"),
        N_("Resultatene kommer senere enn lovet. Svarene er trygge."),
        N_("Systemet prøver igjen hver time. %(operator)s"),
    ),
    AlarmKind.CLOCK: AlarmWords(
        N_("Klokken på %(subject)s er ikke til å stole på"),
        N_("Ingen måling blir stengt, og ingenting blir slettet, før det er avklart."),
        N_(
            "Be den som drifter systemet, stille klokken. Hvis den er riktig nå, må det bekreftes "
            "på maskinen."
        ),
    ),
    AlarmKind.DISK: AlarmWords(
        N_("Disken er nesten full på %(host)s"),
        N_("Når den er full, kan ingen svare. De får vite det, og mister ikke det de har fylt ut."),
        N_(
            "%(percent)s prosent av disken med %(path)s er ledig. Be den som drifter systemet, "
            "gjøre plass. Ingen må slette filer i mappene til systemet."
        ),
    ),
    AlarmKind.MAIL_CERTIFICATE: AlarmWords(
        N_("Sertifikatet til e-posttjeneren %(ends)s"),
        N_("Uten et gyldig sertifikat blir ingen e-post sendt."),
        N_("Be den som drifter e-posttjeneren %(subject)s, fornye det."),
    ),
    AlarmKind.PAGE_CERTIFICATE: AlarmWords(
        N_("Sertifikatet til %(subject)s %(ends)s"),
        N_("Uten et gyldig sertifikat stopper nettleseren alle som skal svare eller lese."),
        N_("Be den som drifter systemet, fornye det."),
    ),
    AlarmKind.ARRIVALS: AlarmWords(
        N_("Svarene på %(wave)s ser ikke ut til å komme fra folk"),
        N_("Det kan være et program. Målingen blir ikke publisert før to har bestemt det."),
        N_(
            "Be den som har ansvaret for målingen, lese på siden til målingen hva vi har sett, og "
            "bestemme om den skal publiseres."
        ),
        "/waves/%(subject)s/arrivals",
    ),
    AlarmKind.BACKUP: AlarmWords(
        N_("Det er ikke tatt sikkerhetskopi på %(days)s dager"),
        N_("Går maskinen tapt, er alt som ikke er kopiert, borte."),
        N_(
            "Be den som drifter systemet, ta en sikkerhetskopi og finne ut hvorfor det ikke skjer "
            "av seg selv."
        ),
    ),
    AlarmKind.LOG: AlarmWords(
        N_("Loggen henger ikke sammen"),
        N_("Noen kan ha skrevet i databasen utenom systemet. Ingenting er stanset."),
        N_(
            "Si fra til den som har ansvar for sikkerheten. Ta vare på databasen slik den er, og "
            "finn ut hvem som har skrevet i den."
        ),
        LOG_PAGE,
    ),
}
_LOG_STALE: Final = AlarmWords(
    N_("Loggen er ikke kontrollert på flere dager"),
    N_("Endres den, er det ingen som ser det."),
    _OPERATOR,
    LOG_PAGE,
)
_MISSING_PILOT_KEY: Final = AlarmWords(
    N_("Nøkkelen til en utprøving av %(pilot)s mangler"),
    N_("Svarene ligger låst. Uten nøkkelen kan utprøvingen ikke telles opp."),
    N_(
        "Be den som drifter systemet, finne nøkkelfilen og legge den tilbake. Er den borte for "
        "godt, må spørsmålene prøves ut på nytt."
    ),
)
_WRONG_PILOT_KEY: Final = AlarmWords(
    N_("Nøkkelfilen til en utprøving av %(pilot)s kan ikke brukes"),
    N_("%(fault)s Så lenge det er slik, kan utprøvingen ikke telles opp."),
    N_(
        "Be den som drifter systemet, legge tilbake den riktige filen, og finne ut hvem eller hva "
        "som har endret den. Slett ingenting. Er den riktige borte for godt, må spørsmålene prøves "
        "ut på nytt."
    ),
)
_OF_PILOTS: Final = {
    AlarmKind.KEY_MISSING: _MISSING_PILOT_KEY,
    AlarmKind.KEY_WRONG: _WRONG_PILOT_KEY,
}
_FAULTS: Final = {
    KeyFault.ANOTHER: N_("Filen på %(host)s er en annen nøkkel, og den åpner ingen av svarene."),
    KeyFault.SPOILED: N_("Filen på %(host)s er ødelagt."),
    KeyFault.UNREAD: N_("Bakgrunnsprosessen på %(host)s får ikke lest filen."),
}
_LET_READ: Final = N_("Be den som drifter systemet, la bakgrunnsprosessen lese den.")
_NEVER_BACKED_UP: Final = N_("Det er aldri tatt sikkerhetskopi")
_WHY: Final = {
    "held up": N_("den kan ikke telles opp eller publiseres"),
    "not closed": N_("den er ikke stengt"),
    "not counted": N_("den er ikke talt opp"),
    "not published": N_("den er ikke publisert"),
    "holders": N_("den venter på de to som har nøklene"),
    "other questions": N_("skjemaet må godkjennes på nytt"),
}
_HOLDERS_DO: Final = N_("Minn de to på det. Hver av dem bruker lenken de fikk, eller en ny fra HR.")
_NOT_OPENED: Final = N_("Målingen åpner ikke før to har godkjent skjemaet den stiller nå.")
_APPROVE: Final = N_(
    "De som har ansvaret for målingen, ser på siden til målingen hva som er endret, og godkjenner "
    "den på nytt."
)
_ENDS: Final = {"": N_("går ut %(day)s"), "yes": N_("gikk ut %(day)s")}


def say_alarm(alarm: KeptAlarm, language: Language) -> SaidAlarm:
    """Say an alarm in a language."""
    words = _words_of(alarm)
    _ = translator(language).gettext
    values = {**alarm.facts, "subject": alarm.subject, "operator": _(_OPERATOR)}
    if "wave" in alarm.facts:
        values["wave"] = in_language(json.loads(alarm.facts["wave"]), language)
    if "day" in alarm.facts:
        day = long_date(date.fromisoformat(alarm.facts["day"]), language)
        ends = _ENDS[alarm.facts["ended"]]
        values["ends"] = _(ends) % {"day": day}
    if "fault" in alarm.facts:
        fault = _FAULTS[KeyFault(alarm.facts["fault"])]
        values["fault"] = _(fault) % values
    if "why" in alarm.facts:
        why = _WHY[alarm.facts["why"]]
        values["why"] = _(why)
    title, means, do = (_(text) % values for text in (words.title, words.means, words.do))
    address = words.address % {"subject": alarm.subject}
    link = _(_SEE_LOG) if address == LOG_PAGE else _(_SEE_WAVE)
    return SaidAlarm(title, means, do, address, link)


def _words_of(alarm: KeptAlarm) -> AlarmWords:
    words = (_OF_PILOTS if alarm.facts.get("pilot") else WORDS)[alarm.kind]
    match alarm.kind:
        case AlarmKind.LOG if not alarm.facts.get("broken"):
            return _LOG_STALE
        case AlarmKind.KEY_WRONG if alarm.facts["fault"] == KeyFault.UNREAD:
            return AlarmWords(words.title, words.means, _LET_READ)
        case AlarmKind.BACKUP if alarm.facts.get("never"):
            return AlarmWords(_NEVER_BACKED_UP, words.means, words.do)
        case AlarmKind.LATE if alarm.facts.get("why") == "holders":
            return AlarmWords(words.title, words.means, _HOLDERS_DO)
        case AlarmKind.LATE if alarm.facts.get("why") == "other questions":
            return AlarmWords(words.title, _NOT_OPENED, _APPROVE, "/waves/%(subject)s/open")
    return words
