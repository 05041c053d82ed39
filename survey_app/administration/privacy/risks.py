"""What can go wrong for people, what is done against it, and what is left (docs/security.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey_app.shared.i18n import N_


@dataclass(frozen=True, slots=True)
class Risk:
    """What may happen, what stands against it, and what that does not hold."""

    what: str
    measure: str
    left: str


MEASURES: Final = (
    N_(
        "Databasen har egne innlogginger for sider, lesere og bakgrunnsarbeid. Ingen side kan lese "
        "svar, og den som leser resultater, når ikke registeret."
    ),
    N_(
        "Svar låses når de sendes inn, og åpnes samlet når målingen er stengt. Så ødelegges "
        "nøkkelen. To nøkkelholdere kan ha nøklene, så ingen kan åpne svarene alene."
    ),
    N_("Alle svar i en måling er like lange, og ingen rad med svar har tidspunkt eller avsender."),
    N_("Det som publiseres, går gjennom en kontroll som skjuler små grupper og det som røper dem."),
    N_("Lenker og koder lagres ikke. Passord lagres som en kontrollsum (argon2id)."),
    N_(
        "Det som er gjort, står i en logg med kjedede kontrollsummer. Den som har tatt vare på "
        "dem, ser om noe er endret."
    ),
    N_("Sletting skjer av seg selv, og bare når klokken er til å stole på."),
    N_("Sikkerhetskopier kan krypteres til navngitte mottakere, og har ingen nøkler til svar."),
)
NEVER_KEPT: Final = (
    N_("Navn på ansatte, inviterte eller dem som svarer."),
    N_("Tidspunkt, IP-adresse, nettleser eller språk sammen med et svar."),
    N_(
        "Et nummer eller en nøkkel som knytter et svar til en person, eller en persons svar i "
        "to målinger."
    ),
    N_("Stilling og ansiennitet for ansatte."),
    N_("Navn og postadresser til brev. De leses når brevene lages."),
)
RISKS: Final = (
    Risk(
        N_("Noen finner ut hva en person har svart, mens målingen er åpen"),
        N_(
            "Svarene er låst og blandes hver time. Med to nøkkelholdere kan ingen åpne dem alene, "
            "heller ikke de som drifter systemet."
        ),
        N_(
            "Uten nøkkelholdere kan den som drifter systemet, bruke nøkkelen og følge rekkefølgen "
            "i databasen. Den som endrer programmet, kan lure dem som svarer. Det kan oppdages, "
            "ikke hindres."
        ),
    ),
    Risk(
        N_("Noen kjennes igjen i resultatene"),
        N_(
            "Tall om færre enn den minste gruppen vises aldri, og det kontrolleres at de ikke "
            "følger av andre tall. Svar fra enheter der få har svart, lagres uten enheten."
        ),
        N_(
            "Slår alle i en gruppe unntatt én seg sammen, kan de regne ut det siste svaret. Svarer "
            "alle likt, sier gjennomsnittet det."
        ),
    ),
    Risk(
        N_("En kommentar røper hvem som skrev den"),
        N_(
            "To navngitte personer ser gjennom hver kommentar og skjuler navn og steder før andre "
            "leser dem. Kommentarer står uten enhet og dato, og slettes først av alt."
        ),
        N_("Måten noen skriver på og det de forteller, kan likevel røpe dem."),
    ),
    Risk(
        N_("Det blir kjent hvem som ikke har svart, og noen blir presset"),
        N_(
            "Ingen side viser om lenken til en person er brukt, og merket slettes når målingen er "
            "talt opp. Hvor mange som har svart i en enhet, vises bare der mange nok har svart og "
            "mange nok ikke har det."
        ),
        N_(
            "Den som ser over skulderen, kan se at noen svarer. Påminnelser til dem som ikke har "
            "svart, røper det for e-posttjeneren og SMS-leverandøren. De kan sendes til alle i "
            "stedet."
        ),
    ),
    Risk(
        N_("Registeret over ansatte kommer på avveier"),
        N_(
            "Det har bare adresse, nummer, enhet, språk og hvem som spørres samtidig, og "
            "mobilnummer til dem som bare kan nås på SMS. Den som slutter, slettes. Alle "
            "innlastinger står i loggen."
        ),
        N_("Den som drifter databasen, kan lese det. Sikkerhetskopier har det til de er slettet."),
    ),
    Risk(
        N_("Noen ser resultater de ikke skulle ha"),
        N_(
            "Sider som ikke er åpne for alle, krever en rolle, og ledere ser sin egen enhet. "
            "Kontoer stenges med én gang, og slettes senere. Innlogginger står i loggen."
        ),
        N_("Den som har en konto, kan vise det de ser, til andre."),
    ),
    Risk(
        N_("Noen vil ha svaret sitt vist, rettet eller slettet"),
        N_(
            "Før svaret sendes, får den som svarer, vite at det ikke kan finnes igjen. Av samme "
            "grunn kan ingen andre finne det."
        ),
        N_("Retten til innsyn, retting og sletting kan ikke oppfylles for svar som er talt opp."),
    ),
    Risk(
        N_("Den som søker opp en person, misbruker det"),
        N_(
            "Bare administratorer kan søke, og hvert søk står i loggen. De får ikke vite om noen "
            "har svart."
        ),
        N_("Mens invitasjonene er lagret, ser de om noen er trukket ut og invitert."),
    ),
)
