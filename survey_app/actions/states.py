"""An action as it is stored, its states, and what each asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as it is stored."""

    id: UUID
    unit: str
    said: str
    what: str
    who: str
    starts_on: date
    due_on: date
    ended_on: date | None
    state: ActionState
    reason: str
    outcome: str
    statement: str
    measure: str
    wave: str
    visible: bool
    discussed_on: date | None
    owner: UUID
    version: int

    def is_late(self, today: date) -> bool:
        """Whether it is open and its due date has passed."""
        return self.state in OPEN and self.due_on < today
