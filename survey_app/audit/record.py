"""Write down an act in the caller's transaction."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Final

from survey_app.shared.database import Login, fetch

COMMAND_LINE: Final = "command line"
"""Whoever typed a command: the operator's hand, where "system" is what the installation does."""


async def record(
    login: Login,
    *,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    **facts: object,
) -> None:
    """Add one row to the audit log; ``facts`` hold counts, codes and hashes, never a person.

    Plain SQL without RETURNING: the writing logins may add rows, not read them.
    """
    await fetch(
        login,
        "INSERT INTO audit.event (id, at, actor, action, subject, facts)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        uuid.uuid4(),
        now,
        actor,
        action,
        subject,
        json.dumps(facts, default=str, sort_keys=True),
    )
