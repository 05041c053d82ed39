"""Ask before words go: masking overwrites them, holding back and removing take them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response

from analytics.comments.spans import parts
from survey_app.reading.comments.quarantine import MASKS
from survey_app.shared.i18n import N_
from survey_app.shared.pages import page

SURE: Final = "sure"


@dataclass(frozen=True, slots=True)
class AskedFirst:
    """What is asked before an act, and what becomes of the comment; texts to be translated."""

    heading: str
    consequence: str
    button: str


_UNTIL_NIGHT: Final = N_(
    "Ingen ser kommentaren lenger, og i natt blir den slettet. Til da kan du angre. Antallet står"
    " på siden."
)
MASK: Final = AskedFirst(
    N_("Skal den bli stående slik?"),
    N_("Det som er maskert, blir overskrevet og kan ikke hentes tilbake. Den andre må frigi."),
    N_("Ja, masker"),
)
HOLD: Final = AskedFirst(
    N_("Skal denne holdes tilbake?"),
    _UNTIL_NIGHT,
    N_("Ja, hold tilbake"),
)
REMOVE: Final = AskedFirst(
    N_("Skal denne fjernes for alle?"),
    _UNTIL_NIGHT,
    N_("Ja, fjern den"),
)


def is_sure(data: Mapping[str, Any]) -> bool:
    """Tell whether the reader has been asked and said yes."""
    return data.get(SURE) == "yes"


def ask_first(
    request: Request[Any, Any, Any],
    question: AskedFirst,
    text: str,
    fields: Sequence[tuple[str, str]],
    back: str,
) -> Response[str]:
    """Show the comment as it is or will be, and send the same form once more on yes.

    Parameters
    ----------
    text : str
        The comment; with masks where it is about to be masked.
    fields : sequence of (str, str)
        What the form held, without its token.
    back : str
        The address that no leads to.
    """
    context = {
        "question": question,
        "parts": parts(text),
        "fields": (*fields, (SURE, "yes")),
        "back": back,
        "masks": MASKS,
    }
    return page(request, "comments/sure.html", context)
