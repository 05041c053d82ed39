"""Whose figures a measure has, where a wave did not ask everybody the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from questionnaires.measures import EQUAL
from survey_app.reading.names import inside, sentence_name
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.reading.published import Published

SENTENCE: Final = N_(
    "En tilfeldig halvpart fikk den gamle ordlyden av det som er skrevet om. De svarene er ikke med"
    " i tallene."
)

OF_BOTH_SETS: Final = N_(
    "Alle svarte på både de gamle og de nye spørsmålene. Tallene bygger på de nye."
)

OF_A_MODULE: Final = N_(
    "En tilfeldig del av dem som er med, fikk disse spørsmålene. Tallene bygger på dem som fikk"
    " dem."
)

_HALF: Final = 2  # modules: a form has two or three
_ITEM: Final = (
    N_("Spørsmålet gikk bare til en tilfeldig halvpart. Tallene bygger på dem som fikk det."),
    N_("Spørsmålet gikk bare til en tilfeldig tredel. Tallene bygger på dem som fikk det."),
)
_ALL: Final = (
    N_("Hvert spørsmål gikk bare til en tilfeldig halvpart. Tallene bygger på dem som fikk det."),
    N_("Hvert spørsmål gikk bare til en tilfeldig tredel. Tallene bygger på dem som fikk det."),
)
_SOME: Final = (
    N_(
        "Hvert av spørsmålene bak %(measures)s gikk bare til en tilfeldig halvpart. De tallene"
        " bygger på dem som fikk spørsmålet."
    ),
    N_(
        "Hvert av spørsmålene bak %(measures)s gikk bare til en tilfeldig tredel. De tallene"
        " bygger på dem som fikk spørsmålet."
    ),
)


def part_note(shown: Published, codes: Sequence[str], lang: Language) -> str:
    """Say which of some measures a part of the respondents was asked; empty where all were.

    Parameters
    ----------
    shown : Published
    codes : sequence of str
        What a page shows: one item, or scales and indices. A part of an index that is named is
        not named as well.
    lang : str
    """
    measures = shown.measures
    modules = {one.module for one in measures.values() if one.module}
    known = [code for code in dict.fromkeys(codes) if code in measures and not code.endswith(EQUAL)]
    asked = [code for code in known if measures[code].module]
    if not asked:
        return ""
    size = 0 if len(modules) == _HALF else 1
    say = translator(lang).gettext
    if len(codes) == 1 and measures[asked[0]].kind == "item":
        return say(_ITEM[size])
    if asked == known:
        return say(_ALL[size])
    parts = {part for one in asked for part in measures[one].parts if part != one}
    named = [one for one in asked if one not in parts]
    names = [
        inside(sentence_name(one, measures[one].kind, measures[one].title, lang)) for one in named
    ]
    return say(_SOME[size]) % {"measures": listed(names, lang)}


def half_of(measure: str, content: Mapping[str, Any]) -> str:
    """Say of whom a measure's figures are; empty where everybody was asked the same.

    Parameters
    ----------
    measure : str
        Code.
    content : mapping
        Of the publication: its ``links`` of its own wave name what halves were asked differently
        (``case`` A) or everybody in two ways (B), and its ``measures`` what one module of a split
        form asked.
    """
    modules = {row["code"] for row in content.get("measures", ()) if row.get("module")}
    if measure in modules:
        return OF_A_MODULE
    own = content["wave"]["key"]
    cases = {
        row["measure"]: row.get("case", "A")
        for row in content.get("links", ())
        if row["wave"] == own
    }
    if measure not in cases:
        return ""
    return OF_BOTH_SETS if cases[measure] == "B" else SENTENCE
