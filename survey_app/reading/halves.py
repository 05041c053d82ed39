"""Whose figures a measure has, where a wave did not ask everybody the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from survey_app.shared.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

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
