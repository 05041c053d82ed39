"""Actions and their owners, stored as a leader stores them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.tables import Account
from survey_app.actions.draft import ActionDraft
from survey_app.actions.states import ActionState
from survey_app.actions.write_action import Author, create_action
from survey_app.shared.database import Login

TODAY = date(2026, 5, 12)
NOW = datetime(2026, 5, 12, 5, 0, tzinfo=UTC)

DRAFT: dict[str, Any] = {
    "unit": "ost-6",
    "said": "Få forstår hvorfor viktige beslutninger blir som de blir.",
    "what": "Ledermøtet skriver tre linjer om hva som er bestemt og hvorfor, samme dag.",
    "who": "enhetsleder",
    "starts_on": date(2025, 11, 3),
    "due_on": date(2026, 6, 1),
    "state": ActionState.UNDER_WAY,
    "statement": "verdi.apenhet.2",
    "measure": "APN",
}


def a_draft(**changed: Any) -> ActionDraft:
    return ActionDraft(**(DRAFT | changed))


async def an_owner(
    email: str = "owner@example.org", *, role: Role = Role.LEADER, language: Any = "nb"
) -> Author:
    await create_account(
        email=email, role=role, password="a long enough password",
        unit="ost-6" if role in UNIT_ROLES else "", language=language, now=NOW,
    )  # fmt: skip
    [row] = await Account.select(Account.id).where(Account.email == email)
    return Author(row["id"], email)


async def an_action(
    owner: Author | None = None, *, now: datetime = NOW, **changed: Any
) -> uuid.UUID:
    author = owner or Author(uuid.uuid4(), "somebody@example.org")
    # not as the web: in tests of pages its connections belong to the application
    return await create_action(a_draft(**changed), author, now=now, login=Login.MIGRATOR)
