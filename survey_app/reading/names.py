"""What measures are called in rows and in running text, where their title is too formal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from survey_app.reading import kinds
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.strategy_text import library
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, quoted, translator


def own(text: Mapping[str, str] | str, lang: Language) -> str:
    """Return a content text in ``lang``, else in the language that stands in for it."""
    return text if isinstance(text, str) else in_language(text, lang)


def with_counts(code: str, text: str) -> str:
    """Put how many questions and scales a measure has where its name asks for it."""
    known = library()
    index = known.indices.get(code)
    parts = tuple(index.parts) if index and index.parts else (code,)
    scales = [known.scales[part] for part in parts if part in known.scales]
    items = {item for scale in scales for item in scale.items}
    return text.replace("{items}", str(len(items))).replace("{parts}", str(len(parts)))


def place_name(place: Domain, lang: Language) -> str:
    """Return what a place is called; the agency is the whole that the others are parts of."""
    return (
        translator(lang).gettext("Hele etaten") if place.level == AGENCY else own(place.name, lang)
    )


def row_name(code: str, title: Mapping[str, str], lang: Language) -> str:
    """Return the name of a measure in a row or over a small figure."""
    return with_counts(code, own(kinds.called(code).row or title, lang))


def sentence_name(code: str, kind: str, title: Mapping[str, str], lang: Language) -> str:
    """Return the name of a measure at the beginning of a sentence; an item is quoted."""
    if kind == "item":
        return quoted(own(title, lang).rstrip("."), lang)
    called = kinds.called(code)
    if called.quoted:
        return quoted(own(title, lang), lang)
    if called.sentence is None:
        return _kept_together(code, title, lang)
    return with_counts(code, own(called.sentence, lang))


def noun(code: str, title: Mapping[str, str], lang: Language) -> str:
    """Return the name of what a group has more or less of than others."""
    found = kinds.called(code).noun
    return own(found, lang) if found else _kept_together(code, title, lang)


def _kept_together(code: str, title: Mapping[str, str], lang: Language) -> str:
    """Quote a title with a comma: in a sentence nobody could tell where it ends."""
    name = row_name(code, title, lang)
    own_title = kinds.called(code).row is None
    return quoted(name, lang) if own_title and "," in name else name


_BESIDE: Final = {
    "alone": N_("Måles for seg, inngår ikke i %(index)s"),
    "shared": N_("Spørsmål herfra teller også i %(index)s"),
}


def culture_note(code: str, lang: Language) -> str:
    """Say whether the questions of a measure beside the culture index count in that, too."""
    index = kinds.staff().culture
    if not index:
        return ""
    name = inside(sentence_name(index, "index", kinds.title(index), lang))
    return translator(lang).gettext(_BESIDE[kinds.beside_culture(code)]) % {"index": name}


def inside(name: str) -> str:
    """Return a name as it is written inside a sentence: an abbreviation as it is.

    Examples
    --------
    >>> inside("Åpenhet"), inside("E-post"), inside("HMS-kultur")
    ('åpenhet', 'e-post', 'HMS-kultur')
    """
    following = name[1:2]
    if following.isupper() or following.isdigit():
        return name
    return name[:1].lower() + name[1:]


def place_options(places: tuple[Domain, ...], lang: Language) -> list[tuple[str, str]]:
    """Return places as choices; units stand under their region and are set in."""
    pad = "\u2003"
    found = []
    for top in places:
        if top.level in {AGENCY, "region"}:
            found.append((top.code, place_name(top, lang)))
            found += [
                (unit.code, pad + place_name(unit, lang))
                for unit in places
                if unit.level == "unit" and unit.parent == top.code
            ]
    return found
