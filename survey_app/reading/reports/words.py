"""The sentences of a report that the pages do not have: what it is, how sure, and the promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_app.reading import kinds
from survey_app.reading.culture.heatmap import names_alike, units_shown
from survey_app.reading.culture.unit import UnitPage
from survey_app.reading.exports import notes
from survey_app.reading.halves import part_note
from survey_app.reading.names import inside, own
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.shifts import sentences_of
from survey_app.reading.waves import Wave
from survey_app.reading.weighted import UNHEARD, weighting_of_all
from survey_app.shared.agency import agency_in_sentence
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import count, decimal, listed, long_date, percent

WHAT: Final = {
    "culture": N_(
        "Rapporten viser hvordan de ansatte opplever verdiene %(values)s, og hvordan de har det på "
        "jobben. Tallene og setningene er de samme som på nettsidene."
    ),
    "unit": N_(
        "Rapporten er for enheten. Lederen, verneombudet og de tillitsvalgte får de samme tallene, "
        "fra samme minutt. Den viser enhetens egne svar, uten utjevning, ved siden av etaten."
    ),
    "hidden": N_(
        "Rapporten er for enheten. Lederen, verneombudet og de tillitsvalgte får de samme tallene, "
        "fra samme minutt. Enheten har ikke egne tall denne gangen; rapporten viser tallene for "
        "det den er en del av."
    ),
    "reputation": N_(
        "Rapporten viser hva innbyggere på 18 år og eldre mener om %(agency)s: hvor stor "
        "tillit de har, og hvordan de ser på omdømmemålene i strategien."
    ),
}
_ANSWERED: Final = N_("%(answered)s av %(invited)s inviterte svarte (%(rate)s).")
_FOREIGN: Final = N_("Noen få svar fra en annen enhet er med i tallene for denne målingen.")
_NOT_TOLD: Final = N_("Vises ikke for enheten")
_PUBLIC: Final = N_("%(n)s svar fra hele landet, vektet.")
_RATE: Final = N_("Svarprosent %(rate)s.")
_EFFECTIVE: Final = N_("Effektivt antall: %(n)s.")
_ASSUMED: Final = N_(
    "Spennet ved et nivå tar høyde for at de som ikke svarte, kan ligge inntil %(points)s poeng "
    "fra dem som svarte, der det er kjent hvor mange som svarte."
)
_COARSE: Final = N_(
    "Noen andeler er avrundet grovt for å verne små enheter, og summerer seg ikke alltid til 100."
)
_ALIKE: Final = N_(
    "Enhetene kan ikke skilles sikkert fra hverandre på %(names)s. Der kaller vi ingen høyere "
    "eller lavere."
)
_NO_FIGURES: Final = N_(
    "Vi viser bare tall når minst %(n)s har svart, og bare når de ikke røper hva noen få har "
    "svart, i enheten eller hos en nabo. Svarene deres er talt med i tallene for %(region)s."
)
_FROM: Final = N_(
    "Vi viser aldri resultater for færre enn %(count)s svar, og vi sjekker at ingen kan regne seg "
    "fram til små grupper ved å trekke tall fra hverandre."
)
# of the kinds of limits, the one that a population is told of; others': of one group
_LEAST: Final = {
    "staff": "staff_mean",
    "candidates": "stakeholder_mean",
    "stakeholders": "stakeholder_mean",
}
_KEPT: Final = N_(
    "Der det står «vises ikke», er et løfte holdt. Svarene er ikke borte: De er med i tallene for "
    "større grupper."
)
_SAME: Final = N_(
    "HR, ledere, verneombud og tillitsvalgte ser de samme tallene. Noen ser færre, ingen ser andre."
)
_NOBODY: Final = N_(
    "Rapporten er laget av det som er publisert. Verken den eller filene bak den har en rad for "
    "noen som har svart."
)
_MORE: Final = N_("Les mer på siden «Slik holder vi løftet» der undersøkelsen besvares.")


def _values(lang: Language) -> str:
    return listed([inside(own(kinds.title(code), lang)) for code in kinds.staff().values], lang)


def what(kind: str, lang: Language) -> str:
    """Say what the report is, and for whom."""
    told = {"agency": agency_in_sentence(lang), "values": _values(lang)}
    return translator(lang).gettext(WHAT[kind]) % told


def facts(
    wave: Wave, shown: Published, place: Domain, lang: Language, then: str = ""
) -> list[tuple[str, str]]:
    """Return what stands on the front beside the wave: who answered, and when it was published.

    ``then`` tells how many answered in a wave that it is compared with.
    """
    _ = translator(lang).gettext
    return [
        (_("Svar"), f"{answered(shown, place, lang)} {then}".rstrip()),
        *days_told(wave, lang),
    ]


def days_told(wave: Wave, lang: Language) -> list[tuple[str, str]]:
    """Return when figures of a wave were published, and when and why they were corrected.

    And which other waves were taken back, that it is therefore not compared with.
    """
    _ = translator(lang).gettext
    told = [(_("Publisert"), long_date(wave.first_released_at, lang))]
    if wave.correction:
        day, reason = long_date(wave.released_at, lang), wave.why_corrected(lang)
        told.append((_("Rettet"), f"{day}: {reason}" if reason else day))
    told += [(_("Trukket tilbake"), str(said)) for said in wave.taken_back(lang)]
    told += [(_("Rettet"), said) for said in wave.compared_before(lang)]
    return told


def colophon(wave: Wave, lang: Language) -> list[tuple[str, str]]:
    """Return what stands at the end: by what somebody finds these figures again."""
    _ = translator(lang).gettext
    version = str(wave.version) if wave.version == 1 else f"{wave.version} ({_('rettet')})"
    return [
        (_("Måling"), wave.label("name", lang)),
        (_("Stengt"), long_date(wave.day, lang)),
        *days_told(wave, lang),
        (_("Versjon"), version),
        (_("Publikasjon"), wave.publication),
    ]


def answered(shown: Published, place: Domain, lang: Language) -> str:
    """Say how many answered, where that may be told."""
    _ = translator(lang).gettext
    if shown.content["campaign"]["population"] == "staff":
        if place.answered is None or not place.invited or place.rate is None:
            return _(_NOT_TOLD)
        values = {
            "answered": count(place.answered, lang),
            "invited": count(place.invited, lang),
            "rate": percent(place.rate, lang),
        }
        own = _(_ANSWERED) % values
        return f"{own} {_(_FOREIGN)}" if place.foreign_answers else own
    response, effective = shown.content["response"], shown.content["weights"].get("n_eff")
    told = [_(_PUBLIC) % {"n": count(response["answers"], lang)}] if "answers" in response else []
    if effective:
        told.append(_(_EFFECTIVE) % {"n": count(effective, lang)})
    if response.get("rr2") is not None:
        told.append(_(_RATE) % {"rate": percent(response["rr2"], lang)})
    return " ".join(told)


def hidden_sentence(page: UnitPage, shown: Published, place: str, lang: Language) -> str:
    """Say why a unit has no figures of its own, in the words of its page."""
    _ = translator(lang).gettext
    region = place if page.place.level == "region" else _("hele etaten")
    return _(_NO_FIGURES) % {
        "region": region,
        "n": shown.content["limits"]["staff_mean"],
    }


def reservations(
    places: Sequence[Domain], shown: Published, codes: Sequence[str], lang: Language
) -> list[str]:
    """Say which comparisons of units are none."""
    units = [d for d in places if d.level == "unit"]
    if not units:
        return []
    alike = names_alike(shown, codes, lang)
    said = [translator(lang).gettext(_ALIKE) % {"names": listed(alike, lang)}] if alike else []
    return [*said, *sentences_of(shown, codes, units, lang)]


def sure(shown: Published, place: Domain, codes: Sequence[str], lang: Language) -> list[str]:
    """Say how sure the figures are of some measures, and what they cannot tell."""
    gettext = translator(lang).gettext
    staff = shown.content["campaign"]["population"] == "staff"
    said = [gettext(notes.INTERVAL)]
    if shown.within is not None:
        said.append(gettext(_ASSUMED) % {"points": decimal(shown.within, lang, 0)})
    if staff:
        said.append(gettext(notes.STAFF))
    else:
        said += [*weighting_of_all([shown], lang), gettext(UNHEARD)]
    if some := part_note(shown, codes, lang):
        said.append(some)
    if place.level == AGENCY and (told := units_shown(shown, lang)):
        said.append(told)
    if staff:
        said.append(gettext(_COARSE))
    said.append(notes.note_of_changes([shown], lang))
    return [*said, gettext(notes.CAUSE), gettext(notes.PILOT)]


def promise_kept(shown: Published, lang: Language) -> list[str]:
    """Say how the promise to those who answered is kept here."""
    gettext = translator(lang).gettext
    population = shown.content["campaign"]["population"]
    staff = population == "staff"
    least = shown.content["limits"][_LEAST.get(population, "public_group")]
    said = [gettext(_FROM) % {"count": least}, gettext(_KEPT)]
    if staff:
        said.append(gettext(_SAME))
    return [*said, gettext(_NOBODY), gettext(_MORE)]
