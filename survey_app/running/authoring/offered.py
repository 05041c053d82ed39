"""Refuse what was sent and stands on no page: nobody chose it, and no page would show it again."""

from __future__ import annotations

from collections.abc import Collection

from litestar.datastructures import FormMultiDict

from questionnaires.authoring.edits import Traits
from questionnaires.authoring.errors import AuthoringError, Refusal
from questionnaires.library import Library
from questionnaires.model import Item
from survey_app.asking.instruments.changes import SENSITIVITY_NAMES


def refuse_unoffered(
    said: Collection[str], offered: Collection[str], kind: Refusal = "unknown_choice"
) -> None:
    """Refuse what is none of that which was offered; raises `AuthoringError` of a kind."""
    if unknown := [one for one in said if one not in offered]:
        raise AuthoringError(kind, *unknown)


def refuse_traits(
    sent: FormMultiDict, traits: Traits, stored: Item | None, library: Library
) -> None:
    """Refuse statements, answers and care that there are not; what a question has already stays.

    What a file was put in with is told as a mend, and hinders nobody from writing the words.
    """
    has = stored.statements if stored else ()
    refuse_unoffered(traits.statements, {*library.strategy.statements, *has}, "unknown_statement")
    refuse_unoffered(
        [traits.options],
        {*library.options, *([stored.options] if stored else [])},
        "unknown_options",
    )
    refuse_unoffered([str(sent.get("sensitivity", ""))], SENSITIVITY_NAMES)


def refuse_id_of_another(item: str, instrument: str, library: Library) -> None:
    """Refuse the id of another instrument's question, also of one that it asks no more."""
    others = (
        version.items
        for key, versions in library.versions.items()
        for version in versions.values()
        if key != instrument
    )
    if any(item in items for items in others):
        raise AuthoringError("taken", item)


def refuse_codes(sent: FormMultiDict, library: Library) -> None:
    """Refuse codes of answers that no set has: pages send them as they stood, people type none."""
    said = {str(code) for name, code in sent.items() if name.startswith("code.") and code}
    known = {one.code for options in library.options.values() for one in options.options}
    refuse_unoffered(said, known, "unknown_answer")
