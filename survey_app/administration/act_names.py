"""What the log calls an act, by what is stored: one line for each, in its area."""

from __future__ import annotations

from typing import Final

from survey_app.audit.record import COMMAND_LINE
from survey_app.shared.i18n import N_, Language, translator

WAVES, PEOPLE, ACCESS = N_("Målinger"), N_("Registeret"), N_("Tilganger")
RESULTS, COMMENTS, OPERATION = N_("Resultater og tiltak"), N_("Kommentarer"), N_("Drift")

AREAS: Final[dict[str, dict[str, str]]] = {
    WAVES: {
        "import campaign": N_("Lastet inn en målingsplan"),
        "wave planned": N_("Planla en måling"),
        "plan asked": N_("Ba om en ny måling"),
        "year copied": N_("Kopierte målingene fra et år til forslag"),
        "proposal dropped": N_("Tok bort et forslag til en måling"),
        "campaign asked": N_("Laget en ny kampanje"),
        "texts asked": N_("Endret tekstene i en kampanje"),
        "trial mails asked": N_("Sendte en prøve til seg selv"),
        "dates asked": N_("Ba om å flytte datoene til en måling"),
        "dates moved": N_("Flyttet datoene til en måling"),
        "open asked": N_("Ba om å åpne en måling"),
        "open confirmed": N_("Godkjente at en måling åpnes"),
        "open withdrawn": N_("Tok tilbake en åpning"),
        "open declined": N_("Sa nei til en åpning"),
        "remind asked": N_("Ba om å sende påminnelse"),
        "resend asked": N_("Ba om å sende e-poster på nytt"),
        "relink asked": N_("Ba om en ny lenke til én person"),
        "letters returned": N_("Skrev inn hvor mange brev som er kommet i retur"),
        "remind confirmed": N_("Godkjente en påminnelse"),
        "remind withdrawn": N_("Tok tilbake en påminnelse"),
        "close asked": N_("Ba om å stenge en måling"),
        "close confirmed": N_("Godkjente at en måling stenges"),
        "close withdrawn": N_("Tok tilbake en stenging"),
        "cancel asked": N_("Ba om å avlyse en måling"),
        "cancel confirmed": N_("Godkjente en avlysning"),
        "cancel withdrawn": N_("Tok tilbake en avlysning"),
        "cancel declined": N_("Sa nei til en avlysning"),
        "arrivals unlike people": N_("La merke til svar som kan komme fra et program"),
        "publish asked": N_("Ba om å publisere med forbehold"),
        "publish confirmed": N_("Godkjente å publisere med forbehold"),
        "publish withdrawn": N_("Tok tilbake å publisere med forbehold"),
        "publish declined": N_("Sa nei til å publisere med forbehold"),
        "publish decided": N_("To bestemte å publisere med forbehold"),
        "withhold asked": N_("Ba om å ikke publisere"),
        "withhold confirmed": N_("Godkjente å ikke publisere"),
        "withhold withdrawn": N_("Tok tilbake å ikke publisere"),
        "withhold declined": N_("Sa nei til å ikke publisere"),
        "withhold decided": N_("To bestemte å ikke publisere"),
        "correct asked": N_("Ba om å rette publiserte tall"),
        "correct confirmed": N_("Godkjente å rette publiserte tall"),
        "correct withdrawn": N_("Tok tilbake å rette publiserte tall"),
        "correct declined": N_("Sa nei til å rette publiserte tall"),
        "retract asked": N_("Ba om å trekke tilbake publiserte tall"),
        "retract confirmed": N_("Godkjente å trekke tilbake publiserte tall"),
        "retract withdrawn": N_("Tok tilbake å trekke tilbake publiserte tall"),
        "retract declined": N_("Sa nei til å trekke tilbake publiserte tall"),
        "version begun": N_("Begynte på en ny versjon av et spørreskjema"),
        "version changed": N_("Endret en versjon av et spørreskjema"),
        "version sent to review": N_("Sendte en versjon til gjennomsyn"),
        "version taken back": N_("Tok tilbake en versjon fra gjennomsyn"),
        "version sent back": N_("Sendte en versjon tilbake"),
        "version commented": N_("Kommenterte et spørsmål i en versjon"),
        "comment answered": N_("Svarte på en kommentar til et spørsmål"),
        "pilot asked": N_("Ba om en utprøving av en versjon"),
        "pilot opened": N_("Åpnet en utprøving av en versjon"),
        "pilot ended": N_("Ba om at en utprøving blir talt opp"),
        "pilot given up": N_("Ga opp en utprøving som ikke kunne telles opp"),
        "pilot counted": N_("Talte opp en utprøving og slettet svarene"),
        "pilot deleted": N_("Slettet tall og merknader fra en utprøving"),
        "version deleted": N_("Slettet et utkast til en versjon"),
        "version released": N_("Frigav en versjon av et spørreskjema"),
        "wave opened": N_("Åpnet en måling"),
        "wave emptied": N_("Talte opp en måling"),
        "wave published": N_("Gjorde tallene fra en måling klare"),
        "wave corrected": N_("Publiserte en rettet utgave av en måling"),
        "wave retracted": N_("Trakk tilbake tallene fra en måling"),
        "wave cancelled": N_("Avlyste en måling"),
        "wave closed": N_("Stengte en måling"),
        "people reminded": N_("Sendte påminnelse"),
        "cards asked": N_("Ba om kort"),
        "cards made": N_("Laget kort"),
        "cards fetched": N_("Hentet kort"),
        "letters asked": N_("Ba om brev"),
        "letters made": N_("Laget brev"),
        "letters fetched": N_("Hentet brev"),
        "link replaced": N_("Laget en ny lenke i stedet for en gammel"),
        "responses deleted": N_("Slettet svarene i en måling"),
        "key destroyed": N_("Ødela nøkkelen til en måling"),
        "key holders asked": N_("Spurte to nøkkelholdere"),
        "key holder's link made anew": N_("Laget en ny lenke til en nøkkelholder"),
        "key holders forgotten": N_("Valgte bort nøkkelholderne"),
        "public key received": N_("Tok imot en nøkkelholders nøkkel"),
        "seal taken off": N_("En nøkkelholder låste opp"),
        "laid out for key holders": N_("La svarene fram for nøkkelholderne, låst"),
    },
    PEOPLE: {
        "import people": N_("Lastet inn registeret"),
        "limits changed": N_("Endret hvor ofte ansatte kan bli spurt"),
        "leavers held back": N_("Holdt tilbake mange som katalogen tok ut"),
        "person looked up": N_("Slo opp det vi har om en person"),
        "person taken out": N_("Lastet ned det vi har om en person"),
        "leavers deleted": N_("Slettet personer som har sluttet"),
        "old acts forgotten": N_(
            "Slettet hvem som hadde bedt om hva, etter samme frist som loggen"
        ),
        "leavers confirmed": N_("Bekreftet at mange har sluttet"),
        "link units asked": N_("Bestemte på nytt hvor en enhet går videre"),
        "address unmarked": N_("Tok bort merket på en adresse som ikke virket"),
        "link units": N_("Bestemte hva enheter fortsetter fra"),
    },
    ACCESS: {
        "account linked": N_("Koblet en konto til jobbkontoen"),
        "signed in": N_("Logget inn"),
        "sign-in refused": N_("Feil passord"),
        "account invited": N_("Inviterte til en konto"),
        "invitation withdrawn": N_("Tok tilbake en invitasjon"),
        "account opened": N_("Tok kontoen i bruk"),
        "account changed": N_("Endret en konto"),
        "account closed": N_("Stengte en konto"),
        "closed accounts deleted": N_("Slettet kontoer som var stengt"),
        "account reopened": N_("Åpnet en konto igjen"),
        "new password offered": N_("Sendte lenke for nytt passord"),
        "password chosen": N_("Valgte nytt passord"),
        "last administrator kept": N_(
            "Beholdt den siste administratoren, selv om katalogen sa noe annet"
        ),
        "sessions ended": N_("Avsluttet innlogginger"),
        "second step turned on": N_("Slo på totrinnsinnlogging"),
        "second step turned off": N_("Slo av totrinnsinnlogging"),
        "second step taken away": N_("Tok bort en kontos totrinnsinnlogging"),
        "passkey added": N_("La til en passnøkkel"),
        "passkey removed": N_("Fjernet en passnøkkel"),
        "recovery codes made": N_("Laget nye koder på papir"),
        "recovery code used": N_("Brukte en kode på papir"),
        "code refused": N_("Feil kode"),
        "token made": N_("Laget en tilgang for et program"),
        "token revoked": N_("Trakk tilbake en tilgang for et program"),
        "log taken out": N_("Lastet ned loggen"),
        "keepers of comments named": N_("Valgte hvem som leser kommentarer"),
    },
    RESULTS: {
        "action created": N_("Laget et tiltak"),
        "action changed": N_("Endret et tiltak"),
        "action discussed": N_("Noterte at et tiltak er drøftet"),
        "event created": N_("La inn en hendelse"),
        "event changed": N_("Endret en hendelse"),
        "event removed": N_("Tok bort en hendelse"),
        "import earlier results": N_("Lastet inn tidligere resultater"),
        "remove earlier results": N_("Tok bort tidligere resultater"),
        "subscription started": N_("Begynte å få nye tall på e-post"),
        "subscription stopped": N_("Sluttet å få nye tall på e-post"),
    },
    COMMENTS: {
        "comment masked": N_("Maskerte en kommentar"),
        "comment released": N_("Ga fri en kommentar"),
        "comment held back": N_("Holdt tilbake en kommentar"),
        "comment put back": N_("Angret at en kommentar ble holdt tilbake"),
        "comment removed": N_("Fjernet en kommentar"),
        "comment brought back": N_("Angret at en kommentar ble fjernet"),
        "comments deleted": N_("Slettet gamle kommentarer"),
        "code book changed": N_("Endret temaene for kommentarer"),
    },
    OPERATION: {
        "passwords of logins renewed": N_("Fornyet databasens passord"),
        "installation's secret renewed": N_("Fornyet installasjonens hemmelige nøkkel"),
        "backup made": N_("Laget en sikkerhetskopi"),
        "backup restored": N_("La tilbake en sikkerhetskopi"),
        "what ballots are sealed to was changed in the database": N_(
            "Alarm: Låsen på svarene er endret i databasen"
        ),
        "key holders have other keys than ballots are sealed to": N_(
            "Alarm: Nøkkelholderne har andre nøkler enn svarene er låst med"
        ),
        "hand-over was changed in the database": N_(
            "Alarm: Svar til nøkkelholderne er endret i databasen"
        ),
        "unknown key to count with was removed": N_("Alarm: En ukjent nøkkel ble fjernet"),
        "sealing taken on trust": N_("Låsen på en eldre måling ble godtatt uten bevis"),
        "links and ballots do not fit": N_("Alarm: Antall brukte lenker og svar stemmer ikke"),
        "demo started": N_("Begynte å lage demodata"),
        "demo built": N_("Laget demodata"),
    },
}
_NAMES: Final = {action: name for acts in AREAS.values() for action, name in acts.items()}
_AREA_OF: Final = {action: area for area, acts in AREAS.items() for action in acts}
OTHER: Final = N_("Annet")
SYSTEM: Final = {
    "system": N_("Systemet"),
    COMMAND_LINE: N_("Den som drifter systemet"),
    "demo": N_("Demoen"),
    "key holder": N_("Nøkkelholder"),
    "directory": N_("Katalogen"),
}


def act_name(action: str, lang: Language) -> str:
    """Return what an act is called; one from another version as it is stored."""
    found = _NAMES.get(action)
    return translator(lang).gettext(found) if found else action


def area_name(action: str, lang: Language) -> str:
    """Return the area that an act belongs to."""
    return translator(lang).gettext(_AREA_OF.get(action, OTHER))


def actor_name(actor: str, lang: Language) -> str:
    """Return who did it: an account's address, or what the installation did by itself."""
    found = SYSTEM.get(actor)
    return translator(lang).gettext(found) if found else actor


def is_named(action: str) -> bool:
    """Tell whether an act has a name here."""
    return action in _NAMES
