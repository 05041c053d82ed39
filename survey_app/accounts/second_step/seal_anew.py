"""Second steps go over to another secret of the installation (docs/adr/0142)."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.accounts.second_step.codes import open_app_secret, seal_app_secret
from survey_app.shared.database import Login, fetch
from survey_app.shared.secret import Secret


@dataclass(frozen=True, slots=True)
class SealedAnew:
    """Seals that were made anew, and those that nobody can open."""

    sealed_anew: int
    unopened: int


async def seal_anew(secret: Secret) -> SealedAnew:
    """Seal what lies under another accepted secret under the one that makes; in a transaction."""
    anew = unopened = 0
    for row in await fetch(
        Login.MIGRATOR, "SELECT id, account, sealed FROM accounts.second_step FOR UPDATE"
    ):
        sealed, account = bytes(row["sealed"]), row["account"]
        if open_app_secret(sealed, account, bytes(secret)) is not None:
            continue
        told = open_app_secret(sealed, account, secret)
        if told is None:
            unopened += 1
            continue
        await fetch(
            Login.MIGRATOR,
            "UPDATE accounts.second_step SET sealed = $2 WHERE id = $1",
            row["id"],
            seal_app_secret(told, account, secret),
        )
        anew += 1
    return SealedAnew(anew, unopened)


async def some_under_another(secret: Secret, login: Login) -> bool:
    """Tell whether a second step is sealed under an accepted secret that makes nothing."""
    rows = await fetch(login, "SELECT account, sealed FROM accounts.second_step")
    sealed = [(bytes(row["sealed"]), row["account"]) for row in rows]
    return any(
        open_app_secret(one, account, bytes(secret)) is None
        and open_app_secret(one, account, secret) is not None
        for one, account in sealed
    )


async def owners_with_codes(login: Login) -> set[str]:
    """Return the addresses of open accounts that have codes on paper."""
    rows = await fetch(
        login,
        "SELECT DISTINCT a.email FROM accounts.account a"
        " JOIN accounts.recovery_code r ON r.account = a.id WHERE a.active",
    )
    return {row["email"] for row in rows}
