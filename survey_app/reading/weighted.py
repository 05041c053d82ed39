"""What the public's figures are weighted by: what was used, and what could not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.strategy_text import library
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed, long_date

_BY: Final = N_("Tallene for befolkningen er vektet etter %(margins)s.")
_NOT: Final = N_(
    "De er ikke vektet etter %(margins)s, fordi vi vet det om for få av dem som svarte."
)
_NONE: Final = N_(
    "Tallene for befolkningen er ikke vektet etter alder, kjønn, fylke eller utdanning, fordi vi "
    "vet det om for få av dem som svarte."
)
_COARSE: Final = N_(
    "I vektingen er grupper med svært få svar slått sammen. Det gjelder %(margins)s."
)
_BEYOND: Final = N_(
    "Noen svar teller mer enn fem ganger så mye, eller mindre enn en femdel så mye, som det som er "
    "vanlig. Ellers ville svarene ikke passet med det vi vet om befolkningen."
)
_OTHERWISE: Final = N_(
    "Bare den ene av denne målingen og «%(wave)s» er vektet etter %(margins)s. Noe av endringen "
    "mellom dem kan komme av det."
)
_APPROXIMATE: Final = N_(
    "Befolkningstallene som svarene er vektet etter, gjelder %(date)s og er omtrentlige."
)
_SOME: Final = N_(
    "For å verne dem som svarte, er %(groups)s bare lagret for noen av dem, oftest i store fylker. "
    "Tallene etter %(groups)s gjelder bare disse, og kan ikke sammenlignes med hele befolkningen."
)
UNHEARD: Final = N_(
    "Vekting retter opp hvem som svarte, men ikke hva de som ikke svarte, ville ha sagt."
)
_CROSSED: Final = {"age_gender": ("age", "gender")}


def known_of_some(shown: Published) -> tuple[str, ...]:
    """Return the groups that were stored of some who answered only, mostly in large counties."""
    found = (one for one in shown.content["warnings"] if one["code"] == "group_known_of_some")
    return tuple(group for one in found for group in one["groups"])


def some_sentences(shown: Published, lang: Language) -> tuple[str, ...]:
    """Say why these groups cannot be compared with the whole."""
    groups = known_of_some(shown)
    told = translator(lang).gettext(_SOME) % {"groups": _listed(groups, lang)}
    return (told,) if groups else ()


def weighting(shown: Published, lang: Language) -> str:
    """Say in a few sentences what a wave of the public is weighted by."""
    return " ".join(_sentences(shown, lang))


def weighting_of_all(waves: Sequence[Published], lang: Language) -> tuple[str, ...]:
    """Say it, and what cannot be compared, once of waves that are alike, else of each by name."""
    told = [" ".join((weighting(one, lang), *some_sentences(one, lang))) for one in waves]
    if len(set(told)) == 1:
        return (told[0],)
    names = [own(one.content["wave"]["labels"]["name"], lang) for one in waves]
    return tuple(f"{name}: {text}" for name, text in zip(names, told, strict=True))


def _sentences(shown: Published, lang: Language) -> Iterator[str]:
    _ = translator(lang).gettext
    warned = {one["code"]: one for one in shown.content["warnings"]}
    left = _margins(warned.get("margin_left_out", {}).get("margins", ()))
    used = [name for name in _weighted() if name not in left]
    if used:
        yield _(_BY) % {"margins": _listed(used, lang)}
        if left:
            yield _(_NOT) % {"margins": _listed(left, lang)}
    else:
        yield _(_NONE)
    categories = warned.get("margin_made_coarser", {}).get("categories", ())
    if coarser := _margins(one.partition(":")[0] for one in categories):
        yield _(_COARSE) % {"margins": _listed(coarser, lang)}
    if "weights_beyond_limits" in warned:
        yield _(_BEYOND)
    for one in shown.content["warnings"]:
        if one["code"] == "margins_differ":
            wave = own(shown.words_for(one["since"])["name"], lang)
            yield _(_OTHERWISE) % {"wave": wave, "margins": _listed(_margins(one["margins"]), lang)}
    people = shown.content.get("margins")
    if people and people["approximate"]:
        yield _(_APPROXIMATE) % {"date": long_date(date.fromisoformat(people["dated"]), lang)}


def _weighted() -> tuple[str, ...]:
    """Return the variables that answers are weighted by."""
    known = library().background.variables
    return tuple(name for name, one in known.items() if one.weighted)


def _margins(names: Iterable[str]) -> list[str]:
    found = {part for name in names for part in _CROSSED.get(name, (name,))}
    return [name for name in _weighted() if name in found]


def _listed(names: Iterable[str], lang: Language) -> str:
    known = library().background.variables
    return listed([own(known[name].word, lang) for name in names], lang)
