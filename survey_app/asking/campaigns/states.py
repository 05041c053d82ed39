"""Where a wave can stand; the ways from one to the next are ``waves/states.py``."""

from __future__ import annotations

from enum import StrEnum

from survey_app.shared.i18n import N_


class State(StrEnum):
    """Where a wave is on its way."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


# a wave that was copied from last year and is not planned yet: no wave, so no state of one
PROPOSED = "proposed"
PROPOSED_NAME = N_("Forslag")

# a published wave whose figures two people took back, until others are published
TAKEN_BACK_NAME = N_("Trukket tilbake")

STATE_NAMES = {
    State.DRAFT: N_("Utkast"),
    State.OPEN: N_("Åpen"),
    State.CLOSED: N_("Stengt, telles opp"),
    State.COUNTED: N_("Talt opp"),
    State.PUBLISHED: N_("Publisert"),
    State.CANCELLED: N_("Avlyst"),
}
