"""Which half was asked what, where a wave asked halves in the words of two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from questionnaires.arms import NEW, OLD, arm_of
from survey_app.shared.i18n import N_

if TYPE_CHECKING:
    from survey_app.reading.rows import Measure

SENTENCES: Final = {
    OLD: N_("Den gamle ordlyden. Tilfeldig halvpart av dem som ble spurt."),
    NEW: N_("Den nye ordlyden. Tilfeldig halvpart av dem som ble spurt."),
}


def half_of(measure: Measure) -> str:
    """Say which half a measure is of; empty where everybody was asked alike.

    The new composition of a scale or index has the code that it had before: its items tell.
    """
    arms = {arm_of(name) for name in (measure.code, *measure.items)}
    number = next((one for one in (OLD, NEW) if one in arms), None)
    return SENTENCES[number] if number else ""
