"""What is said of somebody else's questionnaire, for those who run surveys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from questionnaires.formats.sentences import Refused, Sentence, What, Why
from survey_app.shared.i18n import N_

WORDS: Final[Mapping[Sentence, str]] = {
    What.NAMED: "%(name)s",
    What.SETTING: "%(name)s %(value)s",
    What.OTHER: N_("svaret «annet» med egen tekst"),
    What.BESIDE: N_("egen tekst ved svarene"),
    What.SCRIPT: N_("skript"),
    What.RANDOM: N_("tilfeldig rekkefølge"),
    What.ANSWERS: N_("ordene i svarene"),
    What.ANSWER: N_("ordene i svaret «%(code)s»"),
    What.MEDIA: N_("bilder, lyd eller film (%(tags)s)"),
    What.FORMATTING: N_("formatering (%(tags)s)"),
    What.INSERTED: N_("en tekst som setter inn et svar eller en verdi"),
    What.CONDITION: N_("betingelsen «%(text)s»: alle blir spurt"),
    What.ANSWER_CONDITION: N_("betingelsen for et svar"),
    What.TEXT_CONDITION: N_("betingelsen «%(text)s» for en tekst: alle kan få se den"),
    What.HIDDEN: N_("et skjult spørsmål"),
    What.TEXT: "«%(text)s»",
    What.NONE: N_("at «%(text)s» ikke er et svar"),
    What.NUMBERS: N_("tall fra %(low)s til %(high)s"),
    What.CHOICE: N_("et spørsmål med færre enn to svar"),
    What.WORDS: N_("et spørsmål uten tekst"),
    What.LANGUAGE: N_("alle tekster på «%(name)s»"),
    What.QUESTIONS: N_("%(count)s spørsmål"),
    What.ROWS: N_("%(count)s rader"),
    What.SAME_CODES: N_("svar med samme kode"),
    What.LONG: N_("en tekst på mer enn %(most)s tegn"),
    Why.CHOICES: N_("Hos oss velger man mellom svar."),
    Why.SETTING: N_("Skjemaene våre har ikke noe slikt."),
    Why.NO_TEXT: N_("Ingen skriver ved svarene. Legg til et svar hvis det trengs."),
    Why.MESSAGES: N_("Tekstene rundt et skjema er etatens egne."),
    Why.ORDER: N_("Rekkefølgen hører til versjonen."),
    Why.SCRIPT: N_("Andres skript kjører ikke på sidene våre."),
    Why.MEDIA: N_("Vi viser bare tekst."),
    Why.PLAIN: N_("Tekstene våre er uten formatering."),
    Why.INSERTED: N_("Ingenting settes inn i tekstene våre. Den står slik den ble skrevet."),
    Why.ENGLISH: N_("Programmet har dem selv, så de står på engelsk. Oversett dem."),
    Why.EACH_ANSWER: N_("Ord ved endene står ved tall. Her har hvert svar egne ord."),
    Why.EXCLUSIVE: N_("Hvilke svar som må stå alene, står i exclusive_options.toml. Legg det til."),
    Why.EVERY_ANSWER: N_("Alle får se alle svarene."),
    Why.SHOWN: N_("Det som er i et skjema, vises."),
    Why.NOTHING: N_("Det er ingenting å velge mellom."),
    Why.LENGTH: N_("Ingen tekst hos oss er så lang. Kort den ned, og skriv den inn."),
    Why.NO_WORDS: N_("Det mangler på språkene våre. Skriv det."),
    Why.NOT_THERE: N_("De er ikke i filen."),
    Why.ONE_NONE: N_(
        "Svarskalaen har plass til ett slikt av hver type, og dette teller som et vanlig svar. Ta "
        "det ut, eller slå de to sammen."
    ),
    Why.NO_QUESTION: N_("I samme gruppe følger det ikke noe spørsmål som blir med."),
    Why.WIDTH: N_("En rad har 2 til %(most)s hele tall fra 0 og oppover."),
    Why.LANGUAGES: N_("Etaten spør på %(languages)s."),
    Why.DELETED: N_("De var slettet."),
    Why.CAMPAIGN: N_("Kampanjen avgjør hvem som blir spurt."),
    Why.SCALES: N_("Poeng regnes ut av skalaer og indekser."),
    Why.UNKNOWN: N_("Den bruker noe som filtrene våre ikke har."),
    Why.JOINED: N_("Den knytter sammen svar på flere spørsmål med «eller»."),
    Why.NO_ANSWER: N_("«%(value)s» er ikke et svar som kan velges."),
    Why.NOT_CARRIED: N_("Spørsmålet «%(name)s» blir ikke med."),
    Why.CHAIN: N_("Ikke alle får spørsmålet «%(name)s», og filtrene våre går ikke i lenker."),
    Why.OWN: N_("Setninger, skalaer og indekser er etatens egne. Legg dem til."),
    Why.HALVES: N_("Halvparten fikk det med andre ord. Nå får alle de nye."),
    Why.MODULES: N_("Hver fikk én av flere moduler. Nå får alle alt."),
    Refused.FORMAT: N_("Vi kjenner ikke denne filtypen. Vi leser %(formats)s."),
    Refused.ARCHIVE: N_(
        "Filen er et arkiv fra LimeSurvey, og i det kan det ligge svar fra folk. Eksporter bare "
        "strukturen til undersøkelsen (.lss)."
    ),
    Refused.OLD_BOOK: N_("Arbeidsboken er av den gamle typen (.xls). Lagre den som .xlsx."),
    Refused.LOCKED_BOOK: N_(
        "Arbeidsboken er av den gamle typen (.xls) eller har passord. Lagre den som .xlsx uten "
        "passord."
    ),
    Refused.LARGE: N_("Filen er større enn %(limit)s MB, og det er ikke noe spørreskjema."),
    Refused.EMPTY: N_("Filen er tom."),
    Refused.DEEP: N_("Filen er bygd dypere enn noe spørreskjema."),
    Refused.NO_QUESTIONS: N_("Filen har ingen spørsmål."),
    Refused.ENCODING: N_(
        "Filen er ikke tekst i UTF-8 (tegn %(byte)s). Eksporter den på nytt, eller lagre den som "
        "UTF-8."
    ),
    Refused.BROKEN: N_("Filen er ikke hel %(kind)s (linje %(line)s). Eksporter den på nytt."),
    Refused.BROKEN_BOOK: N_("Filen er ikke en hel arbeidsbok (.xlsx). Lagre den på nytt."),
    Refused.NOT_THIS: N_("Filen ser ikke ut slik %(format)s skriver den."),
    Refused.KEYS: N_("Filen sier «%(key)s» to ganger på samme sted. Ta bort det ene."),
    Refused.NUMBER: N_("Filen har et tall som ikke er noe tall."),
    Refused.ENTITIES: N_("Filen har entiteter, og det har ikke noe spørreskjema."),
    Refused.ACTIVE: N_(
        "En tekst ved %(place)s har et skript eller noe annet som virker («%(tag)s»). Ta det bort "
        "der filen er laget."
    ),
    Refused.QUESTIONS: N_("Filen har mer enn %(most)s spørsmål."),
    Refused.ANSWERS: N_("Filen har mer enn %(most)s svar å velge mellom."),
    Refused.ROWS: N_("Arbeidsboken har mer enn %(most)s rader."),
    Refused.TWICE: N_("To spørsmål heter «%(code)s». Gi det ene et annet navn."),
    Refused.ANSWER_TWICE: N_("To svar på «%(item)s» har koden «%(code)s». Endre den ene."),
    Refused.NAME: N_("«%(code)s» kan ikke være navnet på et spørsmål eller et svar. Endre det."),
    Refused.UNPACKED: N_("Arbeidsboken er mye større pakket ut enn et skjema kan være."),
    Refused.MACROS: N_("Arbeidsboken har makroer. Lagre den som .xlsx uten dem."),
    Refused.FORMULAS: N_(
        "Arket «%(sheet)s» har formler. Lagre det med verdiene, for en tekst som regnes ut, kan "
        "si noe annet i morgen."
    ),
    Refused.XLSFORM: N_("Filen er ikke et XLSForm. Leseren sier: %(told)s"),
    Refused.CHANGED: N_("Filen er endret etter at den ble skrevet. Ta bort linjen «hash»."),
    Refused.KEY: N_(
        "«%(key)s» kan ikke være navnet. Bruk 2 til 30 små bokstaver og tall, og en bokstav først."
    ),
    Refused.TAKEN: N_("«%(key)s» er alt navnet på noe annet. Gi filen et annet navn."),
    Refused.NOTHING: N_(
        "Det filen spør om (%(kinds)s), kan ikke tas inn. Hos oss velger man mellom minst to svar, "
        "eller i en rad på høyst %(most)s tall fra 0 og oppover."
    ),
    Refused.WORDLESS: N_(
        "Spørsmålene som kunne vært tatt inn (%(codes)s), mangler tekst på språkene våre. Skriv "
        "den først."
    ),
    Refused.LANGUAGES: N_(
        "Filen er skrevet på %(names)s, og etaten spør på %(ours)s. Oversett den først."
    ),
}
_KINDS: Final[Mapping[str, type[Sentence]]] = {"What": What, "Why": Why, "Refused": Refused}


def told(said: list[Any], translate: Callable[[str], str]) -> str:
    """Say in the reader's language what a child of ours said.

    Parameters
    ----------
    said : list
        Kind and name of a sentence, and what stands in it by name.
    translate : callable
    """
    kind, name, values = said
    sentence = translate(WORDS[_KINDS[str(kind)][str(name)]])
    filled: str = sentence % values
    return filled
