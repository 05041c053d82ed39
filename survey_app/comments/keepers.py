"""The two named people who may open the quarantine; one home for who may do what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from survey_app.accounts.addresses import known_as
from survey_app.accounts.queries import active_accounts
from survey_app.accounts.roles import Role
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.comments.errors import KeeperError
from survey_app.shared.database import Login, engine, fetch

NUMBER = 2
ROLES = frozenset({Role.HR})


async def keepers() -> frozenset[UUID]:
    """Return the accounts of the two; empty until they are named, less who left HR since."""
    rows = await fetch(
        Login.WEB, "SELECT account FROM comments.keeper WHERE comments.is_keeper(account)"
    )
    return frozenset(row["account"] for row in rows)


async def name_keepers(emails: Sequence[str], *, now: datetime, actor: str = COMMAND_LINE) -> None:
    """Name the two who may open the quarantine, in place of those before.

    Raises
    ------
    KeeperError
        If they are not two different, active accounts of HR.
    """
    wanted = list(dict.fromkeys(known_as(email) for email in emails))
    if len(wanted) != NUMBER or len(emails) != NUMBER:
        raise KeeperError("name two different people: one masks, the other releases")
    async with engine(Login.MIGRATOR).transaction():
        found = await active_accounts(Login.MIGRATOR, wanted)
        for email in wanted:
            if email not in found:
                raise KeeperError(f"there is no active account «{email}»")
            if found[email].role not in ROLES:
                raise KeeperError(f"«{email}» is not HR: only HR opens the quarantine")
        await fetch(Login.MIGRATOR, "DELETE FROM comments.keeper")
        for number, email in enumerate(wanted, start=1):
            await fetch(
                Login.MIGRATOR,
                "INSERT INTO comments.keeper (number, account) VALUES ($1, $2)",
                number,
                found[email].id,
            )
        await record(
            Login.MIGRATOR, now=now, actor=actor, action="keepers of comments named",
            subject="comments", keepers=wanted,
        )  # fmt: skip
