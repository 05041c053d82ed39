"""What an event may be, whose figures it belongs to, and how it is thought to work."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from survey_app.shared.i18n import N_


class EventKind(StrEnum):
    """What happened."""

    REFORM = "reform"
    LEADERSHIP = "leadership"
    INCIDENT = "incident"
    MEDIA = "media"
    OTHER = "other"


class Side(StrEnum):
    """Whose answers it is drawn beside; the word is the population's."""

    STAFF = "staff"
    PUBLIC = "public"


class Shape(StrEnum):
    """How it is thought to work, said before anybody looks at the figures after it."""

    STEP = "step"
    DECAY = "decay"


KIND_NAMES: Final = {
    EventKind.REFORM: N_("Omorganisering eller reform"),
    EventKind.LEADERSHIP: N_("Ny ledelse"),
    EventKind.INCIDENT: N_("Alvorlig hendelse"),
    EventKind.MEDIA: N_("Mediesak eller kampanje"),
    EventKind.OTHER: N_("Annet"),
}
SHAPE_NAMES: Final = {
    Shape.STEP: N_("Endringen varer"),
    Shape.DECAY: N_("Endringen går over etter hvert"),
}
