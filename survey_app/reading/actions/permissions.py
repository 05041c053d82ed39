"""Who may see and write which actions."""

from __future__ import annotations

from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.sessions import SignedIn
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.scope import own_units

READERS = (Role.HR, Role.LEADER, Role.REPRESENTATIVE)
WRITERS = (Role.HR, Role.LEADER)


def visible_places(reader: SignedIn, published: Published) -> tuple[Domain, ...]:
    """Return the places whose actions the reader sees, in the organisation's order.

    HR sees them all; leaders and representatives those of their own units, from the same minute.
    """
    if reader.role in UNIT_ROLES:
        return own_units(reader, published)
    return tuple(one for one in published.domains if one.level in {AGENCY, "region", "unit"})


def may_write(reader: SignedIn | None) -> bool:
    """Whether the reader makes and changes actions."""
    return reader is not None and reader.role in WRITERS
