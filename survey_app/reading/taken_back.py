"""What is said of a change that was taken back: what lies around it is one measure.

What lies between is another, or several: whatever else was changed there was taken back as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from survey_app.publications.breaks import REDIRECTED, RESCORED, REWEIGHTED, REWORDED, UNKNOWN
from survey_app.shared.i18n import N_, Language, translator

if TYPE_CHECKING:
    from collections.abc import Iterable

AWAY: Final = "away"
AGAIN: Final = "again"
BACK: Final = "back"
# of a measure that is one item
_ITEM: Final = "item"
_ITEMS: Final = {REDIRECTED: "redirected item", UNKNOWN: "unknown item"}

_UNKNOWN: Final = N_(
    "Vi vet ikke om spørsmålene var de samme %(in)s. Senere er de igjen som før. Tallene imellom "
    "kan ikke sammenlignes med dem fra nå."
)
_UNKNOWN_ITEM: Final = N_(
    "Vi vet ikke om spørsmålet var det samme %(in)s. Senere er det igjen som før. Tallene imellom "
    "kan ikke sammenlignes med dem fra nå."
)

_SAID: Final = {
    (REWORDED, AWAY): N_(
        "Spørsmålene ble endret %(in)s, og senere tilbake. Tallene imellom kan ikke sammenlignes "
        "med dem fra nå."
    ),
    (REWORDED, AGAIN): N_(
        "Spørsmålene ble endret også %(in)s, og senere tilbake. Tallene imellom kan ikke "
        "sammenlignes med dem fra nå."
    ),
    (REWORDED, BACK): N_(
        "Spørsmålene ble endret tilbake %(in)s. Tall fra nå kan sammenlignes med dem fra før "
        "endringen %(away)s, men ikke med dem imellom."
    ),
    (_ITEM, AWAY): N_(
        "Spørsmålet ble endret %(in)s, og senere tilbake. Tallene imellom kan ikke sammenlignes "
        "med dem fra nå."
    ),
    (_ITEM, AGAIN): N_(
        "Spørsmålet ble endret også %(in)s, og senere tilbake. Tallene imellom kan ikke "
        "sammenlignes med dem fra nå."
    ),
    (_ITEM, BACK): N_(
        "Spørsmålet ble endret tilbake %(in)s. Tall fra nå kan sammenlignes med dem fra før "
        "endringen %(away)s, men ikke med dem imellom."
    ),
    (REDIRECTED, AWAY): N_(
        "Hvem som får spørsmålene, ble endret %(in)s, og senere tilbake. Tallene imellom kan ikke "
        "sammenlignes med dem fra nå."
    ),
    (REDIRECTED, AGAIN): N_(
        "Hvem som får spørsmålene, ble endret også %(in)s, og senere tilbake. Tallene imellom kan "
        "ikke sammenlignes med dem fra nå."
    ),
    (REDIRECTED, BACK): N_(
        "Hvem som får spørsmålene, ble endret tilbake %(in)s. Tall fra nå kan sammenlignes med dem "
        "fra før endringen %(away)s, men ikke med dem imellom."
    ),
    (_ITEMS[REDIRECTED], AWAY): N_(
        "Hvem som får spørsmålet, ble endret %(in)s, og senere tilbake. Tallene imellom kan ikke "
        "sammenlignes med dem fra nå."
    ),
    (_ITEMS[REDIRECTED], AGAIN): N_(
        "Hvem som får spørsmålet, ble endret også %(in)s, og senere tilbake. Tallene imellom kan "
        "ikke sammenlignes med dem fra nå."
    ),
    (_ITEMS[REDIRECTED], BACK): N_(
        "Hvem som får spørsmålet, ble endret tilbake %(in)s. Tall fra nå kan sammenlignes med dem "
        "fra før endringen %(away)s, men ikke med dem imellom."
    ),
    (RESCORED, AWAY): N_(
        "Regelen for hvor mange av spørsmålene en må ha svart på, ble endret %(in)s, og senere "
        "tilbake. Tallene imellom kan ikke sammenlignes med dem fra nå."
    ),
    (RESCORED, AGAIN): N_(
        "Regelen for hvor mange av spørsmålene en må ha svart på, ble endret også %(in)s, og "
        "senere tilbake. Tallene imellom kan ikke sammenlignes med dem fra nå."
    ),
    (RESCORED, BACK): N_(
        "Regelen for hvor mange av spørsmålene en må ha svart på, ble endret tilbake %(in)s. Tall "
        "fra nå kan sammenlignes med dem fra før endringen %(away)s, men ikke med dem imellom."
    ),
    (REWEIGHTED, AWAY): N_(
        "Vektene i indeksen ble endret %(in)s, og senere tilbake. Tallene imellom kan ikke "
        "sammenlignes med dem fra nå."
    ),
    (REWEIGHTED, AGAIN): N_(
        "Vektene i indeksen ble endret også %(in)s, og senere tilbake. Tallene imellom kan ikke "
        "sammenlignes med dem fra nå."
    ),
    (REWEIGHTED, BACK): N_(
        "Vektene i indeksen ble endret tilbake %(in)s. Tall fra nå kan sammenlignes med dem fra "
        "før endringen %(away)s, men ikke med dem imellom."
    ),
    (UNKNOWN, AWAY): _UNKNOWN,
    (UNKNOWN, AGAIN): _UNKNOWN,
    (UNKNOWN, BACK): N_(
        "Spørsmålene er %(in)s igjen som før målingen %(away)s. Tall fra nå kan sammenlignes med "
        "dem fra før det, men ikke med dem imellom."
    ),
    (_ITEMS[UNKNOWN], AWAY): _UNKNOWN_ITEM,
    (_ITEMS[UNKNOWN], AGAIN): _UNKNOWN_ITEM,
    (_ITEMS[UNKNOWN], BACK): N_(
        "Spørsmålet er %(in)s igjen som før målingen %(away)s. Tall fra nå kan sammenlignes med "
        "dem fra før det, men ikke med dem imellom."
    ),
}
_BACK_NOW: Final = {
    REDIRECTED: N_(
        "Hvem som får spørsmålene bak %(measures)s, ble endret tilbake %(in)s. Tall fra nå kan "
        "sammenlignes med dem fra før endringen %(away)s, men ikke med dem imellom."
    ),
    REWORDED: N_(
        "Spørsmålene bak %(measures)s ble endret tilbake %(in)s. Tall fra nå kan sammenlignes med "
        "dem fra før endringen %(away)s, men ikke med dem imellom."
    ),
    RESCORED: N_(
        "Regelen for hvor mange spørsmål en må ha svart på i %(measures)s, ble endret tilbake "
        "%(in)s. Tall fra nå kan sammenlignes med dem fra før endringen %(away)s, men ikke med dem "
        "imellom."
    ),
    REWEIGHTED: N_(
        "Vektene i %(measures)s ble endret tilbake %(in)s. Tall fra nå kan sammenlignes med dem "
        "fra før endringen %(away)s, men ikke med dem imellom."
    ),
    UNKNOWN: N_(
        "Spørsmålene bak %(measures)s er %(in)s igjen som før målingen %(away)s. Tall fra nå kan "
        "sammenlignes med dem fra før det, men ikke med dem imellom."
    ),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """A wave from which on a measure is another, and whether each side of it is as it is now."""

    wave: str
    as_now_before: bool
    as_now_since: bool


@dataclass(frozen=True, slots=True)
class Detour:
    """A stop of a series that came back: the way out, one further on, or the way back.

    ``away`` is the key of the wave that left what the measure is now.
    """

    kind: Literal["away", "again", "back"]
    away: str


def detours_of(stops: Iterable[Stop]) -> dict[str, Detour]:
    """Find the stops around and between which a measure left what it is now, and came back.

    Parameters
    ----------
    stops : iterable of Stop
        Of one measure, oldest first.

    Returns
    -------
    dict of str to Detour
        By the wave's key; a stop before which the measure had never been what it is now is none.
    """
    found, away = {}, ""
    for stop in stops:
        if stop.as_now_before:
            away = stop.wave
            found[stop.wave] = Detour(AWAY, away)
        elif away:
            found[stop.wave] = Detour(BACK if stop.as_now_since else AGAIN, away)
            away = "" if stop.as_now_since else away
    return found


def taken_back(detour: Detour, why: str, *, when: str, away: str, lang: Language) -> str:
    """Say what a detour was, and what may be compared.

    Parameters
    ----------
    detour : Detour
    why : str
        Why the series stops there, or `of_item` of that; other reasons are told as words.
    when, away : str
        When the detour was, and when the measure left what it is now: «i mars 2026».
    lang : str
    """
    pattern = _SAID.get((why, detour.kind), _SAID[REWORDED, detour.kind])
    return translator(lang).gettext(pattern) % {"in": when, "away": away}


def of_item(why: str) -> str:
    """Give a reason as it is told of a measure that is one item."""
    return _ITEMS.get(why, _ITEM)


def back_now(why: str) -> str:
    """Give the pattern by which a wave says that it took a change of named measures back."""
    return _BACK_NOW.get(why, _BACK_NOW[REWORDED])
