"""Notes that go with the figures wherever they go: how to read them, and how far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from questionnaires.margins import USUAL
from survey_app.publications.doubted import is_doubted
from survey_app.publications.formats import BEFORE
from survey_app.reading.broken import broken_notes
from survey_app.reading.decided import other_margins
from survey_app.reading.exports.scope import Part
from survey_app.reading.halves import part_note
from survey_app.reading.names import inside, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.regrouped import regrouped_notes
from survey_app.reading.shifts import shift_sentence, unlike_sentences
from survey_app.reading.weighted import UNHEARD, weighting_of_all
from survey_app.shared.agency import agency_as_source
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import limit, listed

DEMO: Final = N_("Demodata – ikke ekte resultater")
SCALE: Final = N_(
    "Verdiene går fra 0 til 100. 0 betyr at alle ga det minst gunstige svaret på alle spørsmål, "
    "100 at alle ga det mest gunstige. Spørsmål som er stilt motsatt, er snudd."
)
INTERVAL: Final = N_(
    "Nedre og øvre grense er et 95 prosents intervall: Så langt kan tilfeldigheter ha flyttet "
    "tallet blant dem som svarte. Spennet er videre: Det tar høyde for at de som ikke svarte, kan "
    "mene noe annet. Hva vi regner med om dem, står på nettsiden «Slik avgjør vi»."
)
STAFF: Final = N_("Tallene for de ansatte er vektet etter hvor mange som jobber i hver enhet.")
OPEN_LINK: Final = N_(
    "Den åpne undersøkelsen viser hva de som valgte å svare, mener. Den er ikke representativ og "
    "kan ikke sammenlignes med befolkningen."
)
DOUBTED: Final = N_(
    "Svarene på den åpne undersøkelsen kom på en måte som tyder på at et program kan ha svart for "
    "mange. To personer i etaten har sett på det, og vist tallene med dette forbeholdet."
)
CHANGE: Final = N_(
    "Økt og redusert betyr at retningen er sikker, og at endringen er anslått til minst %(margin)s "
    "poeng, i en enhet minst %(unit)s. Uendret betyr at vi er sikre på at endringen er mindre. "
    "Usikkert betyr at det ikke kan avgjøres. Alt gjelder dem som svarte."
)
CHANGE_BY_WAVE: Final = N_(
    "Økt og redusert betyr at retningen er sikker, og at endringen er anslått til minst så mange "
    "poeng som står i kolonnen «Minste endring som teller». Grensen er ikke den samme i alle "
    "målingene. Uendret betyr at vi er sikre på at endringen er mindre. Usikkert betyr at det ikke "
    "kan avgjøres. Alt gjelder dem som svarte."
)
TWO_CHANGES: Final = N_(
    "I tabellen over endringer er «Enkel forskjell i poeng» det ene tallet minus det andre. "
    "Konklusjonen bygger på «Endring, beste anslag», som ser alle målinger, steder og mål under "
    "ett. Derfor kan forskjellen være stor, og konklusjonen likevel usikker."
)
CAUSE: Final = N_("Tallene viser hva som har endret seg. De kan ikke si hva som er årsaken.")
HIDDEN: Final = N_(
    "En rad uten tall vises ikke: Enten er det for få svar, eller så kunne tallet røpe hva noen få "
    "har svart, der eller hos en nabo. Svarene er med i tallene for større steder."
)
ROUNDING: Final = N_(
    "Verdier er avrundet til 0,1 og andeler til hele prosent i små grupper. Noen andeler er "
    "avrundet grovere for å verne små enheter, og summerer seg derfor ikke alltid til 1."
)
EVENTS: Final = N_(
    "Hendelsene er skrevet ned av HR og kommunikasjon. At noe skjedde før et tall endret seg, "
    "betyr ikke at det er årsaken."
)
PILOT: Final = N_("Måleinstrumentet er nytt og under utprøving.")
ALIKE: Final = N_(
    "På %(measures)s kan denne målingen ikke skille enhetene fra hverandre. Der er ingen enhet "
    "høyere eller lavere enn andre."
)
NO_RANKING: Final = N_(
    "Enhetene står i organisasjonens rekkefølge. Tallene gir ikke grunnlag for å rangere dem."
)
LICENCE: Final = N_(
    "Åpne data under Norsk lisens for offentlige data (NLOD 2.0). Kilde: %(agency)s, "
    "Verdibarometer."
)


def notes(
    parts: list[Part], lang: Language, *, open_data: bool = False, events: bool = False
) -> tuple[str, ...]:
    """Return what must be known of these figures, the general first."""
    gettext = translator(lang).gettext
    found = list(_general(parts, lang))
    if len(parts) == 1:  # of several, a column says by which each row was judged
        [one] = parts
        found += filter(None, [other_margins(one.shown.margins, one.margins_before, lang)])
    found += dict.fromkeys(text for part in parts for text in _of_wave(part, lang))
    if events:
        found.append(gettext(EVENTS))
    if open_data:
        found.append(gettext(LICENCE) % {"agency": agency_as_source(lang)})
    return tuple(found)


def _general(parts: list[Part], lang: Language) -> Iterator[str]:
    gettext = translator(lang).gettext
    populations = {part.population for part in parts}
    if any(part.shown.content["campaign"]["demo"] for part in parts):
        yield gettext(DEMO)
    yield gettext(SCALE)
    yield gettext(INTERVAL)
    if "staff" in populations:
        yield gettext(STAFF)
    if public := [part.shown for part in parts if part.population == "public"]:
        yield from weighting_of_all(public, lang)
        yield gettext(UNHEARD)
    if "open" in populations:
        yield gettext(OPEN_LINK)
    if any(is_doubted(part.shown.content) for part in parts):
        yield gettext(DOUBTED)
    yield note_of_changes([part.shown for part in parts], lang)
    if any(part.shown.content["findings"]["rule"] != BEFORE for part in parts):
        yield gettext(TWO_CHANGES)
    yield from map(gettext, (CAUSE, HIDDEN, ROUNDING))
    if any(d.level == "unit" for part in parts for d in part.domains):
        yield gettext(NO_RANKING)
    yield gettext(PILOT)


def note_of_changes(publications: Iterable[Published], lang: Language) -> str:
    """Say what verdicts mean, by the margins of all publications where these are the same."""
    gettext = translator(lang).gettext
    margins = {shown.margins for shown in publications}
    if len(margins) > 1:
        return gettext(CHANGE_BY_WAVE)
    (one,) = margins or {USUAL}
    return gettext(CHANGE) % {"margin": limit(one.general, lang), "unit": limit(one.unit, lang)}


def _of_wave(part: Part, lang: Language) -> Iterator[str]:
    alike = [
        inside(sentence_name(code, measure.kind, measure.title, lang))
        for code, measure in part.shown.measures.items()
        if code in part.measures and part.shown.alike(code)
    ]
    if alike and any(d.level == "unit" for d in part.domains):
        yield translator(lang).gettext(ALIKE) % {"measures": listed(alike, lang)}
    if corrected := part.wave.corrected(lang):
        yield f"{part.wave.label('name', lang)}: {corrected}"
    yield from part.wave.of_others(lang)
    for shift in part.shown.shifts:
        if part.scope.has(shift.level, shift.group) and shift.item in part.measures:
            yield shift_sentence(part.shown, shift, lang)
    indices = [code for code in part.measures if part.shown.measures[code].kind != "item"]
    if some := part_note(part.shown, indices, lang):
        yield f"{part.wave.label('name', lang)}: {some}"
    yield from broken_notes(part.shown, part.measures, lang)
    yield from regrouped_notes(part.shown, part.domains, lang)
    yield from unlike_sentences(part.shown, part.measures, part.domains, lang)
