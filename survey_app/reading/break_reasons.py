"""Why a series stops, as a pattern for a sentence: words, whom one asks, or how one counts."""

from __future__ import annotations

from typing import Final

from survey_app.publications.breaks import (
    LINKED_THEN,
    REDIRECTED,
    RESCORED,
    REWEIGHTED,
    UNKNOWN,
)
from survey_app.publications.regrouped import REGROUPED
from survey_app.shared.i18n import N_

_STOPPED: Final = {
    RESCORED: N_(
        "Spørsmålene er de samme, men regelen for hvor mange av dem en må ha svart på, ble endret "
        "%(in)s. Tallene før og etter kan ikke sammenlignes."
    ),
    REWEIGHTED: N_(
        "Spørsmålene er de samme, men vektene i indeksen ble endret %(in)s. Tallene før og etter "
        "kan ikke sammenlignes."
    ),
    REDIRECTED: N_(
        "Spørsmålene er de samme, men hvem som får dem, ble endret %(in)s. Tallene før og etter "
        "kan ikke sammenlignes."
    ),
    REGROUPED: N_(
        "Spørsmålet som sier hvem som er i gruppen, ble endret %(in)s. Tallene før og etter er for "
        "ulike grupper og kan ikke sammenlignes."
    ),
    LINKED_THEN: N_(
        "Spørsmålene ble endret %(in)s, og igjen senere. Tall fra før den første endringen kan "
        "ikke sammenlignes med dem fra nå."
    ),
}
_NOW: Final = N_(
    "Spørsmålene bak %(measures)s ble endret %(in)s. Tallene før og etter kan ikke sammenlignes."
)
_STOPPED_NOW: Final = {
    RESCORED: N_(
        "Regelen for hvor mange spørsmål en må ha svart på i %(measures)s, ble endret %(in)s. "
        "Spørsmålene er de samme, men tallene før og etter kan ikke sammenlignes."
    ),
    REWEIGHTED: N_(
        "Vektene i %(measures)s ble endret %(in)s. Spørsmålene er de samme, men tallene før og "
        "etter kan ikke sammenlignes."
    ),
    REDIRECTED: N_(
        "Hvem som får spørsmålene bak %(measures)s, ble endret %(in)s. Spørsmålene er de samme, "
        "men tallene før og etter kan ikke sammenlignes."
    ),
    UNKNOWN: N_(
        "Vi vet ikke om spørsmålene bak %(measures)s er de samme %(in)s som før. Tallene før og "
        "etter kan ikke sammenlignes."
    ),
}
_ITEM: Final = N_("Spørsmålet ble endret %(in)s. Tallene før og etter kan ikke sammenlignes.")
_ITEM_STOPPED: Final = {
    REDIRECTED: N_(
        "Spørsmålet er det samme, men hvem som får det, ble endret %(in)s. Tallene før og etter "
        "kan ikke sammenlignes."
    ),
    UNKNOWN: N_(
        "Vi vet ikke om spørsmålet er det samme %(in)s som før. Tallene før og etter kan ikke "
        "sammenlignes."
    ),
}


def stopped(why: str) -> str:
    """Give the pattern of a series that stops with the same questions; empty where words did."""
    return _STOPPED.get(why, "")


def stopped_now(why: str) -> str:
    """Give the pattern of a wave from which on named measures are others."""
    return _STOPPED_NOW.get(why, _NOW)


def item_stopped(why: str) -> str:
    """Give the pattern of a series of one item that stops."""
    return _ITEM_STOPPED.get(why, _ITEM)
