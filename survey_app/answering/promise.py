"""What the form promises: one sentence by who holds the key, and PP1 to PP9 as they concern it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.parts import has_modules
from survey_app.answering.surveys import Survey
from survey_app.asking.campaigns.promised import promised
from survey_app.asking.pilots.pilots import KEPT_DAYS
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, quoted, translator
from survey_app.shared.numbers import in_minutes, listed
from survey_app.shared.pages import spoken

DELETED_IN = N_("innen 30 dager etter at undersøkelsen er stengt")

IN_HALVES = N_(
    "Halvparten, tilfeldig valgt, får noen av spørsmålene med en annen ordlyd. Hvilken du fikk, kan"
    " ikke vise hvem du er."
)


IN_MODULES = N_(
    "Noen av spørsmålene går bare til en del av dem som er med. Hvem som får hvilke, er tilfeldig,"
    " og kan ikke vise hvem du er."
)

PILOT = N_(
    "Lenken er den samme for alle, og vi lagrer verken navn, nettadresse eller klokkeslett. Svaret"
    " ditt blir låst når du sender det inn, og slettet når det er talt opp."
)
PILOT_READ = N_(
    "De som skriver spørsmålene, får vite om lag hvor mange som hoppet over et spørsmål, svarte"
    " «vet ikke» eller svarte likt på alt, og hvor godt svarene henger sammen. De ser ingen"
    " skjemaer, bare tall for alle samlet. Har færre enn {n} svart, får de ingen tall."
)
PILOT_ALONE = N_(
    "Lenken kan brukes flere ganger. Fyller en av dem som skriver spørsmålene, selv inn minst {own}"
    " skjemaer, og er du den eneste andre som svarer, kan den personen regne ut hva du hoppet over,"
    " hva du svarte «vet ikke» på, om svarene dine ligner hverandre, og hvilke merknader som er"
    " dine."
)
PILOT_ALONE_ROUTED = N_(
    "På samme måte går det an å regne ut hva du svarte der svaret avgjør hvilke spørsmål du får."
)
PILOT_REMARKS = N_(
    "Merknadene dine leses ord for ord av dem som skriver spørsmålene, uten svar, navn og"
    " tidspunkt. Har færre enn {n} skrevet noe, blir alle merknader slettet uten at noen leser dem."
)
PILOT_DELETED = N_(
    "Svarene slettes når de telles opp. Det skjer når fristen er ute, eller før. Tallene og"
    " merknadene, og svar som ikke kunne telles, slettes {days} dager etter fristen. Ingenting blir"
    " publisert eller sammenlignet med andre undersøkelser."
)


def deleted_in(language: Language) -> str:
    """Say when what is not needed any more is deleted."""
    return translator(language).gettext(DELETED_IN)


def message(key: str, language: Language, **values: object) -> Markup:
    """Return one of the shared texts (``questionnaires/messages``), marked where one stands in."""
    messages = load_library().messages
    given = messages.language_of(key, language)
    return spoken({given: messages.text(key, given, **values)}, language)


def language_of_message(key: str, language: Language) -> Language:
    """Name the language that a shared text is read in by those who read ``language``."""
    return load_library().messages.language_of(key, language)


def how_long(survey: Survey, language: Language) -> Markup:
    """Say how many minutes it takes, and that no answer is wrong."""
    key, minutes = "landing.lead", survey.questionnaire.form.minutes
    lasts = in_minutes(minutes, language_of_message(key, language))
    return message(key, language, minutter=minutes, varighet=lasts)


def promise(survey: Survey, language: Language) -> Markup:
    """Return the sentence that this wave or pilot keeps (``anonymity-design.md`` 1)."""
    if survey.pilot:
        return escape(translator(language).gettext(PILOT))
    key = promised(invited=survey.invited, two_holders=survey.trustees, card=survey.card)
    return message(key, language)


def count_promise(survey: Survey, language: Language, domain: str) -> Markup | str:
    """Say what blind credentials give besides; empty where the page has none to get."""
    return message("promise.count", language) if domain in survey.group_keys else ""


def mended_promise(survey: Survey, language: Language) -> Markup | str:
    """Tell people anew where an earlier version of the form said more than holds."""
    return message("promise.mended", language) if survey.promised_more else ""


def halves_promise(language: Language) -> str:
    """Say what it means that halves are asked in different words."""
    return translator(language).gettext(IN_HALVES)


def modules_promise(language: Language) -> str:
    """Say what it means that each person is asked one of several modules."""
    return translator(language).gettext(IN_MODULES)


def promises(survey: Survey, language: Language, domain: str) -> tuple[Markup | str, ...]:
    """Return PP1 to PP9, as far as they concern this survey (instruments.md 6.5).

    Where not everybody is asked the same, that is said last.
    """
    asks = any(item.purpose == "background" for item in survey.questionnaire.items)
    keys = [f"landing.{key}" for key in _concerning(survey, domain, asks=asks)]
    told = [
        message(key, language, **_values(survey, language_of_message(key, language), domain))
        for key in keys
    ]
    if survey.pilot:
        return (*told, *_of_pilot(survey, language))
    if has_modules(survey.frozen):
        return (*told, modules_promise(language))
    return (*told, halves_promise(language)) if survey.arm else tuple(told)


def _of_pilot(survey: Survey, language: Language) -> Iterator[str]:
    """Say what is read of a pilot and by whom, what follows from it, and when it is gone."""
    _ = translator(language).gettext
    is_routed = any(item.filter for item in survey.frozen.items)
    alone = (PILOT_ALONE, PILOT_ALONE_ROUTED) if is_routed else (PILOT_ALONE,)
    for sentence in (PILOT_READ, *alone, PILOT_REMARKS, PILOT_DELETED):
        yield _(sentence).format(n=survey.shown_from, own=survey.shown_from - 1, days=KEPT_DAYS)


def _values(survey: Survey, language: Language, domain: str) -> dict[str, object]:
    return {
        "enhet": survey.domains.get(domain, domain),
        "min_n": survey.shown_from,
        "slettefrist": deleted_in(language),
        "sporsmal": _asked_about_oneself(survey.questionnaire, language),
    }


def _concerning(survey: Survey, domain: str, *, asks: bool) -> Iterator[str]:
    yield "pp1"
    # nobody is invited to an open link: it has no code, no mark and no list
    yield "pp2_card" if survey.card else "pp2" if survey.invited else "pp2_open"
    if survey.card:
        yield "pp3_card"
    elif survey.invited:
        yield "pp3" if survey.trustees else "pp3_worker"
    if domain:
        yield "pp4a"
    elif asks:
        yield "pp4b"
    yield from ("pp5", "pp6", "pp7", "pp8")
    # who draws a card stands on no list of addresses
    if survey.invited and not survey.card:
        yield "pp9"


def _asked_about_oneself(questionnaire: Questionnaire, language: Language) -> str:
    """Name the background questions in the questionnaire's own words; empty where none is asked."""
    return listed(
        [
            quoted(in_language(item.text, language), language)
            for item in questionnaire.items
            if item.purpose == "background"
        ],
        language,
    )
