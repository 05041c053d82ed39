"""The states of an action and what each asks for."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from survey_app.shared.i18n import N_


class ActionState(StrEnum):
    """How far an action has come; any state may follow any other, since plans change."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


STATE_NAMES: Final = {
    ActionState.PLANNED: N_("Planlagt"),
    ActionState.UNDER_WAY: N_("Pågår"),
    ActionState.DONE: N_("Gjennomført"),
    ActionState.DROPPED: N_("Stanset"),
}
# these have a due date ahead of them, and are reminded of
OPEN: Final = frozenset({ActionState.PLANNED, ActionState.UNDER_WAY})
