"""What is wrong with an uploaded register, for those who can mend it: where, what, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.asking.errors import Problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.i18n import N_, Language, translator

SENTENCES: Final[Mapping[Mistake, str]] = {
    Mistake.NOT_READABLE: N_(
        "Filen kan ikke leses som tekst. Lagre den som «CSV UTF-8» i Excel, og velg den på nytt."
    ),
    Mistake.WORKBOOK: N_(
        "Filen er en arbeidsbok fra et regneark. Åpne den, lagre den som «CSV UTF-8», og velg den "
        "nye filen."
    ),
    Mistake.TWO_ENCODINGS: N_(
        "Her står «%(value)s» i stedet for en annen bokstav. En del av filen er lagret på en annen "
        "måte enn resten. Hent uttrekket på nytt fra HR-systemet."
    ),
    Mistake.NOBODY: N_("Filen har ingen enheter og ingen ansatte."),
    Mistake.TOO_MANY_LINES: N_(
        "Filen har over en million linjer, og det er flere enn vi leser. Ta bort de tomme linjene, "
        "og velg den på nytt."
    ),
    Mistake.NO_TABLE: N_(
        "Dette ser ikke ut som et uttrekk: Første linje har færre enn %(least)s kolonner. Der skal "
        "det stå hva kolonnene heter, med semikolon, komma eller tabulator mellom, og det må være "
        "minst nøkkel, e-postadresse og enhet."
    ),
    Mistake.MANY: N_(
        "Filen har %(number)s feil. De første %(most)s er tatt med her, og den første av hver type "
        "som kommer etter dem."
    ),
    Mistake.NO_COLUMN: N_("Kolonnen mangler. Filen skal ha disse: %(columns)s."),
    Mistake.TOO_WIDE: N_("Filen har %(number)s kolonner. Høyst %(most)s kan leses."),
    Mistake.UNREAD_COLUMN: N_(
        "Ingen leser denne kolonnen. Ta den bort, så den ikke blir liggende her."
    ),
    Mistake.COLUMN_TWICE: N_("To kolonner har samme navn. Ta bort den ene."),
    Mistake.CELLS: N_(
        "Raden har %(cells)s celler, men overskriften har %(header)s. Se etter et skilletegn for "
        "mye eller for lite."
    ),
    Mistake.NOT_CSV: N_("Raden kan ikke leses (%(error)s). Mangler det et anførselstegn?"),
    Mistake.UNKNOWN_COLUMNS: N_(
        "Vi vet ikke hvilke kolonner som har ansattnøkkel, e-postadresse og enhet (%(columns)s)."
    ),
    Mistake.UNPLACED: N_("Registeret kjenner ikke %(units)s."),
    Mistake.EMPTY: N_("Det står ingen i filen."),
    Mistake.NONE_OF: N_("Her står «%(value)s». Det skal være ett av disse: %(known)s."),
    Mistake.SHARED: N_(
        "Linje %(line)s har samme adresse. To personer kan ikke dele en personlig lenke."
    ),
    Mistake.KIND: N_(
        "Her står «%(value)s». Det skal være unit for en enhet, person for en ansatt."
    ),
    Mistake.NEEDED_BY_UNIT: N_("Cellen er tom. En enhet må ha den."),
    Mistake.NEEDED_BY_PERSON: N_("Cellen er tom. En ansatt må ha den."),
    Mistake.FOREIGN_TO_UNIT: N_("Cellen skal være tom for en enhet."),
    Mistake.FOREIGN_TO_PERSON: N_("Cellen skal være tom for en ansatt: vi trenger det ikke."),
    Mistake.TOO_LONG: N_("Teksten er for lang. Bruk høyst %(most)s tegn."),
    Mistake.CODE: N_("Bruk bare bokstaver, tall, punktum, bindestrek og understrek."),
    Mistake.SHORTENED: N_(
        "Et regneark har forkortet nummeret til «%(value)s». Hent uttrekket på nytt fra "
        "HR-systemet, og velg filen uten å lagre den i et regneark først."
    ),
    Mistake.LETTERS_LOST: N_(
        "«%(value)s» har spørsmålstegn der det skal være bokstaver. Lagre filen som «CSV UTF-8», "
        "og velg den på nytt."
    ),
    Mistake.SHEET_ERROR: N_(
        "«%(value)s» er det et regneark skriver når en formel feiler. Rett formelen der, eller "
        "hent uttrekket på nytt."
    ),
    Mistake.TWO_NAMES: N_(
        "Enheten «%(value)s» heter «%(before)s» på linje %(line)s. Én kode kan bare ha ett navn."
    ),
    Mistake.TWO_PLACES: N_(
        "Enheten «%(value)s» står under «%(before)s» på linje %(line)s. Er det to enheter, må de "
        "ha hver sin kode eller hvert sitt navn."
    ),
    Mistake.FORMER: N_(
        "Skriv hva enheten var før, med koden: renamed:KODE, split:KODE eller merged:KODE KODE."
    ),
    Mistake.NO_FORMER: N_("Registeret har aldri hatt en enhet med koden «%(value)s»."),
    Mistake.FROM_TO: N_("Skriv begge enhetene. For en som er lagt ned, bare den første."),
    Mistake.LINK_ITSELF: N_("En enhet går ikke videre i seg selv. Ta bort raden."),
    Mistake.LINK_TWICE: N_(
        "En annen rad sier noe annet om den samme enheten. Behold bare én av dem."
    ),
    Mistake.LINK_ORDER: N_(
        "Enheten «%(value)s» fantes ikke da. Den første enheten i raden må finnes før endringen, "
        "og den andre etter."
    ),
    Mistake.LINK_FIXED: N_(
        "Det er laget tall etter det som ble bestemt om denne enheten. Det kan ikke endres lenger."
    ),
    Mistake.EMAIL: N_("Dette er ikke en e-postadresse som navn@example.org."),
    Mistake.LANGUAGE: N_("Språket «%(value)s» er ukjent. Bruk ett av disse: %(known)s."),
    Mistake.NO_UNIT: N_("Enheten «%(value)s» finnes ikke i filen. Er koden skrevet likt?"),
    Mistake.NO_UNIT_OF_STAFF: N_(
        "Enheten «%(value)s» finnes ikke i filen. Er koden skrevet likt hos de ansatte som står "
        "der (%(people)s)?"
    ),
    Mistake.WHOLE_AGENCY: N_(
        "«%(value)s» er hele etaten. Gi de ansatte som står der (%(people)s), en egen enhet."
    ),
    Mistake.WHOLE_REGION: N_(
        "«%(value)s» er en hel region. Gi de ansatte som står der (%(people)s), en egen enhet "
        "under regionen."
    ),
    Mistake.PERSON_TWICE: N_("Den samme personen står også på linje %(line)s. Ta bort den ene."),
    Mistake.NEEDED: N_("Dette mangler."),
    Mistake.NOT_OF_KIND: N_("Vi kan ikke lese %(value)s her. Skriv et helt tall eller en dato."),
    Mistake.KEY: N_("Bruk bare små bokstaver a til z, tall, og én bindestrek mellom dem."),
    Mistake.NO_TEXT: N_("Teksten mangler. Språkloven krever den på dette språket."),
    Mistake.KEY_IS_PAGE: N_("«%(key)s» er adressen til en side. Velg et annet kortnavn."),
    Mistake.ONE_DAY: N_("Det må være minst én dag."),
    Mistake.MANY_DAYS: N_("Det kan være høyst %(most)s dager."),
    Mistake.YEAR: N_("Året må være fra %(first)s til %(last)s."),
    Mistake.RELEASE: N_("Skriv et klokkeslett, for eksempel 09:00, eller la feltet stå tomt."),
    Mistake.SENDER: N_("Skriv en e-postadresse også: HR-avdelingen <hr@example.org>."),
    Mistake.SENDER_LETTERS: N_(
        "E-postadressen har andre bokstaver enn a til z. Mange e-posttjenere tar den ikke."
    ),
    Mistake.NO_COMMENTS: N_("Ingen blir bedt om kommentarer, så det er ingenting å slette."),
    Mistake.COMMENTS_LATE: N_(
        "Kommentarene må slettes før svarene. Skriv færre dager enn svarene blir lagret."
    ),
    Mistake.FORM_NOT_OPEN: N_("Skjemaet er ikke laget for en åpen lenke."),
    Mistake.FORM_OPEN: N_("Skjemaet er laget for en åpen lenke, og kan ikke brukes her."),
    Mistake.FORM_POPULATION: N_("Skjemaet er laget for andre enn dem som blir spurt."),
    Mistake.PROMISED: N_(
        "Dette er fortalt dem som er invitert, og kan ikke endres. Lag en ny kampanje i stedet."
    ),
    Mistake.IN_USE: N_(
        "Målingen %(key)s er åpen eller godkjent. Tekstene kan endres når den er stengt."
    ),
    Mistake.NOT_DONE: N_(
        "Noe gikk galt hos oss, og ingenting er endret. Si fra til den som drifter systemet."
    ),
    Mistake.CAMPAIGN_TAKEN: N_("En annen kampanje heter allerede «%(key)s»."),
    Mistake.PAST: N_("Første dag er alt gått."),
    Mistake.CLOSES_EARLY: N_("Målingen ville stenge før den åpner."),
    Mistake.SAMPLE_WRITTEN: N_("Skriv hvor mange som skal trekkes, som 900."),
    Mistake.ROTATION_WRITTEN: N_(
        "Velg 2, 3, 4, 6 eller 12 paneler, og skriv hvor mange av dem som blir spurt: minst ett, "
        "og færre enn det er paneler."
    ),
    Mistake.SHORT_FIELD: N_(
        "Ansatte må ha minst %(least)s dager på seg, så alle vakter rekker å svare."
    ),
    Mistake.LONG_FIELD: N_("En måling er åpen i høyst %(most)s dager. Er året riktig?"),
    Mistake.RESULTS_LATE: N_(
        "Resultatene må komme høyst %(most)s dager etter at målingen er stengt. Resultatene av "
        "senere målinger må vente på dem. Er året riktig?"
    ),
    Mistake.CLOSES_BEFORE_TOMORROW: N_(
        "Siste dag kan tidligst være i morgen. Skal målingen slutte nå, stenger du den i stedet."
    ),
    Mistake.RESULTS_PAST: N_("Dagen er alt gått."),
    Mistake.REMINDERS_SENT: N_("Påminnelser som er sendt, eller sendes i dag, må stå som de er."),
    Mistake.RESULTS_EARLY: N_("Resultatene må komme etter at målingen er stengt."),
    Mistake.REMINDERS_RISE: N_(
        "Skriv påminnelsene som dager etter åpning, i stigende rekkefølge: 4, 10."
    ),
    Mistake.REMINDERS_WITHIN: N_("Påminnelsene må ligge mellom dag 1 og dag %(last)s."),
    Mistake.REMINDERS_MANY: N_("Det kan være høyst %(most)s påminnelser."),
    Mistake.WAVE_FIXED: N_(
        "Målingen %(key)s er ikke et utkast lenger. Det den er bundet av, kan ikke endres."
    ),
    Mistake.WAVE_TAKEN: N_("En annen måling heter allerede «%(key)s»."),
    Mistake.CAMPAIGN_CHANGED: N_(
        "Noen andre har endret kampanjen i mellomtiden. Se på den en gang til."
    ),
    Mistake.OUT_OF_ORDER: N_(
        "Målingen ville åpne før en som alt har åpnet. Velg en senere første dag."
    ),
    Mistake.OVERLAP: N_(
        "Halvparten kan ikke få den gamle ordlyden i denne målingen. Velg at alle får den nye."
    ),
    Mistake.OVERLAP_SAME: N_(
        "Skjemaet har de samme spørsmålene som den versjonen. Ingen trenger å få begge."
    ),
    Mistake.OVERLAP_MIXED: N_(
        "Både ordlyden og spørsmålene i en skala er endret siden den versjonen (%(items)s). Én "
        "måling kan bare knytte sammen én av delene. Lag de to endringene i hver sin versjon."
    ),
    Mistake.OVERLAP_FILTERED: N_(
        "Spørsmålet %(items)s, som er tatt ut av en skala, ble bare stilt til dem som ga et "
        "bestemt svar på et annet spørsmål. Det andre spørsmålet er ikke med i skjemaet lenger. "
        "Ta det med igjen i en ny versjon."
    ),
    Mistake.OVERLAP_DECIDES: N_(
        "Svaret på %(items)s avgjør hvem som får andre spørsmål, og det spørsmålet er endret. Da "
        "kan ikke halvparten få den gamle ordlyden. Still det som før i en ny versjon, eller la "
        "alle få de nye spørsmålene."
    ),
    Mistake.OVERLAP_MODULES: N_(
        "I dette skjemaet får hver bare én av flere moduler. Da kan ingen få den forrige versjonen "
        "i tillegg. La alle få de nye spørsmålene."
    ),
    Mistake.MODULES_OPEN: N_(
        "I dette skjemaet får hver bare én av flere moduler, og med åpen lenke vet vi ikke hvem de"
        " er. Velg et annet skjema, eller inviter folk."
    ),
    Mistake.OVERLAP_RULE: N_(
        "Regelen for hvor mange spørsmål en må ha svart på, er endret i %(items)s. En måling "
        "kan ikke følge to regler, så ingen måling kan knytte tallene sammen."
    ),
    Mistake.OVERLAP_OPEN: N_(
        "En åpen lenke inviterer ingen, så det er ingen å trekke halvparten blant."
    ),
    Mistake.UNIT_TWICE: N_("Enheten «%(value)s» står også på linje %(line)s. Ta bort den ene."),
    Mistake.ONE_AGENCY: N_(
        "Nøyaktig én enhet skal ha typen agency, den øverste. Filen har %(number)s."
    ),
    Mistake.ABOVE_AGENCY: N_("Cellen skal være tom: ingenting står over etaten."),
    Mistake.NO_PARENT: N_("Cellen er tom. Skriv koden til enheten over."),
    Mistake.REGION_PLACE: N_(
        "En region skal stå rett under etaten. Nivåene er etat, region og enhet: Skriv et nivå "
        "over regionene inn i navnene deres, som «Divisjon nord, region 1»."
    ),
    Mistake.UNIT_PLACE: N_(
        "En enhet skal stå under en region. Gi etatens egne enheter en region, de også."
    ),
    Mistake.CIRCLE: N_("Enhetene over fører tilbake til denne."),
    Mistake.TOO_DEEP: N_(
        "Det ligger mer enn %(most)s enheter over denne. Se over hva som ligger under hva."
    ),
    Mistake.NO_ROW: N_("Dette er ikke et linjenummer i filen med dem som er invitert."),
    Mistake.ROW_TWICE: N_("Rad %(row)s står også på linje %(line)s. Ta bort den ene."),
    Mistake.ROW_NOT_INVITED: N_("Ingen på rad %(row)s er invitert med brev."),
    Mistake.PART_EMPTY: N_(
        "Cellen er tom. Skal personen ikke ha brev, lar du alle cellene bak radnummeret stå tomme."
    ),
    Mistake.NATIONAL_ID: N_(
        "Dette er ikke et fødselsnummer eller D-nummer. Skriv de elleve sifrene, og se om ett av "
        "dem er feil."
    ),
    Mistake.NATIONAL_ID_TWICE: N_("Det samme fødselsnummeret står på linje %(line)s også."),
    Mistake.POSTCODE: N_(
        "Postnummeret har ikke fire siffer. Har regnearket tatt bort en null foran? Utenfor Norge "
        "fyller du ut landet."
    ),
    Mistake.MANY_LINES: N_(
        "Adressen tar %(lines)s linjer når de lange blir delt, og vinduet i konvolutten har plass "
        "til %(most)s."
    ),
    Mistake.LONG_LINE: N_("En linje er lengre enn %(most)s tegn."),
    Mistake.ROWS_MISSING: N_(
        "%(number)s som er invitert med brev, står ikke i filen. Det gjelder rad %(rows)s."
    ),
}
NAMED: Final = 8  # lines that are named of one kind of mistake


@dataclass(frozen=True, slots=True)
class FileMend:
    """One mistake in one column, with the lines that have it.

    ``lines`` are numbers and runs of them, of ``told`` lines; ``more`` lines are not named.
    """

    column: str
    sentence: str
    lines: tuple[str, ...]
    told: int
    more: int


def mended(one: Problem, language: Language) -> str:
    """Say one mistake in the reader's language."""
    if one.mistake is None:
        return one.sentence
    return translator(language).gettext(SENTENCES[one.mistake]) % dict(one.values)


def mends_of(
    problems: Sequence[Problem], language: Language, *, named: int = NAMED
) -> list[FileMend]:
    """Say what is wrong in the reader's language, the same mistake once, in the file's order.

    Of one kind of mistake the first ``named`` lines, or runs of lines, are named.
    """
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in problems:
        groups[one.column, mended(one, language)].append(one.line)
    found = []
    for (column, sentence), lines in groups.items():
        found.append(FileMend(column, sentence, *lines_named(filter(None, lines), named)))
    return found


def lines_named(lines: Iterable[int], named: int) -> tuple[tuple[str, ...], int, int]:
    """Write the first ``named`` lines or runs of lines; how many those are, and how many more."""
    runs = _runs(lines)
    told = runs[:named]
    return tuple(map(_run, told)), sum(map(len, told)), sum(map(len, runs[named:]))


def _runs(lines: Iterable[int]) -> list[range]:
    """Put three lines or more together that follow on each other; the others stand alone."""
    found: list[range] = []
    for line in dict.fromkeys(lines):
        if found and line == found[-1].stop:
            found[-1] = range(found[-1].start, line + 1)
        else:
            found.append(range(line, line + 1))
    least = 3
    return [
        part
        for run in found
        for part in ([run] if len(run) >= least else [range(line, line + 1) for line in run])
    ]


def _run(lines: range) -> str:
    """Write a run of lines: ``122–157``, and ``122`` for one alone."""
    return str(lines[0]) if len(lines) == 1 else f"{lines[0]}\N{EN DASH}{lines[-1]}"
