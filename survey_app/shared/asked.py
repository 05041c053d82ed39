"""Whom the agency asks, and what its results are called for that."""

from __future__ import annotations

from typing import Final

from questionnaires.loader import load_library
from survey_app.shared.agency import agency_in_sentence
from survey_app.shared.i18n import N_, Language, translator

_TITLES: Final = {
    (True, True): N_("Slik opplever ansatte og innbyggere %(agency)s"),
    (True, False): N_("Slik opplever de ansatte %(agency)s"),
    (False, True): N_("Slik opplever innbyggerne %(agency)s"),
}


def asks(population: str) -> bool:
    """Tell whether a form of the agency asks a population: ``staff``, ``public``."""
    return any(form.population == population for form in load_library().forms.values())


def results_title(language: Language) -> str:
    """Return what the open results are called: how those who are asked see the agency."""
    title = _TITLES.get((asks("staff"), asks("public")), _TITLES[True, True])
    return translator(language).gettext(title) % {"agency": agency_in_sentence(language)}
