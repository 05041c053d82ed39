"""Who may see which campaigns."""

from __future__ import annotations

from survey_app.accounts.roles import Role

READERS = (Role.HR, Role.COMMUNICATIONS, Role.ADMIN)


def populations_for(role: Role) -> tuple[str, ...] | None:
    """Return whose campaigns a role may see; ``None`` means all."""
    return ("public", "open", "stakeholders") if role is Role.COMMUNICATIONS else None
