"""Whether those are there without whom nothing goes on: administrators, and a second person."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.accounts.roles import Role
from survey_app.accounts.roles_held import roles_held
from survey_app.installation.findings import Inspection, Sign
from survey_app.shared.database import Login

TWO = 2


async def account_findings(login: Login) -> list[Inspection]:
    """Look whether anybody can let others in, and whether two can open a wave together."""
    return inspect_roles(await roles_held(login))


def inspect_roles(held: Mapping[Role, int]) -> list[Inspection]:
    """Say what follows from how many have each role.

    Examples
    --------
    >>> [one.sentence for one in judge({Role.ADMIN: 2, Role.HR: 2})]
    ['accounts: administrators and a second person are there']
    """
    administrators = held.get(Role.ADMIN, 0)
    create = "barometer account create --email … --role admin"
    if not held:
        return [Inspection(Sign.NOTE, f"accounts: there is none yet: {create}")]
    if not administrators:
        told = f"accounts: nobody is an administrator, so nobody lets anybody in: {create}"
        return [Inspection(Sign.BAD, told)]
    found = []
    if administrators < TWO:
        told = "accounts: there is one administrator: let them invite a second before they leave"
        found.append(Inspection(Sign.NOTE, told))
    if held.get(Role.HR, 0) + held.get(Role.COMMUNICATIONS, 0) < TWO:
        told = (
            "accounts: fewer than two of HR and communications can sign in: who asks for a wave to"
            " be opened cannot approve it alone"
        )
        found.append(Inspection(Sign.NOTE, told))
    there = "accounts: administrators and a second person are there"
    return found or [Inspection(Sign.GOOD, there)]
