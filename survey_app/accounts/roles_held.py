"""How many may sign in with each role: for those who run the installation, and without a name."""

from __future__ import annotations

from survey_app.accounts.roles import Role
from survey_app.shared.database import Login, fetch


async def roles_held(login: Login) -> dict[Role, int]:
    """Return the number of open accounts of each role that has any."""
    rows = await fetch(
        login,
        "SELECT role, count(*) AS number FROM accounts.account WHERE active GROUP BY role",
    )
    return {Role(row["role"]): row["number"] for row in rows}
