"""Who may see and write which events."""

from __future__ import annotations

from typing import Final

from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.events.kinds import Side

# those who see the figures of a side see what happened beside them
SEES: Final = {
    Role.HR: (Side.STAFF,),
    Role.LEADER: (Side.STAFF,),
    Role.REPRESENTATIVE: (Side.STAFF,),
    Role.COMMUNICATIONS: (Side.PUBLIC,),
    Role.ANALYST: (Side.STAFF, Side.PUBLIC),
}
WRITES: Final = {Role.HR: (Side.STAFF,), Role.COMMUNICATIONS: (Side.PUBLIC,)}
READERS: Final = tuple(SEES)
WRITERS: Final = tuple(WRITES)


def sees(reader: SignedIn, side: Side) -> bool:
    """Whether the reader sees events of a side, those of the places that they see figures of."""
    return side in SEES.get(reader.role, ())


def writes(reader: SignedIn | None, side: Side) -> bool:
    """Whether the reader adds, changes and takes away events of a side."""
    return reader is not None and side in WRITES.get(reader.role, ())
