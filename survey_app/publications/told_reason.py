"""Why figures are corrected or taken back: one sentence that stands where they are shown."""

from __future__ import annotations

from typing import Final

from survey_app.shared.errors import BarometerError
from survey_app.shared.unseen import without_unseen

LONGEST_REASON: Final = 300  # characters; it stands beside the figures wherever they are shown


class UntellableError(BarometerError):
    """No reason that readers can be told."""


def reason_told(text: str) -> str:
    """Return why figures are corrected or taken back as a sentence that readers see.

    Raises
    ------
    UntellableError
        If nothing is said, or too much.
    """
    said = " ".join(without_unseen(text).split())
    if not said:
        raise UntellableError("say why, in a sentence that every reader sees")
    if len(said) > LONGEST_REASON:
        raise UntellableError(f"say why in at most {LONGEST_REASON} characters")
    return said if said[-1] in ".!?" else f"{said}."
