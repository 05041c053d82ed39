"""Whose figures a measure has, where a wave asked random halves in the words of two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from survey_app.shared.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCE: Final = N_(
    "En tilfeldig halvpart fikk den gamle ordlyden av det som er skrevet om. De svarene er ikke med"
    " i tallene."
)


def half_of(measure: str, content: Mapping[str, Any]) -> str:
    """Say that a measure's figures are of the half in the new words; empty where they are of all.

    Parameters
    ----------
    measure : str
        Code.
    content : mapping
        Of the publication: its ``links`` of its own wave name what halves were asked differently.
    """
    own = content["wave"]["key"]
    touched = {row["measure"] for row in content.get("links", ()) if row["wave"] == own}
    return SENTENCE if measure in touched else ""
